"""Containment with real doors: each kind of target, one adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.act.containment.plan import PURPOSE, Asked
from tocsin.adapters import signing
from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.glewlwyd_admin import GlewlwydDoor
from tocsin.adapters.haproxy_runtime import HaproxyDoor
from tocsin.adapters.keycloak_admin import KeycloakDoor
from tocsin.adapters.ldap_directory import LdapDoor
from tocsin.adapters.secrets_named import secret
from tocsin.adapters.signed_webhook import WebhookDoor
from tocsin.core.orders import Door
from tocsin.core.outgoing import Target, TargetKind
from tocsin.flow import contain, contain_orders
from tocsin.flow.contain_orders import Hands, unfinished
from tocsin.flow.over import document, over
from tocsin.flow.world import World
from tocsin.wiring.outside import outgoing_of
from tocsin.wiring.world import Document, open_world


def plan(root: Path, asked: Asked) -> Document:
    """The orders, and whom they stop."""
    with open_world(root, write=True) as (world, case):
        return contain.make(world, asked, outgoing_of(case, why=PURPOSE))


def approve(root: Path, name: str, key: Path) -> Document:
    """A second named human signs the plan."""
    signer = signing.read_key(key)
    with open_world(root, write=True) as (world, _):
        digest = str(contain.read(world, name).kept["digest"])
        approval = signer.sign(digest, purpose=PURPOSE)
        return contain.approve(world, name, approval, signing.verifies)


def apply(root: Path, name: str, *, by: str, why: str, key: Path | None = None) -> Document:
    """Close what the plan says; with a key, its holder approves it first."""
    if key is not None:
        approve(root, name, key)
    with _hands(root) as (world, hands):
        return contain_orders.apply(world, name, hands, by=by, why=why)


def verify(root: Path, name: str) -> Document:
    """Ask the targets again: of one plan, or of all; then look for the thief in the trails."""
    with _hands(root) as (world, hands):
        found = (
            contain_orders.verify(world, name, hands)
            if name
            else contain_orders.verify_all(world, hands)
        )
        return {**found, "over": document(over(world))}


def undo(root: Path, name: str, *, by: str, why: str) -> Document:
    """Put each door back as it stood."""
    with _hands(root) as (world, hands):
        return contain_orders.undo(world, name, hands, by=by, why=why)


def status(root: Path) -> Document:
    """Every plan as the case keeps it; no target is asked."""
    with open_world(root, write=False) as (world, _):
        made = [one.document() for one in contain.plans(world)]
        return {"plans": made, "over": document(over(world))}


@contextmanager
def _hands(root: Path) -> Iterator[tuple[World, Hands]]:
    with open_world(root, write=True) as (world, case):
        outgoing = outgoing_of(case, why=PURPOSE)
        yield (
            world,
            Hands(
                outgoing=outgoing,
                opens=lambda target: door_of(target, case),
                verifies=signing.verifies,
            ),
        )


def door_of(target: Target, case: CaseFolder) -> Door:
    """The door of a target.

    Raises:
        InputError: its secret is not set; said before anything leaves.
    """
    secret(target.secret_env)
    if target.kind is TargetKind.KEYCLOAK:
        return KeycloakDoor(target)
    if target.kind is TargetKind.GLEWLWYD:
        return GlewlwydDoor(target)
    if target.kind is TargetKind.LDAP:
        return LdapDoor(target)
    if target.kind is TargetKind.HAPROXY:
        return HaproxyDoor(target)
    return WebhookDoor(target, case.keyring.signer().sign_bytes)


__all__ = [
    "Asked",
    "apply",
    "approve",
    "door_of",
    "plan",
    "status",
    "undo",
    "unfinished",
    "verify",
]
