"""The verb `sectors`: codes for sites that name their sector in words, once a person confirms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_relocation import publish
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language
from geo_relocation.model import schema
from geo_relocation.publish.kinds import SECTOR_BOOK, SECTORS
from geo_relocation.publish.written import Written
from geo_relocation.workspace.base import WorkspaceBase, new_id
from geo_relocation.workspace.import_log import ImportReport
from geo_relocation.workspace.storing import report_on, store_import

if TYPE_CHECKING:
    from geo_relocation.ingest.confirming import confirmed_sectors, with_sectors
    from geo_relocation.ingest.readers import read_table
    from geo_relocation.ingest.sectors import sector_suggestions
else:
    read_table = later("geo_relocation.ingest.readers", "read_table")
    confirmed_sectors = later("geo_relocation.ingest.confirming", "confirmed_sectors")
    sector_suggestions = later("geo_relocation.ingest.sectors", "sector_suggestions")
    with_sectors = later("geo_relocation.ingest.confirming", "with_sectors")


def _headers(language: Language) -> dict[str, str]:
    """Headers of the table, by which its reader knows them again."""
    activity = schema("sites").attribute("activity").header(language)
    if language != "vi":
        return {"activity": activity, "suggested": "Suggested VSIC code", "confirmed": "Confirmed"}
    return {
        "activity": activity,
        "sites": "Số cơ sở",
        "suggested": "Mã ngành gợi ý",
        "sector": "Tên ngành",
        "confidence": "Độ tin",
        "other_sectors": "Ngành khác có thể",
        "confirmed": "Xác nhận",
    }


class Sectors(WorkspaceBase):
    """Sectors of sites, in words and in codes."""

    def suggestions(self) -> pd.DataFrame:
        """What the words of sites without a code may stand for, the most sites first."""
        return sector_suggestions(self.read("sites"))

    def export_suggestions(self, path: str | Path, *, force: bool = False) -> Written:
        """Write the suggestions as a table to be confirmed; `confirm` reads it again."""
        protected = self.protected(path, SECTOR_BOOK, force=force)
        language = self.settings.language
        return publish.write_table(
            self.suggestions().rename(columns=_headers(language)),
            path,
            title="Ngành nghề" if language == "vi" else "Sectors",
            language=language,
            what=(SECTORS, SECTOR_BOOK),
            protected=protected,
        )

    def confirm(self, path: str | Path, *, dry_run: bool = False) -> ImportReport:
        """Give the sites the codes that a table confirms; a code that is there stays.

        It is stored as an import, so that it can be looked up and undone.

        Parameters
        ----------
        path
            A table that `export_suggestions` wrote and somebody filled in.
        dry_run
            Report what would be filled and store nothing.

        Raises
        ------
        UsageError, IngestError
            If it cannot be read, is no such table, or a row of it cannot be used.
        """
        raw = read_table(path, limits=self.settings.reading)
        with self.snapshot():
            sites = self.read("sites")
        import_id = new_id("sectors")
        codes = confirmed_sectors(raw, sites)
        prepared = with_sectors(sites, codes, raw, import_id=import_id)
        if dry_run:
            with self.snapshot() as reader:
                return report_on(reader, prepared, import_id, dry_run=True)
        return store_import(self, prepared, import_id, brings_rows=False)
