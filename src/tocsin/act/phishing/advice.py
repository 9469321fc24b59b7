"""What to do with a message, and where to report it. Channels are dated facts with a source."""

from tocsin.act.phishing.facts import Facts
from tocsin.core.messages import Senders
from tocsin.core.records import Says

CHECKED_ON = "2026-11-01"
"""When the channels below were last checked (cybermalveillance.gouv.fr, service-public.fr F34800,
33700.fr, signal-spam.fr)."""

REPORT = {
    "sms": Says(
        "Transférez ce SMS au 33700 (gratuit), puis supprimez-le.",
        "Forward this SMS to 33700 (free), then delete it.",
    ),
    "mail": Says(
        "Signalez ce courriel sur signal-spam.fr, puis supprimez-le.",
        "Report this mail on signal-spam.fr, then delete it.",
    ),
    "call": Says(
        "Signalez le numéro : SMS au 33700 avec « SPAMVOCAL » et le numéro.",
        "Report the number: text “SPAMVOCAL” and the number to 33700.",
    ),
    "web": Says(
        "Signalez le site sur phishing-initiative.fr ou internet-signalement.gouv.fr.",
        "Report the site on phishing-initiative.fr or internet-signalement.gouv.fr.",
    ),
}
NOTHING = {
    "call": Says(
        "Raccrochez. Rappelez vous-même le numéro officiel, que vous trouvez ailleurs.",
        "Hang up. Call the official number yourself, found elsewhere.",
    ),
}
NO_ACT = Says(
    "Ne cliquez pas, ne répondez pas, n'appelez pas le numéro du message.",
    "Do not click, do not answer, do not call the number in the message.",
)
GO_YOURSELF = Says(
    "En cas de doute, allez vous-même sur le site officiel en tapant son adresse, ou appelez le numéro que vous connaissez.",
    "If in doubt, go to the official site yourself by typing its address, or call the number that you know.",
)
IF_GIVEN = Says(
    "Si vous avez déjà donné quelque chose : appelez votre banque, changez le mot de passe, gardez les preuves, et demandez de l'aide sur 17Cyber.gouv.fr ou au 0 805 805 817.",
    "If you have already given something: call your bank, change the password, keep the evidence, and ask for help on 17Cyber.gouv.fr or 0 805 805 817.",
)
NO_PROOF = Says(
    "Cela ne prouve pas que le message est vrai. Si l'on vous demande un secret ensuite, arrêtez tout.",
    "This does not prove that the message is true. If a secret is asked later, stop.",
)


def advice(f: Facts, verdict: str, senders: Senders) -> tuple[Says, ...]:
    """What to do, most important first."""
    channel = f.message.channel
    if verdict == "no_sign":
        return (NO_PROOF, GO_YOURSELF)
    told = [NOTHING.get(channel, NO_ACT), *_never(f, senders), GO_YOURSELF]
    if verdict == "phishing":
        told += [IF_GIVEN]
    return (*told, REPORT[channel])


def _never(f: Facts, senders: Senders) -> list[Says]:
    """What the claimed body never does, with its source, where the message wants just that."""
    named = {c.body.id for c in f.claims} | {"bank" for c in f.claims if c.body.claim == "bank"}
    if f.professional is not None:
        named.add("health")
    asked = {s.ask for s in f.secrets.asked} | f.asks.keys()
    for rule in senders.nevers:
        if rule.body in named and asked & set(rule.against):
            return [
                Says(
                    f"{rule.says.fr} (Source : {rule.source}.)",
                    f"{rule.says.en} (Source: {rule.source}.)",
                )
            ]
    return []
