"""The language in which the program speaks: Chinese first, English equal.

Every sentence a person reads is written twice, side by side, and chosen here: ``t("中文", "English")``.
The choice is made once per process, from ``--lang``, else the variable ``KEJIN_LANG``, else the locale, else Chinese.
"""

from __future__ import annotations

import os
from typing import Literal

Language = Literal["zh", "en"]

CHOICES = ("auto", "zh", "en")

_SPLIT = "\x1f"
_current: Language | None = None


def detect() -> Language:
    """Language of the surroundings: ``KEJIN_LANG``, else the locale variables, else Chinese."""
    for name in ("KEJIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").strip().lower()
        if value.startswith("zh"):
            return "zh"
        if value.startswith("en"):
            return "en"
    return "zh"


def set_language(choice: str) -> Language:
    """Fix the language of the process.

    Parameters: ``choice`` is ``zh``, ``en`` or ``auto`` (the surroundings decide).
    Errors: ``ValueError`` for anything else.
    """
    global _current
    if choice not in CHOICES:
        raise ValueError(choice)
    _current = detect() if choice == "auto" else ("zh" if choice == "zh" else "en")
    return _current


def language() -> Language:
    """The language in force."""
    return _current if _current is not None else set_language("auto")


def t(zh: str, en: str) -> str:
    """The one of the two texts that the language in force asks for."""
    return zh if language() == "zh" else en


def both(zh: str, en: str) -> str:
    """Both texts in one string, for declarations made before the language is known; `pick` chooses."""
    return f"{zh}{_SPLIT}{en}"


def pick(text: str | None) -> str | None:
    """Choose from a text made by `both`; any other text is returned as it is."""
    if text is None or _SPLIT not in text:
        return text
    zh, en = text.split(_SPLIT, 1)
    return t(zh, en)
