"""Secrets, by the name of their environment variable: they stand in no file and no log."""

import os

from tocsin.core.errors import InputError
from tocsin.core.records import Says


def secret(variable: str) -> str:
    """The value of that environment variable; '' where none is named.

    Raises:
        InputError: the variable is named and not set.
    """
    if not variable:
        return ""
    value = os.environ.get(variable, "")
    if not value:
        raise InputError(
            Says(
                f"la variable d'environnement {variable} n'est pas définie",
                f"the environment variable {variable} is not set",
            ),
            next_step=Says(
                "Donnez-lui le secret pour cette commande ; ne l'écrivez jamais "
                "dans un fichier.",
                "Set it to the secret for this command; never write it in a file.",
            ),
            where=variable,
        )
    return value
