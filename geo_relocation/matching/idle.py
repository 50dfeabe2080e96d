"""What a scenario asks that changes nothing, or not what it seems to: each with the reason.

Only what is written in the scenario and differs from the default is looked at: a default that has
nothing to act on surprises nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.matching.places import M2_PER_HA, free_land, openings, park_barriers
from geo_relocation.matching.problem import Note, Problem
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rules import named
from geo_relocation.matching.specification import LandStep, MatchSpecification, Part
from geo_relocation.matching.stated import floats
from geo_relocation.matching.terms import TERMS
from geo_relocation.standing.decisions import in_force

CODE = "no-effect"
"""Code of every note made here."""

_NONE = "không có tác dụng"


def idle_notes(problem: Problem, asked: MatchSpecification) -> list[Note]:
    """A note on each parameter that changes nothing.

    Parameters
    ----------
    problem
        As it was built.
    asked
        The specification as it was written, with ids and codes for names.
    """
    looks = (_land, _opens, _named_parks, _exclusions, _decided, _quotas, _weights, _factors, _who)
    return [Note(CODE, words) for look in looks for words in look(problem, asked)]


def _given(part: Part, name: str) -> bool:
    """Whether a field is written in the scenario and says something else than the default."""
    default = type(part).model_fields[name].get_default(call_default_factory=True)
    return name in part.model_fields_set and bool(getattr(part, name) != default)


def _row(problem: Problem, park: str) -> int:
    return int(np.flatnonzero(problem.parks.park_id == park)[0])


def _why_barred(kind: object) -> str:
    return "" if kind == ParkBarrier.NONE else named(str(kind)).vi


def _land(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Steps of land that change no figure, and those that neither open nor delay a park."""
    base = np.nan_to_num(floats(free_land(problem.frames.parks, problem.specification)[0]))
    years = np.asarray(problem.phases)
    for step in asked.where.land:
        row = _row(problem, step.park)
        opens, start = int(problem.parks.opens[row]), step.from_year or int(years[0])
        mine = [one for one in asked.where.land if one.park == step.park]
        others = [one for one in mine if one is not step]
        said = f"where.land: {step.park} {step.ha:g} ha từ {start}"
        now, without = (_by_year(steps, base[row], years, opens) for steps in (mine, others))
        before = _by_year(others, base[row], years, opens)[years < start]
        if why := _why_barred(problem.parks.barrier[row]):
            yield f"{said} {_NONE}: {why}."
        elif start > years[-1]:
            yield f"{said} {_NONE}: sau năm cuối được xét ({years[-1]})."
        elif np.allclose(now, without, rtol=1e-12, atol=0.0):
            yield f"{said} {_NONE}: đất của khu trong từng năm vẫn như khi không nêu."
        if not why and start < opens and step.from_year is not None:
            yield (
                f"{said}: khu mở năm {opens}, trước đó không nhận ai. "
                f"Muốn mở sớm, nêu where.opens = {{ {step.park} = {start} }}."
            )
        elif not why and not others and before.any():
            yield (
                f"{said}: trước {start} khu vẫn có {before.max() / M2_PER_HA:g} ha theo lớp khu. "
                f"Muốn hoãn, nêu where.opens = {{ {step.park} = {start} }}."
            )


def _by_year(steps: list[LandStep], base: float, years: IntArray, opens: int) -> FloatArray:
    """Land of one park in each year, m²."""
    land = np.full(len(years), base)
    for step in sorted(steps, key=lambda one: one.from_year or 0):
        land[years >= (step.from_year or 0)] = step.ha * M2_PER_HA
    return np.where(years < opens, 0.0, land)


