"""The check on fictive messages: development families, families held out, secrets asked."""

from pathlib import Path

import pytest

import tocsin.bench
from tocsin.act.phishing.verdict import check
from tocsin.adapters.message_files import read_message
from tocsin.core.messages import Message
from tocsin.wiring.senders import known_senders

FOLDER = Path(tocsin.bench.__file__).parent / "messages"
HEALTH = {
    "vitale-renewal ameli-refund appointment pro-secret mutuelle espace-sante css",
    "health-results pharmacy medical-courier health-identity doctor-whatsapp vaccine",
    "breach-notice vitale mes doctolib hospital blood viatrajectoire breach health lure-health",
}


def rows(name):
    """(fields…, message) of each line of a table of messages."""
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        *fields, channel, text = line.split("\t")
        yield (*fields, message(channel, text.replace("\\n", "\n")))


def message(channel, text):
    return read_message(text.encode(), channel=channel)


@pytest.fixture(scope="module")
def senders():
    return known_senders()


@pytest.mark.parametrize(
    "name", ["development", "held_out", "varied", "second", "fresh", "later", "care", "unread"]
)
def test_lures_are_at_the_two_top_verdicts_and_health_lures_all(name, senders):
    lures = [(family, check(m, senders)) for family, label, m in rows(name) if label == "lure"]
    found = [family for family, checked in lures if checked.verdict != "no_sign"]
    missed = {family for family, checked in lures if checked.verdict == "no_sign"}
    assert len(found) >= 0.95 * len(lures), missed
    assert not missed & set(" ".join(HEALTH).split())


@pytest.mark.parametrize(
    "name", ["development", "held_out", "varied", "second", "fresh", "later", "care", "unread"]
)
def test_no_genuine_message_is_called_a_scam(name, senders):
    genuine = [m for _, label, m in rows(name) if label == "genuine"]
    verdicts = {m.text: check(m, senders).verdict for m in genuine}
    assert {text: v for text, v in verdicts.items() if v != "no_sign"} == {}


def test_messages_of_many_hands_stay_within_the_bars(senders):
    """Messages of writers who had not read the rules, each measured before it was read."""
    verdicts = {"lure": [], "genuine": [], "denied": [], "asked": []}
    for kind, label, m in rows("others"):
        checked = check(m, senders)
        paper = {a for a in checked.asks if "secret" in a} == {"secret.identity_document"}
        if kind == "pro-secret" and not paper:
            verdicts["asked"].append(checked.verdict)
        elif kind == "pro-negation":
            verdicts["denied"].append(checked.verdict)
        elif kind != "pro-secret":
            verdicts[label].append(checked.verdict)
    share = {
        k: {v: found.count(v) / len(found) for v in set(found)} for k, found in verdicts.items()
    }
    assert share["lure"].get("no_sign", 0) <= 0.06
    assert share["genuine"].get("phishing", 0) <= 0.002
    assert share["genuine"].get("suspicious", 0) <= 0.01
    assert share["asked"]["phishing"] >= 0.95
    assert share["denied"].get("phishing", 0) <= 0.015


def test_a_professional_who_asks_for_a_secret_is_always_at_the_top(senders):
    for label, m in rows("secrets"):
        checked = check(m, senders)
        if label == "asked":
            assert checked.verdict == "phishing", m.text
            assert any(ask.startswith("secret.") for ask in checked.asks), m.text


@pytest.mark.parametrize("name", ["fresh", "later", "care", "unread"])
def test_a_secret_asked_by_care_is_at_the_top_however_it_is_told(name, senders):
    asked = [m for family, _, m in rows(name) if family == "pro-secret"]
    assert {m.text for m in asked if check(m, senders).verdict != "phishing"} == set()


def test_a_true_breach_notice_with_a_number_to_call_is_no_scam_and_the_same_with_a_link_is(
    senders,
):
    told = (
        "Madame,\nVotre dossier a été consulté par une personne non autorisée. "
        "Nous avons fermé ce compte et prévenu la CNIL. Vous n'avez rien à faire. "
        "Vous pouvez nous joindre au 02 40 00 00 00."
    )
    false = (
        told
        + " Pour protéger votre dossier, confirmez votre identité sur https://dossier-protege.example"
    )
    assert check(Message(channel="mail", text=told), senders).verdict == "no_sign"
    assert check(Message(channel="mail", text=false), senders).verdict == "phishing"


def test_the_promise_never_to_ask_is_no_ask(senders):
    for label, m in rows("secrets"):
        if label == "denied":
            assert check(m, senders).verdict == "no_sign", m.text


def test_every_verdict_has_a_reason_that_quotes_the_message(senders):
    for _, _, m in [*rows("development"), *rows("held_out")]:
        checked = check(m, senders)
        whole = " ".join(f"{m.subject}\n{m.text}".split())
        assert 1 <= len(checked.reasons) <= 3
        for reason in checked.reasons:
            assert reason.says.fr
            assert reason.quote in whole, reason.quote


def _swapped(text, table):
    return text.translate(str.maketrans(table))


DISGUISES = {
    "cyrillic": lambda t: _swapped(
        t, dict(zip("aeocp", "\u0430\u0435\u043e\u0441\u0440", strict=True))
    ),
    "zero width": lambda t: "\u200b".join(t[:40]) + t[40:] if "http" not in t[:40] else t,
    "no accents": lambda t: _swapped(t, dict(zip("éèêàâùûôîïç", "eeeaauuoiic", strict=True))),
    "capital i for l": lambda t: t.replace("l", "I") if "://" not in t else t,
}


@pytest.mark.parametrize("name", list(DISGUISES))
def test_a_disguised_spelling_hides_nothing(name, senders):
    made = [
        Message(
            channel=m.channel, subject=DISGUISES[name](m.subject), text=DISGUISES[name](m.text)
        )
        for family, label, m in [*rows("development"), *rows("held_out")]
        if label == "lure"
    ]
    found = sum(check(m, senders).verdict != "no_sign" for m in made)
    assert found >= 0.97 * len(made)
