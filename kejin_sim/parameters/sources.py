"""Where numbers come from: the list of sources, and what an evidence tag means in words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kejin_sim.lang import t

#: Evidence tag → meaning (Chinese, English).
EVIDENCE: dict[str, tuple[str, str]] = {
    "SEED": ("起草说明明文规定", "stated in the policy document itself"),
    "S": (
        "读自来源原文（发布机关文本，或转载、报道的引文）",
        "read in the source's own text, or a mirror or newspaper quoting it",
    ),
    "S2": ("转述（评论、第三方整理），作为依据前应核对原文", "read second-hand; check the original before citing it"),
    "D": ("由有来源的数字推算", "derived by arithmetic from sourced figures"),
    "M": ("行业通行说法，未核实", "commonly quoted, not verified"),
    "F": (
        "按公开统计校准得出（kejin calibrate），先验判断为假设",
        "fitted to published figures (kejin calibrate) from a first judgement that is assumed",
    ),
    "A": ("建模假设，没有来源", "modelling assumption; no source claimed"),
}


@dataclass(frozen=True)
class Source:
    """One source: public bibliographic facts only."""

    id: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    year: str
    remark_zh: str = ""
    remark_en: str = ""

    @property
    def title(self) -> str:
        """Title in the current language."""
        return t(self.title_zh, self.title_en)

    @property
    def brief(self) -> str:
        """Issuer, without the name of a journal, and year: ``Carta 2025``."""
        return f"{t(self.issuer_zh, self.issuer_en).partition(', ')[0].partition('，')[0]} {self.year}"

    @property
    def citation(self) -> str:
        """Issuer, title, year, in the current language."""
        issuer = t(self.issuer_zh, self.issuer_en)
        return t(f"{issuer}：{self.title_zh}（{self.year}）", f"{issuer}: {self.title_en} ({self.year})")


@cache
def sources() -> dict[str, Source]:
    """All sources by id, from ``parameters/data/sources.toml``."""
    text = resources.files("kejin_sim.parameters").joinpath("data", "sources.toml").read_text(encoding="utf-8")
    return {row["id"]: Source(**row) for row in tomllib.loads(text)["source"]}
