"""Why each firm goes where it goes, or is left out, in Vietnamese; the `assignments` layer."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.matching.problem import TERMS, FloatArray, IntArray, Problem
from geo_relocation.matching.reasons import BARRIERS, FirmBarrier
from geo_relocation.matching.solve import Solution
from geo_relocation.model import join_codes, schema

ALTERNATIVES = 3
"""How many other parks are listed for each firm."""

_WORDS = {
    "homes": "nhà ở công nhân",
    "specialisation": "sai chuyên ngành",
    "rent": "giá thuê",
    "phase": "chờ năm sau",
    "wish": "trái nguyện vọng",
    "change": "đổi phương án đã duyệt",
}


@dataclass(frozen=True)
class _Room:
    """What is left in each park when the plan stands."""

    land: FloatArray
    wastewater: FloatArray


def explain(
    problem: Problem,
    solution: Solution,
    *,
    plan_id: str,
    lot_ids: dict[str, tuple[str, ...]] | None = None,
    smallest_change: dict[str, str] | None = None,
) -> pd.DataFrame:
    """The `assignments` frame of a plan: one row per firm in scope, placed or not.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    plan_id
        Key of the plan.
    lot_ids
        Lots of each placed firm, by site id.
    smallest_change
        Words for what would place a firm that was left out, by site id.
    """
    room = _room(problem, solution)
    rows = [_row(problem, solution, room, firm) for firm in range(len(problem.firms))]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return schema("assignments").empty()
    frame["plan_id"] = plan_id
    lots, changes = lot_ids or {}, smallest_change or {}
    frame["lot_ids"] = [join_codes(lots.get(site, ())) for site in frame["site_id"]]
    frame["smallest_change"] = [changes.get(site) for site in frame["site_id"]]
    return schema("assignments").conform(frame)


def _room(problem: Problem, solution: Solution) -> _Room:
    """Land and wastewater left in each park at the end of the last phase."""
    placed = np.flatnonzero(solution.chosen.link >= 0)
    park = problem.links.park[solution.chosen.link[placed]]
    land = problem.parks.land_m2[:, -1].copy()
    np.subtract.at(land, park, problem.firms.land_m2[placed])
    wastewater = problem.parks.wastewater.copy()
    np.subtract.at(wastewater, park, problem.firms.wastewater[placed])
    return _Room(land, wastewater)


def _row(problem: Problem, solution: Solution, room: _Room, firm: int) -> dict[str, Any]:
    """One row of the assignments layer."""
    mine = _links_of(problem, firm)
    link = int(solution.chosen.link[firm])
    row: dict[str, Any] = {"site_id": problem.firms.site_id[firm]}
    others = [other for other in _by_cost(problem, mine) if other != link]
    listed = [_alternative(problem, room, firm, other) for other in others[:ALTERNATIVES]]
    row["alternatives"] = json.dumps(listed, ensure_ascii=False, sort_keys=True)
    if link < 0:
        code = _why_left_out(problem, firm)
        row |= {"reason_code": str(code), "reason": _left_out_words(problem, room, firm, code)}
        return row
    phase = int(solution.chosen.phase[firm])
    terms = _terms(problem, link, phase)
    row |= {f"cost_{name}": value for name, value in terms.items()}
    row["cost_km"] = round(sum(terms.values()), 3)
    row["park_id"] = problem.parks.park_id[problem.links.park[link]]
    row["phase"] = problem.phases[phase]
    row["land_m2"] = problem.firms.land_m2[firm]
    row["distance_km"] = round(float(problem.links.distance_km[link]), 3)
    row["reason_code"] = "cheapest" if not _cheaper(problem, others, link) else "cheaper-is-full"
    row["reason"] = _placed_words(problem, others, link, phase, terms)
    return row


def _links_of(problem: Problem, firm: int) -> IntArray:
    """Links of a firm."""
    start, end = np.searchsorted(problem.links.firm, [firm, firm + 1])
    return np.arange(start, end)


def _by_cost(problem: Problem, links: IntArray) -> list[int]:
    """Links, the cheapest first."""
    cost = np.sum([problem.links.terms[name][links] for name in problem.links.terms], axis=0)
    return [int(links[i]) for i in np.argsort(cost, kind="stable")] if len(links) else []


def _terms(problem: Problem, link: int, phase: int) -> dict[str, float]:
    """Cost terms of a choice, km-equivalents."""
    terms = {name: float(values[link]) for name, values in problem.links.terms.items()}
    terms["phase"] = float(problem.phase_cost[phase])
    return {name: round(terms[name], 3) for name in TERMS}


def _cheaper(problem: Problem, others: list[int], link: int) -> list[int]:
    """Links of the same firm that would have cost less, phases aside."""
    cost = sum(float(values[link]) for values in problem.links.terms.values())
    return [
        other
        for other in others
        if sum(float(values[other]) for values in problem.links.terms.values()) < cost - 1e-9
    ]


def _alternative(problem: Problem, room: _Room, firm: int, link: int) -> dict[str, Any]:
    """Another park of a firm, with its cost by term and what stands in the way."""
    park = int(problem.links.park[link])
    terms = _terms(problem, link, int(problem.links.first[link]))
    return {
        "park_id": problem.parks.park_id[park],
        "cost_km": round(sum(terms.values()), 3),
        "terms": {name: value for name, value in terms.items() if value},
        "obstacle": _obstacle(problem, room, firm, park),
    }


def _obstacle(problem: Problem, room: _Room, firm: int, park: int) -> str | None:
    """What a firm lacks in a park as the plan stands; None when there is room."""
    lacking = problem.firms.land_m2[firm] - room.land[park]
    if lacking > 0:
        return f"thiếu {lacking / 10_000:.2f} ha"
    more = problem.firms.wastewater[firm] - room.wastewater[park]
    return f"thiếu {more:.0f} m³/ngày nước thải" if more > 0 else None


def _placed_words(
    problem: Problem, others: list[int], link: int, phase: int, terms: dict[str, float]
) -> str:
    """Why a firm goes where it goes."""
    park = int(problem.links.park[link])
    parts = [f"{problem.parks.name[park]}: cách {problem.links.distance_km[link]:.1f} km"]
    parts += [f"{_WORDS[name]} +{terms[name]:.1f}" for name in _WORDS if terms[name]]
    cheaper = _cheaper(problem, others, link)
    if not cheaper:
        parts.append(f"rẻ nhất trong {len(others) + 1} khu được phép")
    else:
        best = problem.parks.name[problem.links.park[cheaper[0]]]
        parts.append(f"{len(cheaper)} khu rẻ hơn (rẻ nhất: {best}) đã dành cho cơ sở khác lợi hơn")
    if len(problem.phases) > 1:
        parts.append(f"năm {problem.phases[phase]}")
    return "; ".join(parts) + "."


def _why_left_out(problem: Problem, firm: int) -> FirmBarrier:
    """The binding reason of a firm that was left out."""
    barrier = problem.firms.barrier[firm]
    return FirmBarrier.NO_ROOM if barrier == FirmBarrier.NONE else barrier


def _left_out_words(problem: Problem, room: _Room, firm: int, code: FirmBarrier) -> str:
    """Why a firm was left out, with what stands in the way in each kind of park."""
    need = f"cần {problem.firms.land_m2[firm] / 10_000:.2f} ha"
    if code == FirmBarrier.NO_ROOM:
        parks = problem.links.park[_links_of(problem, firm)]
        most = max(room.land[park] for park in parks) / 10_000
        left = f"{need}, khu còn nhiều nhất {max(most, 0):.2f} ha"
        return f"Chưa bố trí: {len(parks)} khu được phép đều không đủ chỗ ({left})."
    if code == FirmBarrier.NO_PARK:
        count = Counter(int(one) for one in problem.barriers[firm] if one)
        ways = [f"{many} khu: {BARRIERS[one].vi}" for one, many in count.most_common()]
        return f"Chưa bố trí: {code.vi} ({need}; {'; '.join(ways)})."
    if code == FirmBarrier.NO_YEAR:
        first, last = int(problem.firms.earliest[firm]), int(problem.firms.latest[firm])
        years = f"từ {first}" if first > problem.phases[-1] else f"chậm nhất {last}"
        if first <= problem.phases[-1] and last >= problem.phases[0]:
            years = f"từ {first} nhưng chậm nhất {last}"
        scenario = "–".join(map(str, dict.fromkeys([problem.phases[0], problem.phases[-1]])))
        return f"Chưa bố trí: {code.vi} ({years}; kịch bản {scenario})."
    return f"Chưa bố trí: {code.vi}."


def scenario_row(
    problem: Problem,
    solution: Solution,
    *,
    plan_id: str,
    scenario: str,
    created_at: datetime,
    input_hash: str,
    version: str,
    title: str = "",
    author: str = "",
    based_on: str | None = None,
) -> pd.DataFrame:
    """The plan's row of the `scenarios` layer.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    plan_id, scenario, title, author, created_at, input_hash, version, based_on
        As in the layer.
    """
    specification = problem.specification.model_dump(mode="json")
    row = {
        "plan_id": plan_id,
        "scenario": scenario,
        "title": title,
        "created_at": created_at,
        "author": author,
        "specification": json.dumps(specification, ensure_ascii=False, sort_keys=True),
        "status": str(solution.status),
        "placed": solution.placed,
        "unplaced": solution.unplaced,
        "unplaced_bound": solution.unplaced_bound,
        "weight_unplaced": solution.weight_unplaced,
        "weight_unplaced_bound": solution.weight_unplaced_bound,
        "cost": solution.cost,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": round(solution.seconds, 2),
        "seed": solution.seed,
        "work": solution.work,
        "input_hash": input_hash,
        "version": version,
        "based_on": based_on,
    }
    return schema("scenarios").conform(pd.DataFrame([row]))
