"""The exact model for small problems: CP-SAT, first the weight left out, then the cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.cpsat import new_solver
from geo_relocation.assignment.model import Model, at_least
from geo_relocation.lazy import cp_model


@dataclass(frozen=True)
class Answer:
    """A plan for a model, with what is proven about it.

    Attributes
    ----------
    chosen
        Pair of each firm, -1 where it is left out.
    left_bound
        No plan leaves out less weight.
    count_bound
        No plan leaves out fewer firms.
    cost_bound
        No plan that leaves out as little weight as this one costs less.
    method
        What found it.
    trace
        Seconds, weight left out and cost of each improvement.
    """

    chosen: IntArray
    left_bound: int
    count_bound: int
    cost_bound: int
    method: str
    trace: tuple[tuple[float, int, int], ...] = ()


class _Exact:
    """The CP-SAT model of a `Model`, solved for one objective after the other."""

    def __init__(self, model: Model, *, seed: int) -> None:
        self.model = model
        self.seed = seed
        self.cp = cp_model.CpModel()
        self.takes = [self.cp.new_bool_var("") for _ in range(model.pairs)]
        self.left = [self.cp.new_bool_var("") for _ in range(model.firms)]
        for j in range(model.firms):
            mine = self.takes[model.ptr[j] : model.ptr[j + 1]]
            self.cp.add_exactly_one([*mine, self.left[j]])
        self._add_rows()

    def _add_rows(self) -> None:
        model = self.model
        demand = model.demand_of(np.arange(model.pairs))
        users: list[list[int]] = [[] for _ in model.capacity]
        amounts: list[list[int]] = [[] for _ in model.capacity]
        for pair, place in enumerate(model.place):
            for entry in range(model.row_ptr[place], model.row_ptr[place + 1]):
                users[model.row[entry]].append(pair)
                amounts[model.row[entry]].append(int(demand[model.kind[entry], pair]))
        for row, pairs in enumerate(users):
            if sum(amounts[row]) > model.capacity[row]:
                used = [self.takes[pair] for pair in pairs]
                total = cp_model.LinearExpr.weighted_sum(used, amounts[row])
                self.cp.add(total <= int(model.capacity[row]))

    def minimise(
        self,
        weights: list[int],
        variables: list[cp_model.IntVar],
        work: float,
        seconds: float | None,
    ) -> tuple[IntArray | None, int]:
        """The best plan found for one objective, and the bound proven on it."""
        self.cp.clear_objective()  # type: ignore[no-untyped-call]
        self.cp.minimize(cp_model.LinearExpr.weighted_sum(variables, weights))
        solver = new_solver(work=work, seconds=seconds, seed=self.seed)
        status = solver.solve(self.cp)
        bound = at_least(solver.best_objective_bound)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, max(bound, 0)
        taken = np.array([solver.boolean_value(take) for take in self.takes], dtype=bool)
        chosen = np.full(self.model.firms, -1, dtype=np.int64)
        pairs = np.flatnonzero(taken)
        chosen[self.model.firm[pairs]] = pairs
        self.hint(chosen)
        return chosen, bound

    def hint(self, chosen: IntArray) -> None:
        """Start the next search from a plan."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        taken = np.zeros(self.model.pairs, dtype=bool)
        taken[chosen[chosen >= 0]] = True
        for take, value in zip(self.takes, taken, strict=True):
            self.cp.add_hint(take, int(value))
        for left, pair in zip(self.left, chosen, strict=True):
            self.cp.add_hint(left, int(pair < 0))


def solve_exactly(
    model: Model,
    *,
    start: IntArray,
    work: float,
    seconds: float | None,
    seed: int,
    may_leave: int = 0,
) -> Answer:
    """Solve a small model to proof, or as far as the limits allow.

    Parameters
    ----------
    model
        The model.
    start
        A plan that fits, to begin with and to fall back on.
    work
        Limit in CP-SAT's deterministic seconds, for each of the two objectives.
    seconds
        Wall-clock limit for each; None: none.
    seed
        Seed of the search.
    may_leave
        The bound on the cost holds for plans that leave out this much as well.
    """
    exact = _Exact(model, seed=seed)
    exact.hint(start)
    ones = [1] * model.firms
    uniform = bool((model.weight == model.weight[0]).all()) if model.firms else True
    count_bound = 0
    if not uniform:
        _, count_bound = exact.minimise(ones, exact.left, work, seconds)
        exact.hint(start)
    found, left_bound = exact.minimise(model.weight.tolist(), exact.left, work, seconds)
    best = start if found is None else found
    if uniform and model.firms:
        count_bound = -(-left_bound // int(model.weight[0]))
    left = model.left_out(best)
    total = cp_model.LinearExpr.weighted_sum(exact.left, model.weight.tolist())
    exact.cp.add(total <= max(left, may_leave))
    found, cost_bound = exact.minimise(model.cost.tolist(), exact.takes, work, seconds)
    if found is not None and model.value(found) <= model.value(best):
        best = found
    return Answer(best, left_bound, count_bound, cost_bound, "exact")
