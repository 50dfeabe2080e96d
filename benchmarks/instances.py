"""Cases for the matching benchmark: published generalised assignment, and generated provinces."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from geo_relocation.assignment.model import Model


@dataclass(frozen=True)
class Case:
    """A model with its name and, for published cases, the best value known.

    `cost_unit` is what one unit of the model's costs stands for in the published numbers.
    """

    name: str
    model: Model
    best_known: float | None = None
    cost_unit: float = 1.0


def published(folder: Path, pattern: str = "*/*") -> list[Case]:
    """The published cases of a folder, each with the best known value of its `BEST.csv`.

    A file holds agents m, jobs n, m rows of n costs, m rows of n resource uses, m capacities;
    numbers may have decimals.
    """
    with (folder / "BEST.csv").open(encoding="utf-8") as file:
        best = {row["instance"]: float(row["best_known"]) for row in csv.DictReader(file)}
    return [
        Case(name, *_read_gap(folder / name, value))
        for name, value in best.items()
        if Path(name).match(pattern)
    ]


def _read_gap(path: Path, best_known: float) -> tuple[Model, float, float]:
    """The model, the best value known, and what a unit of its costs stands for."""
    agents, jobs, *rest = (Fraction(one) for one in path.read_text("ascii").split())
    agents, jobs = int(agents), int(jobs)
    size = agents * jobs
    costs, cost_unit = _whole(rest[:size])
    uses, _ = _whole(rest[size : 2 * size + agents])
    cost = costs.reshape(agents, jobs)
    use, capacity = uses[:size].reshape(agents, jobs), uses[size:].copy()
    job, agent = np.nonzero((use <= capacity[:, None]).T)
    model = Model(
        ptr=np.searchsorted(job, np.arange(jobs + 1)).astype(np.int64),
        place=agent.astype(np.int32),
        cost=cost[agent, job].copy(),
        demand=use[agent, job][None, :].copy(),
        row_ptr=np.arange(agents + 1),
        row=np.arange(agents),
        kind=np.zeros(agents, dtype=np.int64),
        capacity=capacity,
        weight=np.ones(jobs, dtype=np.int64),
        by_pair=True,
    )
    return model, best_known, cost_unit


def _whole(numbers: list[Fraction]) -> tuple[np.ndarray, float]:
    """Numbers as whole multiples of a unit, and the unit."""
    below = math.lcm(*{one.denominator for one in numbers})
    return np.array([int(one * below) for one in numbers], dtype=np.int64), 1 / below


def province(firms: int, parks: int, fill: float, seed: int) -> Case:
    """A made-up province: clustered firms, parks of uneven size, land and wastewater.

    Land needed is log-normal with a median of 0.37 ha, in units of 100 m²; `fill` is the
    share of all land that all firms need together. About half of the pairs are allowed by
    sector and pollution level. Costs are tenths of a kilometre-equivalent.
    """
    rng = np.random.default_rng(seed)
    side = 100.0 if firms <= 5_000 else 400.0 if firms <= 60_000 else 1_000.0
    centres = rng.uniform(0, side, (max(5, firms // 600), 2))
    firm_xy = centres[rng.integers(0, len(centres), firms)]
    firm_xy = firm_xy + rng.normal(0, side * 0.03, (firms, 2))
    park_xy = rng.uniform(0, side, (parks, 2))
    sector = rng.integers(0, 12, firms)
    level = rng.choice([1, 2, 3, 4], firms, p=[0.35, 0.35, 0.2, 0.1])
    land = np.maximum(5, np.round(np.exp(rng.normal(3.6, 0.9, firms)))).astype(np.int64)
    workers = np.maximum(3, np.round(land * np.exp(rng.normal(0, 0.7, firms))))
    water = np.round(land * level * np.exp(rng.normal(-1, 0.8, firms)))
    water = np.where(level >= 2, water, 0).astype(np.int64)
    accepts = (rng.random((parks, 12)) < 0.55) | (rng.random((parks, 1)) < 0.1)
    worst = rng.choice([2, 3, 4], parks, p=[0.3, 0.4, 0.3])
    size = np.exp(rng.normal(0, 0.7, parks))
    by_water = size * np.exp(rng.normal(0, 0.4, parks))
    land_room = np.round(size / size.sum() * land.sum() / fill).astype(np.int64)
    water_room = np.round(by_water / by_water.sum() * water.sum() / fill).astype(np.int64)
    middle = np.exp(-np.hypot(*(park_xy - side / 2).T) / (side / 3))
    rent = np.round(rng.uniform(20, 80, parks) + 40 * middle)
    special = rng.random((parks, 12)) < 0.3
    places, costs, counts = [], [], []
    step = max(1, 4_000_000 // parks)
    for first in range(0, firms, step):
        some = slice(first, min(firms, first + step))
        gap = firm_xy[some, None, :] - park_xy[None, :, :]
        way = np.hypot(gap[..., 0], gap[..., 1]) / side * 100
        cost = way * np.sqrt(workers[some])[:, None]
        cost += rent[None, :] * land[some, None] / 50.0
        cost += np.where(special.T[sector[some]], 0, 25.0)
        allowed = accepts.T[sector[some]] & (level[some, None] <= worst[None, :])
        allowed &= land[some, None] <= land_room[None, :]
        allowed &= water[some, None] <= water_room[None, :]
        firm, park = np.nonzero(allowed)
        places.append(park.astype(np.int32))
        costs.append(np.round(cost[firm, park] * 10).astype(np.int64))
        counts.append(allowed.sum(axis=1))
    ptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    model = Model(
        ptr=ptr,
        place=np.concatenate(places),
        cost=np.concatenate(costs),
        demand=np.stack([land, water]),
        row_ptr=np.arange(0, 2 * parks + 1, 2),
        row=np.arange(2 * parks),
        kind=np.tile([0, 1], parks),
        capacity=np.stack([land_room, water_room], axis=1).reshape(-1),
        weight=np.ones(firms, dtype=np.int64),
    )
    return Case(f"{firms}x{parks}@{fill:.0%} seed {seed}", model)
