"""Quarters and dates, and the order of a quarter, written once as data.

Both engines follow `ORDER`, and the report prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kejin_sim.lang import t
from kejin_sim.units import parse_quarter

QUARTERS_PER_YEAR = 4


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year; the fiscal year is the calendar year."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: object) -> Quarter:
        """Read ``2025Q1``. Errors: `kejin_sim.units.UnitError`."""
        return cls(*parse_quarter(text))

    @classmethod
    def of_ordinal(cls, ordinal: int) -> Quarter:
        """The inverse of `ordinal`."""
        return cls(ordinal // QUARTERS_PER_YEAR, ordinal % QUARTERS_PER_YEAR + 1)

    @property
    def ordinal(self) -> int:
        """Quarters since the year 0, so that differences are plain integers."""
        return self.year * QUARTERS_PER_YEAR + self.quarter - 1

    def __add__(self, quarters: int) -> Quarter:
        return Quarter.of_ordinal(self.ordinal + quarters)

    def __sub__(self, other: Quarter) -> int:
        return self.ordinal - other.ordinal

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def label(self) -> str:
        """For reading: ``2025年第1季度`` / ``2025Q1``."""
        return t(f"{self.year}年第{self.quarter}季度", str(self))


def quarters_from(start: Quarter, count: int) -> Iterator[Quarter]:
    """``count`` quarters, the first of them ``start``."""
    return (start + i for i in range(count))


@dataclass(frozen=True)
class Step:
    """One step of a quarter: number, identifier, what happens."""

    number: int
    id: str
    zh: str
    en: str

    @property
    def label(self) -> str:
        """What happens, in the current language."""
        return t(self.zh, self.en)


#: The order of a quarter. Source: the model's description; measures that are not built leave their step empty.
ORDER: tuple[Step, ...] = tuple(
    Step(number, *row)
    for number, row in enumerate(
        (
            ("macro", "宏观：科技周期因子、上市窗口、利率", "macro: tech-cycle factor, IPO window, rates"),
            ("fiscal_year", "财政年度开启：当年安排到位，逾期结余收回", "fiscal year opens: appropriations, lapses"),
            ("arrivals", "企业新设（含科研衍生）与评分", "arrivals of enterprises (incl. spin-outs), scores"),
            (
                "dynamics",
                "企业演化：价值、现金消耗、失败、市场化融资、退出",
                "enterprise dynamics: value, cash burn, milestones, failure, private rounds, exits",
            ),
            (
                "default_recovery",
                "失败企业的违约与追偿：贷款、担保、保险、核销",
                "default and recovery on what failed: loans, guarantees, insurance, write-offs",
            ),
            (
                "awards",
                "评审与资助（预算内按评分高低）：资助、拨改投、种子直投、子基金项目、贷款、保险、创新券",
                "screening and awards, best score first within the budget: grants, grant-to-equity, seed direct, "
                "sub-fund deals, loans, insurance, vouchers",
            ),
            (
                "subfunds",
                "子基金：出资、管理费、按分配顺序分配",
                "sub-funds: capital calls, fees, distributions through the waterfall",
            ),
            ("transfers", "基金份额与已投股权转让", "transfers of fund shares and holdings"),
            ("chain_aic", "链主基金与AIC基金", "chain-leader and AIC funds"),
            ("basic_research", "基础研究联合基金与知识存量", "basic-research fund and knowledge stock"),
            (
                "assessments",
                "到期考核：亏损容忍、返投、风险池熔断、银行排名",
                "assessments that fall due: loss tolerance, reinvestment ratio, pool stop-loss, bank ranking",
            ),
            ("close", "结账：余额、恒等检查、记录", "close: balances, invariants, record"),
        ),
        start=1,
    )
)

#: Step number by identifier.
STEP: dict[str, int] = {step.id: step.number for step in ORDER}
