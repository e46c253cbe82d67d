"""What is printed where the output cannot show every sign: a file or a pipe in the code page of a Chinese Windows (GBK), say."""

from __future__ import annotations

import codecs
import sys
from contextlib import suppress
from typing import Final

ERRORS: Final = "kejin.nearest"
"""Name of the way to encode: the nearest sign instead of one that is missing."""

_NEAREST: Final = {
    "−": ("-",), "–": ("-",), "¥": ("￥", "CNY "), "⇒": ("=>",), "→": ("->",), "≤": ("<=",), "≥": (">=",), "≈": ("~",),
    "≠": ("!=",), "×": ("x",), "÷": ("/",), "·": ("*",), "½": ("1/2",), "¼": ("1/4",), "⌊": ("[",), "⌋": ("]",), "√": ("sqrt",),
    "Σ": ("sum",), "›": (">",), "…": ("...",), "“": ('"',), "”": ('"',), "’": ("'",), "（": ("(",), "）": (")",),
}  # fmt: skip
_RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
_LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))


def nearest(sign: str, before: str, encoding: str) -> str:
    """What stands for a sign that an encoding lacks; ``before``: the sign in front of it. A question mark where nothing is near."""
    if sign in _RAISED:  # m² as m^2, x⁻¹ as x^-1
        return _RAISED[sign] if before in _RAISED else f"^{_RAISED[sign]}"
    for candidate in (*_NEAREST.get(sign, ()), _LOWERED.get(sign, "?")):
        with suppress(UnicodeEncodeError):
            candidate.encode(encoding)
            return candidate
    return "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object
    found = [nearest(text[place], text[place - 1 : place], error.encoding) for place in range(error.start, error.end)]
    return "".join(found), error.end


def forgive() -> None:
    """From now on the terminal's streams show the nearest sign instead of failing."""
    codecs.register_error(ERRORS, _replace)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with suppress(ValueError, OSError):
                reconfigure(errors=ERRORS)
