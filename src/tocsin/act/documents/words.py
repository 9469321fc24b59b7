"""Closed lists of the filings: codes of the house, with their words.

They mirror the families of the CNIL's open data on breaches and public implementations of its
form; each label is to be checked against the live form before use.
"""

from collections.abc import Mapping

from tocsin.core.records import Says

NATURES: Mapping[str, Says] = {
    "confidentiality": Says("perte de confidentialité", "loss of confidentiality"),
    "integrity": Says("perte d'intégrité", "loss of integrity"),
    "availability": Says("perte de disponibilité", "loss of availability"),
}

ORIGIN_HACKING = Says(
    "piratage, logiciel malveillant, hameçonnage", "hacking, malware, phishing"
)
CAUSE_EXTERNAL = Says("acte externe malveillant (supposé)", "external malicious act (supposed)")

DATA: Mapping[str, tuple[str, Says]] = {
    "identity": ("civil_status", Says("état civil", "civil status")),
    "contact": ("contact", Says("coordonnées", "contact details")),
    "identifier": ("nir", Says("numéros d'identification (NIR, INS)", "NIR, INS")),
    "administrative": ("other", Says("données administratives", "administrative data")),
    "medical": ("health", Says("données de santé", "health data")),
    "financial": ("financial", Says("données financières", "financial data")),
    "credential": (
        "identification_access",
        Says("données d'identification ou d'accès", "identification or access data"),
    ),
    "free_text": ("other", Says("zones de texte libre", "free-text fields")),
    "implied": (
        "health",
        Says(
            "ce que la présence dans un service laisse deviner",
            "what being listed in a service tells",
        ),
    ),
}
"""Category of the catalogue → code and words of the filing."""

HARMS: Mapping[str, Says] = {
    "loss_of_control": Says("perte de contrôle sur ses données", "loss of control"),
    "identity_theft": Says("usurpation d'identité", "identity theft"),
    "fraud": Says("fraude, hameçonnage ciblé", "fraud, targeted phishing"),
    "professional_secrecy_lost": Says(
        "perte du secret professionnel", "loss of professional secrecy"
    ),
}

HARMS_OF: Mapping[str, tuple[str, ...]] = {
    "identity": ("loss_of_control", "identity_theft"),
    "contact": ("loss_of_control", "fraud"),
    "identifier": ("loss_of_control", "identity_theft"),
    "medical": ("loss_of_control", "professional_secrecy_lost"),
    "implied": ("loss_of_control", "professional_secrecy_lost"),
    "financial": ("loss_of_control", "fraud"),
    "credential": ("loss_of_control", "fraud"),
}
"""Likely harms by category reached."""

GRAVITY: Mapping[str, tuple[str, Says]] = {
    "low": ("negligible", Says("négligeable", "negligible")),
    "medium": ("limited", Says("limitée", "limited")),
    "high": ("important", Says("importante", "important")),
    "very_high": ("maximal", Says("maximale", "maximal")),
}
"""Level of ENISA → gravity of the CNIL form. The match is the house's, not official."""

LEVELS: Mapping[str, Says] = {
    "low": Says("faible", "low"),
    "medium": Says("moyen", "medium"),
    "high": Says("élevé", "high"),
    "very_high": Says("très élevé", "very high"),
    "unknown": Says("inconnu", "unknown"),
}

NOT_RECORDED = Says("non consigné dans le dossier", "not recorded in the case")
NOT_SCOPED = Says(
    "le périmètre n'est pas encore calculé", "the scope has not been computed yet"
)
NOT_DETECTED = Says(
    "aucune session n'est encore retenue comme usurpée", "no session is retained as usurped yet"
)
FOR_THE_SIGNER = Says("à remplir par le signataire", "to be filled by the person who signs")

PROMISE = Says(
    "Nous ne demandons jamais de coordonnées bancaires, de numéro de sécurité sociale ni de "
    "mot de passe par courriel, téléphone ou SMS.",
    "We never ask for bank details, a social security number or a password by e-mail, phone "
    "or SMS.",
)
"""The promise, the same words everywhere."""
