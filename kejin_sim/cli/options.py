"""Arguments and options that several commands share, and how they print for scripts."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Final

import typer

from kejin_sim.lang import both

#: Most paths of a run or of a study's point.
MOST_PATHS: Final = 1_000_000

#: A scenario: a bundled name or a file.
ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help=both("方案：内置名称，或 .yaml 文件", "a bundled name or a .yaml file")),
]

#: The language; `kejin_sim.cli.app.main` has read it before the command is called.
Lang = Annotated[str, typer.Option("--lang", metavar="auto|zh|en", help=both("语言", "language"))]

#: Print one JSON value and nothing else.
Json = Annotated[bool, typer.Option("--json", help=both("输出 JSON，供程序读取", "print JSON, for scripts"))]


def print_json(value: Any) -> None:
    """Print a value as JSON, Chinese characters as they are; escaped where the output is not in UTF-8, which JSON has to be in."""
    plain = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=plain, indent=2, allow_nan=False))
