"""Wards and communes since 2025-07-01 by code and by the ways people write their names.

Codes are the truth, and old communes had some of them before: only what a layer calls a new unit
is one. A name is read without marks and case, with its kind or without: *P. Bình Hòa*,
*phường Bình Hoà* and *BINH HOA* are one. Where a ward and a commune share a name, the kind tells.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from numpy.typing import NDArray

from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import AdminLevel
from geo_relocation.standing.names import name_key
from geo_relocation.standing.units import first_told

_KINDS = {"phuong": "p", "p": "p", "xa": "x", "x": "x", "dac khu": "d"}
_KIND = re.compile(r"^(phuong|p|xa|x|dac khu) +")
_CODE = re.compile(r"^0*(\d{1,5})(\.0+)?$")
_DIGITS = 5
_SINCE = date(2025, 7, 1)


def _key(name: str) -> tuple[str, str]:
    """Kind and key of a unit's name, words run together; no kind where none is written."""
    plain = name_key(name)
    found = _KIND.match(plain)
    kind = _KINDS[found.group(1)] if found else ""
    return kind, _KIND.sub("", plain).replace(" ", "")


@dataclass(frozen=True)
class NewUnits:
    """The wards and communes that a workspace knows.

    Attributes
    ----------
    names
        Name of each code, as its source writes it.
    keys
        Codes by kind and key of a name, and by the key without a kind.
    """

    names: Mapping[str, str]
    keys: Mapping[tuple[str, str], frozenset[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[object, object]]) -> NewUnits:
        """Units from pairs of code and name; pairs that lack one of them say nothing."""
        names: dict[str, str] = {}
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, name in pairs:
            if isinstance(code, str) and code and isinstance(name, str) and _key(name)[1]:
                names.setdefault(code, name)
                kind, key = _key(name)
                for one in {(kind, key), ("", key)}:
                    keys[one].add(code)
        return cls(names, {key: frozenset(codes) for key, codes in keys.items()})

    def all_of(self, written: str) -> list[str]:
        """Codes of the units that are written so: one, none, or several that share the name."""
        text = written.strip()
        if text in self.names:
            return [text]
        if (number := _CODE.match(text)) and (code := number.group(1).zfill(_DIGITS)) in self.names:
            return [code]
        return sorted(self.keys.get(_key(text), ()))

    def code(self, written: object) -> str | None:
        """The code of a unit from its code or name; None where it is none, or one of several."""
        found = self.all_of(written) if isinstance(written, str) else []
        return found[0] if len(found) == 1 else None

    @property
    def listed(self) -> list[str]:
        """Every unit as name and code, for messages."""
        return [f"{name} ({code})" for code, name in sorted(self.names.items())]


def new_units(
    units: pd.DataFrame | None,
    crosswalk: pd.DataFrame | None = None,
    *,
    sites: pd.DataFrame | None = None,
) -> NewUnits:
    """The wards and communes that the layers name.

    Parameters
    ----------
    units
        Layer `admin_units`.
    crosswalk
        Table with `new_code` and `new_name`, as `admin_crosswalk` has them; one that names old
        units alone says nothing.
    sites
        Layer `sites`, which states codes and names of its own; asked last.
    """
    pairs: list[tuple[object, object]] = []
    if units is not None:
        since = pd.to_datetime(units["valid_from"]).dt.date >= _SINCE
        new = units[(units["level"] == AdminLevel.COMMUNE.value) & since]
        pairs += zip(new["code"], new["name"], strict=True)
    for table, columns in ((crosswalk, ["new_code", "new_name"]), (sites, list(_STATED))):
        if table is not None and set(columns) <= set(table.columns):
            both = table[columns].drop_duplicates()
            pairs += zip(*(both[column] for column in columns), strict=True)
    return NewUnits.of(pairs)


_STATED = ("new_unit_code", "new_unit")


def unit_codes(
    sites: pd.DataFrame, findings: pd.DataFrame | None, known: NewUnits
) -> NDArray[np.object_]:
    """Code of the new unit of each site: found by screening, else stated by code, else by name.

    Parameters
    ----------
    sites
        Layer `sites`.
    findings
        Of one screening run; None: none has been made.

    Returns
    -------
    ndarray
        Codes in the order of `sites`; None where nothing tells.
    """
    code, name = _STATED
    by_name = [known.code(one) for one in sites[name].astype(object)]
    return first_told(sites, findings, "unit_code", code, by_name)
