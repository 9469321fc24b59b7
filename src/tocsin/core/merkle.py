"""The Merkle tree of RFC 9162, section 2.1: one root for many leaves, and its two proofs.

Leaves and nodes are hashed with different first bytes (0x00, 0x01), so that no node can be
shown as a leaf. A root says how many leaves it has only together with their number: whoever
signs a root signs the number too.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256().digest()
"""The root of no leaf (RFC 9162, section 2.1.1)."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two nodes side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of the leaves, in their order."""
    stack: list[tuple[int, bytes]] = []  # height and hash of whole subtrees, left to right
    for leaf in leaves:
        height, found = 0, leaf_hash(leaf)
        while stack and stack[-1][0] == height:
            found = node_hash(stack.pop()[1], found)
            height += 1
        stack.append((height, found))
    if not stack:
        return EMPTY
    found = stack.pop()[1]
    while stack:
        found = node_hash(stack.pop()[1], found)
    return found


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes that lead from one leaf to the root (RFC 9162, section 2.1.3.1).

    Args:
        leaves: all the leaves.
        index: of the leaf to be proved, from 0.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(index)
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return tuple(reversed(path))


def proves_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the proof leads from the leaf to the root of `size` leaves (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf_hash(leaf)
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(other, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def consistency_proof(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The hashes that show the first `first` leaves begin the whole tree (2.1.4.1)."""
    if not 0 < first <= len(leaves):
        raise ValueError(first)
    return tuple(_consistency(leaves, first, whole=True))


def proves_consistency(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether the smaller tree begins the larger one (RFC 9162, section 2.1.4.2).

    Args:
        sizes: numbers of leaves of the smaller and of the larger tree.
        roots: their roots.
        proof: from `consistency_proof`.
    """
    first, second = sizes
    if first == second:
        return not proof and roots[0] == roots[1]
    if not 0 < first < second or not proof:
        return False
    path = list(proof) if first & (first - 1) else [roots[0], *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    small = large = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            small, large = node_hash(other, small), node_hash(other, large)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            large = node_hash(large, other)
        place, last = place >> 1, last >> 1
    return last == 0 and (small, large) == roots


def _consistency(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    middle = _split(len(leaves))
    if first <= middle:
        return [*_consistency(leaves[:middle], first, whole=whole), root(leaves[middle:])]
    return [
        *_consistency(leaves[middle:], first - middle, whole=False),
        root(leaves[:middle]),
    ]


def _split(size: int) -> int:
    """The largest power of two smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)
