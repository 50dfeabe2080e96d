"""Values of the data dictionary as SQLite keeps them, and back. Whole columns at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from geo_relocation.errors import StoreError
from geo_relocation.lazy import np, pd
from geo_relocation.messages import _
from geo_relocation.model import Attribute

SQL_TYPES = {
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "DATETIME",
}


def sql_type(attribute: Attribute) -> str:
    """GeoPackage type of a column."""
    return SQL_TYPES.get(attribute.type, "TEXT")


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, for definitions, which take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def encode(values: pd.Series, attribute: Attribute) -> list[Any]:
    """A conformed column as values that SQLite takes."""
    if attribute.type in {"date", "datetime"}:
        return _iso(values, attribute.type)
    found: list[Any] = pa.array(values, from_pandas=True).to_pylist()
    return found


def _iso(values: pd.Series, kind: str) -> list[str | None]:
    if kind == "datetime":
        values = values.dt.tz_localize(None)
    unit, suffix = ("D", "") if kind == "date" else ("ms", "Z")
    texts = np.datetime_as_string(values.to_numpy().astype(f"datetime64[{unit}]"))
    present = values.notna().to_numpy()
    return [
        f"{text}{suffix}" if known else None for text, known in zip(texts, present, strict=True)
    ]


def decode(values: Sequence[Any], attribute: Attribute) -> pd.Series:
    """A conformed column from the values that SQLite gives.

    Raises
    ------
    StoreError
        If another program wrote something that the column's type cannot hold.
    """
    try:
        return _decode(values, attribute)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise StoreError(
            _(
                "Column {attribute:q} of {layer:q} holds a value that is not {type}: {reason}.",
                attribute=attribute.name,
                layer=attribute.layer,
                type=attribute.type,
                reason=error,
            ),
            hint=_("Another program wrote it; correct it there."),
        ) from error


def _decode(values: Sequence[Any], attribute: Attribute) -> pd.Series:
    if attribute.type in {"date", "datetime"}:
        return _from_iso(values, attribute)
    if attribute.type == "real":
        return pd.Series(np.array(values, dtype=float))
    if attribute.dtype == "str":
        # By way of Arrow, which is ten times faster than looking at each value.
        return pd.Series(pd.array(pa.array(values, pa.large_string()), dtype="str"))
    return pd.Series(pd.array(values, dtype=attribute.dtype))


def _from_iso(values: Sequence[str | None], attribute: Attribute) -> pd.Series:
    plain = [None if text is None else text.removesuffix("Z") for text in values]
    found = pd.Series(np.array(plain, dtype="datetime64[us]"))
    if attribute.type == "date":
        return found.dt.normalize()
    return found.dt.tz_localize("UTC")
