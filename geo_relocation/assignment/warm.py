"""Compiling what the search needs before its clock starts.

The kernels are compiled on a machine's first search and then cached beside the package. Within
a limit of 30 s that would take most of it.
"""

from __future__ import annotations

import functools

import numpy as np

from geo_relocation.assignment.bounds.knapsacks import payments
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.search.methods import Methods

_FIRMS, _PLACES = 8, 3


@functools.cache
def compile_kernels() -> None:
    """Take every step of the search once on a case of eight firms and three places."""
    model = _case()
    engine = Engine(model, seed=1, threads=1)
    proof = prove(model, threads=1, seed=1)
    best = greedy(model)
    paid = payments(model, proof.relaxation.least, stop=engine.stop)
    core = engine.core(proof, paid)
    methods = Methods(model, proof, core, 1, engine.stop, best, left=1.0, paid=paid)
    methods.walk(0, 0, 10)
    methods.relink(0, 0, 1)
    methods.settle()
    methods.dive(0, 0)


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
