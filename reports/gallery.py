"""Make one example of each kind of report: ``python -m reports.gallery``.

Runs the Ningbo package and some small studies, and writes the reports that `GALLERY` lists into ``reports/gallery/``. The files
carry a fixed date, so that they change only when their contents do.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kejin_sim.lang import set_language
from kejin_sim.report import style
from kejin_sim.report.figures import KINDS, draw
from kejin_sim.store.read import open_run
from reports.readme import REPORTS, ROOT

FOLDER: Final = REPORTS / "gallery"
STAMP: Final = 1_735_689_600  # 2025-01-01
#: File → the report's kind, language and what is set beside the run.
GALLERY: Final = {
    "ningbo-briefing.zh.pdf": ("briefing", "zh", ("compare", "tolerance")),
    "ningbo-briefing.en.pdf": ("briefing", "en", ()),
    "ningbo-research.zh.pdf": ("research", "zh", ("tolerance", "facts", "robust")),
}
#: Figures that stand in ``reports/`` for the README.
DRAWN: Final = {"fan", "jcurve", "funded", "tolerance"}
MADE: Final = (
    ("run", "ningbo", "--paths", "1000", "--out", "run"),
    ("compare", "ningbo", "no_reward", "--paths", "200", "--out", "compare"),
    ("tolerance", "ningbo", "--paths", "200", "--mixes", "0", "--out", "tolerance"),
    ("facts", "ningbo", "--out", "facts"),
    ("robust", "ningbo", "--out", "robust"),
)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder, with the fixed date."""
    here, before = Path.cwd(), os.environ.get("SOURCE_DATE_EPOCH")
    os.chdir(folder)
    os.environ["SOURCE_DATE_EPOCH"] = str(STAMP)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _do(*words: str) -> None:
    """A command as a person types it, in the current folder. Errors: `subprocess.CalledProcessError`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "kejin_sim.cli.app", *words], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def make(target: Path = FOLDER) -> list[Path]:
    """Make everything; returns the files."""
    target.mkdir(exist_ok=True)
    files = []
    with tempfile.TemporaryDirectory() as name, inside(Path(name)):
        for words in MADE:
            _do(*words, "--quiet", "--lang", "zh")
        for file, (kind, lang, beside) in GALLERY.items():
            excel = ("--excel",) if file == next(iter(GALLERY)) else ()
            _do("report", "run", *beside, "--kind", kind, "--lang", lang, "-o", str(target / file), *excel)
            files += [target / file, *((target / file).with_suffix(".xlsx") for _ in excel)]
        set_language("zh")
        opened = open_run("run")
        for kind in sorted(KINDS.keys() - DRAWN):
            with style.styled():
                style.save(draw(opened, kind), target / f"ningbo-{kind}.svg")
            files.append(target / f"ningbo-{kind}.svg")
    return files


def main(arguments: list[str] | None = None) -> int:
    """Make the gallery and say what it weighs; exit code 0."""
    argparse.ArgumentParser(prog="python -m reports.gallery", description=__doc__).parse_args(arguments)
    files = make()
    for file in files:
        print(f"{file.stat().st_size / 1024:8,.0f} KB  {file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
