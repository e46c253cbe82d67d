"""The words of the policy in both languages."""

from __future__ import annotations

import tomllib
from importlib import resources

from kejin_sim.lang import t
from kejin_sim.report.document import Block, Heading, Table


def glossary() -> list[Block]:
    """A table of terms, in the order of the reader's language."""
    text = resources.files("kejin_sim.report").joinpath("glossary.toml").read_text(encoding="utf-8")
    terms: list[list[str]] = tomllib.loads(text)["terms"]
    pairs = [(zh, en) for zh, en in terms] if t("zh", "en") == "zh" else sorted((en, zh) for zh, en in terms)
    head = (t("中文", "English"), t("英文", "Chinese"))
    table = Table("tab-glossary", t("术语", "Terms"), head, tuple(pairs), "ll", (1.0, 1.4))
    return [Heading(t("术语", "Glossary")), table]
