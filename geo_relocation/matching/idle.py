"""What a scenario asks that changes nothing, or not what it seems to: each with the reason.

Only what is written in the scenario and differs from the default is looked at: a default that has
nothing to act on surprises nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.matching.budget import VND_PER_MILLION
from geo_relocation.matching.group import Part
from geo_relocation.matching.places import M2_PER_HA, free_land, openings, park_barriers
from geo_relocation.matching.problem import Note, Problem
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rules import named
from geo_relocation.matching.specification import LandStep, MatchSpecification
from geo_relocation.matching.stated import floats
from geo_relocation.matching.terms import TERMS
from geo_relocation.messages import Message
from geo_relocation.model.told import Label, told
from geo_relocation.standing.decisions import in_force

CODE = "no-effect"
"""Code of every note made here."""


def idle_notes(problem: Problem, asked: MatchSpecification) -> list[Note]:
    """A note on each parameter that changes nothing.

    Parameters
    ----------
    problem
        As it was built.
    asked
        The specification as it was written, with ids and codes for names.
    """
    looks = (
        _land, _opens, _named_parks, _exclusions, _decided, _quotas, _budgets, _weights, _factors,
        _who,
    )  # fmt: skip
    return [Note(CODE, words) for look in looks for words in look(problem, asked)]


def _given(part: Part, name: str) -> bool:
    """Whether a field is written in the scenario and says something else than the default."""
    default = type(part).model_fields[name].get_default(call_default_factory=True)
    return name in part.model_fields_set and bool(getattr(part, name) != default)


def _row(problem: Problem, park: str) -> int:
    return int(np.flatnonzero(problem.parks.park_id == park)[0])


def _idle(what: Message | str, why: Label | Message) -> Message:
    return told("idle.no-effect", what=what, why=why)


def _why_barred(kind: object) -> Label | None:
    return None if kind == ParkBarrier.NONE else named(str(kind)).words


def _land(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Steps of land that change no figure, and those that neither open nor delay a park."""
    base = np.nan_to_num(floats(free_land(problem.frames.parks, problem.specification)[0]))
    years = np.asarray(problem.phases)
    for step in asked.where.land:
        row = _row(problem, step.park)
        opens, start = int(problem.parks.opens[row]), step.from_year or int(years[0])
        mine = [one for one in asked.where.land if one.park == step.park]
        others = [one for one in mine if one is not step]
        said = told("idle.land", park=step.park, ha=step.ha, year=start)
        now, without = (_by_year(steps, base[row], years, opens) for steps in (mine, others))
        before = _by_year(others, base[row], years, opens)[years < start]
        setting = f"{{ {step.park} = {start} }}"
        if why := _why_barred(problem.parks.barrier[row]):
            yield _idle(said, why)
        elif start > years[-1]:
            yield _idle(said, told("idle.after-last-year", year=int(years[-1])))
        elif np.allclose(now, without, rtol=1e-12, atol=0.0):
            yield _idle(said, told("idle.land-as-before"))
        if not why and start < opens and step.from_year is not None:
            yield told("idle.land-before-opening", what=said, opens=opens, setting=setting)
        elif not why and not others and before.any():
            yield told(
                "idle.land-there-before",
                what=said,
                year=start,
                ha=float(before.max()) / M2_PER_HA,
                setting=setting,
            )


def _by_year(steps: list[LandStep], base: float, years: IntArray, opens: int) -> FloatArray:
    """Land of one park in each year, m²."""
    land = np.full(len(years), base)
    for step in sorted(steps, key=lambda one: one.from_year or 0):
        land[years >= (step.from_year or 0)] = step.ha * M2_PER_HA
    return np.where(years < opens, 0.0, land)


