"""The gate: a raw table goes in, rows that fit the layer and a log of all the rest come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.errors import UnknownNameError, UsageError
from geo_relocation.geo.crs import metres_per_unit
from geo_relocation.geo.crs_detect import Extent
from geo_relocation.ingest.addresses import settle_addresses, use_new_address
from geo_relocation.ingest.conservation import count_cells
from geo_relocation.ingest.convert import convert_column
from geo_relocation.ingest.draft import Assumptions, Draft
from geo_relocation.ingest.duplicates import ON_DUPLICATES, OnDuplicates, settle_duplicates
from geo_relocation.ingest.identity import LAND, identify
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.ingest.keys import record_ids, suffix_repeated
from geo_relocation.ingest.links import adopt_park_ids, link_parks, qualify_lots
from geo_relocation.ingest.locating import locate
from geo_relocation.ingest.mapping import resolve_mapping
from geo_relocation.ingest.prepared import Prepared
from geo_relocation.ingest.raw import RawTable
from geo_relocation.ingest.sectors import note_open_sectors
from geo_relocation.ingest.wishes import read_wishes
from geo_relocation.ingest.zoning import categorise_zones
from geo_relocation.messages import _
from geo_relocation.model import IMPORTED, Attribute
from geo_relocation.model.accuracy import PLACED_UNSEEN
from geo_relocation.model.enums import LocationSource
from geo_relocation.model.told import told
from geo_relocation.text.headers import ADDRESS_PARTS

_READ_TOGETHER = frozenset({("sites", "wish")})
"""Columns that fill more than one attribute, and are read by a step of their own."""


def prepare(
    raw: RawTable,
    layer: str,
    *,
    import_id: str,
    working_crs: CRS,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    code_system: str | None = None,
    code_table: Mapping[str, str] | None = None,
    synonyms: Iterable[tuple[str, str]] = (),
    assumptions: Assumptions | None = None,
    extent: Extent | None = None,
    existing: pd.DataFrame | None = None,
    parks: pd.DataFrame | None = None,
    admin_units: pd.DataFrame | None = None,
    duplicates: OnDuplicates = "ask",
) -> Prepared:
    """Make a source table ready for a layer.

    Parameters
    ----------
    raw
        What a reader read.
    layer
        One of `IMPORTED`.
    import_id
        Id of this import; it marks every row and issue.
    working_crs
        Projected reference system of the workspace.
    mapping
        Attribute → source column, where the headers do not say.
    constants
        Attribute → value for every row.
    code_system
        System of the land-use codes, for zones that do not state it.
    code_table
        The user's own land-use codes → categories.
    synonyms
        Further `(column, attribute)` pairs.
    assumptions
        What is assumed where the file says nothing.
    extent
        Where the data is expected: faults of the reference system are found by it.
    existing
        The layer as the workspace has it: sites are compared with it for duplicates, and
        parks without an id are found in it by name.
    parks
        The parks that the workspace has, to find those that lots and sites name.
    admin_units
        The units that the workspace has: addresses of sites are placed by them.
    duplicates
        What to do with a site that may be another, and a row that contradicts the known one.

    Raises
    ------
    UnknownNameError
        If the layer, an attribute or the code system does not exist.
    UnknownColumnError
        If a column that was named is not in the source.
    UnknownCrsError
        If coordinates state no reference system.
    UsageError
        If a constant does not fit its attribute, or a code system is needed.
    """
    if layer not in IMPORTED:
        raise UnknownNameError(_("layer to import into"), layer, IMPORTED)
    if duplicates not in ON_DUPLICATES:
        raise UnknownNameError(_("decision on duplicates"), duplicates, ON_DUPLICATES)
    log = IssueLog(raw, layer)
    log.extend(raw.notes)
    columns, notes = resolve_mapping(
        raw, layer, mapping=mapping, constants=constants, synonyms=synonyms
    )
    log.extend(notes)
    draft = Draft(raw, layer, columns, log, working_crs, assumptions or Assumptions())
    draft.extent = extent
    _read_values(draft)
    if layer == "sites":
        read_wishes(draft, parks)
        use_new_address(draft)
    if draft.schema.geometry is not None:
        locate(draft)
    _refuse_empty(draft)
    if layer == "zones":
        categorise_zones(draft, code_system=code_system, code_table=code_table)
    if layer == "sites" and admin_units is not None and len(admin_units):
        settle_addresses(draft, admin_units)
    _assume(draft)
    _link(draft, existing, parks)
    identify(draft, existing, duplicates)
    if layer == "sites":
        settle_duplicates(draft, existing, duplicates)
    suffix_repeated(draft)
    _name_by_id(draft)
    _require(draft)
    if layer == "sites":
        note_open_sectors(draft)
    cells = count_cells(draft)
    return replace(_finish(draft, import_id, code_system, duplicates), cells=cells)


def _read_values(draft: Draft) -> None:
    """Convert every mapped column, and spread the constants."""
    count = len(draft.raw)
    known = {attribute.name: attribute for attribute in draft.schema.fields}
    for name, column in draft.columns.columns.items():
        if name in known and (draft.layer, name) not in _READ_TOGETHER:
            unit = draft.columns.units.get(name)
            draft.values[name] = convert_column(
                draft.raw.frame[column], known[name], draft.log, unit=unit
            )
            draft.given[name] = ~draft.missing(name)
    for name, value in draft.columns.constants.items():
        if name in known:
            draft.values[name] = np.full(count, _constant(known[name], value), dtype=object)
            draft.given[name] = np.ones(count, dtype=bool)
    _join_address(draft)


def _constant(attribute: Attribute, value: str) -> object:
    """A value of ``--set``, converted.

    Raises
    ------
    UsageError
        If it does not fit the attribute.
    """
    one = RawTable(pd.DataFrame({"value": [value]}), np.array([1]), file="--set")
    log = IssueLog(one, attribute.layer)
    converted = convert_column(one.frame["value"], attribute, log)[0]
    if converted is None:
        allowed = (
            _("One of: {names}.", names=list(map(str, attribute.enum))) if attribute.enum else ""
        )
        raise UsageError(
            _(
                "{value:q} is no value for {field:q} ({type}).",
                value=value,
                field=attribute.name,
                type=attribute.type,
            ),
            hint=allowed,
        )
    return converted


def _join_address(draft: Draft) -> None:
    """Put house number, street and quarter, where they have their own columns, into the address."""
    parts = [name for name in ADDRESS_PARTS if name in draft.columns.columns]
    if not parts or "address" not in draft.schema.columns:
        return
    address = draft.schema.attribute("address")
    columns = [
        convert_column(draft.raw.frame[draft.columns.columns[name]], address, draft.log)
        for name in parts
    ]
    columns.append(draft.column("address"))
    joined = np.full(len(draft.raw), None, dtype=object)
    for i in range(len(joined)):
        # A number and its street are one; the rest stands behind commas.
        words = ", ".join(str(column[i]) for column in columns if column[i] is not None)
        joined[i] = words or None
    draft.values["address"] = joined
    draft.given["address"] = ~draft.missing("address")


def _refuse_empty(draft: Draft) -> None:
    """Refuse rows that say neither what nor where."""
    if draft.layer not in {"sites", "parks"}:
        return
    nothing = shapely.is_missing(draft.geometry)
    for name in (draft.schema.key[0], "name", "tax_code"):
        nothing &= draft.missing(name)
    draft.refuse("row-empty", nothing)


def _link(draft: Draft, existing: pd.DataFrame | None, parks: pd.DataFrame | None) -> None:
    """Tie names of parks to parks, and lot numbers to their park."""
    if draft.layer in {"lots", "sites"} and parks is not None and len(parks):
        link_parks(draft, parks)
    if draft.layer == "parks" and existing is not None and len(existing):
        adopt_park_ids(draft, existing)
    if draft.layer == "lots":
        qualify_lots(draft)


def _assume(draft: Draft) -> None:
    """Fill what can be assumed, and log each assumption with its count."""
    if draft.layer in {"sites", "parks"}:
        _assume_accuracy(draft)
    if draft.layer == "lots":
        rows = draft.missing("area_m2") & draft.kept & ~shapely.is_missing(draft.geometry)
        if rows.any():
            factor = metres_per_unit(draft.working_crs) ** 2
            draft.fill("area_m2", rows, shapely.area(draft.geometry[rows]) * factor)
            draft.log.add("area-from-outline", field="area_m2", count=int(rows.sum()))


def _assume_accuracy(draft: Draft) -> None:
    points = shapely.get_type_id(draft.geometry) == 0
    placed = draft.kept & ~shapely.is_missing(draft.geometry)
    for rows, source in (
        (points, LocationSource.COORDINATES),
        (placed & ~points, LocationSource.UNKNOWN),
    ):
        unsaid = rows & placed & draft.missing("location_source")
        if unsaid.any():
            draft.fill("location_source", unsaid, source.value)
            draft.log.add(
                "source-assumed",
                field="location_source",
                value=source.value,
                figures={"source": source},
                count=int(unsaid.sum()),
            )
    unsure = placed & draft.missing("accuracy_m")
    unseen = np.isin(draft.column("location_source"), PLACED_UNSEEN)
    outlines = unsure & ~points & ~unseen
    _fill_accuracy(draft, outlines, draft.assumptions.outline_accuracy_m, told("detail.outline"))
    for source, metres in draft.assumptions.accuracy_m.items():
        rows = unsure & ~outlines & (draft.column("location_source") == source.value)
        _fill_accuracy(draft, rows, metres, source)


def _fill_accuracy(draft: Draft, rows: np.ndarray, metres: float, basis: object) -> None:
    if not rows.any():
        return
    draft.fill("accuracy_m", rows, metres)
    draft.log.add(
        "accuracy-assumed",
        field="accuracy_m",
        value=f"{metres:g}",
        count=int(rows.sum()),
        figures={"metres": metres, "basis": basis},
    )


def _name_by_id(draft: Draft) -> None:
    """Let the id stand in for a park's name: maps of parks often name only some."""
    if draft.layer != "parks":
        return
    rows = draft.missing("name") & draft.kept
    if rows.any():
        draft.fill("name", rows, draft.column("park_id")[rows])
        draft.log.add("name-from-id", field="name", count=int(rows.sum()))


