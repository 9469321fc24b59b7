"""Templates, letterheads and recipients made for the tests."""

from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.wording import Letterhead, Told
from tocsin.adapters.notice_templates import read_template, texts

TEXTS = texts()
TEMPLATES = {name: read_template(text, name=name) for name, text in TEXTS.items()}
HEAD = Letterhead(
    operator="GRADeS Démonstration",
    sender="GRADeS Démo",
    phone="01 99 00 00 01",
    site="grades-demo.invalid",
    controllers={"990000176": "Centre hospitalier fictif", "990000184": "Clinique d'Essai"},
    dpos={"": "DPO Fictif, dpo@grades-demo.invalid, 01 99 00 00 00"},
    findings={"medical": "not_reached", "financial": "not_reached"},
)


def told(**more) -> Told:
    base = {
        "reader": "person",
        "grade": "certain",
        "items": "contact.phone=certain|identity.birth_name=certain",
        "controllers": ("990000176",),
        "first_on": "2025-09-01",
        "last_on": "2025-09-03",
    }
    return Told(**(base | more))


def recipient(person="p1", **more) -> Recipient:
    base = {
        "controllers": ("990000176",),
        "apart": (),
        "decision": "tell",
        "reason": "",
        "reader": "person",
        "language": "fr",
        "grade": "certain",
        "channels": ("mail", "letter"),
        "records": (person, person),
        "items": "identity.birth_name=certain",
        "first_on": "2025-09-01",
        "last_on": "2025-09-03",
    }
    return Recipient(person=person, **(base | more))
