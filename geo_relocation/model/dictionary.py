"""The data dictionary: one table per layer that schemas, stores, headers and docs all read."""

from __future__ import annotations

import builtins
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from geo_relocation.errors import SchemaError, UnknownNameError
from geo_relocation.lazy import gpd, np, pd
from geo_relocation.messages import Language, _
from geo_relocation.model import enums
from geo_relocation.model.enums import LabelledEnum

Protection = Literal["personal", "confidential"]
_PROTECTIONS: dict[str, Protection | None] = {
    "": None,
    "personal": "personal",
    "confidential": "confidential",
}

_UNITS_IN_ENGLISH = {
    "người": "people",
    "dòng": "rows",
    "cơ sở": "sites",
    "điểm": "points",
    "tháng": "months",
    "m³/ngày": "m³/day",
    "triệu đồng": "million VND",
    "tỷ đồng": "billion VND",
    "triệu USD": "million USD",
    "khu": "parks",
}
"""Units that are words; all others are signs."""


GEOMETRY_TYPES = ("point", "line", "polygon", "geometry")

_DTYPES = {
    "text": "str",
    "codes": "str",
    "json": "str",
    "integer": "Int64",
    "real": "float64",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "datetime": "datetime64[us, UTC]",
}


@dataclass(frozen=True)
class Attribute:
    """One column of a layer.

    Attributes
    ----------
    layer, name
        The layer it belongs to and its column name.
    type
        `text`, `integer`, `real`, `boolean`, `date`, `datetime`, `codes` (texts joined by
        ``;``), `json`, `enum:Name`, or a geometry type: `point`, `line`, `polygon`, `geometry`.
    unit
        Unit of measurement, empty where there is none.
    required
        Whether a row without a value is refused.
    default
        Value that stands in for a missing one; the use of a default is logged.
    vi, en
        Header in Vietnamese and English.
    description, source
        What it means, and where the definition comes from.
    protection
        `personal` for what concerns a person, `confidential` for what an office keeps to itself,
        None for what anyone may see.
    """

    layer: str
    name: str
    type: str
    unit: str
    required: bool
    default: str
    vi: str
    en: str
    description: str
    source: str
    protection: Protection | None = None

    @property
    def is_geometry(self) -> bool:
        """Whether the column holds geometry."""
        return self.type in GEOMETRY_TYPES

    @property
    def enum(self) -> builtins.type[LabelledEnum] | None:
        """The enum of an `enum:` type, else None."""
        if not self.type.startswith("enum:"):
            return None
        found: builtins.type[LabelledEnum] = getattr(enums, self.type.removeprefix("enum:"))
        return found

    @property
    def dtype(self) -> str:
        """The pandas dtype of the column in every frame this program passes on."""
        return "str" if self.enum else _DTYPES[self.type]

    def label(self, language: Language = "vi") -> str:
        """Name for people, without the unit."""
        return self.vi if language == "vi" else self.en

    def unit_in(self, language: Language = "vi") -> str:
        """The unit as a language writes it; empty for none, and for a year, which is a name."""
        if self.unit == "năm":
            return ""
        return unit_in(self.unit, language)

    def header(self, language: Language = "vi") -> str:
        """Column header for people, with the unit."""
        unit = self.unit_in(language)
        return f"{self.label(language)} ({unit})" if unit else self.label(language)


def unit_in(unit: str, language: Language) -> str:
    """A unit as stored, in Vietnamese or a sign, as a language writes it."""
    return unit if language == "vi" else _UNITS_IN_ENGLISH.get(unit, unit)


