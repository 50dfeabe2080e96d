"""The verbs of support: which policies there are, and what the firms get under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from geo_relocation.errors import UsageError
from geo_relocation.lazy import Deferred, pd
from geo_relocation.messages import _
from geo_relocation.standing.list import FINISHED
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.plan_names import plan_id_of
from geo_relocation.workspace.snapshot import Snapshot
from geo_relocation.workspace.support_basis import SupportBasis, parameters_of

if TYPE_CHECKING:
    from geo_relocation import support
    from geo_relocation.support import Catalogue, Estimate
else:
    support = Deferred("geo_relocation.support")


@dataclass(frozen=True)
class SupportEstimate:
    """An estimate, and what it was made from.

    Attributes
    ----------
    found
        Items and sums.
    known
        The policies.
    as_of
        The day as of which policies were asked; None: the middle of the year of each move.
    plan
        Id of the plan that says who moves when; None: no plan was asked.
    firms
        How many firms it is about.
    finished
        Firms left out because the list says that they are done with.
    unplaced
        Firms of the plan that it does not place.
    cities
        Names of the old district-level cities by code.
    """

    found: Estimate
    known: Catalogue
    as_of: date | None
    plan: str | None
    firms: int
    finished: int
    unplaced: int
    cities: Mapping[str, str] = field(default_factory=dict)


class Support(WorkspaceBase):
    """What firms get, under dated policies.

    Parameters
    ----------
    desk
        Of the workspace.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)

    def estimate(
        self,
        site_id: str | None = None,
        *,
        plan: str | None = None,
        policies: Sequence[str] = (),
        own: Iterable[str] = (),
        as_of: date | None = None,
        parameters: str | None = None,
    ) -> SupportEstimate:
        """What firms get: every item with its arithmetic, or why there is none.

        Parameters
        ----------
        site_id
            One firm; None: all that are not finished.
        plan
            A plan, by whatever `plan_names.plan_id_of` knows it: the firms that it places, each in
            the year of its move.
        policies
            Names of shipped files or ids of policies; none: what holds by default.
        own
            Contents of policy files of one's own.
        as_of
            The day as of which policies are asked, whatever the year of the move. None: today; of
            the firms of a plan, the middle of the year of their move.
        parameters
            Content of a file of parameters; None: the file that the settings name, if any.

        Raises
        ------
        UnknownNameError
            If there is no such site, plan or policy.
        RuleSetError
            If a file has mistakes.
        """
        with self.snapshot() as seen:
            content = parameters_of(self.settings.support_parameters)
            basis = SupportBasis.read(seen, parameters or content, policies=policies, own=own)
            chosen = seen.read("sites")
            if site_id is not None:
                self.site(site_id)
                chosen = chosen[chosen["site_id"] == site_id]
            moves, plan_id = self._moves(plan, seen)
            finished = 0
            if site_id is None and moves is None:
                state = seen.states.set_index("site_id")["state"]
                done = chosen["site_id"].map(state).isin([one.value for one in FINISHED])
                chosen, finished = chosen[~done], int(done.sum())
            day = as_of if as_of or moves is not None else self.today
            cities = seen.districts.names
            firms = basis.firms(seen, chosen, moves=moves, as_of=day)
        if site_id is not None and not firms:
            raise UsageError(
                _("The plan does not place {site:q}.", site=site_id),
                hint=_("Leave out --plan, or see: geo-relocation scenario why"),
            )
        found = support.estimate(firms, basis.known, basis.given)
        unplaced = 0
        if moves is not None and site_id is None:
            unplaced = int(moves["park_id"].isna().sum())
        return SupportEstimate(
            found, basis.known, day, plan_id, len(firms), finished, unplaced, cities
        )

    def _moves(self, plan: str | None, seen: Snapshot) -> tuple[pd.DataFrame | None, str | None]:
        """Who moves when, and the id of the plan that says so."""
        if plan is None:
            return None, None
        plan_id = plan_id_of(seen.read("scenarios"), plan)
        return seen.read("assignments", where={"plan_id": plan_id}), plan_id
