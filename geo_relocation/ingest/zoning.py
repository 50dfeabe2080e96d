"""Categories of zones, from their codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo_relocation.arrays import ObjectArray
from geo_relocation.errors import UsageError
from geo_relocation.ingest.draft import Draft
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.model.land_use import CODE_SYSTEMS, categorise


def categorise_zones(
    draft: Draft, *, code_system: str | None, code_table: Mapping[str, str] | None
) -> None:
    """Give every zone a category; what no table knows becomes `other` and is listed.

    A category that stands in the file is kept. The others follow from the land-use code, or,
    where that says nothing, from the land use in words.

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
    if draft.missing("code_system")[wanted].any() and not draft.missing("land_use_code").all():
        raise _no_system(draft, codes)
    found = _lookup(systems, codes, code_table)
    absent = pd.isna(found)
    found[absent] = _lookup(systems, texts, code_table)[absent]
    known = wanted & ~pd.isna(found)
    draft.fill("category", known, found[known])
    draft.given["category"] |= known
    _list_unmapped(draft, wanted & ~known, systems, codes, texts)


def _lookup(
    systems: ObjectArray, codes: ObjectArray, code_table: Mapping[str, str] | None
) -> ObjectArray:
    found = np.full(len(codes), None, dtype=object)
    for system in {s for s in systems if s is not None}:
        rows = systems == system
        found[rows] = categorise(str(system), codes[rows], extra=code_table)
    return found


def _list_unmapped(
    draft: Draft, rows: np.ndarray, systems: ObjectArray, codes: ObjectArray, texts: ObjectArray
) -> None:
    if not rows.any():
        return
    shown = np.where(pd.isna(codes), texts, codes)
    named = pd.DataFrame({"code": shown[rows], "system": systems[rows]})
    named["position"] = np.flatnonzero(rows)
    missing = named["code"].isna()
    if missing.any():
        draft.log.add("code-missing", count=int(missing.sum()))
    for (code, system), group in named[~missing].groupby(["code", "system"], dropna=False):
        draft.log.add(
            "code-unmapped",
            position=int(group["position"].iloc[0]),
            field="land_use_code",
            value=code,
            detail="" if pd.isna(system) else str(system),
            count=len(group),
        )
    draft.fill("category", rows, ZoneCategory.OTHER.value)


def _no_system(draft: Draft, codes: ObjectArray) -> UsageError:
    """An error that names the systems that know most of the codes."""
    held = pd.Series(codes).dropna()
    known = {system: int(pd.notna(categorise(system, held)).sum()) for system in CODE_SYSTEMS}
    ranked = sorted(known, key=lambda system: -known[system])
    listed = ", ".join(f"{system} ({known[system]} of {len(held)})" for system in ranked)
    return UsageError(
        f"The land-use codes of {draft.raw.file} belong to an unknown code system.",
        hint=f"Name it with --code-system. Codes known to each: {listed}.",
    )
