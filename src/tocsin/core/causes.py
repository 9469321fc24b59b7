"""Why the machine said no, in a reader's words: never the name of a programmer's class."""

import errno

from tocsin.core.records import Says

OF_THE_SYSTEM = {
    errno.ENOENT: Says("fichier ou dossier introuvable", "no such file or folder"),
    errno.EACCES: Says("les droits manquent", "the rights are missing"),
    errno.EPERM: Says("l'opération n'est pas permise", "the operation is not permitted"),
    errno.EISDIR: Says("c'est un dossier", "it is a folder"),
    errno.ENOTDIR: Says(
        "son chemin passe par un fichier, qui n'est pas un dossier",
        "its path goes through a file, which is no folder",
    ),
    errno.EEXIST: Says("ce nom est déjà pris", "the name is already taken"),
    errno.ENOTEMPTY: Says("le dossier n'est pas vide", "the folder is not empty"),
    errno.ENAMETOOLONG: Says("le nom est trop long", "the name is too long"),
    errno.ELOOP: Says("ses liens tournent en rond", "its links go round in circles"),
    errno.ENOSPC: Says("le disque est plein", "the disk is full"),
    errno.EDQUOT: Says("le quota de disque est atteint", "the disk quota is reached"),
    errno.EROFS: Says("le disque est en lecture seule", "the disk is read-only"),
    errno.EIO: Says("le disque ne répond plus bien", "the disk fails"),
    errno.EMFILE: Says("trop de fichiers sont ouverts", "too many files are open"),
    errno.ENFILE: Says("trop de fichiers sont ouverts", "too many files are open"),
    errno.ENOMEM: Says("la mémoire manque", "memory is short"),
    errno.EFBIG: Says("le fichier est trop gros", "the file is too large"),
    errno.EINVAL: Says("le nom ou l'opération n'est pas valable", "the name is not valid"),
    errno.EBUSY: Says("autre chose l'occupe", "something else holds it"),
    errno.EXDEV: Says("c'est un autre disque", "it is another disk"),
    errno.ECONNREFUSED: Says("la connexion est refusée", "connection refused"),
    errno.ECONNRESET: Says("la connexion a été coupée", "connection reset by peer"),
    errno.ECONNABORTED: Says("la connexion a été coupée", "connection aborted"),
    errno.EPIPE: Says("la connexion a été coupée", "broken pipe"),
    errno.EHOSTUNREACH: Says("aucune route n'y mène", "no route to host"),
    errno.ENETUNREACH: Says("le réseau n'y mène pas", "network is unreachable"),
    errno.ETIMEDOUT: Says("rien n'a répondu à temps", "nothing answered in time"),
}
"""What the system says, by the number of its error."""

BY_KIND: tuple[tuple[type[BaseException], Says], ...] = (
    (UnicodeError, Says("ce n'est pas de l'UTF-8", "it is not UTF-8")),
    (TimeoutError, Says("rien n'a répondu à temps", "nothing answered in time")),
    (ConnectionError, Says("la connexion a été coupée", "the connection was cut")),
    (MemoryError, Says("la mémoire manque", "memory is short")),
    (EOFError, Says("il s'arrête avant sa fin", "it stops before its end")),
)
"""The rest, by the kind of the error; the first that fits."""

BY_NAME = {
    "SSLCertVerificationError": Says(
        "son certificat n'est pas reconnu", "its certificate does not hold"
    ),
    "SSLError": Says("TLS n'a pas pu s'établir", "TLS could not be set up"),
    "gaierror": Says("ce nom de machine est inconnu", "the host name is unknown"),
}
"""Errors of libraries that core does not load; their numbers are not the system's."""

OTHERWISE = Says(
    "son contenu n'a pas la forme attendue", "its content is not of the expected form"
)


def cause(error: BaseException) -> Says:
    """Why, as a clause to stand after a colon."""
    if type(error).__name__ in BY_NAME:
        return BY_NAME[type(error).__name__]
    number = error.errno if isinstance(error, OSError) else None
    if number in OF_THE_SYSTEM:
        return OF_THE_SYSTEM[number]
    for kind, said in BY_KIND:
        if isinstance(error, kind):
            return said
    if number is not None and number > 0:
        return Says(
            f"le système répond l'erreur {number}", f"the system answers error {number}"
        )
    return OTHERWISE
