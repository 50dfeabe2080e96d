"""Compiling what the search needs before its clock starts.

The kernels are compiled on a machine's first search and then cached beside the package. Within
a limit of 30 s that would take most of it. Threads do not help, as the compiler has one lock:
path relinking, about half of it all, is compiled by a process beside this one, through the cache.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from geo_relocation.assignment.bounds.dual import Prices
from geo_relocation.assignment.bounds.knapsacks import payments
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.chains import make_ground
from geo_relocation.assignment.search.core import make_core
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.search.methods import Methods
from geo_relocation.assignment.search.relinking import Pool, relink
from geo_relocation.compiling import is_kept

_FIRMS, _PLACES = 8, 3


@functools.cache
def compile_kernels() -> None:
    """Take every step of the search once on a case of eight firms and three places."""
    with _relinking_beside() as wait:
        _compile(wait)


def _compile(wait: Callable[[], None]) -> None:
    model = _case()
    engine = Engine(model, seed=1, threads=1)
    proof = prove(model, threads=1, seed=1)
    best = greedy(model)
    paid = payments(model, proof.relaxation.least, stop=engine.stop)
    core = engine.core(proof, paid)
    methods = Methods(model, proof, core, 1, engine.stop, best, left=1.0, paid=paid)
    methods.walk(0, 0, 10)
    methods.settle()
    methods.dive(0, 0)
    wait()
    compile_relinking()
    methods.relink(0, 0, 1)


def compile_relinking() -> None:
    """Compile path relinking alone, on a core that needs no search."""
    model = _case()
    pairs = np.arange(len(model.place))
    core = make_core(
        model,
        Prices(rows=np.zeros(len(model.row)), left=0.0, bound=0.0),
        np.zeros(len(pairs), dtype=np.float32),
        np.zeros(model.firms),
        pairs,
        may_leave=0,
        spread=1.0,
    )
    plans = np.stack([core.ptr[:-1], core.ptr[:-1] + 1])
    pool = Pool.of(make_ground(core), plans)
    pool.search(1, seed=1, stop=np.zeros(1, dtype=bool), fresh=True)
    pool.good(1)


def _finish(process: subprocess.Popen[bytes]) -> None:
    process.wait()


@contextmanager
def _relinking_beside() -> Iterator[Callable[[], None]]:
    """Have relinking compiled by another process, if it is not yet; gives what waits for it."""
    if (os.cpu_count() or 1) == 1 or is_kept(relink) is not False:
        yield lambda: None
        return
    program = f"from {__name__} import compile_relinking; compile_relinking()"
    # Whatever becomes of it: what it did not leave in the cache is compiled here.
    other = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield lambda: _finish(other)
    finally:
        other.kill()
        other.wait()


def _case() -> Model:
    """Firms that all fit, each everywhere, with one row for each place."""
    firm, place = np.divmod(np.arange(_FIRMS * _PLACES), _PLACES)
    return Model(
        ptr=np.arange(0, _FIRMS * _PLACES + 1, _PLACES),
        place=place.astype(np.int32),
        cost=(7 * firm + 5 * place * firm) % 11 + 1,
        demand=(np.arange(_FIRMS) % 3 + 1)[None, :],
        row_ptr=np.arange(_PLACES + 1),
        row=np.arange(_PLACES),
        kind=np.zeros(_PLACES, dtype=np.int64),
        capacity=np.full(_PLACES, 6),
        weight=np.ones(_FIRMS, dtype=np.int64),
    )
