"""The copy of a delivery holds its bytes, whatever their number and pieces."""

import pytest

from tocsin.adapters.evidence_copy import BLOCK_BYTES, BUFFER_BYTES, EvidenceCopy


@pytest.mark.parametrize(
    "length",
    [
        0,
        1,
        BLOCK_BYTES - 1,
        BLOCK_BYTES,
        BLOCK_BYTES + 1,
        BUFFER_BYTES - 1,
        BUFFER_BYTES,
        BUFFER_BYTES + 1,
        2 * BUFFER_BYTES + BLOCK_BYTES + 7,
    ],
)
@pytest.mark.parametrize("piece", [1 << 20, (1 << 20) + 13])
def test_a_copy_holds_what_it_was_given(tmp_path, length, piece):
    text = (bytes(range(251)) * (length // 251 + 1))[:length]
    copy = EvidenceCopy(str(tmp_path / "copy"))
    for begin in range(0, length, piece):
        copy.take(text[begin : begin + piece])
    copy.finish()
    copy.close()
    copy.close()
    assert (tmp_path / "copy").read_bytes() == text
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
