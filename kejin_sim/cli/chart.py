"""``kejin chart``: one figure of a run folder, as SVG, PNG or PDF."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kejin_sim.cli.options import Lang
from kejin_sim.lang import both, t
from kejin_sim.writing import accept, telling


class Kind(StrEnum):
    """Figures by name."""

    FAN = "fan"
    JCURVE = "jcurve"
    FUNDED = "funded"
    TOLERANCE = "tolerance"
    DISTRIBUTION = "distribution"
    BOOKS = "books"
    LIABILITY = "liability"
    POOL = "pool"
    SURVIVAL = "survival"
    BALANCE = "balance"
    SANKEY = "sankey"


def command(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN", help=both("结果文件夹，例如 runs/ningbo-1-1000", "a run folder, such as runs/ningbo-1-1000")
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", show_default=False,
            help=both("图的文件名，后缀 .svg、.png 或 .pdf", "the figure's file, with suffix .svg, .png or .pdf"),
        ),
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(
            "--kind",
            help=both(
                "fan 财政现金流；jcurve 子基金J曲线；funded 谁本来也会获融资；tolerance 亏损与容忍；"
                "distribution 净支出分布；books 年度×预算本；liability 或有负债；pool 风险池；survival 增量来源；"
                "balance 谁出钱谁受益；sankey 钱的流向",
                "fan: the treasury's cash; jcurve: sub-funds; funded: who anyway; tolerance: losses; "
                "distribution: net cost; books: year × book; liability; pool: risk pool; survival: sources of the gain; "
                "balance: who pays and gets; sankey: money",
            ),
        ),
    ] = Kind.FAN,
    lang: Lang = "auto",
) -> None:  # fmt: skip
    """Draw a figure of a run; the numbers are those of the run folder."""
    from kejin_sim.store.read import open_run

    opened = open_run(run)
    opened.verify()
    target = output or Path(f"{run.resolve().name}-{kind.value}.svg")
    _accept(target)

    from kejin_sim.report import style
    from kejin_sim.report.figures import draw

    with style.styled():
        figure = draw(opened, kind.value)
        with telling(target):
            style.save(figure, target)
    typer.echo(t(f"已画出 {target}", f"Drawn: {target}"))


def _accept(target: Path) -> None:
    """A picture's name says its format. A picture is drawn anew over an older one."""
    from kejin_sim.errors import InputError
    from kejin_sim.report.style import FORMATS

    if target.suffix.lower().removeprefix(".") not in FORMATS:
        raise InputError.of(
            f"{target} 的后缀不是 .svg、.png 或 .pdf。",
            f"the suffix of {target} is not .svg, .png or .pdf.",
            key="-o",
            hint_zh=f"写成 {target.with_suffix('.svg')}。",
            hint_en=f"write {target.with_suffix('.svg')}.",
        )
    accept(target, overwrite=True)
