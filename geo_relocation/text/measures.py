"""Units as people write them, and how they convert."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from geo_relocation.text._resources import read_table

# "1000 m2", "1.000 đồng": a unit with a round multiple before it.
_MULTIPLE = re.compile(r"^(10{1,6}|1(?:[.,]000){1,2}|100|10)\s*(?:x\s*)?(\D.*)$")


@dataclass(frozen=True)
class Measure:
    """A unit of measurement.

    Attributes
    ----------
    name
        As the data dictionary writes it.
    quantity
        What it measures; only units of one quantity convert into each other.
    factor
        How many of the quantity's first unit make one of these.
    """

    name: str
    quantity: str
    factor: float


def _key(written: str) -> str:
    folded = unicodedata.normalize("NFKC", written).casefold()
    return re.sub(r"\s+", "", folded).strip(".:;,")


@cache
def _units() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for row in read_table("units.csv"):
        unit = Measure(row["unit"], row["quantity"], float(row["factor"]))
        for written in (row["unit"], *row["written"].split(";")):
            found.setdefault(_key(written), unit)
    return found


@lru_cache(maxsize=4096)
def find_unit(written: str) -> Measure | None:
    """The unit that a person wrote, or None when it is not known.

    A round multiple before the unit counts: ``1000 m2`` is a unit of a thousand square metres.
    """
    known = _units().get(_key(written))
    if known is not None:
        return known
    multiple = _MULTIPLE.match(unicodedata.normalize("NFKC", written).strip())
    if multiple is None:
        return None
    base = _units().get(_key(multiple[2]))
    if base is None:
        return None
    times = float(re.sub(r"\D", "", multiple[1]))
    return Measure(written.strip(), base.quantity, base.factor * times)


def unit_factor(written: str, target: str) -> float | None:
    """What to multiply a value in one unit by to have it in another.

    Parameters
    ----------
    written
        Unit as written in a file: ``ha``, ``m2``, ``tỷ đồng``.
    target
        Unit as in the data dictionary: ``m²``, ``triệu đồng``.

    Returns
    -------
    float or None
        None when either is not known or they measure different things.
    """
    source, wanted = find_unit(written), find_unit(target)
    if source is None or wanted is None or source.quantity != wanted.quantity:
        return None
    return source.factor / wanted.factor
