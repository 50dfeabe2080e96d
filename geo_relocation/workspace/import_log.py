"""What imports did: their reports, the issue log, and both as workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo_relocation import publish
from geo_relocation.ingest.log import export_frame, in_words, select
from geo_relocation.lazy import Deferred
from geo_relocation.messages import Language
from geo_relocation.model import schema
from geo_relocation.model.enums import Severity
from geo_relocation.publish.kinds import (
    CHANGE_BOOK,
    CHANGES,
    ISSUE_BOOK,
    ISSUES,
    LAND_USE_BOOK,
    LAND_USES,
)
from geo_relocation.publish.written import Written, held_in
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.mappings import Remembered

if TYPE_CHECKING:
    from geo_relocation.ingest import zoning
    from geo_relocation.ingest.merge import UpsertPlan
    from geo_relocation.ingest.prepared import Prepared
else:
    zoning = Deferred("geo_relocation.ingest.zoning")


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do.

    Attributes
    ----------
    import_id
        Under which it can be looked up and undone; of a dry run it is stored nowhere. Where
        nothing changed, the earlier import that brought the same.
    prepared
        Accepted rows, issues and the columns they came from.
    plan
        Rows added, changed and left as they were, and every changed value.
    dry_run
        Whether nothing was stored because only a report was asked for.
    nothing_changed
        Whether nothing was stored because all of it, file, rows and issues, was there already.
    remembered
        What was told with an earlier file of the same headers, and was used here.
    """

    import_id: str
    prepared: Prepared
    plan: UpsertPlan
    dry_run: bool
    nothing_changed: bool = False
    remembered: Remembered | None = None

    def summary(self) -> dict[str, Any]:
        """Counts of rows, of changed values by field, and of issues."""
        issues = self.prepared.issues
        severities = issues["severity"].value_counts()
        return (
            {
                "import_id": self.import_id,
                "layer": self.prepared.layer,
                "file": self.prepared.record["file"],
                "rows_read": self.prepared.rows_read,
                "rows_accepted": self.prepared.rows_accepted,
                "rows_refused": self.prepared.rows_refused,
                "rows_added": len(self.plan.added),
                "rows_changed": len(self.plan.changed),
                "rows_unchanged": self.plan.unchanged,
                "changed_fields": self.plan.changes["field"].value_counts().to_dict(),
                "crs": self.prepared.record["crs"],
                "encoding": self.prepared.record["encoding"],
                "columns": dict(self.prepared.columns.columns),
                "issues": {s.value: int(severities.get(s.value, 0)) for s in Severity},
                "nothing_changed": self.nothing_changed,
                "dry_run": self.dry_run,
            }
            | self._unknown_uses()
            | self._remembered()
        )

    def _remembered(self) -> dict[str, Any]:
        """What was used of what was told with an earlier file."""
        one = self.remembered
        return {} if one is None else {"remembered": f"{one.mapping_id}: {one.told.words}"}

    def _unknown_uses(self) -> dict[str, Any]:
        """The land uses of zones that no table knows, where there are any."""
        if self.prepared.layer != "zones":
            return {}
        uses = zoning.unknown_uses(gpd.GeoDataFrame(self.prepared.frame))
        plain = uses.astype(object).where(uses.notna(), None)
        return {"unknown_land_use": plain.to_dict("records")} if len(uses) else {}


def _code_table_headers(language: Language) -> dict[str, str]:
    """Headers of the table of codes, by which its reader knows them again."""
    if language != "vi":
        return {}
    named = ("code_system", "category")
    headers = {name: schema("zones").attribute(name).header("vi") for name in named}
    code = schema("zones").attribute("land_use_code").header("vi")
    return {**headers, "code": code, "zones": "Số vùng", "area_ha": "Diện tích (ha)"}


class ImportLog(WorkspaceBase):
    """The log of a workspace's imports."""

    def issues(
        self,
        *,
        import_id: str | None = None,
        layer: str | None = None,
        kind: str | None = None,
        closed: bool = False,
        language: Language | None = None,
    ) -> pd.DataFrame:
        """The issue log, worst first, its messages in words.

        Parameters
        ----------
        import_id, layer, kind
            Only those of one import, layer or kind.
        closed
            Also those that a later import closed.
        language
            Of the messages; that of the settings when left out.
        """
        found = select(
            self.read("issues"),
            kind=kind,
            layer=layer.replace("-", "_") if layer else None,
            import_id=import_id,
            closed=closed,
        )
        return in_words(found, language or self.settings.language)

    def export_issues(
        self, path: str | Path, *, closed: bool = False, force: bool = False
    ) -> Written:
        """Write the issue log as a workbook, with the row numbers of the source files."""
        issues = select(self.read("issues"), closed=closed)
        return self._write_issues(issues, path, force=force)

    def export_report(
        self, report: ImportReport, path: str | Path, *, force: bool = False
    ) -> Written:
        """Write the issues of one import or dry run: a workbook, or a CSV file by its name."""
        return self._write_issues(report.prepared.issues, path, force=force)

    def _write_issues(self, issues: pd.DataFrame, path: str | Path, *, force: bool) -> Written:
        protected = self.protected(path, ISSUE_BOOK, force=force)
        language = self.settings.language
        shown = export_frame(issues, language)
        holds = held_in("issues", issues)
        if Path(path).suffix.lower() == ".csv":
            return publish.write_csv(shown, path, holds=holds, protected=protected)
        return publish.write_table(
            shown,
            path,
            title=schema("issues").label(language),
            language=language,
            what=(ISSUES, ISSUE_BOOK),
            holds=holds,
            protected=protected,
        )

    def unknown_uses(self) -> pd.DataFrame:
        """Land uses of zones that no table knows, with zones and hectares; the most land first."""
        return zoning.unknown_uses(gpd.GeoDataFrame(self.read("zones")))

    def export_unknown_uses(self, path: str | Path, *, force: bool = False) -> Written:
        """Write the land uses that no table knows as a table of codes to be filled in.

        With a category for each code it is read again by `workspace.side_files.code_table`.
        """
        protected = self.protected(path, LAND_USE_BOOK, force=force)
        language = self.settings.language
        uses = self.unknown_uses().dropna(subset="code").assign(category=None)
        return publish.write_table(
            uses.rename(columns=_code_table_headers(language)),
            path,
            title="Bảng mã" if language == "vi" else "Codes",
            language=language,
            what=(LAND_USES, LAND_USE_BOOK),
            protected=protected,
        )

    def export_changes(
        self, report: ImportReport, path: str | Path, *, force: bool = False
    ) -> Written:
        """Write what an import changed as a workbook: each value before and after."""
        protected = self.protected(path, CHANGE_BOOK, force=force)
        language = self.settings.language
        headers = {
            name: schema(table).attribute(name).header(language)
            for table, name in (
                ("issues", "record_id"),
                ("issues", "field"),
                ("undo_log", "before"),
            )
        }
        headers["after"] = "Sau khi nhập" if language == "vi" else "After"
        known = schema(report.prepared.layer).attributes
        labels = {a.name: a.header(language) for a in known}
        changed = set(report.plan.changes["field"])
        frame = report.plan.changes.assign(field=report.plan.changes["field"].map(labels))
        return publish.write_table(
            frame.rename(columns=headers),
            path,
            title="Thay đổi",
            language=language,
            what=(CHANGES, CHANGE_BOOK),
            holds=tuple(a for a in known if a.protection is not None and a.name in changed),
            protected=protected,
        )
