"""The peers of the matching benchmark, each given the same model, order of aims and time.

Placement comes first for all: being left out costs more than all the pairs together, and the
plan's own cost is read off afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.model import Model

FloatArray = np.ndarray
IntArray = np.ndarray


@dataclass(frozen=True)
class Formulation:
    """The model as one integer program: pairs, then being left out, one column each."""

    cost: FloatArray
    matrix: csr_array
    low: FloatArray
    high: FloatArray
    pairs: int


def formulate(model: Model) -> Formulation:
    """The integer program that every peer is given."""
    pairs, firms, rows = model.pairs, model.firms, len(model.capacity)
    every = np.arange(pairs)
    each = np.diff(model.row_ptr)[model.place]
    within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    entry = np.repeat(model.row_ptr[model.place], each) + within
    column = np.repeat(every, each)
    who = column if model.by_pair else model.firm[column]
    amount = model.demand[model.kind[entry], who]
    matrix = csr_array(
        (
            np.concatenate([np.ones(pairs + firms), amount]),
            (
                np.concatenate([model.firm, np.arange(firms), firms + model.row[entry]]),
                np.concatenate([every, pairs + np.arange(firms), column]),
            ),
        ),
        shape=(firms + rows, pairs + firms),
    )
    # Dear enough that one more firm placed always pays, yet within what floats resolve.
    dear = float(model.cost.max()) * 20.0
    return Formulation(
        cost=np.concatenate([model.cost, dear * model.weight]).astype(np.float64),
        matrix=matrix,
        low=np.concatenate([np.ones(firms), np.full(rows, -np.inf)]),
        high=np.concatenate([np.ones(firms), model.capacity]).astype(np.float64),
        pairs=pairs,
    )


def _chosen(model: Model, x: FloatArray) -> IntArray:
    chosen = np.full(model.firms, -1, dtype=np.int64)
    taken = np.flatnonzero(x[: model.pairs] > 0.5)
    chosen[model.firm[taken]] = taken
    return chosen


def _rows(form: Formulation) -> list[tuple[IntArray, FloatArray]]:
    matrix = form.matrix
    edges = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    return [(matrix.indices[a:b], matrix.data[a:b]) for a, b in edges]


def by_greedy(model: Model, _seconds: float, _seed: int) -> IntArray | None:
    """Weightiest and largest first, each to its cheapest place with room."""
    return greedy(model)


def by_highs(model: Model, seconds: float, _seed: int) -> IntArray | None:
    """HiGHS through scipy."""
    began = time.monotonic()
    form = formulate(model)
    found = milp(
        form.cost,
        constraints=LinearConstraint(form.matrix, form.low, form.high),
        integrality=np.ones(len(form.cost)),
        bounds=Bounds(0, 1),
        options={"time_limit": max(seconds - (time.monotonic() - began), 0.1), "mip_rel_gap": 0.0},
    )
    return None if found.x is None else _chosen(model, found.x)


def by_scip(model: Model, seconds: float, seed: int) -> IntArray | None:
    """SCIP through OR-Tools."""
    began = time.monotonic()
    form = formulate(model)
    solver = pywraplp.Solver.CreateSolver("SCIP")
    x = [solver.BoolVar("") for _ in range(len(form.cost))]
    for (columns, values), low, high in zip(_rows(form), form.low, form.high, strict=True):
        row = solver.Constraint(-solver.infinity() if np.isinf(low) else float(low), float(high))
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            row.SetCoefficient(x[column], value)
    objective = solver.Objective()
    for variable, cost in zip(x, form.cost.tolist(), strict=True):
        objective.SetCoefficient(variable, cost)
    solver.SetSolverSpecificParametersAsString(f"randomization/randomseedshift = {seed}")
    solver.SetTimeLimit(max(int(1000 * (seconds - (time.monotonic() - began))), 100))
    status = solver.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    return _chosen(model, np.array([variable.solution_value() for variable in x]))


def by_cpsat(model: Model, seconds: float, seed: int) -> IntArray | None:
    """CP-SAT directly, with two workers."""
    began = time.monotonic()
    form = formulate(model)
    cp = cp_model.CpModel()
    x = [cp.new_bool_var("") for _ in range(len(form.cost))]
    for index, (columns, values) in enumerate(_rows(form)):
        used = [x[column] for column in columns.tolist()]
        if index < model.firms:
            cp.add_exactly_one(used)
        else:
            total = cp_model.LinearExpr.weighted_sum(used, values.astype(np.int64).tolist())
            cp.add(total <= int(form.high[index]))
    cp.minimize(cp_model.LinearExpr.weighted_sum(x, form.cost.astype(np.int64).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(seconds - (time.monotonic() - began), 0.1)
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return _chosen(model, np.array([solver.boolean_value(variable) for variable in x], dtype=float))


def by_cbc(model: Model, seconds: float, _seed: int) -> IntArray | None:
    """CBC through PuLP."""
    import pulp

    began = time.monotonic()
    form = formulate(model)
    problem = pulp.LpProblem("match", pulp.LpMinimize)
    x = [pulp.LpVariable(f"x{i}", cat="Binary") for i in range(len(form.cost))]
    problem += pulp.LpAffineExpression(zip(x, form.cost.tolist(), strict=True))
    for index, (columns, values) in enumerate(_rows(form)):
        total = pulp.LpAffineExpression(
            (x[column], value)
            for column, value in zip(columns.tolist(), values.tolist(), strict=True)
        )
        high = float(form.high[index])
        problem += (total == high) if index < model.firms else (total <= high)
    limit = max(seconds - (time.monotonic() - began), 0.1)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit, threads=2))
    # CBC says "optimal" after a time limit too: only what it returns counts.
    values = np.array([variable.value() or 0.0 for variable in x])
    chosen = _chosen(model, values)
    return chosen if (chosen >= 0).any() and model.fits(chosen) else None


PEERS: dict[str, Callable[[Model, float, int], IntArray | None]] = {
    "greedy": by_greedy,
    "cp-sat": by_cpsat,
    "scip": by_scip,
    "highs": by_highs,
    "pulp+cbc": by_cbc,
}
