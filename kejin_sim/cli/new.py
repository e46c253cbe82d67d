"""``kejin new``: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kejin_sim.cli.options import Lang
from kejin_sim.lang import both, t
from kejin_sim.writing import as_typed


def command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=both("新方案文件，例如 我的方案.yaml", "the new file, such as mine.yaml")),
    ],
    base: Annotated[
        str,
        typer.Option(
            "--from", metavar="SCENARIO", help=both("在哪个方案上修改（默认 ningbo）", "scenario to build on (ningbo)")
        ),
    ] = "ningbo",
    lang: Lang = "auto",
) -> None:
    """Write a new scenario that extends another; every lever stands in it as a comment with label and usual range."""
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.scenario.starter import starter
    from kejin_sim.writing import write_text

    if file.suffix.lower() not in (".yaml", ".yml"):
        raise InputError.of(
            f"文件名 {file} 没有 .yaml 后缀。",
            f"the name {file} has no suffix .yaml.",
            hint_zh=f"写成 {file.with_suffix('.yaml')}。",
            hint_en=f"write {file.with_suffix('.yaml')}.",
        )
    write_text(file, starter(load_scenario(base), base, file.parent), overwrite=False)
    schema = as_typed(file.parent / "kejin.schema.json")
    typer.echo(
        t(
            f"已写入 {file}：删去键名前的 #（只删这一个字符）并改值即可。\n"
            f"下一步：kejin check {as_typed(file)}；编辑器提示：kejin schema -o {schema}",
            f"Written: {file}. Delete the # before a key (that sign alone) and change the value.\n"
            f"Next: kejin check {as_typed(file)}; for hints in an editor: kejin schema -o {schema}",
        )
    )
