"""Data items in plain words: the one list that sentences, reports and letters use."""

from collections.abc import Mapping

from tocsin.core.records import Says

ITEM_WORDS: Mapping[str, Says] = {
    "birth_name": Says("nom de naissance", "birth name"),
    "used_name": Says("nom utilisé", "used name"),
    "first_names": Says("prénoms", "first names"),
    "birth_date": Says("date de naissance", "birth date"),
    "birth_place": Says("lieu de naissance", "place of birth"),
    "sex": Says("sexe", "sex"),
    "phone": Says("téléphone", "phone"),
    "email": Says("courriel", "e-mail"),
    "address": Says("adresse", "address"),
    "postal_code": Says("code postal", "postal code"),
    "city": Says("commune", "city"),
    "ins": Says("INS", "INS"),
    "nir": Says("NIR", "NIR"),
    "diagnosis": Says("diagnostic", "diagnosis"),
    "health": Says("santé", "health"),
    "guardian": Says("représentant", "guardian"),
    "document": Says("document", "document"),
    "documents": Says("documents", "documents"),
    "image": Says("image", "image"),
    "record": Says("dossier", "record"),
    "reason": Says("motif", "reason"),
    "request": Says("demande", "request"),
    "appointment": Says("rendez-vous", "appointment"),
    "prescription": Says("prescription", "prescription"),
    "disability": Says("handicap", "disability"),
    "age": Says("grand âge", "old age"),
    "treatment": Says("traitement", "treatment"),
    "imaging": Says("imagerie", "imaging"),
    "status": Says("statut", "status"),
    "comment": Says("commentaire", "comment"),
    "note": Says("note", "note"),
    "iban": Says("IBAN", "IBAN"),
    "password": Says("mot de passe", "password"),
    "summary": Says("résumé", "summary"),
    "stay": Says("séjour", "stay"),
    "organisation": Says("structure", "organisation"),
    "language": Says("langue", "language"),
    "result": Says("résultat", "result"),
    "allergy": Says("allergie", "allergy"),
    "handicap": Says("handicap", "disability"),
    "palliative": Says("soins palliatifs", "palliative care"),
    "mental_health": Says("santé mentale", "mental health"),
    "insurer": Says("organisme d'assurance", "insurer"),
    "guardian_name": Says("nom du représentant", "guardian's name"),
    "guardian_phone": Says("téléphone du représentant", "guardian's phone"),
    "guardian_email": Says("courriel du représentant", "guardian's e-mail"),
    "guardian_address": Says("adresse du représentant", "guardian's address"),
}
"""What follows the category in an item, in French and in English."""


def item_words(item: str) -> Says:
    """An item (`category.name`, or its name alone) in plain words.

    One that the operator's catalogue invents is shown by its own name.
    """
    name = item.rpartition(".")[2]
    plain = name.replace("_", " ")
    return ITEM_WORDS.get(name, Says(plain, plain))
