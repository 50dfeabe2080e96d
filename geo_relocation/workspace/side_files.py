"""What comes in a file of its own: houses, pollution sources, workers' homes, a hand-made plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyproj import CRS

from geo_relocation.arrays import Mask
from geo_relocation.errors import (
    DataError,
    NotSpatialError,
    UnknownColumnError,
    UnknownCrsError,
    UsageError,
)
from geo_relocation.lazy import gpd, later, np, pd, shapely
from geo_relocation.messages import Message, _, joined
from geo_relocation.model import schema
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.text.normalise import search_key

if TYPE_CHECKING:
    from geo_relocation.geo.crs import reproject, to_metres
    from geo_relocation.ingest.convert import as_objects, convert_column, named_category, text_of
    from geo_relocation.ingest.draft import Assumptions, Draft
    from geo_relocation.ingest.issues import IssueLog
    from geo_relocation.ingest.locating import locate
    from geo_relocation.ingest.mapping import resolve_mapping
    from geo_relocation.ingest.positions import positions_from_columns
    from geo_relocation.ingest.raw import RawTable
else:
    reproject = later("geo_relocation.geo.crs", "reproject")
    to_metres = later("geo_relocation.geo.crs", "to_metres")
    as_objects = later("geo_relocation.ingest.convert", "as_objects")
    convert_column = later("geo_relocation.ingest.convert", "convert_column")
    named_category = later("geo_relocation.ingest.convert", "named_category")
    text_of = later("geo_relocation.ingest.convert", "text_of")
    Assumptions = later("geo_relocation.ingest.draft", "Assumptions")
    Draft = later("geo_relocation.ingest.draft", "Draft")
    IssueLog = later("geo_relocation.ingest.issues", "IssueLog")
    locate = later("geo_relocation.ingest.locating", "locate")
    positions_from_columns = later("geo_relocation.ingest.positions", "positions_from_columns")
    resolve_mapping = later("geo_relocation.ingest.mapping", "resolve_mapping")

_SHOWN_ROWS = 5
CODE_TABLE = (
    frozenset({"code", "land use code", "ma", "ma loai dat", "layer", "lop"}),
    frozenset({"category", "nhom", "nhom chuc nang"}),
)
"""Headers of the columns of a table of codes."""
_PLAN = ("site_id", "park_id", "phase")
_NAME_THE_SYSTEM = _("Save it with its reference system, as a GeoPackage for instance.")


def read_places(raw: RawTable, crs: CRS) -> gpd.GeoDataFrame:
    """Geometry of a file, or what the coordinates of a table tell, in metres of the working CRS.

    Raises
    ------
    NotSpatialError, UnknownCrsError
        If the file has neither geometry nor columns of coordinates, or states no reference system.
    DataError
        If a row of a table has no coordinates that can be read.
    """
    raw = _with_places(raw, crs)
    if raw.crs is None:
        raise UnknownCrsError(
            _("{file} states no reference system.", file=raw.file),
            hint=_NAME_THE_SYSTEM,
        )
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(raw.geometry, crs=raw.crs))
    return to_metres(reproject(frame[frame.geometry.notna()], crs))


def _with_places(raw: RawTable, crs: CRS) -> RawTable:
    """A table with the places that its columns of coordinates tell, read as in an import.

    Degrees without a stated system are WGS 84. Plane coordinates need a stated system: nobody can
    be asked about a reading here.
    """
    if raw.geometry is not None:
        return raw
    columns, _notes = resolve_mapping(raw, "sites")
    draft = Draft(raw, "sites", columns, IssueLog(raw, "sites"), crs, Assumptions())
    try:
        none = positions_from_columns(draft) is None
        if not none:
            locate(draft)
    except UnknownCrsError as error:
        raise UnknownCrsError(error.what, why=error.why, hint=_NAME_THE_SYSTEM) from error
    if none:
        raise NotSpatialError(
            _("{file} has no geometry and no columns of coordinates.", file=raw.file),
            hint=_(
                "Give a GeoPackage, shapefile or GeoJSON, or a table with columns of longitude and "
                "latitude."
            ),
        )
    _refuse(
        raw, shapely.is_missing(draft.geometry), _("rows"), _("state no place that can be read")
    )
    return replace(raw, geometry=draft.geometry, crs=crs)


def places_of_sites(raw: RawTable, crs: CRS, *, what: Message) -> gpd.GeoDataFrame:
    """Places that each belong to a site: `site_id` and geometry, any number for a site.

    Parameters
    ----------
    raw
        The file as read.
    crs
        Working CRS.
    what
        What the rows are, in the plural, for messages.

    Raises
    ------
    NotSpatialError, UnknownCrsError
        As `read_places`.
    UnknownColumnError
        If no column is recognised as that of site ids.
    DataError
        If a row has no id or no place: left out, its site would be taken to be elsewhere.
    """
    column = _column(raw, "site_id")
    if column is None:
        raise UnknownColumnError("site_id", list(map(str, raw.frame.columns)))
    ids = as_objects(raw.frame[column])
    raw = _with_places(raw, crs)
    bare = shapely.is_missing(raw.geometry) | shapely.is_empty(raw.geometry)
    _refuse(raw, pd.isna(ids) | bare, what, _("have no site_id or no place"))
    frame = read_places(raw, crs)
    frame.insert(0, "site_id", [text_of(value) for value in ids])
    return frame


def homes_of_workers(raw: RawTable, crs: CRS) -> gpd.GeoDataFrame:
    """Where workers live: `site_id`, `workers` and geometry; `workers` is empty where not stated.

    Raises
    ------
    NotSpatialError, UnknownCrsError, UnknownColumnError
        As `places_of_sites`.
    DataError
        As there, or if a number of workers cannot be read.
    """
    what = _("homes of workers")
    homes = places_of_sites(raw, crs, what=what)
    column = _column(raw, "workers")
    workers = np.full(len(homes), None, dtype=object)
    if column is not None:
        attribute = schema("sites").attribute("workers")
        workers = convert_column(raw.frame[column], attribute, IssueLog(raw, "sites"))
        unread = pd.isna(workers) & ~pd.isna(as_objects(raw.frame[column]))
        _refuse(raw, unread, what, _("state a number of workers that cannot be used"))
    homes.insert(1, "workers", pd.array(workers, dtype="Int64"))
    return homes


def code_table(raw: RawTable) -> dict[str, str]:
    """A user's own land-use codes → categories, from a file.

    Rows without a category are not filled in yet, and say nothing. A category is named by its
    value or in words.

    Raises
    ------
    UsageError
        If a column is missing, or with every row that names no category, or none or two for
        one code.
    """
    headers = {search_key(str(column)): column for column in raw.frame.columns}
    columns = [next((headers[h] for h in headers if h in names), None) for names in CODE_TABLE]
    if columns[0] is None or columns[1] is None:
        raise _no_code_table(raw, _("It has no columns code and category."))
    found: dict[str, str] = {}
    mistakes = []
    held = [as_objects(raw.frame[column]) for column in columns]
    for row, code, words in zip(raw.rows.tolist(), *held, strict=True):
        if words is None:
            continue
        category = named_category(text_of(words))
        if code is None or category is None:
            mistakes.append(_("row {row}: {code} → {category}", row=row, code=code, category=words))
        elif found.setdefault(text_of(code), category) != category:
            mistakes.append(_("row {row}: {code} has two categories", row=row, code=code))
    if mistakes or not found:
        raise _no_code_table(raw, joined(mistakes, "; ") if mistakes else _("It has no rows."))
    return found


def _no_code_table(raw: RawTable, why: Message) -> UsageError:
    return UsageError(
        _("{file} is no table of codes.", file=raw.file),
        why=why,
        hint=_(
            "Columns code and category; categories: {categories}.", categories=list(ZoneCategory)
        ),
    )


def plan_columns() -> tuple[frozenset[str], ...]:
    """Headers of the columns of a plan made by hand: their names, or what they are called."""
    attributes = [schema("assignments").attribute(name) for name in _PLAN]
    return tuple(frozenset(map(search_key, (one.name, one.vi, one.en))) for one in attributes)


def plan_by_hand(raw: RawTable) -> pd.DataFrame:
    """A plan from a file: `site_id`, `park_id` and `phase`, rows without a park left out.

    Raises
    ------
    UsageError
        If one of the three columns is missing; they are known by name or by header.
    DataError
        If a row has no site, or a park without a year that can be read.
    """
    what = _("rows of the plan")
    names = {search_key(str(column)): column for column in raw.frame.columns}
    wanted = [schema("assignments").attribute(name) for name in _PLAN]
    columns = {
        attribute.name: next((names[key] for key in names if key in keys), None)
        for attribute, keys in zip(wanted, plan_columns(), strict=True)
    }
    if missing := sorted(name for name, column in columns.items() if column is None):
        raise UsageError(
            _("{file} has no column(s) {names}.", file=raw.file, names=", ".join(missing)),
            hint=_("A plan needs site_id, park_id and phase (calendar year)."),
        )
    log = IssueLog(raw, "assignments")
    read = {one.name: convert_column(raw.frame[columns[one.name]], one, log) for one in wanted}
    placed = ~pd.isna(read["park_id"])
    _refuse(raw, pd.isna(read["site_id"]), what, _("have no site_id"))
    _refuse(raw, placed & pd.isna(read["phase"]), what, _("state no year that can be used"))
    plan = pd.DataFrame(read)[placed].reset_index(drop=True)
    return plan.astype({"site_id": "str", "park_id": "str", "phase": "Int64"})


def _column(raw: RawTable, attribute: str) -> str | None:
    """The column that is recognised as an attribute of sites."""
    return resolve_mapping(raw, "sites")[0].columns.get(attribute)


def _refuse(raw: RawTable, bad: Mask, what: Message, words: Message) -> None:
    """Stop when rows cannot be used, naming the first of them."""
    if bad.any():
        listed = ", ".join(map(str, raw.rows[bad][:_SHOWN_ROWS]))
        raise DataError(
            _(
                "{count} of the {what} in {file} {words}: row {rows}{more}.",
                count=int(bad.sum()),
                what=what,
                file=raw.file,
                words=words,
                rows=listed,
                more=" …" if bad.sum() > _SHOWN_ROWS else "",
            ),
            hint=_("Complete these rows or take them out."),
        )
