"""Reads the weights of a small text model: plain arrays, never a pickle."""

from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray


def text_weights(name: str) -> tuple[NDArray[np.int8], float, float, str]:
    """Weights, step, constant and version of a model that Tocsin ships."""
    raw = (files("tocsin.adapters") / "senders" / f"{name}.npz").read_bytes()
    with np.load(BytesIO(raw), allow_pickle=False) as kept:
        return (
            kept["weights"].astype(np.int8),
            float(kept["step"][0]),
            float(kept["constant"][0]),
            str(int(kept["version"][0])),
        )
