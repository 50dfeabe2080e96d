"""The registry of named evidence: what a rule may ask about a site, and what is not known.

A rule names evidence by key; it never sees a column. Each value is either known or missing,
and a missing value stays missing: it is never read as zero or as "no". Labels and units come
from the data dictionary, so that rules, explanations and headers use the same words.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.messages import Language, _
from geo_relocation.model import schema, split_codes
from geo_relocation.model.enums import EnvLevel, FindingReason, LabelledEnum, Verdict

Kind = Literal["number", "boolean", "text", "date"]
Values = FloatArray | NDArray[np.object_]

UNSURE_OF_LAND = (
    FindingReason.VAGUE,
    FindingReason.NO_LOCATION,
    FindingReason.NO_ZONE,
    FindingReason.DISAGREE,
    FindingReason.UNKNOWN_LAND,
)
"""Reasons under which a share of the land, though computed, does not count as known."""

UNSURE_OF_PLACE = (FindingReason.VAGUE, FindingReason.NO_LOCATION, FindingReason.NO_ZONE)
"""Reasons under which a distance does not count as known."""


@dataclass(frozen=True)
class Evidence:
    """One thing that a rule may ask about a site.

    Attributes
    ----------
    key
        The name used in rule sets.
    kind
        `number`, `boolean`, `text` or `date`.
    unit, unit_en
        Unit of a number, empty for none.
    vi, en
        Labels.
    origin
        The layer that has it as a column, `sites` or `findings`, or `derived`.
    needs
        What a derived value is made from: named as missing in its stead.
    description
        How it is derived, and when it counts as missing.
    words
        The enum of a text that has a closed list of values, else None.
    """

    key: str
    kind: Kind
    unit: str
    unit_en: str
    vi: str
    en: str
    origin: str
    needs: tuple[str, ...]
    description: str
    words: type[LabelledEnum] | None

    def label(self, language: Language = "vi") -> str:
        """Name of the evidence for people."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True)
class EvidenceTable:
    """Evidence of many sites: one array per key, in the order of `site_ids`.

    Numbers, booleans (1 and 0) and dates (ordinal days) are float arrays with NaN where the
    value is missing; texts are object arrays with None where it is missing. An infinite
    number is known, and lies beyond what was searched.
    """

    site_ids: NDArray[np.object_]
    values: Mapping[str, Values]

    def __len__(self) -> int:
        """The number of sites."""
        return len(self.site_ids)

    def known(self, key: str) -> Mask:
        """Where the evidence `key` is known."""
        mask: Mask = ~pd.isna(self.values[key])
        return mask

    def lacking(self, key: str, where: Mask) -> dict[str, Mask]:
        """What is missing for `key` at the sites of `where`: itself, or what it is made from."""
        found = {need: where & ~self.known(need) for need in evidence(key).needs}
        itself = where & ~np.logical_or.reduce([*found.values(), np.zeros_like(where)])
        return {name: mask for name, mask in ({key: itself} | found).items() if mask.any()}


_KINDS: dict[str, Kind] = {
    "integer": "number",
    "real": "number",
    "boolean": "boolean",
    "date": "date",
}


