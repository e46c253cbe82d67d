"""Make every example and every figure of the README anew: ``python -m reports.make``.

Runs the Ningbo package as ``kejin run ningbo`` does, draws its figures, measures the speed of this machine (runs and studies), and
writes the results into ``reports/`` and the marked parts of README.md. ``--keep-measures`` leaves the speed as it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kejin_sim.cli import summary
from kejin_sim.engine.run import simulate
from kejin_sim.execution import default_threads
from kejin_sim.lang import set_language
from kejin_sim.report import style
from kejin_sim.report.figures import draw
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store.folder import choose
from kejin_sim.store.read import open_run
from kejin_sim.store.run import Finished, Order, perform
from reports import gallery
from reports.readme import FIGURES, LANGUAGES, README, REPORTS, ROOT, STUDIES, blocks, figures, fill, summary_file

SCENARIO, PATHS, SEED = "ningbo", 1000, 1
FOLDER = f"runs/{SCENARIO}-{SEED}-{PATHS}"
DRAWN = {"zh": ("fan", "jcurve", "funded", "tolerance"), "en": ("fan",)}


def run(place: Path) -> tuple[Order, Finished]:
    """The run that the README shows."""
    target = choose(place / FOLDER, SCENARIO, SEED, PATHS)
    scenario = load_scenario(SCENARIO)
    simulate(
        scenario.inputs(), SEED, 0, 1
    )  # compiled, if it is not: the seconds that are printed are those of a next run
    order = Order(scenario, SCENARIO, target, paths=PATHS, seed=SEED)
    return order, perform(order)


def printed(order: Order, finished: Finished, place: Path) -> dict[str, str]:
    """What ``kejin run`` prints of it, by language, with the folder as a user would see it."""
    said = {}
    for language in LANGUAGES:
        set_language(language)
        said[language] = "\n".join(summary.lines(order, finished)).replace(str(place / FOLDER), FOLDER) + "\n"
    return said


def means(finished: Finished) -> dict[str, dict[str, float]]:
    """Every mean of the run that is a number, by metric and world."""
    found: dict[str, dict[str, float]] = {}
    for line in finished.summary:
        if line.n and line.mean == line.mean:
            found.setdefault(line.metric.name, {})[line.world] = line.mean
    return found


def _seconds(*words: str, cache: Path) -> float:
    """Wall time of a command of the program in a process of its own."""
    environment = {**os.environ, "KEJIN_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    environment.pop("NUMBA_CACHE_DIR", None)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "kejin_sim.cli.app", *words],
        env=environment,
        cwd=cache,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def measure() -> dict[str, Any]:
    """Speed on this machine; the least of a few rounds, because a shared machine only ever adds time."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        first = _seconds("run", SCENARIO, "--quiet", cache=place)
        timing = {
            "first_run_seconds": first,
            "second_run_seconds": min(_seconds("run", SCENARIO, "--quiet", cache=place) for _ in range(3)),
            "second_start_seconds": min(
                _seconds("run", "demo", "--paths", "1", "--quiet", cache=place) for _ in range(3)
            ),
            "help_seconds": min(_seconds("--help", cache=place) for _ in range(5)),
        }
        studies: dict[str, float] = {}
        for words in STUDIES:
            shutil.rmtree(place / "points", ignore_errors=True)  # what an earlier one has computed
            studies[words] = round(_seconds(*shlex.split(words), "--quiet", cache=place), 1)
        built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", name]
        subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
        timing["wheel_bytes"] = next(place.glob("*.whl")).stat().st_size
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.engine"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
    machine = {
        "system": platform.system(), "processor": platform.machine(), "threads": default_threads(),
        "python": platform.python_version(),
    }  # fmt: skip
    return {
        "timing": {k: round(v, 3) for k, v in timing.items()},
        "studies": studies,
        "engine": json.loads(done.stdout),
        "machine": machine,
    }


def main(arguments: list[str] | None = None) -> int:
    """Make everything; exit code 0."""
    parser = argparse.ArgumentParser(prog="python -m reports.make", description=__doc__)
    parser.add_argument("--keep-measures", action="store_true", help="do not measure the speed again")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        order, finished = run(place)
        for language, text in printed(order, finished, place).items():
            summary_file(language).write_text(text, encoding="utf-8", newline="\n")
        opened = open_run(finished.folder)
        for language, kinds in DRAWN.items():
            set_language(language)
            for kind in kinds:
                suffix = "" if language == "zh" else f".{language}"
                with style.styled():
                    style.save(draw(opened, kind), REPORTS / f"{SCENARIO}-{kind}{suffix}.svg")
    gallery.make()
    measured = figures() if given.keep_measures else measure()
    shown = {"command": f"kejin run {SCENARIO}", "paths": PATHS, "seed": SEED, "means": means(finished)}
    text = json.dumps({**measured, "run": shown}, ensure_ascii=False, indent=1)
    FIGURES.write_text(text + "\n", encoding="utf-8", newline="\n")
    README.write_text(fill(README.read_text(encoding="utf-8"), blocks()), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
