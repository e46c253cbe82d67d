"""How the figures were checked: in this run, and by the program's tests."""

from __future__ import annotations

import tomllib
from importlib import resources

from kejin_sim.lang import t
from kejin_sim.report.document import Block, Heading, Paragraph, Ref, Table
from kejin_sim.report.numbers import mean
from kejin_sim.report.subject import Subject


def checks() -> list[dict[str, str]]:
    """The list of checks."""
    text = resources.files("kejin_sim.report").joinpath("validation.toml").read_text(encoding="utf-8")
    found: list[dict[str, str]] = tomllib.loads(text)["check"]
    return found


def validation(subject: Subject) -> list[Block]:
    """The ledger's residual of this run, its Monte Carlo errors, and the table of checks."""
    residual = subject.summary.get("ledger_residual")
    worst = f"{residual.quantiles[-1]:.0e}" if residual is not None and residual.n else "—"
    net = subject.need("fiscal_net_cost")
    own = t(
        f"本次运行：总账与独立记录的余额逐季核对，P95相对差异 {worst}（只应有舍入误差）；"
        f"{net.metric.label}均值 {mean(net)}，区间见正文。程序本身的核对见",
        f"This run: the ledger was checked every quarter against balances kept independently, relative residual at P95 {worst} "
        f"(rounding only); mean of {net.metric.label} {mean(net)}, its interval in the text. Checks of the program are in ",
    )
    rows = tuple(
        (t(row["zh"], row["en"]), t(row["against_zh"], row["against_en"]), t(row["within_zh"], row["within_en"]), row["where"])
        for row in checks()
    )  # fmt: skip
    head = (t("核对什么", "What"), t("与什么比", "Against"), t("多接近", "How close"), t("在哪里", "Where"))
    table = Table("tab-validation", t("核对", "Checks"), head, rows, "llll", (1.1, 2.0, 1.1, 0.0))
    return [Heading(t("核对", "Validation")), Paragraph((own, Ref("tab-validation"), t("。", "."))), table]
