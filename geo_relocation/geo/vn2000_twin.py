"""VN-2000 described without its name: its projection on no datum, or on that of WGS 84."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from pyproj import CRS

from geo_relocation.geo.crs import VN2000, is_vn2000

Fault = Literal[
    "none", "unstated", "degrees", "projected", "meridian", "swapped", "feet", "no-datum",
    "wrong-datum", "towgs84",
]  # fmt: skip
"""What may be wrong with a file's reference system."""

_TM3_CODES = (*range(9205, 9219), 5896, 5897, 5898, 5899)
_UTM_CODES = (3405, 3406, 32648, 32649)
_TM3_SCALE = 0.9999
_UTM_SCALE = 0.9996
_EASTING = 500_000.0
# Translations of EPSG operation 6960, to recognise them in a file whatever the rotations' signs.
_SHIFT = (-191.904, -39.303, -111.450)
_SHIFT_TOLERANCE = 0.01


@cache
def known_systems() -> tuple[CRS, ...]:
    """The systems that data of Viet Nam comes in: VN-2000 by zone, and UTM on WGS 84."""
    return tuple(CRS.from_epsg(code) for code in (*_TM3_CODES, *_UTM_CODES))


def vn2000_twin(stated: CRS) -> tuple[CRS, Fault] | None:
    """The VN-2000 system that a file describes without naming it, and how it does so.

    Recognised are datum parameters written into the system (often with the rotations' signs
    of the other convention, 0.55 m off), and VN-2000's projection on an unknown datum, under
    VN-2000's name on another, or in three-degree zones on the datum of WGS 84, which would put
    the data 226 m away.

    Returns
    -------
    tuple or None
        None for any other system, VN-2000 itself included.
    """
    if is_vn2000(stated):
        return None
    if stated.is_bound and _is_vn2000_shift(stated):
        source = stated.source_crs
        twin = VN2000 if source is not None and source.is_geographic else _twin(stated)
        return (twin, "towgs84") if twin is not None else None
    twin = _twin(stated)
    if twin is None:
        return None
    if _datum_is_open(stated):
        return twin, "no-datum"
    # UTM on WGS 84 is a system of its own; a three-degree zone of VN-2000 on WGS 84 is none.
    return (twin, "wrong-datum") if _is_three_degree(stated) and _on_wgs84(stated) else None


def _is_three_degree(stated: CRS) -> bool:
    projection = _projection(stated)
    return projection is not None and projection[1] == _TM3_SCALE


def _on_wgs84(stated: CRS) -> bool:
    """Whether the datum is WGS 84, by name or by a shift of nothing to it."""
    if stated.is_bound:
        operation = stated.coordinate_operation
        return operation is not None and not any(operation.towgs84)
    geodetic = stated.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    return datum is not None and "WORLD GEODETIC SYSTEM 1984" in datum.name.upper()


def _is_vn2000_shift(stated: CRS) -> bool:
    operation = stated.coordinate_operation
    values = list(operation.towgs84) if operation is not None else []
    pairs = list(zip(values, _SHIFT, strict=False))
    return len(pairs) == len(_SHIFT) and all(abs(a - b) < _SHIFT_TOLERANCE for a, b in pairs)


def _twin(stated: CRS) -> CRS | None:
    """The VN-2000 system with the same projection."""
    wanted = _projection(stated)
    if wanted is None:
        return None
    for crs in known_systems():
        if is_vn2000(crs) and _projection(crs) == wanted:
            return crs
    return None


def _projection(crs: CRS) -> tuple[float, float, float] | None:
    """Meridian, scale and false easting of a transverse Mercator; None for anything else."""
    projected = crs.source_crs if crs.is_bound else crs
    if projected is None or not projected.is_projected:
        return None
    operation = projected.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    values = {p.name: float(p.value) for p in operation.params}
    meridian = values.get("Longitude of natural origin", np.nan)
    scale = values.get("Scale factor at natural origin", np.nan)
    easting = values.get("False easting", np.nan)
    if scale not in {_TM3_SCALE, _UTM_SCALE} or easting != _EASTING:
        return None
    return round(meridian, 6), scale, easting


def _datum_is_open(stated: CRS) -> bool:
    """Whether the datum is unknown, or the name says VN-2000 where the datum does not."""
    geodetic = stated.geodetic_crs
    datum = geodetic.datum.name.lower() if geodetic is not None and geodetic.datum else "unknown"
    names = f"{stated.name} {geodetic.name if geodetic is not None else ''}".lower()
    says_vn2000 = "vn2000" in names.replace("-", "").replace("_", "").replace(" ", "")
    unnamed = "unknown" in datum or "not specified" in datum or "undefined" in datum
    return says_vn2000 or unnamed
