"""Who is told: one row per person of the scope, with what is known of the ways to reach them.

A person is a merged group: its own record is the smallest, the others may lend their contact.
Names are compared only to find doubtful doubles; no name and no contact leaves these steps.

Source:
    Regulation (EU) 2016/679, art. 34. Code civil, art. 371-1 (parental authority), 414
    (majority at 18), 425 (protection of adults). Status codes: FR Core.
"""

from collections.abc import Mapping, Sequence

from tocsin.core.tables import COUNT, TEXT, US, YES_NO, Step, table

ADULT_YEARS = 18
"""Code civil, art. 414."""

WAITING_STATUSES: Mapping[str, str] = {
    "HOM": "homonym",
    "COL": "collision",
    "DOUT": "doubtful_identity",
    "USUR": "usurped_identity",
    "CACH": "protected_care",
    "ANOM": "protected_care",
    "DOUB": "possible_double",
    "DPOT": "possible_double",
    "DOUA": "possible_double",
}
"""Identity statuses (FR Core) that no machine may write to, by their beginning."""

MANDATES = table(
    "notice_mandates",
    "controller in whose name the operator may inform now",
    controller=TEXT,
)
CONTACTS = table(
    "notice_contacts",
    "record, with the contacts that are well formed, folded for comparison",
    record=TEXT,
    mail=TEXT,  # '' where absent or malformed
    phone=TEXT,
    letter=YES_NO,
    guardian_mail=TEXT,
    guardian_phone=TEXT,
    guardian_letter=YES_NO,
)
REACHED = table(
    "notice_reached",
    "person of the scope, with the best grade (1 certain, 2 probable, 3 possible)",
    person=TEXT,
    grade=COUNT,
    first_us=US,
    last_us=US,
)
ITEMS = table(
    "notice_items", "person of the scope and item, best grade", person=TEXT, token=TEXT
)
OWNERS = table(
    "notice_owners",
    "person of the scope and controller",
    person=TEXT,
    controller=TEXT,
    mandated=YES_NO,
)
MEMBERS = table(
    "notice_members",
    "record of a person of the scope; its own record has place 1",
    person=TEXT,
    record=TEXT,
    place=COUNT,
)
SHARED = table("notice_shared", "contact that several persons give as theirs", contact=TEXT)
ALIKE = table("notice_alike", "person of the scope that another one may be", person=TEXT)
CHANGED = table(
    "notice_changed", "record whose contacts the intruder may have written", record=TEXT
)
FACTS = table(
    "notice_facts",
    "person of the scope, with what decides",
    person=TEXT,
    known=YES_NO,
    dead=YES_NO,
    status=TEXT,
    minor=YES_NO,
    guarded=YES_NO,
    language=TEXT,
    alike=YES_NO,
    changed=YES_NO,
    mail=COUNT,  # place of the record that gives it, NULL where there is none
    mail_shared=YES_NO,
    phone=COUNT,
    phone_shared=YES_NO,
    letter=COUNT,
    guardian_mail=COUNT,
    guardian_phone=COUNT,
    guardian_letter=COUNT,
)

_GRADE = "CASE r.grade WHEN 'certain' THEN 1 WHEN 'probable' THEN 2 ELSE 3 END"


def reached(*, deepest: int) -> Step:
    """Persons of the scope down to that grade. Reads: reach."""
    return Step(
        fills=REACHED,
        reads=("reach",),
        sql=f"""
SELECT r.person AS person, min({_GRADE}) AS grade,
  coalesce(min(CASE WHEN {_GRADE} <= {deepest} THEN r.first_us END), min(r.first_us))
    AS first_us,
  coalesce(max(CASE WHEN {_GRADE} <= {deepest} THEN r.last_us END), max(r.last_us)) AS last_us
FROM reach AS r WHERE r.person <> '' GROUP BY r.person HAVING min({_GRADE}) <= {deepest}
""",
    )


def items() -> Step:
    """Items of each person, with their best grade. Reads: reach, notice_reached."""
    return Step(
        fills=ITEMS,
        reads=("reach", "notice_reached"),
        sql=f"""
SELECT r.person AS person, concat(r.item, '=', CASE min({_GRADE}) WHEN 1 THEN 'certain'
  WHEN 2 THEN 'probable' ELSE 'possible' END) AS token
FROM reach AS r JOIN notice_reached AS p ON p.person = r.person GROUP BY r.person, r.item
""",
    )


