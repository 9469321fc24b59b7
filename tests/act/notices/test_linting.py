"""Each rule of the linter has a bad template that it refuses; ours pass all of them."""

import re
from dataclasses import replace

import pytest
from made import HEAD, TEMPLATES, TEXTS

from tocsin.act.notices.linting import RULES, SHAPE, lint
from tocsin.adapters.notice_templates import read_template

ADVICE = 'suspicious = "Méfiez-vous'


def without(section):
    """The French notice without a section."""
    pattern = rf'\[\[section\]\]\nid = "{section}".*?(?=\n\[)'
    return lambda text: re.sub(pattern, "", text, flags=re.DOTALL)


def swapped(old, new):
    """The French notice with a passage replaced."""

    def change(text):
        assert old in text
        return text.replace(old, new)

    return change


def advised(sentence):
    """The French notice with one more sentence of advice."""
    return swapped(ADVICE, f'suspicious = "{sentence} Méfiez-vous')


BAD = {
    "slots": swapped("Cet avis concerne {person}.", "Cet avis : {person}, {birth_date}."),
    "nature": swapped("{when}, une personne non autorisée", "Une personne non autorisée"),
    "controllers": swapped(" pour : {controllers}.", "."),
    "items": without("items"),
    "not_reached": without("not_reached"),
    "consequences": without("consequences"),
    "measures": without("measures"),
    "advice": without("advice"),
    "contact": swapped('{ list = "dpo" },', ""),
    "authority": swapped("auprès de la CNIL, 3 place", "auprès de l'autorité, 3 place"),
    "complaint": without("complaint_form"),
    "verifiable": swapped("Référence de cet avis : {code}", "Merci de votre attention."),
    "named": swapped("Cet avis concerne {person}.", "Cet avis vous concerne."),
    "anonymous": swapped("{when}, une personne non", "{person} : {when}, une personne non"),
    "promise": swapped("Nous ne demandons jamais", "Nous ne demandons presque jamais"),
    "links": advised("Voyez https://grades-demo.invalid/avis pour en savoir plus."),
    "mailboxes": advised("Écrivez à aide@grades-secours.invalid en cas de doute."),
    "numbers": advised("Un conseiller répond au 01 23 45 67 89 toute la journée."),
    "asks": advised("Confirmez votre identité auprès de notre équipe."),
    "pressure": advised("Agissez immédiatement, votre compte sera bloqué."),
    "compensation": advised("Vous serez indemnisé de ce dommage."),
    "attachment": advised("Le détail se trouve en pièce jointe."),
    "loud": advised("Attention !"),
    "subject": swapped(
        'subject = "Information sur vos données personnelles"', 'subject = "Re: vos données"'
    ),
    "values": advised("Votre numéro 1 85 01 75 001 042 09 est concerné."),
    "hidden": advised("Notre équipe d\u0430ide répond."),
    "sms": swapped("Avis réf. {code}.", "Voyez votre courrier."),
    "readable": advised(
        "Il convient de noter que chacune des personnes dont les données ont été vues doit, "
        + "dans la mesure du possible et selon les circonstances, prendre garde " * 14
        + "aux messages."
    ),
}  # fmt: skip
"""For each rule, what makes the French notice bad."""


def found(change, name="notice.fr"):
    template = read_template(change(TEXTS[name]), name=name)
    return {one.rule for one in lint(template, HEAD, sorted(HEAD.controllers))}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_projects_own_templates_pass_every_rule(name):
    assert not lint(TEMPLATES[name], HEAD, sorted(HEAD.controllers))


def test_every_rule_has_a_bad_template():
    assert set(BAD) == {rule.id for rule in (*RULES, SHAPE)}


@pytest.mark.parametrize("rule", BAD)
def test_each_rule_refuses_its_bad_template(rule):
    assert rule in found(BAD[rule], "public.fr" if rule == "anonymous" else "notice.fr")


ASKED_OF_ALL = ("items", "not_reached", "consequences", "measures", "advice", "complaint_form")


@pytest.mark.parametrize("section", ASKED_OF_ALL)
def test_what_everybody_reads_lacks_nothing_that_the_law_asks(section):
    rule = "complaint" if section == "complaint_form" else section
    assert rule in found(without(section), "public.fr")


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Cliquez ici pour vous protéger.", "asks"),
        ("Connectez-vous à votre espace.", "asks"),
        ("Répondez-nous avec votre date de naissance.", "asks"),
        ("Click here to protect yourself.", "asks"),
        ("Merci de nous transmettre votre RIB.", "asks"),
        ("Vous pouvez nous envoyer votre mot de passe.", "asks"),
        ("Donnez au téléphone le code reçu par SMS.", "asks"),
        ("Call us and give your date of birth.", "asks"),
        ("Vous avez 48 h pour répondre.", "pressure"),
        ("You have 2 days to answer.", "pressure"),
        ("Dernier rappel avant clôture.", "pressure"),
        ("Vous avez 48 heures : sous 48 h, tout est perdu.", "pressure"),
        ("Un remboursement vous attend.", "compensation"),
        ("Voyez bit.ly/avis", "links"),
        ("Voyez www.grades-demo.invalid.example.com", "links"),
        ("Voyez <b>ici</b>", "links"),
        ("Votre IBAN FR76 3000 6000 0112 3456 7890 189 a été vu.", "values"),
        ("Né le 01/02/1980.", "values"),
        ("Un signe caché\u200b ici.", "hidden"),
        ("DERNIER AVIS IMPORTANT pour vous.", "loud"),
        ("Composez le 0899123456.", "numbers"),
    ],
)
def test_other_lures_are_refused_too(sentence, rule):
    assert rule in found(advised(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "Ne cliquez jamais sur un lien reçu par message.",
        "Nous ne vous demanderons rien : n'envoyez aucun document.",
        "Ne communiquez jamais votre code.",
    ],
)
def test_a_warning_is_no_request(sentence):
    assert not found(advised(sentence))


def test_a_promise_changed_by_one_word_is_refused_in_english_too():
    text = TEXTS["notice.en"].replace("We never ask for bank", "We seldom ask for bank")
    template = read_template(text, name="notice.en")
    assert {one.rule for one in lint(template, HEAD, ())} == {"promise"}


@pytest.mark.parametrize(
    "more",
    [
        {"phone": ""},
        {"site": ""},
        {"phone": "+33 1 99 00 00 01", "dpos": {"": "DPO, 33199000002, dpo@a.invalid"}},
        {"operator": "S.A.M.U. URGENCE SANTÉ !", "sender": "URGENT SANTE !"},
        {"dpos": {"990000176": "dpo@c.invalid"}},
    ],
)
def test_what_the_operator_is_called_breaks_no_rule(more):
    head = replace(HEAD, **more)
    for template in TEMPLATES.values():
        assert not lint(template, head, ["990000176"])
