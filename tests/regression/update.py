"""Write golden summaries anew, with the cause of the change: ``python -m tests.regression.update NAME … --cause WHY``.

``all`` stands for every bundled scenario. The causes of all changes stay in the file: a golden number that nobody can
account for protects nothing.
"""

from __future__ import annotations

import argparse
import json
import sys

from kejin_sim.scenario.files import bundled
from tests.regression.summary import FEW, FOLDER, PATHS, SEED, golden_metrics, path_of, read, run


def update(name: str, cause: str) -> bool:
    """Write one golden summary; returns whether it changed."""
    metrics = golden_metrics(run(name))
    old = read(name) if path_of(name).exists() else {"history": []}
    if old.get("metrics") == metrics:
        return False
    made = {"scenario": name, "paths": PATHS.get(name, FEW), "seed": SEED, "history": [*old["history"], cause]}
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(made | {"metrics": metrics}, ensure_ascii=False, indent=1)
    path_of(name).write_text(text + "\n", encoding="utf-8", newline="\n")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 0 when done, 2 when the cause or a name is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.regression.update", description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--cause", required=True, help="why the numbers change, in a sentence")
    given = parser.parse_args(arguments)
    names = sorted(bundled()) if given.names == ["all"] else given.names
    unknown = [name for name in names if name not in bundled()]
    if unknown or len(given.cause.split()) < 3:
        parser.error(f"no bundled scenario {', '.join(unknown)}" if unknown else "give the cause in a sentence")
    for name in names:
        print(f"{name}: {'written' if update(name, given.cause) else 'unchanged'}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