def owners(*, deepest: int) -> Step:
    """Controllers of which each person's data were reached down to that grade.

    One of which they were possibly reached only has its own list, and the person is not on it.

    Reads: reach, notice_reached, notice_mandates
    """
    return Step(
        fills=OWNERS,
        reads=("reach", "notice_reached", "notice_mandates"),
        sql=f"""
SELECT DISTINCT r.person AS person, r.controller AS controller,
  m.controller IS NOT NULL AS mandated
FROM reach AS r JOIN notice_reached AS p ON p.person = r.person
LEFT JOIN notice_mandates AS m ON m.controller = r.controller
WHERE {_GRADE} <= {deepest}
""",
    )


def members() -> Step:
    """Records of each person. Reads: people, notice_reached, persons."""
    return Step(
        fills=MEMBERS,
        reads=("people", "notice_reached", "persons"),
        sql="""
SELECT u.person AS person, u.record AS record, row_number() OVER (PARTITION BY u.person
  ORDER BY CASE WHEN u.record = u.person THEN 0 ELSE 1 END, u.record) AS place
FROM (SELECT q.person AS person, q.record AS record FROM people AS q
  JOIN notice_reached AS p ON p.person = q.person
  UNION SELECT p.person AS person, p.person AS record FROM notice_reached AS p) AS u
JOIN persons AS d ON d.person = u.record
""",
    )


_FIRST = "split_part(trim(p.first_names), ' ', 1)"
_SAME = f"concat(lower(trim(p.birth_name)), '|', lower({_FIRST}), '|', p.birth_date)"
"""What two records of one human, not merged yet, mostly have in common."""


def shared(*, adult_born: str) -> Step:
    """Mailboxes and phones that several living adults give as theirs.

    A child's contact is its parents', and a guardian has many wards: neither counts.

    Args:
        adult_born: ISO date; whoever was born after it is a minor.

    Reads: persons, notice_contacts
    """
    return Step(
        fills=SHARED,
        reads=("persons", "notice_contacts"),
        sql=f"""
SELECT u.contact AS contact FROM (
  SELECT c.mail AS contact, {_SAME} AS human FROM persons AS p
  JOIN notice_contacts AS c ON c.record = p.person
  WHERE c.mail <> '' AND p.died_on = '' AND p.guardian_name = ''
    AND p.birth_date <= '{adult_born}' AND upper(trim(p.identity_status)) <> 'FICT'
  UNION SELECT c.phone AS contact, {_SAME} AS human FROM persons AS p
  JOIN notice_contacts AS c ON c.record = p.person
  WHERE c.phone <> '' AND p.died_on = '' AND p.guardian_name = ''
    AND p.birth_date <= '{adult_born}' AND upper(trim(p.identity_status)) <> 'FICT') AS u
GROUP BY u.contact HAVING count(DISTINCT u.human) > 1
""",
    )


def alike() -> Step:
    """Persons of the scope who share both names and birth date with another one.

    One human told twice, or two humans taken for one: somebody looks first.

    Reads: notice_reached, persons
    """
    return Step(
        fills=ALIKE,
        reads=("notice_reached", "persons"),
        sql=f"""
SELECT a.person AS person FROM (
  SELECT p.person AS person, count(*) OVER (PARTITION BY {_SAME}) AS humans
  FROM persons AS p JOIN notice_reached AS r ON r.person = p.person
  WHERE p.birth_name <> '' AND p.first_names <> '' AND length(p.birth_date) = 10
    AND p.died_on = '') AS a
WHERE a.humans > 1
""",
    )


