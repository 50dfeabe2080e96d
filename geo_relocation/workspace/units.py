"""The verbs `units` and `totals`: sites by old district, old commune and new unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import _
from geo_relocation.workspace.base import WorkspaceBase, new_id
from geo_relocation.workspace.import_log import ImportReport
from geo_relocation.workspace.storing import report_on, store_import

if TYPE_CHECKING:
    from geo_relocation.ingest.resolve import resolve_units
    from geo_relocation.ingest.units import tally
else:
    resolve_units = later("geo_relocation.ingest.resolve", "resolve_units")
    tally = later("geo_relocation.ingest.units", "tally")


class Units(WorkspaceBase):
    """Sites of a workspace against administration before and since the reform."""

    def fill_units(self, *, dry_run: bool = False) -> ImportReport:
        """Fill the old district and the new unit of the sites that lack them.

        It is stored as an import, so that it can be looked up and undone.

        Parameters
        ----------
        dry_run
            Report what would be filled and store nothing.

        Raises
        ------
        EmptyWorkspaceError
            If there are no sites, or neither a crosswalk nor units.
        """
        with self.snapshot():
            self.require("sites")
            crosswalk, units = self.read("admin_crosswalk"), self.read("admin_units")
            sites = self.read("sites")
        if crosswalk.empty and units.empty:
            raise EmptyWorkspaceError(
                _("The workspace knows neither units nor what became of the old communes."),
                hint=_(
                    "Import them first: geo-relocation import admin-units FILE, "
                    "geo-relocation import admin-crosswalk FILE"
                ),
            )
        import_id = new_id("units")
        prepared = resolve_units(sites, crosswalk, units, import_id=import_id)
        if dry_run:
            with self.snapshot() as reader:
                return report_on(reader, prepared, import_id, dry_run=True)
        return store_import(self, prepared, import_id, brings_rows=False)

    def totals(self, by: Literal["old_district", "old_commune", "new_unit"]) -> pd.DataFrame:
        """Number of sites, land and workers by unit; what names no unit is a row of its own.

        Raises
        ------
        EmptyWorkspaceError
            If there are no sites.
        """
        with self.snapshot():
            self.require("sites")
            sites = self.read("sites")
        return tally(sites, by)
