"""The verb `import`: a file comes in whole, with a log of every repair, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pyproj import CRS

from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import parse_crs
from geo_relocation.geo.crs_detect import Extent, extent_of
from geo_relocation.lazy import Deferred
from geo_relocation.messages import _
from geo_relocation.model import IMPORTABLE, schema
from geo_relocation.model.short_names import short_names
from geo_relocation.progress import SILENT, Progress
from geo_relocation.store import canonical
from geo_relocation.workspace.base import Desk, WorkspaceBase, new_id
from geo_relocation.workspace.import_log import ImportLog, ImportReport
from geo_relocation.workspace.mappings import Confirmation, Mappings, Told, recalled
from geo_relocation.workspace.snapshot import at_one_moment

# The issue log is read without what files, checks and the sample bring in.
if TYPE_CHECKING:
    from geo_relocation import sample
    from geo_relocation.ingest import checks, pipeline, readers
    from geo_relocation.ingest import raw as raws
    from geo_relocation.ingest.duplicates import OnDuplicates
    from geo_relocation.sample import drawing
    from geo_relocation.workspace import sectors as sector_words
    from geo_relocation.workspace import side_files, sources, storing, undoing
    from geo_relocation.workspace import units as administration
else:
    administration = Deferred("geo_relocation.workspace.units")
    checks = Deferred("geo_relocation.ingest.checks")
    drawing = Deferred("geo_relocation.sample.drawing")
    pipeline = Deferred("geo_relocation.ingest.pipeline")
    raws = Deferred("geo_relocation.ingest.raw")
    readers = Deferred("geo_relocation.ingest.readers")
    sample = Deferred("geo_relocation.sample")
    sector_words = Deferred("geo_relocation.workspace.sectors")
    side_files = Deferred("geo_relocation.workspace.side_files")
    sources = Deferred("geo_relocation.workspace.sources")
    storing = Deferred("geo_relocation.workspace.storing")
    undoing = Deferred("geo_relocation.workspace.undoing")


class Imports(WorkspaceBase):
    """Files into the layers of a workspace.

    Parameters
    ----------
    desk
        Of the workspace.

    Attributes
    ----------
    log
        What imports did.
    units
        Sites against administration before and since the reform.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.log = ImportLog(desk)

    @cached_property
    def units(self) -> administration.Units:
        """Sites against administration before and since the reform."""
        return administration.Units(self.desk)

    @cached_property
    def mappings(self) -> Mappings:
        """What is remembered about the columns of files."""
        return Mappings(self.desk)

    @cached_property
    def sectors(self) -> sector_words.Sectors:
        """Sectors of sites, in words and in codes."""
        return sector_words.Sectors(self.desk)

    def import_layer(
        self,
        layer: str,
        path: str | Path,
        *,
        source_layer: str | None = None,
        mapping: Mapping[str, str] | None = None,
        constants: Mapping[str, object] | None = None,
        where: str | None = None,
        crs: object = None,
        encoding: str | None = None,
        code_system: str | None = None,
        code_table: Mapping[str, str] | None = None,
        duplicates: OnDuplicates = "ask",
        forget: bool = False,
        dry_run: bool = False,
        progress: Progress = SILENT,
    ) -> ImportReport:
        """Import a file into a layer.

        Rows whose key is new are added, the others updated; nothing is removed. Rows that
        cannot be used are refused and logged; every repair and assumption is logged.

        Parameters
        ----------
        layer
            zones, sites, parks, lots, admin_units, roads or admin_crosswalk.
        path
            GeoPackage, shapefile, GeoJSON, FileGDB, DXF, DGN, CSV or Excel file, a zip of one,
            or the folder of a plan dossier (TT 16/2025/TT-BXD); or, as a text, the address of a
            table: ``postgresql://user@host/database?table=schema.table``.
        source_layer
            Layer or sheet, where the file has several.
        mapping
            Attribute → column, where the headers do not say.
        constants
            Attribute → value for every row.
        where
            SQL condition over the file's columns.
        crs
            Reference system of the coordinates, where the file states none or a wrong one.
        encoding
            Text encoding, likewise.
        code_system
            Of land-use codes: vn-2018, vn-2024, tt16, osm or us-zoning.
        code_table
            Land-use code → category, beside the code system.
        duplicates
            Sites that may be the same as another, by tax code or by name and address: hold
            them back and ask, merge them, or keep both.
        forget
            Forget what was told with earlier files of these headers, and read this one without.
        dry_run
            Report what would happen and store nothing.
        progress
            Told about the steps.

        Raises
        ------
        UsageError, IngestError
            If the file cannot be used at all; nothing is stored then.
        """
        layer = layer.replace("-", "_")
        import_id = new_id("import")
        progress.start(_("Importing: {layer}", layer=schema(layer)), total=3)
        raw = sources.read_rows(
            path,
            self.settings.reading,
            layer=source_layer,
            where=where,
            crs=crs,
            encoding=encoding,
        )
        progress.advance()
        with self.snapshot() as seen:
            known = {name: self.read(name) for name in {layer, "admin_units", "parks"}}
            extent = self._extent()
            remembered = None if forget else recalled(seen, layer, raw)
        said = told = Told(mapping or {}, code_system)
        fixed = constants or {}
        if remembered is not None and (both := said.over(remembered.told, fixed)) != said:
            told = both
            raw = raw.noted(
                raws.Note(
                    "mapping-remembered",
                    value=remembered.file,
                    figures={"words": remembered.told.words},
                )
            )
        else:
            remembered = None
        prepared = pipeline.prepare(
            raw,
            layer,
            import_id=import_id,
            working_crs=self.crs,
            mapping=told.columns,
            constants=fixed,
            code_system=told.code_system,
            code_table=code_table,
            synonyms=short_names().get(layer, {}).items(),
            extent=extent,
            admin_units=known["admin_units"],
            existing=known[layer],
            parks=known["parks"],
            duplicates=duplicates,
        )
        progress.advance()
        prepared = replace(prepared, frame=canonical(schema(layer), prepared.frame, self.crs))
        if dry_run:
            with self.snapshot() as reader:
                report = storing.report_on(reader, prepared, import_id, dry_run=True)
        else:
            confirmation = Confirmation(layer, raw, told, import_id, self.author) if said else None
            report = storing.store_import(self, prepared, import_id, confirmation=confirmation)
            if forget and confirmation is None:
                self.mappings.forget_look(layer, raw)
        report = replace(report, remembered=remembered)
        progress.advance()
        progress.finish()
        return report

    def read_code_table(self, path: str | Path) -> dict[str, str]:
        """A user's own land-use codes, from a table of any kind that can be read.

        Raises
        ------
        UsageError, IngestError
            If it is no such table, or cannot be read.
        """
        return side_files.code_table(
            readers.read_side_table(path, side_files.CODE_TABLE, limits=self.settings.reading)
        )

    def undo_import(self, import_id: str, *, keep_history: bool = False) -> dict[str, int]:
        """Take an import back as a whole; see `undoing.undo_import`."""
        return undoing.undo_import(self, import_id, keep_history=keep_history)

    def _extent(self) -> Extent | None:
        """Where data is expected: the workspace's units, else Bình Dương, else anywhere."""
        units = self.read("admin_units")
        if len(units):
            return extent_of(units)
        return Extent() if self.crs == _sample_crs() else None

    def check(
        self, names: Collection[str] | None = None, *, strict: Collection[str] = ()
    ) -> list[checks.CheckResult]:
        """Run the named consistency checks; see `geo_relocation.ingest.checks.run_checks`."""
        with self.snapshot():
            layers = {name: self.read(name) for name in IMPORTABLE}
        foreign = [(one.name, str(one)) for one in self.store.foreign]
        layers["foreign"] = pd.DataFrame(foreign, columns=["name", "words"])
        return checks.run_checks(layers, names=names, strict=strict)

    def load_sample(self, *, progress: Progress = SILENT) -> dict[str, int]:
        """Draw the sample province into an empty workspace; returns rows per layer.

        Raises
        ------
        UsageError
            If the workspace holds anything already, or works in another CRS.
        """
        self._require_empty()
        if self.crs != _sample_crs():
            raise UsageError(
                _(
                    "The workspace works in {crs}, the sample in {sample_crs}.",
                    crs=self.crs.name,
                    sample_crs=_sample_crs().name,
                ),
                hint=_("Make a workspace with: init --crs EPSG:9210"),
            )
        layers = sample.build_sample(progress=progress)
        with self.writing() as transaction:
            self._require_empty()
            for name, frame in layers.items():
                transaction.append(name, frame)
        return {name: len(frame) for name, frame in layers.items()}

    @at_one_moment
    def _require_empty(self) -> None:
        """Check that no layer of the sample has rows."""
        if any(self.count(layer) for layer in sample.LAYERS):
            raise UsageError(
                _("The workspace is not empty."),
                why=_("Sample data is never mixed with other data."),
                hint=_("Make a new workspace for it with init."),
            )


def _sample_crs() -> CRS:
    return parse_crs(drawing.WORKING_CRS)


def parse_pairs(pairs: list[str], option: str) -> dict[str, str]:
    """Texts of the form ``name=value`` as a mapping.

    Raises
    ------
    UsageError
        If one has no equals sign or no name.
    """
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise UsageError(
                _(
                    "{option} {pair:q} is not of the form attribute=value.",
                    option=option,
                    pair=pair,
                ),
                hint=_("Example: {option} name=TEN_DN", option=option),
            )
        found[name.strip()] = value.strip()
    return found
