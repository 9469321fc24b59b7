"""A time-stamping authority over HTTP (RFC 3161), where the environment names one."""

import hashlib
import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from tocsin.core.causes import cause
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.records import Says
from tocsin.core.seal import Finding

URL_VARIABLE = "TOCSIN_TSA_URL"
"""Address of the authority; none = bundles carry no time-stamp."""

ROOTS_VARIABLE = "TOCSIN_TSA_CA"
"""PEM file of the root certificates that are trusted to certify an authority."""

TIMEOUT_S = 30
REPLY_BYTES = 256 << 10
"""A longer reply is no time-stamp: those of real authorities take 3 to 10 kB."""


class TimestampAuthority:
    """The authority that the environment names, if any."""

    def __init__(self) -> None:
        self._url = os.environ.get(URL_VARIABLE, "")
        self._roots = os.environ.get(ROOTS_VARIABLE, "")

    def stamp(self, data: bytes) -> bytes:
        """See the port. The reply is verified before it is taken, where roots are trusted.

        Raises:
            InputError: the address is no http(s) address.
            OutsideError: the authority does not answer, or not for these bytes.
        """
        if not self._url:
            return b""
        builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.cert_request(cert_request=True).build()
        reply = self._ask(request.as_bytes())
        finding, said = self.check(data, reply)
        if finding is Finding.FAIL:
            raise _failed(Says("sa réponse ne vérifie pas", said))
        return reply

    def check(self, data: bytes, reply: bytes) -> tuple[Finding, str]:
        """See the port."""
        try:
            answer = decode_timestamp_response(reply)
            at = answer.tst_info.gen_time.isoformat()
        except ValueError as error:
            return Finding.FAIL, f"not a time-stamp: {error}"
        if answer.tst_info.message_imprint.message != hashlib.sha256(data).digest():
            return Finding.FAIL, "for other bytes"
        if not self._roots:
            return Finding.NOT_CHECKED, f"says {at}; no trusted root: set {ROOTS_VARIABLE}"
        try:
            roots = x509.load_pem_x509_certificates(Path(self._roots).read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(
                Says(
                    f"les racines de confiance ne peuvent pas être lues : {cause(error).fr}",
                    f"the trusted roots cannot be read: {cause(error).en}",
                ),
                next_step=Says(
                    f"Indiquez dans {ROOTS_VARIABLE} un fichier PEM de certificats racines.",
                    f"Set {ROOTS_VARIABLE} to a PEM file of root certificates.",
                ),
                where=self._roots,
            ) from error
        held = [x509.load_der_x509_certificate(c) for c in answer.signed_data.certificates]
        try:
            # Among the certificates that it carries, those that are no authority's own.
            above = [c for c in held if _is_authority(c)]
            VerifierBuilder(roots=roots, intermediates=above).build().verify_message(
                answer, data
            )
        except (VerificationError, ValueError) as error:
            return Finding.FAIL, f"{error}"
        return Finding.PASS, at

    def _ask(self, request: bytes) -> bytes:
        if urlsplit(self._url).scheme not in ("http", "https"):
            raise InputError(
                Says(
                    "l'adresse de l'autorité d'horodatage n'en est pas une",
                    "the address of the time-stamping authority is not one",
                ),
                next_step=Says(
                    f"Mettez dans {URL_VARIABLE} une adresse http:// ou https://.",
                    f"Set {URL_VARIABLE} to an http:// or https:// address.",
                ),
                where=self._url,
            )
        asked = urllib.request.Request(  # noqa: S310  # the scheme was checked
            self._url,
            data=request,
            headers={"Content-Type": "application/timestamp-query"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
                reply: bytes = answer.read(REPLY_BYTES + 1)
        except (urllib.error.URLError, OSError) as error:
            raise _failed(cause(error)) from error
        if len(reply) > REPLY_BYTES:
            raise _failed(Says("sa réponse est trop longue", "its reply is too long"))
        return reply


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca


def _failed(why: Says) -> OutsideError:
    return OutsideError(
        Says(
            "l'autorité d'horodatage n'a pas donné d'horodatage",
            "the time-stamping authority gave no time-stamp",
        ),
        next_step=Says(
            f"Réessayez, ou retirez {URL_VARIABLE} pour sceller sans horodatage.",
            f"Try again, or unset {URL_VARIABLE} to seal without one.",
        ),
        where=why,
    )
