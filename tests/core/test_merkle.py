"""The tree is that of RFC 9162: reference vectors by table, its two proofs as laws."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core import merkle

# The test vectors of the reference implementation of RFC 6962 and RFC 9162
# (google/certificate-transparency, merkletree/merkle_tree_test.cc).
LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

leaf_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


def test_the_example_of_the_rfc_has_the_paths_that_it_names():
    # RFC 9162, section 2.1.5: seven leaves d0..d6, nodes a..l.
    seven = [bytes([n]) for n in range(7)]
    a, b, c, d, e, f, j = (merkle.leaf_hash(leaf) for leaf in seven)
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, tail = merkle.node_hash(g, h), merkle.node_hash(i, j)
    assert merkle.root(seven) == merkle.node_hash(k, tail)
    assert merkle.inclusion_proof(seven, 0) == (b, h, tail)
    assert merkle.inclusion_proof(seven, 3) == (c, g, tail)
    assert merkle.inclusion_proof(seven, 4) == (f, j, k)
    assert merkle.inclusion_proof(seven, 6) == (i, k)
    assert merkle.consistency_proof(seven, 3) == (c, d, g, tail)
    assert merkle.consistency_proof(seven, 4) == (tail,)
    assert merkle.consistency_proof(seven, 6) == (i, j, k)


@given(leaf_lists, st.data())
def test_every_leaf_is_proved_and_no_other_passes_for_it(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    expected = merkle.root(leaves)
    size = len(leaves)
    assert merkle.proves_inclusion(leaves[index], index, size, proof, expected)
    assert not merkle.proves_inclusion(leaves[index] + b"x", index, size, proof, expected)
    assert not merkle.proves_inclusion(leaves[index], size, size, proof, expected)
    more = (*proof, bytes(32))
    assert not merkle.proves_inclusion(leaves[index], index, size, more, expected)


@given(leaf_lists, st.data())
def test_a_longer_tree_is_proved_to_begin_with_the_shorter(leaves, data):
    first = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency_proof(leaves, first)
    roots = (merkle.root(leaves[:first]), merkle.root(leaves))
    sizes = (first, len(leaves))
    assert merkle.proves_consistency(sizes, roots, proof)
    other = (hashlib.sha256(roots[0]).digest(), roots[1])
    assert not merkle.proves_consistency(sizes, other, proof)
