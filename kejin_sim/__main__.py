"""``python -m kejin_sim``: the command ``kejin``, where the folder of programs is not on the PATH (as often on Windows)."""

from __future__ import annotations

import sys

from kejin_sim.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
