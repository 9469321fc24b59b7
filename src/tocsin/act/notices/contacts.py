"""Contacts that are well formed: what is not is no contact, and nothing is guessed."""

import re

import pyarrow as pa
import pyarrow.compute as pc

MAILBOX = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$"
)
"""An address that any server takes: RFC 5321 dot-string, ASCII, a domain with a dot."""

_CODES = {"FR": "33"}


def mailboxes(column: pa.Array) -> pa.Array:
    """Mailboxes, trimmed, the domain in lower case; '' where malformed.

    An address with a comma, a space, a line feed or a quote is malformed: it could name more
    than one reader.
    """
    trimmed = pc.utf8_trim_whitespace(column)
    fine = pc.and_(
        pc.match_substring_regex(trimmed, MAILBOX), pc.less_equal(pc.utf8_length(trimmed), 254)
    )
    dotted = pc.match_substring_regex(trimmed, r"(^\.|\.\.|\.@)")
    fine = pc.and_(fine, pc.invert(dotted))
    return pc.if_else(fine, pc.utf8_lower(trimmed), "")


def phones(column: pa.Array) -> pa.Array:
    """Phones in international form (E.164) that may take an SMS; '' where they cannot.

    A number without country is French; French fixed lines take no SMS.

    Source:
        French numbering plan, ARCEP decision 2018-0881: mobiles begin with 06 or 07; overseas
        mobiles with 0639, 0690 to 0697.
    """
    bare = pc.replace_substring_regex(pc.utf8_trim_whitespace(column), r"[\s.\-()/]", "")
    bare = pc.replace_substring_regex(bare, r"^(\+|00)330?", "0")
    national = pc.match_substring_regex(bare, r"^0[67]\d{8}$")
    abroad = pc.replace_substring_regex(bare, r"^00", "+")
    foreign = pc.match_substring_regex(abroad, r"^\+[1-9]\d{7,14}$")
    local = pc.binary_join_element_wise("+33", pc.utf8_slice_codeunits(bare, 1), "")
    return pc.if_else(national, local, pc.if_else(foreign, abroad, ""))


def written(*columns: pa.Array) -> pa.Array:
    """Whether each of these columns says something: a letter finds its way."""
    fine = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(columns[0])), 2)
    for column in columns[1:]:
        fine = pc.and_(fine, pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column)), 1))
    return fine


def contacts(persons: pa.Table) -> pa.Table:
    """Rows of `notice_contacts` from the directory's persons."""
    column = {name: persons[name].combine_chunks() for name in persons.column_names}
    guardian = pc.and_(
        written(column["guardian_name"]),
        pc.or_(
            written(column["guardian_address"]),
            written(column["address"], column["city"]),
        ),
    )
    return pa.table(
        {
            "record": column["person"],
            "mail": mailboxes(column["email"]),
            "phone": phones(column["phone"]),
            "letter": written(column["address"], column["city"]),
            "guardian_mail": mailboxes(column["guardian_email"]),
            "guardian_phone": phones(column["guardian_phone"]),
            "guardian_letter": guardian,
        }
    )


def fold_lines(text: str) -> str:
    """A text on one line: what a header, a log or an envelope may carry."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()
