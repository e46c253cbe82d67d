"""Columns as Arrow arrays, put together from buffers: ``pyarrow.array`` would import pandas, for a fifth of a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def numbers(values: NDArray[np.float64] | NDArray[np.int64]) -> Any:
    """Numbers without a copy; those that are not finite are missing, so that no average is spoilt by them."""
    import pyarrow as pa

    kept = np.ascontiguousarray(values)
    if kept.dtype == np.int64:
        return pa.Array.from_buffers(pa.int64(), len(kept), [None, pa.py_buffer(kept)])
    known = np.isfinite(kept)
    there = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(kept), [there, pa.py_buffer(kept)])


def words(values: Sequence[str | None]) -> Any:
    """Texts; None is missing."""
    import pyarrow as pa

    encoded = [b"" if value is None else value.encode() for value in values]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    known = np.array([value is not None for value in values], np.bool_)
    there = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    text = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), text, there)
