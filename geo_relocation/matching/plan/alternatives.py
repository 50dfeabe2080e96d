"""Other plans nearly as good, and what one aim costs the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.build import rebuild
from geo_relocation.matching.plan.solve import Solution, solve
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.terms.specialisation import wrongly_specialised
from geo_relocation.matching.translation import COST_UNITS_PER_KM
from geo_relocation.matching.verify import verify
from geo_relocation.messages import _
from geo_relocation.model.enums import SolveStatus
from geo_relocation.progress import SILENT, Progress

_TRIES = 8


@dataclass(frozen=True)
class Alternative:
    """A plan within a tolerance of the best.

    Attributes
    ----------
    solution
        The plan; its cost is the true one, without what made it differ, and its status, bound
        and gap are what the search for the best plan has proven.
    different
        Share of the firms that go elsewhere than in each plan before, at least.
    dearer
        Share by which it costs more than the best.
    """

    solution: Solution
    different: float
    dearer: float


def alternatives(
    problem: Problem,
    best: Solution,
    *,
    count: int = 3,
    within: float = 0.02,
    seconds: float | None = None,
    work: int | None = 4,
    progress: Progress = SILENT,
) -> list[Alternative]:
    """Plans that place as much, cost little more and differ as much as can be found.

    Every use of a firm-and-park pair in the plans so far is made dearer, unevenly by the seed.
    The price of that is raised as far as the true cost stays within the tolerance, by
    bisection.

    Parameters
    ----------
    problem, best
        The problem and its best plan.
    count
        How many alternatives.
    within
        Tolerance: cost at most (1 + within) × the best.
    seconds, work
        Limits of each search.
    progress
        Told of each search; raising from it cancels.
    """
    progress.start(_("Searching other plans"), total=count * _TRIES)
    used = np.zeros(len(problem.links))
    _mark(used, best)
    found: list[Alternative] = []
    plans = [best]
    for number in range(count):
        low, high = 0.0, 4.0 * float(np.median(problem.links.cost)) if len(problem.links) else 0.0
        kept: Alternative | None = None
        # Uneven prices, so that some firms change at a price at which others do not.
        uneven = used * np.random.default_rng(best.seed + number).uniform(0.0, 2.0, len(used))
        for _try in range(_TRIES):
            price = (low + high) / 2.0
            dearer = _dearer(problem, uneven * price)
            other = solve(dearer, seconds=seconds, work=work, seed=best.seed + number)
            progress.advance()
            honest = _judged(problem, other, best)
            allowed = honest.weight_unplaced <= best.weight_unplaced
            if allowed and honest.cost <= best.cost * (1.0 + within) + 1e-9:
                low = price
                different = min(_different(honest, plan) for plan in plans)
                if kept is None or different > kept.different:
                    kept = Alternative(honest, different, _dearer_by(honest, best))
            else:
                high = price
        if kept is None or kept.different == 0.0:
            break
        found.append(kept)
        plans.append(kept.solution)
        _mark(used, kept.solution)
    progress.finish()
    return found


def _mark(used: FloatArray, solution: Solution) -> None:
    used[solution.chosen.link[solution.chosen.placed]] += 1.0


def _dearer(problem: Problem, extra: FloatArray) -> Problem:
    """The problem with a further term on each link."""
    terms = dict(problem.links.terms)
    terms["change"] = np.round(terms["change"] + extra, 3)
    return replace(problem, links=replace(problem.links, terms=terms))


def _judged(problem: Problem, other: Solution, best: Solution) -> Solution:
    """The plan with its cost in the problem as it was, and what is proven about that.

    It was searched for under other prices, so nothing its own search proved holds here. What
    the search for the best plan proved does: no plan that leaves out as little costs less.
    """
    link, phase = other.chosen.link, other.chosen.phase
    placed = other.chosen.placed
    total = float(problem.links.cost[link[placed]].sum() + problem.phase_cost[phase[placed]].sum())
    cost = round(total * COST_UNITS_PER_KM) / COST_UNITS_PER_KM
    bound = min(best.bound, cost)
    least = other.weight_unplaced <= best.weight_unplaced_bound and cost <= bound
    proven = SolveStatus.OPTIMAL if least else SolveStatus.FEASIBLE
    return replace(
        other,
        status=SolveStatus.EMPTY if other.status is SolveStatus.EMPTY else proven,
        cost=cost,
        bound=bound,
        gap=(cost - bound) / cost if cost > 0 else 0.0,
        unplaced_bound=min(best.unplaced_bound, other.unplaced),
        weight_unplaced_bound=min(best.weight_unplaced_bound, other.weight_unplaced),
    )


def _dearer_by(one: Solution, best: Solution) -> float:
    """Share by which a plan costs more than the best; 0 where the best costs nothing."""
    return (one.cost - best.cost) / best.cost if best.cost > 0 else 0.0


def _different(one: Solution, other: Solution) -> float:
    """Share of the firms that two plans treat differently."""
    return float(np.mean(one.chosen.link != other.chosen.link)) if len(one.chosen.link) else 0.0


@dataclass(frozen=True)
class FrontierPoint:
    """What a plan costs by aim under one set of weights.

    Attributes
    ----------
    weights
        Factor on the distance, specialisation and rent terms; where several give the same
        figures, those that change least.
    placed
        Firms placed.
    distance_km
        Sum of the ways, kilometres.
    wrong_specialisation
        Firms in parks that are specialised in other sectors, whatever that is priced at.
    rent_usd
        Sum of rent × land, USD.
    """

    weights: dict[str, float]
    placed: int
    distance_km: float
    wrong_specialisation: int
    rent_usd: float


def frontier(
    problem: Problem,
    *,
    factors: tuple[float, ...] = (0.25, 1.0, 4.0),
    seconds: float | None = None,
    work: int | None = 4,
    progress: Progress = SILENT,
) -> list[FrontierPoint]:
    """Plans under other weights: what less of one aim buys of the others.

    Each of distance, specialisation and rent is weighted by each factor in turn. Points that
    another beats in everything are left out, and each point is listed once.

    Parameters
    ----------
    problem
        The problem.
    factors
        Factors on one weight at a time.
    seconds, work
        Limits of each search.
    progress
        Told of each search; raising from it cancels.
    """
    names = ("distance", "wrong_specialisation", "rent_per_usd_m2")
    settings = {(1.0, 1.0, 1.0)}
    for factor in factors:
        settings |= {(factor, 1.0, 1.0), (1.0, factor, 1.0), (1.0, 1.0, factor)}
    points = []
    weights = problem.specification.weights
    progress.start(_("Searching under other weights"), total=len(settings))
    # From the weights as they are outwards: the first to give a point keeps its name.
    for setting in sorted(settings, key=lambda one: (sum(abs(f - 1.0) for f in one), one)):
        changed = weights.model_copy(
            update={n: getattr(weights, n) * f for n, f in zip(names, setting, strict=True)}
        )
        specification = problem.specification.model_copy(update={"weights": changed})
        other = rebuild(problem, specification=specification)
        solution = solve(other, seconds=seconds, work=work)
        progress.advance()
        if not verify(other, solution.assignment(other)):
            points.append(_point(other, solution, dict(zip(names, setting, strict=True))))
    progress.finish()
    once = list({_figures(point): point for point in reversed(points)}.values())[::-1]
    return [p for p in once if not any(_beats(q, p) for q in once)]


def _point(problem: Problem, solution: Solution, weights: dict[str, float]) -> FrontierPoint:
    placed = solution.chosen.placed
    link = solution.chosen.link[placed]
    rent = problem.parks.rent[problem.links.park[link]]
    wrong = wrongly_specialised(problem.ground)
    return FrontierPoint(
        weights=weights,
        placed=solution.placed,
        distance_km=round(float(problem.links.distance_km[link].sum()), 3),
        wrong_specialisation=int(wrong[link].sum()),
        rent_usd=round(float((rent * problem.firms.land_m2[placed]).sum()), 2),
    )


def _figures(point: FrontierPoint) -> tuple[float, ...]:
    """What points are compared by: less of each is better."""
    return (-point.placed, point.distance_km, point.wrong_specialisation, point.rent_usd)


def _beats(one: FrontierPoint, other: FrontierPoint) -> bool:
    """Whether a point is at least as good in everything and better in something."""
    a, b = _figures(one), _figures(other)
    return all(x <= y for x, y in zip(a, b, strict=True)) and a != b
