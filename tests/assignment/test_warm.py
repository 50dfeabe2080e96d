"""Before the clock starts, everything that the search calls is compiled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
from benchmarks.instances import province
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.warm import compile_kernels
from geo_relocation.compiling import kernels

def compiled():
    return {loop: len(signatures) for loop, signatures in kernels().items()}

compile_kernels()
before = compiled()
for firms in (80, 2_100):
    Engine(province(firms, 8, 0.9, 1).model, seed=1).run(seconds=None, work=3)
late = {key for key, count in compiled().items() if count > before.get(key, 0)}
assert before and not late, late
"""


def test_a_search_after_it_compiles_nothing():
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, check=True, timeout=300)
