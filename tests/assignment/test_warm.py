"""Before the clock starts, everything that the search calls is compiled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from numba.core.registry import CPUDispatcher
from benchmarks.instances import province
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.warm import compile_kernels

def compiled():
    return {
        (name, key): len(value.signatures)
        for name, module in sys.modules.items() if name.startswith("geo_relocation.assignment")
        for key, value in vars(module).items() if isinstance(value, CPUDispatcher)
    }

compile_kernels()
before = compiled()
for firms in (80, 2_100):
    Engine(province(firms, 8, 0.9, 1).model, seed=1).run(seconds=None, work=3)
late = {key for key, count in compiled().items() if count > before[key]}
assert before and not late, late
"""


def test_a_search_after_it_compiles_nothing():
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, check=True, timeout=300)
