"""From frames to a `Problem`: candidates by the hard rules, costs, and a reason per pair lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.errors import EmptyWorkspaceError, UsageError
from geo_relocation.geo.network import build_network, road_distances
from geo_relocation.matching import pairs, places, scope
from geo_relocation.matching.budget import Funds, SupportOf, budget_years
from geo_relocation.matching.demand import demand_notes
from geo_relocation.matching.firms import firms
from geo_relocation.matching.groups import Group, groups
from geo_relocation.matching.idle import idle_notes
from geo_relocation.matching.problem import Firms, Frames, Links, Note, Parks, Problem
from geo_relocation.matching.rule import Pairing
from geo_relocation.matching.rules import bit
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.standing import Standing
from geo_relocation.matching.term import Ground
from geo_relocation.matching.terms import TERMS
from geo_relocation.matching.terms.homes import TERM as HOMES
from geo_relocation.messages import _
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.references import require_known_sites
from geo_relocation.model.told import told
from geo_relocation.standing.names import ParkNames
from geo_relocation.standing.new_units import new_units
from geo_relocation.standing.units import districts, south_area, south_codes

M_PER_KM = 1000.0


def build_problem(
    sites: pd.DataFrame,
    findings: pd.DataFrame | None,
    parks: pd.DataFrame,
    lots: pd.DataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    *,
    specification: MatchSpecification,
    decisions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    admin_units: pd.DataFrame | None = None,
    crosswalk: pd.DataFrame | None = None,
    south_districts: Collection[str] = (),
    years: Collection[int] | None = None,
    batch_years: Mapping[str, int] | None = None,
    homes: gpd.GeoDataFrame | None = None,
    approved: pd.DataFrame | None = None,
    support: SupportOf | None = None,
) -> Problem:
    """Build the matching problem; no firm in scope is dropped.

    Parameters
    ----------
    sites, findings, parks, lots, roads, decisions, events, admin_units
        Frames of those layers as they are stored, geometry in one projected CRS in metres.
        Findings are of one run; None: no verdict is asked. Decisions and events are the whole
        history; what is in force is worked out here.
    specification
        What is asked; what it leaves out is filled in by what holds (`scope.resolve`).
    crosswalk
        Table that names old districts, as `admin_crosswalk` does.
    south_districts
        Codes or names of the districts that firms leave: parks there receive only where the
        layer says so.
    years
        Calendar years of the scheme that remain, for a scenario that names none; None: the
        present one.
    batch_years
        First year of each batch as it was decided, for a scenario that leaves it out.
    homes
        Where workers live: `site_id`, `workers` (1 where it is empty), geometry, any number
        of rows for a site. Of what is no point the centroid counts.
    approved
        Assignments of the plan that this one may change only at a price. Firms that have signed
        or are moving since keep what it gives them.
    support
        What firms cost: asked for those in scope and the years that have a budget.

    Raises
    ------
    EmptyWorkspaceError
        If there are no parks, or a filter needs decisions that are not there.
    ScenarioError
        With every contradiction, and cities and parks that do not exist.
    DataError
        If homes belong to no site, or no year is named and none of the scheme remains.
    UsageError
        If there is a budget, and nobody says what firms cost.
    """
    if parks.empty:
        raise EmptyWorkspaceError(
            _("There are no parks to match to."), hint=_("Import the layer parks first.")
        )
    require_known_sites(homes, sites, what=_("Homes of workers"))
    known = districts(admin_units, crosswalk, sites=sites, named=south_districts)
    holds = Standing.of(
        sites,
        decisions,
        events,
        districts=known,
        years=years,
        batches=batch_years,
        units=new_units(admin_units, crosswalk, sites=sites),
    )
    ordered = parks.sort_values("park_id", kind="stable").reset_index(drop=True)
    names = ParkNames.of(dict(zip(ordered["park_id"], ordered["name"], strict=True)))
    asked, specification, notes = scope.resolve(specification, holds, names)
    kept: frozenset[str] = frozenset()
    if approved is not None:
        placed = approved.loc[approved["park_id"].notna(), "site_id"]
        kept = holds.committed & set(placed) & set(sites["site_id"])
        specification = scope.keep_committed(specification, approved, kept)
    chosen, who, assumed = scope.in_scope(sites, findings, specification, holds, kept=kept)
    notes += assumed + scope.status_ignored(sites, events)
    codes = south_codes(south_districts, known)
    south, assumed = places.in_south(ordered, known, codes, south_area(admin_units, codes))
    notes += assumed
    made, assumed = places.parks(ordered, specification, south=south)
    notes += assumed
    movers, assumed = firms(chosen, decisions, specification)
    notes += assumed
    lived, assumed = _homes(homes, movers, specification)
    notes += assumed
    frames = Frames(
        sites=chosen,
        findings=findings,
        parks=ordered,
        lots=lots,
        decisions=decisions,
        approved=approved,
        homes=lived,
        roads=roads,
        events=events,
        admin_units=admin_units,
        crosswalk=crosswalk,
        register=sites,
        south=tuple(south_districts),
        support=_support(support, chosen, ordered, specification),
    )
    ways = _distances(movers, made, roads, specification, notes)
    problem = _assembled(frames, movers, made, ways, specification, notes)
    problem = replace(problem, scope=who)
    said = (*demand_notes(problem), *problem.notes, *idle_notes(problem, asked))
    return replace(problem, notes=said)


def rebuild(
    problem: Problem,
    *,
    specification: MatchSpecification | None = None,
    sites: pd.DataFrame | None = None,
    parks: pd.DataFrame | None = None,
    approved: pd.DataFrame | None = None,
) -> Problem:
    """The same firms and distances under another specification, or with parks changed.

    Parameters
    ----------
    problem
        Built before.
    specification, sites, parks, approved
        What is to be different; firms, parks and their positions must be as they were.
    """
    specification = specification or problem.specification
    frames = replace(
        problem.frames,
        sites=problem.frames.sites if sites is None else sites,
        parks=problem.frames.parks if parks is None else parks,
        approved=problem.frames.approved if approved is None else approved,
    )
    made, notes = places.parks(frames.parks, specification, south=problem.parks.south)
    moved, assumed = firms(frames.sites, frames.decisions, specification)
    unreached = (problem.rules & bit("unreachable")) > 0
    ways = (problem.distance_km, unreached)
    built = _assembled(frames, moved, made, ways, specification, notes + assumed)
    return replace(built, scope=problem.scope)


def _assembled(
    frames: Frames,
    firms: Firms,
    parks: Parks,
    ways: tuple[FloatArray, Mask],
    specification: MatchSpecification,
    notes: list[Note],
) -> Problem:
    """Candidates and costs on firms, parks and the ways between them."""
    distance, unreached = ways
    own = pairs.own_parks(firms, parks, frames.findings)
    meant = groups(frames, parks, specification)
    funds = Funds.of(
        specification.limits.budget,
        frames.support,
        sites=firms.site_id.tolist(),
        parks=frames.parks,
        phases=specification.phases,
    )
    pairing = Pairing(
        firms, parks, frames.parks, frames.sites, specification, unreached, own, funds, meant
    )
    rules = pairs.rules(pairing)
    links = _links(pairing, rules, distance)
    ground = Ground(firms, parks, links, frames, specification, meant)
    terms = {term.name: term.values(ground) for term in TERMS if term.by_link}
    return Problem(
        specification=specification,
        phases=specification.phases,
        firms=_demanded(_without_park(pairing, links), links, meant),
        parks=parks,
        links=replace(links, terms=terms),
        distance_km=distance,
        rules=rules,
        phase_terms={term.name: term.values_by_year(ground) for term in TERMS if term.by_year},
        frames=frames,
        groups=meant,
        notes=(
            *notes,
            *pairs.note_questions(firms, frames.findings),
            *_unknown_support(funds, specification),
        ),
        funds=funds,
    )


def _support(
    support: SupportOf | None,
    sites: pd.DataFrame,
    parks: pd.DataFrame,
    specification: MatchSpecification,
) -> pd.DataFrame | None:
    """What firms cost in the years that have a budget; None where none has."""
    if not (years := budget_years(specification.limits.budget)):
        return None
    if support is None:
        raise UsageError(
            _("The scenario limits the support budget, and nothing says what firms cost."),
            hint=_("Build the problem from a workspace, or leave out limits.budget."),
        )
    return support(sites, parks, years)


def _unknown_support(funds: Funds, specification: MatchSpecification) -> list[Note]:
    """How many firms take more of the budgets than can be computed."""
    if not (count := int(funds.unknown.any(axis=(1, 2)).sum())):
        return []
    if specification.limits.budget_unknown == "leave-out":
        words = told("matching.support-unknown-left-out", count=count)
    else:
        words = told("matching.support-unknown", count=count)
    return [Note("support-unknown", words, count)]


def _distances(
    firms: Firms,
    parks: Parks,
    roads: gpd.GeoDataFrame | None,
    specification: MatchSpecification,
    notes: list[Note],
) -> tuple[FloatArray, Mask]:
    """Distance in km from every firm to every gate, and which pairs no road joins."""
    factors = specification.factors
    gap = firms.xy[:, None, :] - parks.xy[None, :, :]
    straight = np.hypot(gap[..., 0], gap[..., 1]) * factors.detour / M_PER_KM
    unreached = np.zeros(straight.shape, dtype=bool)
    if roads is None or roads.empty:
        words = told(
            "matching.straight-line",
            detour=factors.detour,
            source=factors.detour_source or told("matching.assumed"),
        )
        notes.append(Note("straight-line", words, len(parks)))
        return straight, unreached
    here = np.flatnonzero(~np.isnan(firms.xy[:, 0]))
    there = np.flatnonzero(~np.isnan(parks.xy[:, 0]))
    found = road_distances(firms.xy[here], parks.xy[there], build_network(roads)) / M_PER_KM
    grid = np.ix_(here, there)
    unreached[grid] = np.isinf(found)
    by_road = straight.copy()
    by_road[grid] = np.where(np.isinf(found), straight[grid], found)
    if count := int(unreached.sum()):
        forbid = factors.unreachable == "forbid"
        if forbid:
            words = told("matching.unreachable-forbidden", count=count)
        else:
            words = told("matching.unreachable-straight", count=count, detour=factors.detour)
        notes.append(Note("unreachable", words, count))
        unreached &= forbid
    return by_road, unreached


def _links(pairing: Pairing, rules: NDArray[np.uint32], distance: FloatArray) -> Links:
    """The pairs that no rule forbids, of firms that can be placed at all."""
    usable = (pairing.firms.barrier == FirmBarrier.NONE)[:, None] & (rules == 0)
    firm, park = (part.astype(np.int64) for part in np.nonzero(usable))
    first, last = pairing.intervals
    return Links(firm, park, first[firm, park], last[firm, park], distance[firm, park], {})


def _homes(
    homes: gpd.GeoDataFrame | None, firms: Firms, specification: MatchSpecification
) -> tuple[gpd.GeoDataFrame | None, list[Note]]:
    """Homes that somebody lives in, and what has to be said about them."""
    weight = HOMES.price(specification)
    lived = None if homes is None else homes[homes["workers"].fillna(1) > 0]
    if lived is None or lived.empty:
        words = told("matching.homes-missing", weight=weight)
        return None, [Note("homes-missing", words, len(firms))] if weight else []
    if not weight:
        return lived, [Note("homes-unused", told("matching.homes-unused"), len(lived))]
    notes = []
    if count := int(lived["workers"].isna().sum()):
        notes.append(Note("homes-workers", told("matching.homes-workers", count=count), count))
    if count := len(set(firms.site_id) - set(lived["site_id"])):
        notes.append(Note("homes-unknown", told("matching.homes-unknown", count=count), count))
    return lived, notes


def _without_park(pairing: Pairing, links: Links) -> Firms:
    """The firms, with those marked that may move in no year or that no park may take."""
    firms = pairing.firms
    none = np.ones(len(firms), dtype=bool)
    none[links.firm] = False
    none &= firms.barrier == FirmBarrier.NONE
    firms.barrier[none] = FirmBarrier.NO_PARK
    firms.barrier[none & pairing.never[:, 0]] = FirmBarrier.NO_YEAR
    return firms


def _demanded(firms: Firms, links: Links, groups: tuple[Group, ...]) -> Firms:
    """The firms, with those that a rule sends somewhere demanded as locked ones are.

    One that none of its parks may take is left out with the reason, as any other.
    """
    some = np.zeros(len(firms), dtype=bool)
    some[links.firm] = True
    must = [group.firms for group in groups if group.rule.kind == "must"]
    locked = np.logical_or.reduce([firms.locked, *(one & some for one in must)])
    return replace(firms, locked=locked)
