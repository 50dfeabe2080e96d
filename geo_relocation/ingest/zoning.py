"""Categories of zones, from their codes or words."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.arrays import Mask, ObjectArray
from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import metres_per_unit
from geo_relocation.ingest.draft import Draft
from geo_relocation.messages import _, joined
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.model.land_use import (
    CODE_SYSTEMS,
    categorise,
    category_of_words,
    is_composite,
)
from geo_relocation.model.told import told

_SQUARE_METRES = 10_000


def categorise_zones(
    draft: Draft, *, code_system: str | None, code_table: Mapping[str, str] | None
) -> None:
    """Give every zone a category; what no table knows becomes `unknown` and is listed.

    A category that stands in the file is kept. The others follow from the land-use code, or,
    where that says nothing, from the land use in words: those of the code's own system first,
    then those that people write for the categories themselves.

    Raises
    ------
    UsageError
        If there are codes and nothing says which system they belong to.
    UnknownNameError
        If the code system is not known.
    """
    wanted = draft.missing("category") & draft.kept
    if not wanted.any():
        return
    if code_system is not None:
        unnamed = draft.missing("code_system")
        draft.fill("code_system", unnamed, code_system)
        draft.given["code_system"] |= unnamed
    systems, codes, texts = (
        draft.column(name) for name in ("code_system", "land_use_code", "land_use_text")
    )
    found = _lookup(systems, codes, code_table)
    _fill_gaps(found, _lookup(systems, texts, code_table))
    _fill_gaps(found, _by_words(codes))
    _fill_gaps(found, _by_words(texts))
    known = wanted & ~pd.isna(found)
    if (wanted & ~known & ~pd.isna(codes) & pd.isna(systems)).any():
        raise _no_system(draft, codes[wanted & ~known])
    draft.fill("category", known, found[known])
    draft.given["category"] |= known
    _list_composites(draft, known, codes, systems, code_table)
    _list_unknown(draft, wanted & ~known, systems, codes, texts)
    draft.fill("category", wanted & ~known, ZoneCategory.UNKNOWN.value)


def _fill_gaps(found: ObjectArray, others: ObjectArray) -> None:
    gaps = pd.isna(found)
    found[gaps] = others[gaps]


def _lookup(
    systems: ObjectArray, codes: ObjectArray, code_table: Mapping[str, str] | None
) -> ObjectArray:
    found = np.full(len(codes), None, dtype=object)
    for system in {s for s in systems if s is not None}:
        rows = systems == system
        found[rows] = categorise(str(system), codes[rows], extra=code_table)
    if code_table is not None:
        # Own codes need no system.
        rows = pd.isna(systems)
        found[rows] = categorise("", codes[rows], extra=code_table)
    return found


def _by_words(texts: ObjectArray) -> ObjectArray:
    found = [None if pd.isna(text) else category_of_words(str(text)) for text in texts]
    return np.array([*found, None], dtype=object)[:-1]


def _list_composites(
    draft: Draft,
    known: Mask,
    codes: ObjectArray,
    systems: ObjectArray,
    code_table: Mapping[str, str] | None,
) -> None:
    """Say what was made of codes that are several at once."""
    named = pd.DataFrame({"code": codes[known], "system": systems[known]})
    named["category"] = draft.column("category")[known]
    named["position"] = np.flatnonzero(known)
    named = named[named["code"].notna()]
    for (code, system), group in named.groupby(["code", "system"], dropna=False):
        if not is_composite("" if pd.isna(system) else str(system), code, extra=code_table):
            continue
        category = ZoneCategory.of(group["category"].iloc[0])
        draft.log.add(
            "code-composite",
            position=int(group["position"].iloc[0]),
            field="land_use_code",
            value=code,
            figures={"category": category},
            count=len(group),
        )


def _list_unknown(
    draft: Draft, rows: Mask, systems: ObjectArray, codes: ObjectArray, texts: ObjectArray
) -> None:
    """List what no table knows: each code with its zones and hectares."""
    if not rows.any():
        return
    shown = np.where(pd.isna(codes), texts, codes)
    hectares = shapely.area(draft.geometry) * metres_per_unit(draft.working_crs) ** 2
    named = pd.DataFrame({"code": shown[rows], "system": systems[rows]})
    named["ha"] = np.nan_to_num(hectares[rows]) / _SQUARE_METRES
    named["position"] = np.flatnonzero(rows)
    missing = named["code"].isna()
    if missing.any():
        area = named.loc[missing, "ha"].sum()
        draft.log.add(
            "code-missing",
            count=int(missing.sum()),
            figures={"area": round(float(area), 2)},
        )
    for (code, system), group in named[~missing].groupby(["code", "system"], dropna=False):
        area = round(float(group["ha"].sum()), 2)
        land = (
            told("detail.hectares", area=area)
            if pd.isna(system)
            else told("detail.hectares-of-system", area=area, system=str(system))
        )
        draft.log.add(
            "code-unmapped",
            position=int(group["position"].iloc[0]),
            field="land_use_code",
            value=code,
            figures={"land": land},
            count=len(group),
        )


def unknown_uses(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """What stands for the land use of zones that no table knows, and how much land that is.

    Parameters
    ----------
    zones
        Rows of the layer `zones`, in a projected CRS.

    Returns
    -------
    DataFrame
        `code` (or the words, where there is no code), `code_system`, `zones`, `area_ha`; the
        most land first. Zones that say nothing of their use are one row without a code.
    """
    unknown = zones[zones["category"] == ZoneCategory.UNKNOWN.value]
    factor = metres_per_unit(CRS(zones.crs)) ** 2 / _SQUARE_METRES
    uses = pd.DataFrame(
        {
            "code": unknown["land_use_code"].fillna(unknown["land_use_text"]).astype("str"),
            "code_system": unknown["code_system"].astype("str"),
            "area_ha": shapely.area(unknown.geometry.to_numpy()) * factor,
        }
    )
    listed = uses.groupby(["code", "code_system"], dropna=False, as_index=False, sort=True).agg(
        zones=("area_ha", "size"), area_ha=("area_ha", "sum")
    )
    return listed.sort_values("area_ha", ascending=False, kind="stable", ignore_index=True)


def _no_system(draft: Draft, codes: ObjectArray) -> UsageError:
    """An error that names the systems that know most of the codes."""
    held = pd.Series(codes).dropna()
    known = {system: int(pd.notna(categorise(system, held)).sum()) for system in CODE_SYSTEMS}
    ranked = sorted(known, key=lambda system: -known[system])
    listed = [
        _("{system} ({known:n} of {all:n})", system=system, known=known[system], all=len(held))
        for system in ranked
    ]
    return UsageError(
        _(
            "The land-use codes of {file} belong to an unknown code system.",
            file=draft.raw.file,
        ),
        hint=_(
            "Name it with --code-system. Codes known to each: {systems}.",
            systems=joined(listed, ", "),
        ),
    )
