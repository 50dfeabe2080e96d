"""What a quick command waits for: processor and wall seconds beside ``import pandas``.

``python -m benchmarks.startup [RUNS]`` makes a GeoPackage of the sample province in a temporary
folder, runs each command in processes of their own, in turn, and prints the median of each, with
the ratio of its processor time to that of ``python -c "import pandas"`` in the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import geo_relocation

RUNS = 5
PEER = "import pandas"
MAIN = "from geo_relocation.cli import main; main({words!r})"


def commands(workspace: str) -> dict[str, str]:
    """Name → statement that a fresh Python runs."""
    seen = {
        "--help": ["--help"],
        "list show": ["list", "show", "--workspace", workspace],
        "issues": ["issues", "--workspace", workspace],
    }
    return {
        PEER: PEER,
        "import geo_relocation": "import geo_relocation",
        **{name: MAIN.format(words=words) for name, words in seen.items()},
    }


def seconds(statement: str) -> tuple[float, float]:
    """Processor and wall seconds of a Python that runs a statement."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system, wall


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "sample.gpkg")
        with geo_relocation.create(path) as workspace:
            workspace.load_sample()
        asked = commands(path)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
        for _ in range(runs):
            for name, statement in asked.items():
                taken[name].append(seconds(statement))
    middle = {
        name: [median(column) for column in zip(*of, strict=True)] for name, of in taken.items()
    }
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'ratio':>8}")
    for name, (used, wall) in middle.items():
        print(f"{name:24}{used:8.2f}{wall:8.2f}{used / middle[PEER][0]:8.1f}")


if __name__ == "__main__":
    main()