def _require(draft: Draft) -> None:
    """Use defaults for required values that are missing; refuse rows where there is none."""
    for attribute in draft.schema.fields:
        if not attribute.required:
            continue
        absent = draft.missing(attribute.name) & draft.kept
        if not absent.any():
            continue
        enum = attribute.enum
        if attribute.default:
            draft.log.add(
                "default-used",
                field=attribute.name,
                value=attribute.default,
                count=int(absent.sum()),
                figures={"default": enum.of(attribute.default) if enum else attribute.default},
            )
        else:
            draft.refuse("value-missing", absent, field=attribute.name)


def _finish(
    draft: Draft, import_id: str, code_system: str | None, duplicates: OnDuplicates
) -> Prepared:
    kept = draft.kept
    layer = draft.schema
    frame = pd.DataFrame({name: values[kept] for name, values in draft.values.items()})
    if frame.empty:
        frame = pd.DataFrame(index=range(int(kept.sum())))
    frame["import_id"] = import_id
    if layer.geometry is not None:
        frame = gpd.GeoDataFrame(frame, geometry=draft.geometry[kept], crs=draft.working_crs)
    plain = layer.conform(frame)
    given = pd.DataFrame(False, index=plain.index, columns=list(layer.columns))
    for name, mask in draft.given.items():
        given[name] = mask[kept]
    if layer.geometry is not None:
        given["geometry"] = ~(shapely.is_missing(draft.geometry) | draft.assumed_place)[kept]
    ids = dict(zip(np.flatnonzero(kept).tolist(), record_ids(plain, layer), strict=True))
    read = len(draft.raw) + draft.raw.set_aside
    accepted = int((kept | draft.merged).sum())
    options = draft.columns.options() | {
        "code_system": code_system,
        "source_layer": draft.raw.layer or None,
        "duplicates": duplicates if draft.layer in LAND else None,
    }
    record: dict[str, object] = {
        "import_id": import_id,
        "layer": draft.layer,
        "file": draft.raw.file,
        "sha256": draft.raw.sha256,
        "file_date": draft.raw.modified,
        "crs": draft.source_crs or None,
        "encoding": draft.raw.encoding or None,
        "options": json.dumps(options, ensure_ascii=False, sort_keys=True),
        "rows_read": read,
        "rows_accepted": accepted,
        "rows_refused": read - accepted,
    }
    return Prepared(
        layer=draft.layer,
        frame=plain,
        given=given,
        issues=draft.log.frame(import_id, ids),
        record=record,
        columns=draft.columns,
        rows_read=read,
        rows_accepted=accepted,
        rows_refused=read - accepted,
    )