def _opens(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Openings that are as they were, and of parks that take nobody."""
    plain = problem.specification.where.model_copy(update={"opens": {}})
    before = openings(
        problem.frames.parks, problem.specification.model_copy(update={"where": plain})
    )[0]
    first, never = problem.phases[0], problem.phases[-1] + 1
    for park, year in asked.where.opens.items():
        row = _row(problem, park)
        same = min(max(year, first), never) == min(max(int(before[row]), first), never)
        why = _why_barred(problem.parks.barrier[row])
        if why or same:
            said = told("idle.opens", park=park, year=year)
            yield _idle(said, why or told("idle.opens-already"))


def _named_parks(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Parks that are named or excluded and take nobody whether named or not."""
    where = problem.specification.where.model_copy(update={"parks": (), "exclude_parks": ()})
    specification = problem.specification.model_copy(update={"where": where})
    barriers = park_barriers(problem.frames.parks, specification, problem.parks.south)
    for field in ("parks", "exclude_parks"):
        for park in getattr(asked.where, field):
            if why := _why_barred(barriers[_row(problem, park)]):
                yield _idle(told("idle.named-park", name=field, park=park), why)


def _exclusions(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Exclusions of firms out of scope, and from parks that take nobody."""
    inside = set(problem.firms.site_id)
    for one in asked.exclusions:
        why: Label | Message | None = None
        if one.site not in inside:
            why = told("idle.not-in-scope")
        elif one.park is not None:
            why = _why_barred(problem.parks.barrier[_row(problem, one.park)])
        if why:
            place = one.park or told("idle.any-park")
            yield _idle(told("idle.exclusion", site=one.site, park=place), why)


def _decided(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Batches nobody is in, deadlines and compulsion that nobody has."""
    decided, limits = problem.frames.decisions, asked.limits
    mine = None
    if decided is not None and not decided.empty:
        mine = in_force(decided)
        mine = mine[mine["site_id"].isin(problem.firms.site_id)]
    if _given(limits, "batches") and mine is not None:
        for batch in sorted(set(limits.batches) - set(mine["batch"].dropna())):
            yield _idle(told("idle.batch", batch=batch), told("idle.nobody-in-scope"))
    if _given(limits, "deadlines") and (mine is None or mine["deadline"].isna().all()):
        yield _idle("limits.deadlines = false", told("idle.no-deadlines"))
    compelled = problem.firms.compulsory
    if _given(asked.who, "compulsory_weight") and (compelled.all() or not compelled.any()):
        every, nobody = told("idle.all-compulsory"), told("idle.none-compulsory")
        yield _idle("who.compulsory_weight", every if compelled.all() else nobody)


def _quotas(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Quotas that nothing can reach, and carrying over what no quota limits."""
    limits = problem.specification.limits
    firms, land = len(problem.firms), float(problem.firms.land_m2.sum()) / M2_PER_HA
    for name, all_of, why in (
        ("moves_per_year", float(firms), told("idle.all-firms", count=firms)),
        ("land_ha_per_year", land, told("idle.all-land", ha=land)),
    ):
        for year, quota in getattr(limits, name).items():
            if quota >= all_of:
                yield _idle(told("idle.quota", name=name, year=year, much=quota), why)
    quotas = limits.moves_per_year or limits.land_ha_per_year or limits.budget
    if _given(asked.limits, "carry_over") and not quotas:
        yield _idle("limits.carry_over", told("idle.no-quotas"))
    capacity = problem.frames.parks["wastewater_m3d"]
    if _given(asked.limits, "wastewater") and capacity.isna().all():
        yield _idle("limits.wastewater = false", told("idle.no-capacities"))


def _budgets(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Support budgets that nothing can reach, and a say about support where no budget is."""
    limits = problem.specification.limits
    for one, dong in zip(problem.funds.series, problem.funds.dong, strict=True):
        most = dong.max(axis=2, initial=0).sum(axis=0).tolist()
        loose = {
            year: most[t]
            for t, year in enumerate(problem.phases)
            if year in one.quota and one.quota[year] >= most[t]
        }
        if limits.carry_over:
            # What a year leaves goes to those after it: it matters until all of them are loose.
            tight = max((year for year in one.quota if year not in loose), default=0)
            loose = {year: much for year, much in loose.items() if year > tight}
        for year, much in loose.items():
            said = told(
                "idle.budget",
                year=year,
                payer=one.payer or told("matching.all-payers"),
                million=float(one.quota[year] / VND_PER_MILLION),
            )
            yield _idle(said, told("idle.all-support", million=much / VND_PER_MILLION))
    if _given(asked.limits, "budget_unknown") and not limits.budget:
        yield _idle(f'limits.budget_unknown = "{limits.budget_unknown}"', told("idle.no-budget"))


def _weights(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Prices of what is not known, or the same everywhere."""
    ground = problem.ground
    for term in TERMS:
        name = term.weight
        if _given(asked.weights, name) and (why := term.idle(ground)):
            yield _idle(f"weights.{name} = {getattr(asked.weights, name):g}", why)


def _factors(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Factors and assumptions that stand in for what is known everywhere."""
    codes, sites = {note.code for note in problem.notes}, problem.frames.sites
    roads = problem.frames.roads is not None and not problem.frames.roads.empty
    by_road = roads and "unreachable" not in codes and problem.frames.homes is None
    checks = (
        (asked.factors, "factors", "land_needed", (sites["land_needed_m2"] > 0).all(),
         told("idle.needs-stated")),
        (asked.factors, "factors", "assumed_land_m2", "land-assumed" not in codes,
         told("idle.areas-known")),
        (asked.factors, "factors", "detour", by_road, told("idle.all-by-road")),
        (asked.factors, "factors", "unreachable", "unreachable" not in codes,
         told("idle.all-reached")),
        (asked.where, "where", "assumed_free_share", "assumed-free-share" not in codes,
         told("idle.free-land-known")),
        (asked.where, "where", "unknown_opening", "opening-assumed" not in codes,
         told("idle.openings-known")),
    )  # fmt: skip
    for part, place, name, nothing, why in checks:
        if nothing and _given(part, name):
            yield _idle(f"{place}.{name} = {getattr(part, name)}", why)


def _who(problem: Problem, asked: MatchSpecification) -> Iterator[Message]:
    """Cities that have no firm in scope while others have."""
    if len(problem.firms) and len(asked.who.cities) > 1:
        there = set(problem.scope.cities_of_firms)
        for city in asked.who.cities:
            if city not in there:
                yield _idle(told("idle.city", city=city), told("idle.nobody-there"))
