"""What a report or a table calls its figures, and how it writes them, in the reader's language.

Attributes of layers are named by the data dictionary; what only a report has, by
``words/labels.csv``. JSON and CSV keep the codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from geo_relocation.cli.language import said, spoken
from geo_relocation.lazy import later, np, pd
from geo_relocation.messages import Message, _
from geo_relocation.model import schemas, split_codes
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import (
    ActKind,
    FindingReason,
    LabelledEnum,
    ListState,
    Route,
    RunState,
    Severity,
    Verdict,
    ZoneCategory,
)
from geo_relocation.model.figures import IndicatorKey
from geo_relocation.model.money import Payer, SupportStatus
from geo_relocation.model.reasons import FirmBarrier, PlacedReason
from geo_relocation.standing.days import INDOCHINA_TIME
from geo_relocation.words import labels, style

if TYPE_CHECKING:
    from geo_relocation.assessment import evidence_label
else:
    evidence_label = later("geo_relocation.assessment", "evidence_label")

_SMALL = 3
"""Decimals of figures below 1; above, two tell enough."""

_SHARES = {"gap", "placed_share", "dearer"}
"""Figures that are shares of 1."""

_WITHOUT_SEPARATORS = ("year", "phase", "seed", "version", "number", "crs")
"""How the names of figures end that count nothing: 2028 is no amount."""


@cache
def _attributes() -> dict[str, list[Attribute]]:
    """The attributes of all layers by name: several layers may have one of a name."""
    found: dict[str, list[Attribute]] = {}
    for layer in schemas().values():
        for attribute in layer.attributes:
            found.setdefault(attribute.name, []).append(attribute)
    return found


_TWO = {"a": _("first"), "b": _("second"), "before": _("before"), "after": _("after")}
"""Ends of the names of figures of the first and the second of two that are compared."""


def is_labelled(name: str) -> bool:
    """Whether a figure has a name for people."""
    return name in labels() or name in _attributes() or name in set(IndicatorKey) or name.isdigit()


def label(name: str) -> str:
    """What a figure is called."""
    known = labels().get(name)
    if known is not None:
        return known[spoken()]
    attributes = _attributes().get(name)
    if attributes:
        return attributes[0].header(spoken())
    if name in schemas():
        return schemas()[name].label(spoken())
    if name in set(IndicatorKey):
        return IndicatorKey.of(name).label(spoken())
    return _of_two(name) or name


def _of_two(name: str) -> str:
    """What a figure of one of two things is called, as ``route_a``; empty for another."""
    base, _, end = name.rpartition("_")
    if end not in _TWO or not is_labelled(base):
        return ""
    return f"{label(base)} ({said(_TWO[end])})"


def written(value: Any, name: str = "") -> str:
    """A value as people read it.

    Parameters
    ----------
    value
        The value; codes are told by the label of the attribute's list.
    name
        The attribute or figure that it is of.
    """
    if isinstance(value, Mapping):
        return "  ".join(f"{_key(key, name)} {written(inner, key)}" for key, inner in value.items())
    if isinstance(value, Message):
        return said(value)
    if isinstance(value, list | tuple):
        return "\n".join(written(one, name) for one in value)
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "–"
    return _coded(value, name) if isinstance(value, str) else _figure(value, name)


def _figure(value: Any, name: str) -> str:
    ours = style(spoken())
    if isinstance(value, bool):
        return labels()["yes" if value else "no"][spoken()]
    if isinstance(value, int | float | np.number):
        return _number(float(value), name)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        clock = value.astimezone(INDOCHINA_TIME)
        return f"{ours.day(clock)} {clock:%H:%M:%S}"
    return ours.day(value) if isinstance(value, dt.date) else str(value)


def _number(value: float, name: str) -> str:
    if name in _SHARES:
        return style(spoken()).percent(value)
    if name.endswith(_WITHOUT_SEPARATORS):
        return f"{value:g}"
    return style(spoken()).number(value, _SMALL if abs(value) < 1 else 2)


def _coded(value: str, name: str) -> str:
    """A text; a code of a list by its label."""
    if isinstance(value, LabelledEnum):
        return value.label(spoken())
    if name == "layer":
        return schemas()[value].label(spoken()) if value in schemas() else value
    if name == "field":
        return label(value)
    base = name.removesuffix("_a").removesuffix("_b")
    if base in ("missing", "missing_evidence") and value:
        return ", ".join(evidence_label(key, spoken()) for key in split_codes(value))
    lists = [attribute.enum for attribute in _attributes().get(base, ())]
    for known in [*_COUNTED_BY.get(name, ()), *lists]:
        if known is not None and value in set(known):
            return known.of(value).label(spoken())
    return value


def _key(key: Any, name: str) -> str:
    """The key of figures by kind: a code of the list that they are counted by, or a figure."""
    told = _coded(str(key), name)
    return label(told) if told == str(key) else told


_COUNTED_BY: dict[str, tuple[type[LabelledEnum], ...]] = {
    "state": (ListState, RunState),
    "verdicts": (Verdict,),
    "routes": (Route,),
    "reasons": (FindingReason,),
    "by_point": (ZoneCategory,),
    "issues": (Severity,),
    "kind": (ActKind,),
    "by_payer": (Payer,),
    "by_status": (SupportStatus,),
    "payer": (Payer,),
    "indicators": (IndicatorKey,),
    "reason_code": (FirmBarrier, PlacedReason),
}
"""What figures by kind are counted by."""
