"""The verbs `map` and `export`: what people look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geo_relocation import publish
from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.matching.cost_columns import cost_columns, described, with_cost_columns
from geo_relocation.messages import Message, _
from geo_relocation.model import IMPORTABLE
from geo_relocation.model.money import Payer, SupportOutcome, SupportStatus
from geo_relocation.publish.content import Content
from geo_relocation.publish.files import replaced_in
from geo_relocation.publish.kinds import (
    COMPARISON_PAGE,
    DOCUMENT,
    GEOPARQUET,
    LEADER_DOCUMENT,
    LEADER_PDF,
    MAP,
    PARQUET_LAYERS,
    WORKBOOK,
    qgis_folder,
)
from geo_relocation.publish.written import Written, held_in
from geo_relocation.scenarios import Comparison, said_title
from geo_relocation.support import Estimate
from geo_relocation.words import say
from geo_relocation.workspace.approvals import Approvals, approval_words
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.out_of_date import OutOfDate, newest_out_of_date
from geo_relocation.workspace.plan_names import NEWEST, plan_id_of
from geo_relocation.workspace.stored_plans import StoredPlans
from geo_relocation.workspace.support_basis import SupportBasis, parameters_of

_RESULTS: Mapping[str, Message] = {
    "screen": _("Results of screening"),
    "assess": _("Decisions"),
    "match": _("Plan"),
}


class Publications(WorkspaceBase):
    """Maps, QGIS projects and lists from the layers and newest results of a workspace.

    Parameters
    ----------
    desk
        Of the workspace.
    plans
        Those that were made.
    approvals
        Which of them is approved.
    """

    def __init__(self, desk: Desk, plans: StoredPlans, approvals: Approvals) -> None:
        super().__init__(desk)
        self._plans = plans
        self._approvals = approvals

    def content(self, plan_id: str | None = None) -> Content:
        """What there is to show: all layers, the newest run, and a plan.

        Parameters
        ----------
        plan_id
            The plan to show; the newest, if any, when left out.
        """
        with self.snapshot():
            return self._content(plan_id)

    def _content(self, plan_id: str | None) -> Content:
        self.require("sites")
        language = self.settings.language
        layers = {name: self.read(name) for name in IMPORTABLE}
        findings, parameters = None, {}
        try:
            run_id = self.latest_run("screen")
        except EmptyWorkspaceError:
            pass
        else:
            findings = self.findings(run_id)
            parameters = self.parameters(run_id)
        plans = self.read("scenarios")
        chosen = plan_id_of(plans, plan_id or NEWEST) if plan_id or len(plans) else None
        scenario = assignments = indicators = None
        named: dict[str, pd.DataFrame] = {}
        if chosen:
            assignments = self._plans.plan_assignments(chosen)
            scenario = plans[plans["plan_id"] == chosen]
            titles = scenario["title"].map(lambda text: said_title(text, language))
            scenario = scenario.assign(title=titles.astype("str"))
            indicators = self.read("indicators", where={"plan_id": chosen})
            named = self._plans.named_figures(chosen, language)
        decisions = self.read("decisions")
        return Content(
            title=self.scheme.title(language),
            crs=self.crs,
            language=language,
            findings=findings,
            decisions=decisions if len(decisions) else None,
            scenario=scenario,
            assignments=assignments,
            cost_columns=cost_columns() if assignments is None else described(assignments.columns),
            indicators=indicators,
            **named,
            parameters=parameters,
            notes=(
                *filter(None, [self.scheme.note(language)]),
                *([approval_words(self._approvals.of(chosen), language)] if chosen else []),
                *self._out_of_date(scenario),
            ),
            **layers,
        )

    def _doubts(self, old: OutOfDate | None) -> list[str]:
        """What makes a plan doubtful, in words."""
        language = self.settings.language
        return [f"{say(_RESULTS['match'], language)}: {old.words(language)}."] if old else []

    def _out_of_date(self, plans: pd.DataFrame | None) -> list[str]:
        """Which of the results shown no longer match the layers, one sentence each."""
        language = self.settings.language
        with self.snapshot() as seen:
            found = {stage: newest_out_of_date(seen, stage) for stage in ("screen", "assess")}
        plan = {} if plans is None else self._plans.plans_out_of_date(plans)
        found["match"] = next(iter(plan.values()), None)
        return [
            f"{say(_RESULTS[stage], language)}: {old.words(language)}."
            for stage, old in found.items()
            if old
        ]

    def map(
        self,
        path: str | Path,
        *,
        plan_id: str | None = None,
        base_tiles: bool = False,
        with_confidential: bool = False,
        force: bool = False,
    ) -> Written:
        """Write one self-contained HTML map.

        Parameters
        ----------
        path
            The file to write.
        plan_id
            The plan to show; the newest when left out.
        base_tiles
            Fetch a street map from the internet while the page is open.
        with_confidential
            Show personal and confidential attributes too; they are left out otherwise.
        force
            Replace a file that is not a map.

        Raises
        ------
        ProtectedFileError
            If the file is a workspace or in use, or is not a map and `force` is not given.
        OutputError
            If it cannot be written; what was there before is unchanged. Both hold for every
            export.
        """
        protected = self.protected(path, MAP, force=force)
        return publish.write_map(
            self.content(plan_id),
            path,
            base_tiles=base_tiles,
            with_confidential=with_confidential,
            protected=protected,
        )

    def export_qgis(
        self, folder: str | Path, *, plan_id: str | None = None, force: bool = False
    ) -> Written:
        """Write a folder with a styled QGIS project and its GeoPackage; names the project."""
        protected = self.protected(folder, qgis_folder(), force=force)
        return publish.write_qgis(self.content(plan_id), folder, protected=protected)

    def export_xlsx(
        self, path: str | Path, *, plan_id: str | None = None, force: bool = False
    ) -> Written:
        """Write the workbook with the preliminary list, the plan and those left out."""
        protected = self.protected(path, WORKBOOK, force=force)
        return publish.write_workbook(self.content(plan_id), path, protected=protected)

    def export_docx(
        self, path: str | Path, *, plan_id: str | None = None, force: bool = False
    ) -> Written:
        """Write the report."""
        protected = self.protected(path, DOCUMENT, force=force)
        return publish.write_document(self.content(plan_id), path, protected=protected)

    def leader_page(
        self,
        document: str | Path | None = None,
        pdf: str | Path | None = None,
        *,
        plan_id: str | None = None,
        force: bool = False,
    ) -> list[Written]:
        """Write one A4 page on a plan for somebody who decides, as Word, as PDF or as both.

        Parameters
        ----------
        document, pdf
            The files to write; one at least.
        plan_id
            The plan; the newest when left out.
        force
            Replace files that are no leader's page.

        Raises
        ------
        EmptyWorkspaceError
            If there is no plan.
        OutputError
            If LibreOffice is not there to make the PDF.
        """
        wanted = [
            (path, self.protected(path, kind, force=force), write)
            for path, kind, write in (
                (document, LEADER_DOCUMENT, publish.write_leader_document),
                (pdf, LEADER_PDF, publish.write_leader_pdf),
            )
            if path is not None
        ]
        with self.snapshot() as seen:
            chosen = plan_id_of(seen.read("scenarios"), plan_id or NEWEST)
            content = self._content(chosen)
            stored = seen.read("scenarios", where={"plan_id": chosen})
            old = self._plans.plans_out_of_date(stored).get(chosen)
            basis = SupportBasis.read(seen, parameters_of(self.settings.support_parameters))
            money = _money(basis.of_plan(seen, self._plans.plan_assignments(chosen)))
        page = publish.leader_page(content, money, doubts=self._doubts(old))
        return [write(page, path, protected=protected) for path, protected, write in wanted]

    def comparison_page(
        self, found: Comparison, path: str | Path, *, force: bool = False
    ) -> Written:
        """Write a comparison as one HTML page with tables and maps; see `Comparisons.compare`."""
        protected = self.protected(path, COMPARISON_PAGE, force=force)
        ids = found.plans["plan_id"].tolist()
        with self.snapshot() as seen:
            content = self._content(ids[0])
            rows = [seen.read("assignments", where={"plan_id": one}) for one in ids]
        titles = found.plans["title"].fillna("")
        plans = found.plans.assign(title=[said_title(one, content.language) for one in titles])
        compared = publish.Compared(
            plans, found.indicators, found.firms, pd.concat(rows, ignore_index=True), found.notes
        )
        return publish.write_comparison(content, compared, path, protected=protected)

    def export_geoparquet(self, folder: str | Path, *, force: bool = False) -> list[Written]:
        """Write every layer that has rows as one GeoParquet (or Parquet) file each.

        The files come into being together, once all of them are written. A layer that has lost
        its rows replaces its old file by an empty one, so that the folder shows one state.
        """
        protected = self.protected(folder, GEOPARQUET, force=force)
        with self.snapshot():
            layers = {name: self.read(name) for name in PARQUET_LAYERS}
        layers["assignments"] = with_cost_columns(layers["assignments"], layers["cost_terms"])
        written = []
        with replaced_in(folder, GEOPARQUET, protected) as draft:
            for name, frame in layers.items():
                path = Path(folder) / f"{name}.parquet"
                if len(frame) or path.exists():
                    frame.to_parquet(draft / path.name)
                    written.append(Written(path, held_in(name, frame)))
        return written


_BINDING = (SupportStatus.IN_FORCE, SupportStatus.ADOPTED)


def _money(found: Estimate) -> publish.Money:
    """The sums of an estimate that a page for leaders shows."""
    paid = found.sums("payer")
    unknown = {i.firm.site_id for i in found.items if i.outcome is SupportOutcome.NOT_COMPUTED}
    loose = sum(item.counted for item in found.items if item.policy.status not in _BINDING)
    return publish.Money(
        by_payer={Payer.of(payer): dong for payer, dong in paid.items()},
        unknown=len(unknown),
        not_in_force=loose,
    )
