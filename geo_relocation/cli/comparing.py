"""The command `scenario compare`: plans side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.language import said, spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.tables import ALL
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.model import split_codes
from geo_relocation.model.reasons import DifferenceKind
from geo_relocation.model.told import recalled
from geo_relocation.publish.kinds import COMPARISON_PAGE

if TYPE_CHECKING:
    from geo_relocation.scenarios import Comparison

_OF_PLANS = (
    "plan_id", "number", "title", "scenario", "base", "created_at", "status", "placed",
    "unplaced", "unplaced_bound", "cost", "bound", "gap", "seed",
)  # fmt: skip


def register(scenario: typer.Typer) -> None:
    """Add the command to the group."""

    @command(scenario, "compare", tabular=True)
    def compare(
        session: Session,
        plans: Annotated[
            list[str],
            typer.Argument(
                metavar="PLAN PLAN …",
                help="Two to six plans, the base first: id, newest, number, title or scenario.",
            ),
        ],
        *,
        firms: Annotated[
            bool, typer.Option("--firms", help="List the firms that fare differently instead.")
        ] = False,
        page: Annotated[
            Path | None,
            typer.Option("--page", metavar="FILE.html", help="Write a page with maps as well."),
            Writes(COMPARISON_PAGE),
        ] = None,
    ) -> None:
        """Compare plans: the same indicators side by side, and every firm that changes.

        A difference that is smaller than what is proven of the plans is no difference: no plan is
        called better by it. A firm's change is forced where its place in the base is not to be
        had any more, and else consequent: it makes room, or takes room that came free.
        """
        with session.workspace() as workspace:
            found = workspace.comparisons.compare(*plans, language=spoken())
            if page is not None:
                ours = workspace.comparisons.compare(*plans)
                workspace.publications.comparison_page(ours, page, force=session.force)
        if session.as_json and session.view == ALL:
            session.report(_as_json(found))
            return
        for note in found.notes:
            session.note(note)
        if firms:
            session.show_frame(_firms(found))
            return
        session.show_frame(_indicators(found), hidden=("key", "distinguishable"))


def _as_json(found: Comparison) -> dict[str, Any]:
    """All of a comparison, in codes and figures; reasons in the language of the call."""
    plans = json.loads(found.plans[list(_OF_PLANS)].to_json(orient="records", date_format="iso"))
    firms = json.loads(found.firms.to_json(orient="records"))
    for one in firms:
        one["why"] = said(recalled(one["why"]))
        one["chain"] = list(split_codes(one["chain"]))
        one["before"], one["after"] = (
            {"park_id": one.pop(f"park_{when}"), "phase": one.pop(f"phase_{when}")}
            for when in ("before", "after")
        )
    return {
        "plans": plans,
        "indicators": found.of_indicators(),
        "firms": firms,
        "notes": [said(note) for note in found.notes],
    }


def _indicators(found: Comparison) -> pd.DataFrame:
    """Plans as columns by their numbers, and which is better."""
    numbers = {
        plan: said(_("plan {number}", number=int(number)))
        for plan, number in zip(found.plans["plan_id"], found.plans["number"], strict=True)
    }
    same = said(_("cannot be told apart"))
    best = [
        numbers.get(row["best"], "") if row["distinguishable"] or not row["difference"] else same
        for row in found.indicators.to_dict("records")
    ]
    return found.indicators.assign(best=best).rename(columns=numbers)


def _firms(found: Comparison) -> pd.DataFrame:
    """One row per firm and plan, in words."""
    frame, place = found.firms, {}
    numbers = dict(zip(found.plans["plan_id"], found.plans["number"], strict=True))
    for when, column in (("before", "from_place"), ("after", "to_place")):
        place[column] = [
            None if pd.isna(park) else f"{park} ({year})"
            for park, year in zip(frame[f"park_{when}"], frame[f"phase_{when}"], strict=True)
        ]
    kinds = [None if pd.isna(k) else DifferenceKind.of(k).label(spoken()) for k in frame["kind"]]
    return pd.DataFrame(
        {
            "number": frame["plan_id"].map(numbers),
            "site_id": frame["site_id"],
            **place,
            "kind": kinds,
            "why": [said(recalled(why)) for why in frame["why"]],
            "chain": [" → ".join(split_codes(chain)) for chain in frame["chain"]],
            "more_km": frame["more_km"],
        }
    )