def _opens(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
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
            yield f"where.opens: {park} từ {year} {_NONE}: {why or 'khu vốn mở như vậy'}."


def _named_parks(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Parks that are named or excluded and take nobody whether named or not."""
    where = problem.specification.where.model_copy(update={"parks": (), "exclude_parks": ()})
    specification = problem.specification.model_copy(update={"where": where})
    barriers = park_barriers(problem.frames.parks, specification, problem.parks.south)
    for field in ("parks", "exclude_parks"):
        for park in getattr(asked.where, field):
            if why := _why_barred(barriers[_row(problem, park)]):
                yield f"where.{field}: nêu {park} {_NONE}: {why}."


def _exclusions(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Exclusions of firms out of scope, and from parks that take nobody."""
    inside = set(problem.firms.site_id)
    for one in asked.exclusions:
        why = "" if one.site in inside else "cơ sở ngoài phạm vi"
        if not why and one.park is not None:
            why = _why_barred(problem.parks.barrier[_row(problem, one.park)])
        if why:
            place = one.park or "mọi khu"
            yield f"exclusions: {one.site} không vào {place} {_NONE}: {why}."


def _decided(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Batches nobody is in, deadlines and compulsion that nobody has."""
    decided, limits = problem.frames.decisions, asked.limits
    mine = None
    if decided is not None and not decided.empty:
        mine = in_force(decided)
        mine = mine[mine["site_id"].isin(problem.firms.site_id)]
    if _given(limits, "batches") and mine is not None:
        for batch in sorted(set(limits.batches) - set(mine["batch"].dropna())):
            yield f"limits.batches: đợt {batch} {_NONE}: không có cơ sở nào trong phạm vi."
    if _given(limits, "deadlines") and (mine is None or mine["deadline"].isna().all()):
        yield f"limits.deadlines = false {_NONE}: không cơ sở nào có thời hạn."
    compelled = problem.firms.compulsory
    if _given(asked.who, "compulsory_weight") and (compelled.all() or not compelled.any()):
        which = "mọi" if compelled.all() else "không"
        yield f"who.compulsory_weight {_NONE}: {which} cơ sở nào trong phạm vi là bắt buộc."


def _quotas(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Quotas that nothing can reach, and carrying over what no quota limits."""
    limits = problem.specification.limits
    firms, land = len(problem.firms), float(problem.firms.land_m2.sum()) / M2_PER_HA
    for name, all_of, unit in (
        ("moves_per_year", float(firms), "cơ sở"),
        ("land_ha_per_year", land, "ha"),
    ):
        for year, quota in getattr(limits, name).items():
            if quota >= all_of:
                yield (
                    f"limits.{name}: {year} = {quota:g} {_NONE}: tất cả trong phạm vi chỉ "
                    f"{all_of:g} {unit}."
                )
    if _given(asked.limits, "carry_over") and not limits.moves_per_year | limits.land_ha_per_year:
        yield f"limits.carry_over {_NONE}: không có hạn mức năm nào."
    capacity = problem.frames.parks["wastewater_m3d"]
    if _given(asked.limits, "wastewater") and capacity.isna().all():
        yield f"limits.wastewater = false {_NONE}: không khu nào nêu công suất nước thải."


def _weights(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Prices of what is not known, or the same everywhere."""
    ground = problem.ground
    for term in TERMS:
        name = term.weight
        if _given(asked.weights, name) and (why := term.idle(ground)):
            yield f"weights.{name} = {getattr(asked.weights, name):g} {_NONE}: {why}."


def _factors(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Factors and assumptions that stand in for what is known everywhere."""
    codes, sites = {note.code for note in problem.notes}, problem.frames.sites
    roads = problem.frames.roads is not None and not problem.frames.roads.empty
    by_road = roads and "unreachable" not in codes and problem.frames.homes is None
    checks = (
        (asked.factors, "factors", "land_needed", (sites["land_needed_m2"] > 0).all(),
         "mọi cơ sở đã nêu nhu cầu đất"),
        (asked.factors, "factors", "assumed_land_m2", "land-assumed" not in codes,
         "không cơ sở nào thiếu diện tích"),
        (asked.factors, "factors", "detour", by_road, "mọi quãng đường đều theo lớp đường"),
        (asked.factors, "factors", "unreachable", "unreachable" not in codes,
         "không có cặp cơ sở–khu nào mà lớp đường không nối được"),
        (asked.where, "where", "assumed_free_share", "assumed-free-share" not in codes,
         "không khu nào phải giả định đất trống"),
        (asked.where, "where", "unknown_opening", "opening-assumed" not in codes,
         "không khu nào phải giả định năm mở"),
    )  # fmt: skip
    for part, place, name, nothing, why in checks:
        if nothing and _given(part, name):
            yield f"{place}.{name} = {getattr(part, name)} {_NONE}: {why}."


def _who(problem: Problem, asked: MatchSpecification) -> Iterator[str]:
    """Cities that have no firm in scope while others have."""
    if len(problem.firms) and len(asked.who.cities) > 1:
        there = set(problem.scope.cities_of_firms)
        for city in asked.who.cities:
            if city not in there:
                yield f"who.cities: nêu {city} {_NONE}: không có cơ sở nào trong phạm vi ở đó."
