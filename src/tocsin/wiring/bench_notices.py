"""What the benchmark of notices asks of adapters: letters set one by one or by the hundred."""

from collections.abc import Callable
from datetime import UTC, datetime

from tocsin.act.notices import letters
from tocsin.act.notices.letters import Letter
from tocsin.act.notices.wording import Letterhead, Told, notice
from tocsin.adapters.notice_templates import read_template, texts
from tocsin.adapters.typst_pages import LetterPress

HEAD = Letterhead(
    operator="Opérateur d'Essai",
    sender="Opérateur d'Essai",
    phone="01 99 00 00 01",
    site="operateur.invalid",
    controllers={"c": "Centre hospitalier fictif"},
    dpos={"": "DPO Fictif, dpo@operateur.invalid"},
    findings={"medical": "not_reached", "financial": "not_reached"},
)
TOLD = Told(
    reader="person",
    grade="certain",
    items="contact.email=certain|contact.phone=certain|identity.birth_name=certain",
    controllers=("c",),
    first_on="2025-09-01",
    last_on="2025-09-03",
)


def letters_of(size: int, *, tagged: bool = True) -> Callable[[int], bytes]:
    """A function that sets `size` letters of readers that are nobody, other ones each time."""
    press = LetterPress(tagged=tagged)
    shown = notice(read_template(texts()["notice.fr"], name="notice.fr"), HEAD, TOLD)
    at = datetime(2025, 9, 10, tzinfo=UTC)

    def make(n: int) -> bytes:
        listed = [
            Letter(
                notice=f"{k:032x}",
                code="ABCD-EFGH-2345",
                address=(f"Prénom NOM-{k}", f"{k} rue de l'Essai", "99000 FICTIVILLE"),
                person=f"Prénom NOM-{k}",
                shown=shown,
            )
            for k in range(n * size, (n + 1) * size)
        ]
        return press.letters(letters.sheet(listed, HEAD, on="2025-09-10"), at=at)

    return make
