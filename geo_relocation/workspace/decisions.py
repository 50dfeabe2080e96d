"""The verbs `assess`, `override` and `explain`: decide under a rule set, and say why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.lazy import Deferred, later, pd
from geo_relocation.messages import _
from geo_relocation.model.enums import Route
from geo_relocation.progress import SILENT, Progress
from geo_relocation.publish.kinds import CHART, PAGE
from geo_relocation.standing.days import day_of
from geo_relocation.standing.decisions import in_force, overrides_to_review
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.base import WorkspaceBase, new_id
from geo_relocation.workspace.runs import Run
from geo_relocation.workspace.snapshot import at_one_moment

if TYPE_CHECKING:
    from geo_relocation import assessment
    from geo_relocation.assessment import BatchPolicy, Deadlines, RuleSet
    from geo_relocation.publish.files import replaced
    from geo_relocation.publish.written import Written, held_in
else:
    assessment = Deferred("geo_relocation.assessment")
    replaced = later("geo_relocation.publish.files", "replaced")
    Written = later("geo_relocation.publish.written", "Written")
    held_in = later("geo_relocation.publish.written", "held_in")


@dataclass(frozen=True)
class AssessRun:
    """A finished assessment.

    Attributes
    ----------
    run_id
        Under which it is stored.
    ruleset
        The rules that were applied.
    decisions
        One row per site.
    unbatched
        How many sites no batch could take; None where no batch policy was given.
    to_review
        Overrides in force whose site was now assessed on other evidence: `site_id`,
        `decision_id`, `route`, `later_decision_id`, `later_route`.
    """

    run_id: str
    ruleset: RuleSet
    decisions: pd.DataFrame
    unbatched: int | None
    to_review: pd.DataFrame

    def summary(self) -> dict[str, Any]:
        """Counts by route, batch and missing evidence, and the overrides to look at again."""
        missing: dict[str, int] = {}
        for value in self.decisions["missing"].dropna():
            for key in value.split(";"):
                missing[key] = missing.get(key, 0) + 1
        counts = self.decisions["route"].value_counts()
        return {
            "run_id": self.run_id,
            "ruleset": self.ruleset.id,
            "version": self.ruleset.version,
            "status": self.ruleset.status,
            "sites": len(self.decisions),
            "routes": {route.value: int(counts.get(route.value, 0)) for route in Route},
            "compulsory": int(self.decisions["compulsory"].fillna(value=False).sum()),
            "batches": self.decisions["batch"].value_counts().sort_index().to_dict(),
            "unbatched": self.unbatched,
            "missing_evidence": dict(sorted(missing.items(), key=lambda kv: -kv[1])),
            "overrides_to_review": self.to_review[["site_id", "route", "later_route"]].to_dict(
                "records"
            ),
        }


class Decisions(WorkspaceBase):
    """What is decided on the sites of a workspace, by rules and by people."""

    def assess(
        self,
        ruleset: RuleSet,
        *,
        deadlines: Deadlines | None = None,
        batch_policy: BatchPolicy | None = None,
        actor: Actor | None = None,
        progress: Progress = SILENT,
    ) -> AssessRun:
        """Decide a route for every site under a rule set, and record the decisions.

        Parameters
        ----------
        ruleset
            As from `geo_relocation.assessment.load_shipped` or `parse_ruleset`.
        deadlines, batch_policy
            Versions of the deadlines and of the order of batches; none are given when left out.
        actor
            Who asks for it; by the settings when left out.
        progress
            Told about each block of sites.

        Raises
        ------
        EmptyWorkspaceError
            If there are no sites, or no screening run to assess.
        """
        asked = {
            "ruleset": ruleset.id,
            "ruleset_hash": ruleset.hash,
            "deadlines": deadlines.id if deadlines else None,
            "batch_policy": batch_policy.id if batch_policy else None,
        }
        with self.runs.begin(
            "assess",
            new_id("assess"),
            actor=actor or self.actor,
            parameters=asked,
            progress=progress,
        ) as run:
            return self._assess(run, ruleset, asked, deadlines, batch_policy)

    def _assess(
        self,
        run: Run,
        ruleset: RuleSet,
        asked: dict[str, Any],
        deadlines: Deadlines | None,
        batch_policy: BatchPolicy | None,
    ) -> AssessRun:
        """Do it, and store the decisions with the end of the run."""
        with self.snapshot() as seen:
            sites, findings = self._assessed()
            seen.load("assess")
        decisions = assessment.assess(
            sites,
            findings,
            ruleset,
            deadlines=deadlines,
            batch_policy=batch_policy,
            decided_at=run.started,
            author=run.actor.name,
            run_id=run.run_id,
            progress=run.progress,
        )
        parameters = asked | {
            "findings_run": str(findings["run_id"].iloc[0]),
            "ruleset_content": ruleset.data,
            "batch_policy_content": batch_policy.data if batch_policy else None,
        }
        policies = {"ruleset": ruleset, "deadlines": deadlines, "batch_policy": batch_policy}
        contents = {name: one.data if one else None for name, one in policies.items()}
        key = str(seen.key("assess", contents))
        with self.writing() as transaction:
            self.require_still_there(transaction, "sites", sites)
            transaction.append("decisions", decisions)
            to_review = overrides_to_review(transaction.read("decisions"))
            run.stored(transaction, input_hash=key, parameters=parameters)
        return AssessRun(
            run.run_id,
            ruleset,
            decisions,
            len(assessment.unbatched(decisions, batch_policy)) if batch_policy else None,
            to_review,
        )

    def _assessed(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The sites, and the newest findings on them."""
        with self.snapshot() as seen:
            self.require("sites")
            return seen.read("sites"), seen.findings

    def current_decisions(self, as_of: datetime | None = None) -> pd.DataFrame:
        """The newest decision of each site, at a moment or now."""
        return in_force(self.read("decisions"), as_of=as_of)

    @at_one_moment
    def decision(self, site_id: str) -> pd.Series:
        """The newest decision on one site.

        Raises
        ------
        UnknownNameError
            If the workspace has no such site.
        EmptyWorkspaceError
            If nothing was decided on it yet.
        """
        self.site(site_id)
        found = in_force(self.read("decisions", where={"site_id": site_id}))
        if found.empty:
            raise EmptyWorkspaceError(
                _("Nothing was decided on {site_id} yet.", site_id=site_id),
                hint=_("Run: geo-relocation assess"),
            )
        return found.iloc[0]

    def override(
        self,
        site_id: str,
        route: Route | str,
        *,
        ground: str,
        author: str | None = None,
        compulsory: bool | None = None,
        deadline: Any = None,
        batch: str | None = None,
    ) -> pd.DataFrame:
        """Decide otherwise on one site. The earlier decision stays on record.

        Parameters
        ----------
        ground
            Why; required, as is an author.
        """
        with self.writing() as transaction:
            made = assessment.override(
                self.decision(site_id),
                route=route,
                author=author or self.settings.author,
                ground=ground,
                decided_at=transaction.now(),
                compulsory=compulsory,
                deadline=deadline,
                batch=batch,
            )
            transaction.append("decisions", made)
        return made

    @at_one_moment
    def explain(
        self, site_id: str, *, language: Literal["vi", "en"] | None = None
    ) -> assessment.Explanation:
        """One page on one site: the place, the rules, values, margins and what is not known."""
        decision = self.decision(site_id)
        needed = ("ruleset_content", "findings_run", "deadlines")
        run = self.parameters(str(decision["run_id"]), *needed)
        ruleset = assessment.ruleset_from_data(run["ruleset_content"])
        findings = self.read("findings", where={"site_id": site_id, "run_id": run["findings_run"]})
        imports = self.read("imports")
        sources = {
            str(
                row.import_id
            ): f"{row.file}, {day_of(row.imported_at):%d/%m/%Y}, SHA-256 {row.sha256[:12]}"
            for row in imports.itertuples()
        }
        return assessment.explain(
            decision,
            site=self.site(site_id),
            finding=findings.iloc[0] if len(findings) else None,
            ruleset=ruleset,
            deadlines=_shipped_deadlines(run["deadlines"]),
            sources=sources,
            language=language or self.settings.language,
        )

    def export_explanation(
        self,
        site_id: str,
        path: str | Path,
        *,
        language: Literal["vi", "en"] | None = None,
        force: bool = False,
    ) -> Written:
        """Write the page on one site as HTML, to print."""
        protected = self.protected(path, PAGE, force=force)
        with self.snapshot():
            page = self.explain(site_id, language=language)
            site = self.read("sites", where={"site_id": site_id})
            decision = self.decision(site_id).to_frame().T
        with replaced(path, PAGE, protected) as temporary:
            temporary.write_text(page.html, "utf-8")
        return Written(
            Path(path),
            (
                *held_in("sites", site[list(assessment.PLACE_FIELDS)]),
                *held_in("decisions", decision[["author", "ground", "triggers"]]),
            ),
        )

    def export_sensitivity(
        self, table: pd.DataFrame, path: str | Path, *, force: bool = False
    ) -> Written:
        """Write what `sensitivity` found as a chart."""
        protected = self.protected(path, CHART, force=force)
        picture = assessment.sensitivity_svg(table, language=self.settings.language)
        with replaced(path, CHART, protected) as temporary:
            temporary.write_text(picture, "utf-8")
        return Written(Path(path))

    def sensitivity(self, ruleset: RuleSet, *, shift: float = 0.1) -> pd.DataFrame:
        """How many sites change route when each threshold moves by a share of itself."""
        return assessment.sensitivity(*self._assessed(), ruleset, shift=shift)

    def near_thresholds(self, ruleset: RuleSet, *, within: float = 0.1) -> pd.DataFrame:
        """Sites whose values lie within a share of a threshold."""
        return assessment.near_thresholds(*self._assessed(), ruleset, within=within)

    def compare_rules(self, first: RuleSet, second: RuleSet) -> pd.DataFrame:
        """Sites that two rule sets send different ways."""
        return assessment.compare(*self._assessed(), first, second)

    def compare_schedules(
        self,
        first: tuple[Deadlines, BatchPolicy | None],
        second: tuple[Deadlines, BatchPolicy | None],
    ) -> pd.DataFrame:
        """Batch and deadline of every decided site under two versions of either.

        Raises
        ------
        EmptyWorkspaceError
            If nothing was decided yet.
        """
        with self.snapshot():
            self.latest_run("assess")
            decisions = self.current_decisions()
            sites, findings = self._assessed()
        # An import taken back takes its sites along, but never what was decided on them.
        decisions = decisions[decisions["site_id"].isin(sites["site_id"])]
        found = assessment.compare_schedules(decisions, sites, findings, first, second)
        found.insert(1, "name", found["site_id"].map(sites.set_index("site_id")["name"]))
        return found


def _shipped_deadlines(name: str | None) -> Deadlines | None:
    """The deadlines of a run, where they are a version that ships, to name their source."""
    if name in assessment.shipped_deadlines():
        return assessment.load_deadlines(str(name))
    return None
