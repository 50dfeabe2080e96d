"""Re-planning: keep an approved plan and what has happened since, change only where it pays."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo_relocation.matching.problem import Problem
from geo_relocation.matching.solve import Solution


@dataclass(frozen=True)
class PlanChange:
    """A firm that a new plan treats otherwise than the approved one.

    Attributes
    ----------
    site_id
        The firm.
    park_before, park_after, phase_before, phase_after
        Park and year in both plans; None for left out.
    saved_km
        What the change saves for this firm, km-equivalents without the price of the change;
        negative where the firm makes way for others; None where it cannot be said.
    message
        In Vietnamese: what changed and why.
    """

    site_id: str
    park_before: str | None
    park_after: str | None
    phase_before: int | None
    phase_after: int | None
    saved_km: float | None
    message: str


def plan_changes(problem: Problem, solution: Solution) -> list[PlanChange]:
    """What a re-plan changes, firm by firm, with the reason.

    Parameters
    ----------
    problem
        Built with `approved`.
    solution
        The new plan.
    """
    approved = problem.frames.approved
    if approved is None:
        return []
    after, before = _by_site(problem.assignment(solution.chosen)), _by_site(approved)
    costs = _costs(problem)
    allowed = problem.choices(approved)
    found = []
    for firm, site in enumerate(problem.firms.site_id):
        old, new = before.get(site, (None, None)), after.get(site, (None, None))
        if old == new:
            continue
        saved = None
        if old[0] is not None and new[0] is not None:
            was, now = costs.get((firm, old[0])), costs.get((firm, new[0]))
            saved = None if was is None or now is None else round(was - now, 3)
        possible = old[0] is None or bool(allowed.link[firm] >= 0)
        found.append(
            PlanChange(
                site,
                old[0],
                new[0],
                old[1],
                new[1],
                saved,
                _words(old, new, saved, possible=possible),
            )
        )
    return found


_Place = tuple[str | None, int | None]


def _by_site(plan: pd.DataFrame) -> dict[str, _Place]:
    """Park and year of each firm that a plan places."""
    placed = plan[plan["park_id"].notna()]
    return {
        site: (str(park), None if pd.isna(year) else int(year))
        for site, park, year in zip(
            placed["site_id"], placed["park_id"], placed["phase"], strict=True
        )
    }


def _costs(problem: Problem) -> dict[tuple[int, str], float]:
    """Cost of every link without the price of the change and the year."""
    links = problem.links
    plain = links.cost - links.terms["change"]
    return {
        (int(firm), str(problem.parks.park_id[park])): float(cost)
        for firm, park, cost in zip(links.firm, links.park, plain, strict=True)
    }


def _words(old: _Place, new: _Place, saved: float | None, *, possible: bool) -> str:
    """What changed and why, in Vietnamese."""
    if old[0] is None:
        return f"Nay bố trí được vào {new[0]} năm {new[1]}."
    if not possible:
        then = "để lại chưa bố trí" if new[0] is None else f"chuyển sang {new[0]} năm {new[1]}"
        return f"Phương án cũ ({old[0]} năm {old[1]}) không còn được phép: {then}."
    if new[0] is None:
        return f"Rời {old[0]}, chưa bố trí: nhường chỗ để bố trí được nhiều hơn."
    if old[0] == new[0]:
        return f"Giữ {old[0]}, đổi năm {old[1]} thành {new[1]}."
    if saved is not None and saved > 0:
        return f"Từ {old[0]} sang {new[0]}: bớt {saved:.1f} km quy đổi."
    return f"Từ {old[0]} sang {new[0]}: nhường chỗ cho cơ sở khác lợi hơn."