@cache
def evidence_registry() -> Mapping[str, Evidence]:
    """All evidence by key: columns of sites and findings first, then what is derived.

    The table `evidence.csv` lists the keys; for a column the data dictionary supplies the rest.
    """
    text = resources.files("geo_relocation.assessment").joinpath("evidence.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        key, origin = row["key"], row["origin"]
        if origin == "derived":
            kind, words, unit_en = row["kind"], None, row["unit"]
        else:
            column = schema(origin).attribute(key)
            kind, words = _KINDS.get(column.type, "text"), column.enum
            unit_en = column.unit_in("en")
            row |= {name: getattr(column, name) for name in ("unit", "vi", "en", "description")}
        found[key] = Evidence(
            key=key,
            kind=cast("Kind", kind),
            unit=row["unit"],
            unit_en=unit_en,
            vi=row["vi"],
            en=row["en"],
            origin=origin,
            needs=split_codes(row["needs"]),
            description=row["description"],
            words=words,
        )
    return found


def evidence(key: str) -> Evidence:
    """The evidence of that key.

    Raises
    ------
    UnknownNameError
        If there is no such evidence.
    """
    known = evidence_registry()
    if key not in known:
        raise UnknownNameError(_("evidence"), key, list(known))
    return known[key]


def gather(sites: pd.DataFrame, findings: pd.DataFrame, keys: Collection[str]) -> EvidenceTable:
    """Collect the evidence `keys` of every site.

    Parameters
    ----------
    sites
        Conformed layer `sites`.
    findings
        Conformed layer `findings` of one screening run. A site without a row has no evidence
        about its place.
    keys
        Keys of the registry.

    Raises
    ------
    DataError
        If `findings` holds more than one row for a site.
    UnknownNameError
        If a key is not in the registry.
    """
    twice = findings["site_id"][findings["site_id"].duplicated()]
    if len(twice):
        raise DataError(
            _("The findings hold more than one row for site {site:q}.", site=twice.iloc[0]),
            why=_("An assessment rests on one screening run."),
            hint=_("Filter the findings by run_id."),
        )
    ids = sites["site_id"].to_numpy(dtype=object)
    found = findings.set_index("site_id").reindex(ids)
    wanted = {*keys, *(need for key in keys for need in evidence(key).needs)}
    values = {key: _column(evidence(key), sites, found) for key in sorted(wanted)}
    return EvidenceTable(ids, values)


def _column(item: Evidence, sites: pd.DataFrame, found: pd.DataFrame) -> Values:
    """The values of one piece of evidence, `found` being aligned to `sites`."""
    if item.key.startswith("share_"):
        return _share(item.key.removeprefix("share_"), found)
    if item.key in _DERIVATIONS:
        return _DERIVATIONS[item.key](sites, found)
    series = (sites if item.origin == "sites" else found)[item.key]
    if item.kind == "text":
        return _texts(series)
    if item.kind == "date":
        days: Values = (series - pd.Timestamp("1970-01-01")).dt.days.to_numpy(dtype=float)
        return days
    numbers: Values = series.to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _texts(series: pd.Series) -> NDArray[np.object_]:
    """Texts as objects with None where they are missing."""
    plain = series.astype(object)
    result: NDArray[np.object_] = plain.where(plain.notna(), None).to_numpy(dtype=object)
    return result


def _numbers(found: pd.DataFrame, column: str) -> FloatArray:
    numbers: FloatArray = found[column].to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _has_reason(found: pd.DataFrame, reasons: Collection[FindingReason]) -> Mask:
    listed: Mask = found["reason"].isin([r.value for r in reasons]).to_numpy()
    return listed


def _residential_share(_: pd.DataFrame, found: pd.DataFrame) -> Values:
    return np.where(
        _has_reason(found, UNSURE_OF_LAND), np.nan, _numbers(found, "residential_share")
    )


def _residential_verdict(_: pd.DataFrame, found: pd.DataFrame) -> Values:
    # A site that is only too near housing has under 5 % of its land in it: the question of
    # land use is answered, the question of distance is another rule's.
    clear = (found["verdict"] == Verdict.CLEAR.value).to_numpy() | _has_reason(
        found, (FindingReason.NEAR, FindingReason.NEAR_SENSITIVE)
    )
    conflict = (found["verdict"] == Verdict.CONFLICT.value).to_numpy()
    return np.where(conflict, 1.0, np.where(clear, 0.0, np.nan))


def _distance(found: pd.DataFrame) -> FloatArray:
    """Distance to housing in metres; infinite beyond the search radius."""
    raw = _numbers(found, "housing_distance_m")
    screened = found["verdict"].notna().to_numpy()
    reached = np.where(screened & np.isnan(raw), np.inf, raw)
    return np.where(_has_reason(found, UNSURE_OF_PLACE), np.nan, reached)


def _housing_distance(_: pd.DataFrame, found: pd.DataFrame) -> Values:
    return _distance(found)


def _distance_shortfall(_: pd.DataFrame, found: pd.DataFrame) -> Values:
    return _numbers(found, "required_distance_m") - _distance(found)


def _distance_ratio(_: pd.DataFrame, found: pd.DataFrame) -> Values:
    required, distance = _numbers(found, "required_distance_m"), _distance(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = distance / required
    # No distance required: no distance is too short.
    return np.where((required == 0) & ~np.isnan(distance), np.inf, ratio)


def _city_code(sites: pd.DataFrame, found: pd.DataFrame) -> Values:
    screened, stated = _texts(found["city_code"]), _texts(sites["old_district_code"])
    missing: Mask = pd.isna(screened)
    return np.where(missing, stated, screened)


def _env_severity(sites: pd.DataFrame, _: pd.DataFrame) -> Values:
    ranks = {level.value: float(level.severity) for level in EnvLevel}
    severity: Values = sites["env_level"].map(ranks).to_numpy(dtype=float)
    return severity


def _share(category: str, found: pd.DataFrame) -> Values:
    def one(text: object) -> float:
        return float(json.loads(text).get(category, 0.0)) if isinstance(text, str) else np.nan

    shares = np.array([one(text) for text in found["shares"]], dtype=float)
    return np.where(_has_reason(found, UNSURE_OF_LAND), np.nan, shares)


_DERIVATIONS: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame], Values]] = {
    "residential_share": _residential_share,
    "residential_verdict": _residential_verdict,
    "housing_distance_m": _housing_distance,
    "distance_shortfall_m": _distance_shortfall,
    "distance_ratio": _distance_ratio,
    "city_code": _city_code,
    "env_severity": _env_severity,
}


def plain_values(item: Evidence, values: Values) -> list[float | bool | str | None]:
    """Values as they are written into JSON: None where missing, ``beyond`` where infinite."""
    if item.kind == "text":
        return [None if value is None else str(value) for value in values]
    numbers = values.astype(float).tolist()
    if item.kind == "boolean":
        words = {1.0: True, 0.0: False}
        return [words.get(number) for number in numbers]
    if item.kind == "date":
        days = values.astype("timedelta64[D]") + np.datetime64("1970-01-01", "D")
        return [None if np.isnat(day) else str(day) for day in days]
    return [_plain_number(number) for number in numbers]


def _plain_number(number: float) -> float | str | None:
    """An integer where it is one: the same in every store."""
    if number != number:  # noqa: PLR0124 - NaN is the one number that is not itself
        return None
    if number in (np.inf, -np.inf):
        return "beyond"
    return int(number) if number.is_integer() else number
