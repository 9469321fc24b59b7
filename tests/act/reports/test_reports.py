"""Reported messages: what is kept of them, which are one campaign, what leaves."""

import json
import random

import pytest

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.verdict import check
from tocsin.act.reports.campaigns import Receipt, kept, told, without_words
from tocsin.act.reports.exports import FORMATS, exported
from tocsin.act.reports.grouping import Marks, groups
from tocsin.act.reports.redaction import redacted, shingles
from tocsin.adapters.official_senders import official_senders
from tocsin.core.evidence import digest_of
from tocsin.core.messages import Message

AT = "2025-09-12T10:00:00Z"


def report(text, *, reporter="", at=AT):
    message = Message(channel="sms", text=text)
    senders = official_senders()
    f = facts(message, senders)
    checked = check(message, senders)
    digest = digest_of(text + at)
    return kept(f, checked, Receipt(at=at, kept_at=at, reporter=reporter, digest=digest))


@pytest.mark.parametrize(
    ("pasted", "hidden"),
    [
        ("Bonjour Madame DURAND, votre colis", "DURAND"),
        ("Bonjour Camille Exemple, cliquez", "Camille"),
        ("mon numéro est le 06 39 98 12 34", "12 34"),
        ("n° de sécu 2 85 07 44 109 123 45", "109"),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "3456"),
        ("écrivez à camille.exemple@courriel.example", "camille"),
        ("carte 4970 1000 0000 0009", "4970"),
        ("née le 12/03/1980 à Nantes", "1980"),
        ("j'habite 12 rue des Lilas", "Lilas"),
        ("44000 Nantes", "Nantes"),
        ("dossier K7PM-22QD", "22QD"),
        ("Je m'appelle Camille Exemple", "Exemple"),
    ],
)
def test_nothing_personal_is_kept_of_what_citizens_paste(pasted, hidden):
    assert hidden not in redacted(pasted)


def test_variants_of_one_lure_are_one_campaign_and_others_are_not():
    rng = random.Random(4)
    names, glyphs = ["DURAND", "Martin", "Le Goff"], {"a": "\u0430", "e": "\u0435"}
    lures = [
        "Bonjour Madame {n}, votre dossier de soins est bloqué depuis le {d}/03/2025. "
        "Confirmez vos informations avant ce soir sur https://{h}{d}.example/{d} sinon il sera "
        "supprimé",
        "Chronopost : le colis {d} de {n} attend au dépôt. Payez les frais de douane de "
        "1,{d} euros pour le recevoir demain : http://{h}{d}.example",
        "Dernier rappel avant majoration de votre amende n° {d}. Réglez la somme de 35 "
        "euros sous 24 heures en suivant ce lien https://{h}{d}.example/pv",
    ]
    made, truth = [], []
    for n in range(90):
        which = n % 3
        values = {"n": rng.choice(names), "d": rng.randint(10, 99), "h": f"h{which}x{n}"}
        text = lures[which].format(**values)
        if n % 5 == 0:
            text = "".join(glyphs.get(c, c) if n % 2 else c for c in text)
        made.append(Marks(shingles=shingles(fold(redacted(text))), traces=()))
        truth.append(which)
    label = {}
    for number, group in enumerate(groups(made)):
        label |= dict.fromkeys(group, number)
    pairs = [(a, b) for a in range(90) for b in range(a)]
    same = [label[a] == label[b] for a, b in pairs]
    real = [truth[a] == truth[b] for a, b in pairs]
    hit = sum(s and r for s, r in zip(same, real, strict=True))
    assert 2 * hit / (sum(same) + sum(real)) >= 0.9


def test_a_shared_host_makes_one_campaign_of_different_words():
    found = told(
        [
            report("Ameli : votre carte vitale expire http://vitale-form.example/a"),
            report("Remboursement en attente, complétez http://vitale-form.example/b"),
        ],
        scoped=frozenset(),
        stolen=frozenset(),
    )
    assert [c["reports"] for c in found] == [2]


def test_a_campaign_that_uses_stolen_items_alerts_and_says_the_share_in_scope():
    text = (
        "Bonjour Madame DURAND, suite à la fuite, confirmez ici http://verif-sante.example/{}"
    )
    reports = [
        report(text.format(n), reporter=f"P{n}", at=f"2025-09-1{n}T10:00:00Z") for n in range(4)
    ]
    (campaign,) = told(
        reports, scoped=frozenset({"P1", "P2", "P3"}), stolen=frozenset({"identity.birth_name"})
    )
    assert campaign["alert"]
    assert campaign["uses_stolen"] == ["identity.birth_name"]
    assert campaign["share_in_scope"] == 0.75
    assert list(campaign["by_day"].values()) == [1, 1, 1, 1]
    (other,) = told(reports, scoped=frozenset(), stolen=frozenset({"medical.record"}))
    assert not other["alert"]


@pytest.mark.parametrize("shape", FORMATS)
def test_no_export_holds_a_person(shape):
    lures = [
        report(
            "Bonjour Madame DURAND, votre colis est bloqué, payez http://x-verif.example/1",
            reporter="P77",
        )
    ]
    found = told(lures, scoped=frozenset({"P77"}), stolen=frozenset())
    text = exported(found, shape, at=AT)
    assert "DURAND" not in text
    assert "P77" not in text
    if shape in ("stix", "misp"):
        assert "x-verif.example" in json.dumps(json.loads(text))


def test_old_words_are_forgotten_and_counts_stay():
    old = without_words(report("Colis bloqué, payez http://c-frais.example", reporter="P1"))
    assert (old.text, old.reporter) == ("", "")
    (campaign,) = told([old], scoped=frozenset({"P1"}), stolen=frozenset())
    assert campaign["reports"] == 1