def changed(writes: Sequence[tuple[str, str]]) -> Step:
    """Records whose contacts a usurped or undecided act wrote.

    The directory may show the intruder's own mailbox there: nobody is written to before a
    human has looked.

    Args:
        writes: services and operations that write contacts.

    Reads: access, acts
    """
    named = " OR ".join(
        f"(a.service = {_quoted(service)} AND a.operation = {_quoted(operation)})"
        for service, operation in writes
    )
    return Step(
        fills=CHANGED,
        reads=("access", "acts"),
        sql=f"""
SELECT DISTINCT a.person AS record FROM access AS a
JOIN acts AS t ON t.digest = a.digest AND t.position = a.position AND t.part = a.part
WHERE a.person <> '' AND t.attribution IN ('usurped', 'undecided') AND ({named or "1 = 0"})
""",
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def facts(*, adult_born: str) -> Step:
    """What decides of each person.

    Args:
        adult_born: ISO date; whoever was born after it is a minor. A birth date with unknown
            parts counts from the first instant that it may mean.

    Reads:   notice_reached, notice_members, persons, notice_contacts, notice_shared,
             notice_alike, notice_changed
    Silence: `known` is false for an id that the directory does not hold
    """
    return Step(
        fills=FACTS,
        reads=(
            "notice_reached",
            "notice_members",
            "persons",
            "notice_contacts",
            "notice_shared",
            "notice_alike",
            "notice_changed",
        ),
        sql=f"""
WITH own AS (SELECT m.person AS person, m.place AS place,
    CASE WHEN p.died_on <> '' THEN 1 ELSE 0 END AS dead,
    upper(trim(p.identity_status)) AS status,
    CASE WHEN m.place = 1 AND p.birth_date > '{adult_born}' THEN 1 ELSE 0 END AS minor,
    CASE WHEN p.guardian_name <> '' OR p.guardian_email <> '' OR p.guardian_phone <> ''
      OR p.guardian_address <> '' THEN 1 ELSE 0 END AS guarded,
    lower(trim(p.language)) AS language,
    c.mail AS mail, c.phone AS phone, c.letter AS letter, c.guardian_mail AS guardian_mail,
    c.guardian_phone AS guardian_phone, c.guardian_letter AS guardian_letter,
    s.contact IS NOT NULL AS mail_shared, t.contact IS NOT NULL AS phone_shared,
    w.record IS NOT NULL AS changed
  FROM notice_members AS m JOIN persons AS p ON p.person = m.record
  JOIN notice_contacts AS c ON c.record = m.record
  LEFT JOIN notice_shared AS s ON s.contact = c.mail
  LEFT JOIN notice_shared AS t ON t.contact = c.phone
  LEFT JOIN notice_changed AS w ON w.record = m.record)
SELECT r.person AS person, count(o.person) > 0 AS known, coalesce(max(o.dead), 0) = 1 AS dead,
  coalesce(max(CASE WHEN {_waiting("o.status")} THEN o.status END),
    max(CASE WHEN o.place = 1 THEN o.status END), '') AS status,
  coalesce(max(o.minor), 0) = 1 AS minor, coalesce(max(o.guarded), 0) = 1 AS guarded,
  coalesce(max(CASE WHEN o.place = 1 THEN o.language END), '') AS language,
  count(a.person) > 0 AS alike,
  coalesce(max(CASE WHEN o.changed THEN 1 ELSE 0 END), 0) = 1 AS changed,
  min(CASE WHEN o.mail <> '' THEN o.place END) AS mail,
  coalesce(max(CASE WHEN o.mail_shared THEN 1 ELSE 0 END), 0) = 1 AS mail_shared,
  min(CASE WHEN o.phone <> '' THEN o.place END) AS phone,
  coalesce(max(CASE WHEN o.phone_shared THEN 1 ELSE 0 END), 0) = 1 AS phone_shared,
  min(CASE WHEN o.letter THEN o.place END) AS letter,
  min(CASE WHEN o.guardian_mail <> '' THEN o.place END) AS guardian_mail,
  min(CASE WHEN o.guardian_phone <> '' THEN o.place END) AS guardian_phone,
  min(CASE WHEN o.guardian_letter THEN o.place END) AS guardian_letter
FROM notice_reached AS r LEFT JOIN own AS o ON o.person = r.person
LEFT JOIN notice_alike AS a ON a.person = r.person
GROUP BY r.person
""",
    )


def _waiting(column: str) -> str:
    return " OR ".join(f"{column} LIKE '{word}%'" for word in WAITING_STATUSES)
