"""Which source column fills which attribute: found by header, or told."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from geo_relocation.errors import UnknownColumnError, UnknownNameError, UsageError
from geo_relocation.ingest.grids import SEPARATOR
from geo_relocation.ingest.raw import Note, RawTable, filled_cells
from geo_relocation.messages import Message, _
from geo_relocation.model import schema
from geo_relocation.model.told import told
from geo_relocation.text.headers import (
    ADDRESS_PARTS,
    POSITION_ATTRIBUTES,
    HeaderMatch,
    match_headers,
)
from geo_relocation.text.normalise import search_key

NOT_MAPPED = frozenset({"import_id", "geometry"})
_UNSURE = {"fuzzy", "truncated", "part"}


@dataclass(frozen=True)
class ColumnMapping:
    """Attributes and the columns that fill them.

    Attributes
    ----------
    columns
        Attribute, or part of a position or address, → source column.
    units
        Attribute → unit named in the column's header, as written.
    told
        Attributes whose column was named by the user.
    constants
        Attribute → value for every row.
    unmapped
        Source columns that fill nothing.
    """

    columns: dict[str, str]
    units: dict[str, str]
    told: frozenset[str] = frozenset()
    constants: dict[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()

    def options(self) -> dict[str, object]:
        """What is recorded with the import."""
        return {"map": dict(self.columns), "set": dict(self.constants)}


def resolve_mapping(
    raw: RawTable,
    layer: str,
    *,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    synonyms: Iterable[tuple[str, str]] = (),
) -> tuple[ColumnMapping, list[Note]]:
    """Decide which column fills which attribute.

    Parameters
    ----------
    raw
        The source table.
    layer
        Layer it is imported into.
    mapping
        Attribute → column, as told by the user; wins over what headers say.
    constants
        Attribute → value for every row; wins over what headers say.
    synonyms
        Further `(column, attribute)` pairs, such as a data set's short field names.

    Returns
    -------
    tuple of ColumnMapping and notes
        The notes name every column that fills nothing, and every guess.

    Raises
    ------
    UnknownColumnError
        If a column that was named is not there.
    UnknownNameError
        If an attribute that was named is not in the layer.
    UsageError
        If an attribute is both mapped and set.
    """
    told = {_attribute(layer, a): _column(raw, c) for a, c in (mapping or {}).items()}
    fixed = {_attribute(layer, a): str(v) for a, v in (constants or {}).items()}
    both = sorted(set(told) & set(fixed))
    if both:
        raise UsageError(
            _("{names} is given both by --map and by --set.", names=list(both)),
            hint=_("Keep one of them."),
        )
    free = [str(c) for c in raw.frame.columns if str(c) not in set(told.values())]
    matches = _matches(raw, free, layer, tuple(synonyms), frozenset(told) | frozenset(fixed))
    columns = {m.attribute: m.column for m in matches if m.attribute} | told
    units = {m.attribute: m.unit for m in matches if m.attribute and m.unit}
    units |= {a: u for a, u in _told_units(told, layer).items() if u}
    used = set(columns.values())
    unmapped = tuple(str(c) for c in raw.frame.columns if str(c) not in used)
    found = ColumnMapping(columns, units, frozenset(told), fixed, unmapped)
    return found, _notes(raw, layer, matches, found)


def _matches(
    raw: RawTable,
    columns: list[str],
    layer: str,
    synonyms: tuple[tuple[str, str], ...],
    taken: frozenset[str],
) -> list[HeaderMatch]:
    """What the free columns stand for; a data set's own field names win over words."""
    own = {search_key(column): attribute for column, attribute in (*_known(layer), *synonyms)}
    names = {name: name for name in schema(layer).columns if name not in NOT_MAPPED}
    found: dict[str, HeaderMatch] = {}
    held = set(taken)
    # A column that bears an attribute's own name goes before every other word for it.
    for column in sorted(columns, key=lambda column: column not in names):
        last = column.rsplit(SEPARATOR, 1)[-1]
        attribute = names.get(column) or own.get(search_key(column)) or own.get(search_key(last))
        if attribute and attribute not in held:
            found[column] = HeaderMatch(column, attribute, None, 1.0, "exact")
            held.add(attribute)
    rest = [column for column in columns if column not in found]
    skipped = held | NOT_MAPPED
    if raw.geometry is not None:
        skipped |= set(POSITION_ATTRIBUTES)
    for match in match_headers(rest, layer):
        free = match.attribute is None or match.attribute not in skipped
        beaten = HeaderMatch(match.column, None, None, match.score, "duplicate", match.attribute)
        found[match.column] = match if free else beaten
    return [found[column] for column in columns]


@cache
def _known(layer: str) -> tuple[tuple[str, str], ...]:
    """Field names of well-known data sets, as `(column, attribute)`."""
    package = resources.files("geo_relocation.ingest")
    text = package.joinpath("source_columns.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((row["column"], row["attribute"]) for row in rows if row["layer"] == layer)


def _told_units(told: Mapping[str, str], layer: str) -> dict[str, str | None]:
    """Units in the headers of columns that the user named."""
    matches = match_headers(list(told.values()), layer)
    return {attribute: match.unit for attribute, match in zip(told, matches, strict=True)}


def _better(raw: RawTable, layer: str, match: HeaderMatch, found: ColumnMapping) -> Message | str:
    """What holds the attribute that a column would have filled; empty if it would have none."""
    name = match.beaten
    if name is None or name in NOT_MAPPED:
        return ""
    known = name in schema(layer).columns
    attribute = schema(layer).attribute(name) if known else name
    if name in found.columns:
        better = found.columns[name]
        return told("detail.another-fits-better", attribute=attribute, column=better)
    if name in found.constants:
        return told("detail.set-for-all", attribute=attribute, value=found.constants[name])
    return told("detail.geometry-taken") if raw.geometry is not None else ""


def _notes(
    raw: RawTable, layer: str, matches: list[HeaderMatch], found: ColumnMapping
) -> list[Note]:
    by_column = {match.column: match for match in matches}
    filled = {name: int(filled_cells(raw.frame[name]).sum()) for name in found.unmapped}
    empty = [name for name in found.unmapped if not filled[name]]
    notes = []
    if empty:
        notes.append(Note("columns-empty", value=", ".join(empty), count=len(empty)))
    for name in found.unmapped:
        if not filled[name]:
            continue
        if by_column[name].how == "row-number":
            notes.append(Note("row-numbers", field=name, count=filled[name]))
            continue
        notes.append(
            Note(
                "column-unmapped",
                field=name,
                count=filled[name],
                detail=_better(raw, layer, by_column[name], found),
            )
        )
    notes.extend(
        Note(
            "column-guessed",
            field=match.attribute,
            value=match.column,
            figures={"confidence": round(match.score, 2)},
        )
        for match in matches
        if match.attribute and match.how in _UNSURE
    )
    return notes


def _attribute(layer: str, name: str) -> str:
    if name in POSITION_ATTRIBUTES or name in ADDRESS_PARTS:
        return name
    known = [c for c in schema(layer).columns if c not in NOT_MAPPED]
    if name not in known:
        raise UnknownNameError(
            _("attribute of {name}", name=layer), name, [*known, *POSITION_ATTRIBUTES]
        )
    return name


def _column(raw: RawTable, name: str) -> str:
    known = [str(column) for column in raw.frame.columns]
    if name in known:
        return name
    alike = [column for column in known if search_key(column) == search_key(name)]
    if len(alike) == 1:
        return alike[0]
    raise UnknownColumnError(name, known)
