"""``kejin report``: a run folder as a PDF to hand on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kejin_sim.cli.options import Lang
from kejin_sim.lang import both, t


class Kind(StrEnum):
    """Kinds of report."""

    BRIEFING = "briefing"
    RESEARCH = "research"


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help=both(
                "结果文件夹，第一个是报告的对象；其余的运行和研究作为比较",
                "run folders: the first is the subject, further runs and studies are set beside it",
            ),
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE.pdf", show_default=False,
            help=both("报告的文件名，后缀 .pdf", "the report's file, with suffix .pdf"),
        ),
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(
            "--kind",
            help=both("briefing 简报（单独一次运行约6至8页）；research 研究报告（全部）",
                      "briefing (6 to 8 pages for one run); research: everything"),
        ),
    ] = Kind.BRIEFING,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel",
            help=both("同时写出同名的 Excel 工作簿（.xlsx）", "write an Excel workbook of the same name as well (.xlsx)"),
        ),
    ] = False,
    lang: Lang = "auto",
) -> None:  # fmt: skip
    """Set a run as a PDF; every number in it is a number of the run folder."""
    from kejin_sim.errors import InputError
    from kejin_sim.writing import accept, write_bytes

    target = output or Path(f"{runs[0].resolve().name}-{kind.value}.pdf")
    if target.suffix.lower() != ".pdf":
        raise InputError.of(
            f"{target} 的后缀不是 .pdf。", f"the suffix of {target} is not .pdf.", key="-o",
            hint_zh=f"写成 {target.with_suffix('.pdf')}。", hint_en=f"write {target.with_suffix('.pdf')}.",
        )  # fmt: skip
    beside = target.with_suffix(".xlsx")
    for wanted in (target, *([beside] if excel else [])):
        accept(wanted, overwrite=True)

    from kejin_sim.cli.notices import unfilled
    from kejin_sim.report.make import make, workbook_of
    from kejin_sim.store.read import open_run

    files = {target: make(runs, kind.value)}
    if excel:
        files[beside] = workbook_of(runs[0])
    for remark in unfilled(open_run(runs[0]).loaded.letterhead):
        typer.echo(t("注意：", "Note: ") + remark, err=True)
    for path, made in files.items():
        write_bytes(path, made, overwrite=True)
        size = f"{len(made) / 1024:,.0f} KB"
        typer.echo(t(f"已写出 {path}（{size}）", f"Written: {path} ({size})"))
