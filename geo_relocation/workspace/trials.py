"""What if: other plans as good, less distance for more rent, a hectare more, new parks."""

from __future__ import annotations

import pandas as pd

from geo_relocation.errors import UnknownNameError
from geo_relocation.matching import solve
from geo_relocation.matching.advice import HectareValue, hectare_value
from geo_relocation.matching.alternatives import FrontierPoint, alternatives, frontier
from geo_relocation.matching.siting import Candidate, siting, siting_table
from geo_relocation.progress import SILENT, Progress
from geo_relocation.scenarios import Scenario
from geo_relocation.workspace.base import new_id, now
from geo_relocation.workspace.matching import Matching, MatchRun


class Trials(Matching):
    """Questions to a scenario that are answered by solving it again."""

    def alternatives(
        self,
        scenario: Scenario,
        *,
        count: int = 3,
        within: float = 0.02,
        seconds: float | None = None,
        progress: Progress = SILENT,
    ) -> list[MatchRun]:
        """Plans that place as much, cost at most a share more, and differ as much as can be.

        The best plan comes first; all of them are verified and stored.
        """
        started, problem = now(), self.problem(scenario)
        best = solve(problem, seconds=seconds, threads=self.settings.threads, progress=progress)
        others = alternatives(problem, best, count=count, within=within, seconds=seconds)
        return [
            self.store_plan(problem, solution, scenario, plan_id=new_id("plan"), started=started)
            for solution in (best, *(other.solution for other in others))
        ]

    def frontier(self, scenario: Scenario) -> list[FrontierPoint]:
        """What less distance costs in specialisation and rent, and the other way round."""
        return frontier(self.problem(scenario))

    def hectare_value(self, scenario: Scenario, park_id: str, *, ha: float = 1.0) -> HectareValue:
        """What some hectares more in a park bring, found by solving again."""
        problem = self.problem(scenario)
        best = solve(problem, threads=self.settings.threads)
        return hectare_value(problem, best, park_id, ha=ha)

    def require_park(self, park_id: str) -> None:
        """Check that there is such a park.

        Raises
        ------
        UnknownNameError
            Naming those that there are.
        """
        parks = list(self.read("parks")["park_id"])
        if park_id not in parks:
            raise UnknownNameError("park", park_id, parks)

    def siting(self, scenario: Scenario, candidates: list[Candidate]) -> pd.DataFrame:
        """Which new parks to open, for which sector, and what each set of openings adds.

        Parameters
        ----------
        candidates
            Parks of the parks layer that are not open yet, with size, cost and earliest year.
        """
        return siting_table(siting(self.problem(scenario), candidates))
