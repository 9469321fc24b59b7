"""One HTTP call to a configured host: no redirect followed, no proxy, no cookies, bounded."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.adapters import wire
from tocsin.core.orders import ASK_AGAIN, UnansweredError, UntriedError
from tocsin.core.outgoing import Address
from tocsin.core.records import Says

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    def document(self) -> object:
        """The body as JSON; None if it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A configured host, and how it is spoken to."""

    address: Address
    name: str
    ca_file: str

    def reached(self) -> Address:
        """The address with the port that its scheme means."""
        at = self.address
        port = at.port or PORTS[at.scheme]
        return Address(url=at.url, scheme=at.scheme, host=at.host, port=port, path=at.path)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        changes: bool | None = None,
    ) -> Reply:
        """Call `path` below the configured address.

        Args:
            changes: whether it asks for a change; by default any method but GET does.

        Raises:
            UntriedError: it cannot be reached, or a question had no answer.
            UnansweredError: a change was asked for and no answer came.
        """
        at = self.reached()
        line = wire.dial(at, name=self.name, ca_file=self.ca_file, tls=at.scheme == "https")

        def speak() -> Reply:
            talk = http.client.HTTPConnection(at.host, at.port)
            talk.sock = line  # it has what http.client uses
            said = {"Connection": "close", "Accept": "application/json", **(headers or {})}
            line.changing = method != "GET" if changes is None else changes
            try:
                where = at.path.rstrip("/") + path if path else at.path
                talk.request(method, where, body or None, said)
                answer = talk.getresponse()
                return Reply(
                    status=answer.status,
                    headers={name.lower(): value for name, value in answer.getheaders()},
                    cookies=tuple(answer.headers.get_all("Set-Cookie") or ()),
                    body=answer.read(),
                )
            except http.client.HTTPException as error:
                raise ValueError(type(error).__name__) from error

        return wire.talk(line, self.name, speak)


def refuse(reply: Reply, name: str, asked: Says) -> None:
    """Raise unless the reply is a success.

    Raises:
        UntriedError: the target said no, or sent us elsewhere, which is not followed.
        UnansweredError: it failed in the middle (5xx): it may have been done.
    """
    if 200 <= reply.status < 300:
        return
    if 300 <= reply.status < 400:
        raise UntriedError(
            Says(
                f"la cible a répondu à {asked.fr} par une redirection "
                f"({reply.status}), ce qui est refusé",
                f"the target answered {asked.en} with a redirect "
                f"({reply.status}), which is refused",
            ),
            next_step=Says(
                "Écrivez l'adresse finale dans le fichier estate.toml, puis relancez.",
                "Write the final address in the estate file, then run again.",
            ),
            where=name,
        )
    kind = UnansweredError if reply.status >= 500 else UntriedError
    raise kind(
        Says(
            f"la cible a répondu {reply.status} à {asked.fr}",
            f"the target answered {asked.en} with {reply.status}",
        ),
        next_step=ASK_AGAIN,
        where=name,
    )