@dataclass(frozen=True)
class LayerSchema:
    """A layer or table: its key, columns and names.

    Attributes
    ----------
    name
        Name of the layer, the same word in store, command and docs.
    key
        Columns that identify a row.
    append_only
        Whether rows may be added but never changed or removed.
    vi, en, description
        Names and meaning.
    attributes
        Columns in order; the geometry column, if any, is called ``geometry`` and comes last.
    """

    name: str
    key: tuple[str, ...]
    append_only: bool
    vi: str
    en: str
    description: str
    attributes: tuple[Attribute, ...]

    @property
    def geometry(self) -> Attribute | None:
        """The geometry attribute, or None for a plain table."""
        return next((a for a in self.attributes if a.is_geometry), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """All column names, geometry included."""
        return tuple(a.name for a in self.attributes)

    @property
    def fields(self) -> tuple[Attribute, ...]:
        """All attributes but the geometry."""
        return tuple(a for a in self.attributes if not a.is_geometry)

    def attribute(self, name: str) -> Attribute:
        """The attribute of that name.

        Raises
        ------
        UnknownNameError
            If the layer has no such attribute.
        """
        for candidate in self.attributes:
            if candidate.name == name:
                return candidate
        raise UnknownNameError(_("attribute of {name}", name=self.name), name, self.columns)

    def protected(self, protection: Protection) -> tuple[str, ...]:
        """Names of the columns that are so marked."""
        return tuple(a.name for a in self.fields if a.protection == protection)

    def label(self, language: Language = "vi") -> str:
        """Name of the layer for people."""
        return self.vi if language == "vi" else self.en

    def empty(self, crs: object = None) -> pd.DataFrame:
        """A frame with all columns and no rows."""
        return self.conform(pd.DataFrame(), crs=crs)

    def conform(self, frame: pd.DataFrame, *, crs: object = None) -> pd.DataFrame:
        """The same rows with exactly this layer's columns, order and dtypes.

        Missing columns are filled with their default, else left empty. Both stores return
        conformed frames, so that equal content means equal frames.

        Parameters
        ----------
        frame
            Rows with any subset of the columns, in any order.
        crs
            CRS for the geometry where `frame` has none of its own.

        Raises
        ------
        SchemaError
            If `frame` has a column that the layer does not know, or values that do not
            fit the column's type.
        """
        unknown = [c for c in frame.columns if c not in self.columns]
        if unknown:
            raise SchemaError(
                _(
                    "Layer {name:q} has no column(s) {names}.",
                    name=self.name,
                    names=", ".join(map(repr, unknown)),
                ),
                hint=_("Its columns: {names}.", names=", ".join(self.columns)),
            )
        data: dict[str, pd.Series] = {}
        for attribute in self.fields:
            given = frame.get(attribute.name)
            if given is None:
                given = pd.Series(None, index=frame.index, dtype=object)
            data[attribute.name] = _cast(given, attribute)
        plain = pd.DataFrame(data, index=frame.index).reset_index(drop=True)
        if self.geometry is None:
            return plain
        geometry = frame["geometry"].to_numpy() if "geometry" in frame else None
        if geometry is None:
            geometry = np.full(len(frame), None, dtype=object)
        own_crs = getattr(frame, "crs", None) if isinstance(frame, gpd.GeoDataFrame) else None
        return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(geometry, crs=own_crs or crs))


def _cast(values: pd.Series, attribute: Attribute) -> pd.Series:
    """Cast one column, with the default put in for missing values."""
    if attribute.default:
        values = values.astype(object).where(values.notna(), attribute.default)
    try:
        if attribute.type == "boolean" and attribute.default:
            values = values.map(_boolean)
        if attribute.type == "date":
            return pd.to_datetime(values).astype("datetime64[us]").dt.normalize()
        if attribute.type == "datetime":
            return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")
        if attribute.dtype == "str":
            if isinstance(values.dtype, pd.StringDtype):
                return values.astype("str")
            held = values.astype(object).where(values.notna(), None)
            if pd.api.types.infer_dtype(held, skipna=True) not in {"string", "empty"}:
                held = held.map(_text)
            return held.astype("str")
        return values.astype(attribute.dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise SchemaError(
            _(
                "Column {attribute:q} of {layer:q} holds a value that is not {type}: {reason}",
                attribute=attribute.name,
                layer=attribute.layer,
                type=attribute.type,
                reason=error,
            )
        ) from error


def _text(value: object) -> str | None:
    """A text as stored; None stays None."""
    return None if value is None else str(value)


def _boolean(value: object) -> bool:
    """A boolean from a dictionary default or a real boolean."""
    return value.lower() in {"true", "yes", "1"} if isinstance(value, str) else bool(value)


def _read_csv(name: str) -> list[dict[str, str]]:
    text = resources.files("geo_relocation.model").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def schemas() -> dict[str, LayerSchema]:
    """All layers and tables by name, in the order of the dictionary."""
    found = {}
    for row in _read_csv("layers.csv"):
        attributes = tuple(
            Attribute(
                layer=line["layer"],
                name=line["attribute"],
                type=line["type"],
                unit=line["unit"],
                required=line["required"] == "yes",
                default=line["default"],
                vi=line["vi"],
                en=line["en"],
                description=line["description"],
                source=line["source"],
                protection=_PROTECTIONS[line["protection"]],
            )
            for line in _read_csv(f"dictionary/{row['layer']}.csv")
        )
        found[row["layer"]] = LayerSchema(
            name=row["layer"],
            key=tuple(row["key"].split(";")),
            append_only=row["append_only"] == "yes",
            vi=row["vi"],
            en=row["en"],
            description=row["description"],
            attributes=attributes,
        )
    return found


def schema(layer: str) -> LayerSchema:
    """The schema of one layer or table.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    known = schemas()
    if layer not in known:
        raise UnknownNameError(_("layer"), layer, list(known))
    return known[layer]


IMPORTABLE = ("zones", "sites", "parks", "lots", "admin_units", "roads")
"""Layers that come from files; the command line writes them with a hyphen."""

IMPORTED = (*IMPORTABLE, "admin_crosswalk")
"""What comes from files: the layers, and the table of what became of the old communes."""


def split_codes(value: object) -> tuple[str, ...]:
    """The codes of a `codes` value; empty for a missing one."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ()
    return tuple(part.strip() for part in str(value).split(";") if part.strip())


def join_codes(codes: Iterable[object]) -> str | None:
    """A `codes` value from an iterable of texts; None for no codes."""
    parts = [str(code) for code in codes if str(code)]
    return ";".join(parts) if parts else None
