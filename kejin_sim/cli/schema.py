"""``kejin schema``: the JSON Schema that gives completion and hover help in editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kejin_sim.cli.options import Lang, print_json
from kejin_sim.lang import both, t


def command(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=both("写入文件", "write to a file"))
    ] = None,
    lang: Lang = "auto",
) -> None:
    """Print or write the schema of a scenario file."""
    from kejin_sim.scenario.model import json_schema

    if output is None:
        print_json(json_schema())
        return
    text = json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"
    from kejin_sim.writing import write_text

    write_text(output, text, overwrite=True)
    typer.echo(t(f"已写入 {output}。", f"Written to {output}."))
