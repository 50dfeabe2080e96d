"""Made-up cases that the tests of the search share."""

from __future__ import annotations

import numpy as np

from geo_relocation.assignment.model import Model


def spread_thin(firms: int, places: int, seed: int) -> Model:
    """Firms that differ in what they take in each place, and just fit: type D of Chu, Beasley."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 101, (firms, places))
    cost = 111 - demand + rng.integers(-10, 11, (firms, places))
    capacity = np.full(places, int(0.8 * demand.sum() / places / places), dtype=np.int64)
    every = np.arange(firms * places)
    return Model(
        ptr=np.arange(firms + 1, dtype=np.int64) * places,
        place=(every % places).astype(np.int32),
        cost=cost.reshape(-1).astype(np.int64),
        demand=demand.reshape(1, -1).astype(np.int64),
        row_ptr=np.arange(places + 1),
        row=np.arange(places),
        kind=np.zeros(places, dtype=np.int64),
        capacity=np.maximum(capacity, 101),
        weight=np.ones(firms, dtype=np.int64),
        by_pair=True,
    )
