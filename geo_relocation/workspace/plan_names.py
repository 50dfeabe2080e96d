"""Which plan is meant: nobody has to copy an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_relocation.errors import EmptyWorkspaceError, UnknownNameError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import _

if TYPE_CHECKING:
    from geo_relocation.scenarios import said_title
else:
    said_title = later("geo_relocation.scenarios", "said_title")

NEWEST = "newest"
"""What stands for the newest plan wherever a plan is asked for."""


def in_order(plans: pd.DataFrame) -> pd.DataFrame:
    """Plans as the store numbered them, with a column `number` from 1.

    Parameters
    ----------
    plans
        Rows of `scenarios`.
    """
    order = ["sequence", "created_at", "plan_id"]
    made = plans.sort_values(order, kind="stable", na_position="first").reset_index(drop=True)
    return made.assign(number=range(1, len(made) + 1))


def plan_id_of(plans: pd.DataFrame, name: str) -> str:
    """Id of the plan that is meant.

    Parameters
    ----------
    plans
        All rows of `scenarios`.
    name
        An id; ``newest``; a number in the order in which plans were made, from 1; a title or the
        id of a scenario, of whose plans the newest is meant. Capitals do not matter.

    Raises
    ------
    EmptyWorkspaceError
        If the newest is asked for and there is none.
    UnknownNameError
        If no plan is meant by it.
    """
    known, wanted = in_order(plans), name.strip().casefold()
    if wanted == NEWEST:
        return newest_plan(known)
    title = known["title"].astype(object).where(known["title"].notna(), "")
    columns = (
        known["plan_id"],
        title,
        title.map(lambda text: said_title(text, "en")),
        known["scenario"],
        known["number"],
    )
    for column in columns:
        mine = known[column.astype(str).str.casefold() == wanted]
        if wanted and len(mine):
            return str(mine["plan_id"].iloc[-1])
    listed = [f"{one.number} {one.plan_id}" for one in known.itertuples()]
    raise UnknownNameError(_("plan"), name, listed)


def newest_plan(plans: pd.DataFrame) -> str:
    """Id of the newest plan.

    Raises
    ------
    EmptyWorkspaceError
        If there is none.
    """
    if plans.empty:
        raise EmptyWorkspaceError(
            _("There is no plan yet."), hint=_("Make one: geo-relocation match default")
        )
    return str(in_order(plans)["plan_id"].iloc[-1])
