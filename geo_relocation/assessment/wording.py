"""Words and numbers as they stand in decisions and explanations, in Vietnamese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo_relocation.assessment.evidence import evidence, evidence_registry
from geo_relocation.messages import Language
from geo_relocation.model import split_codes
from geo_relocation.model.enums import Route
from geo_relocation.standing.days import day_of

HIT, CLEAR, OPEN, NOT_APPLIED = "hit", "clear", "unknown", "not-applied"
"""Results of a trigger as written into a decision."""

_BEYOND = {"vi": "ngoài bán kính tìm kiếm", "en": "beyond the search radius"}
_YES = {"vi": "có", "en": "yes"}
_NO = {"vi": "không", "en": "no"}
_UNKNOWN = {"vi": "chưa rõ", "en": "not known"}


def hit_triggers(triggers: str) -> list[dict[str, Any]]:
    """The criteria that were met, from a decision's `triggers`; notes are left out."""
    entries = json.loads(triggers)
    return [entry for entry in entries if entry["result"] == HIT and not entry.get("note")]


def evidence_label(key: str, language: Language = "vi") -> str:
    """Name of a piece of evidence for people; the key itself if the registry lacks it."""
    item = evidence_registry().get(key)
    return item.label(language) if item else key


def say_number(value: float, language: Language = "vi", *, signed: bool = False) -> str:
    """A number with at most three decimals and the decimal mark of the language."""
    text = f"{value:+,.3f}" if signed else f"{value:,.3f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if language == "vi":
        return text.replace(",", " ").replace(".", ",").replace(" ", ".")
    return text


def say_value(key: str, value: object, language: Language = "vi") -> str:
    """A value from a decision's JSON, with its unit or its word from a closed list."""
    if value is None:
        return _UNKNOWN[language]
    if value == "beyond":
        return _BEYOND[language]
    if isinstance(value, bool):
        return (_YES if value else _NO)[language]
    item = evidence_registry().get(key)
    if isinstance(value, int | float):
        unit = item.unit if item and key != "start_year" else ""
        text = str(value) if key == "start_year" else say_number(value, language)
        return f"{text} {unit}".strip()
    if item and item.words and str(value) in [word.value for word in item.words]:
        return item.words.of(str(value)).label(language)
    return str(value)


def say_date(value: object, language: Language = "vi") -> str:
    """A date as day/month/year, or as ISO in English; empty for a missing one.

    An instant is shown by its day in Vietnam.
    """
    if value is None or pd.isna(value):
        return ""
    day = day_of(value)
    return day.strftime("%d/%m/%Y") if language == "vi" else day.strftime("%Y-%m-%d")


def say_test(trigger: Mapping[str, Any], key: str, language: Language = "vi") -> str:
    """One compared value with its threshold and margin."""
    text = f"{evidence_label(key, language)}: {say_value(key, trigger['values'][key], language)}"
    if key not in trigger["threshold"]:
        return text
    threshold = say_value(key, trigger["threshold"][key], language)
    margin = trigger["margin"].get(key)
    words = ("ngưỡng", "chênh") if language == "vi" else ("threshold", "margin")
    text += f"; {words[0]} {threshold}"
    if isinstance(margin, int | float):
        text += f"; {words[1]} {say_number(margin, language, signed=True)} {evidence(key).unit}"
    return text.strip()


def summary(route: str, group: str, met: Sequence[Mapping[str, Any]], missing: object) -> str:
    """The decision in one Vietnamese paragraph, as stored beside it."""
    head = Route.of(route).label("vi")
    parts = [f"{head}: {group.lower()}." if group else f"{head}."]
    for criterion in met:
        tests = "; ".join(say_test(criterion, key) for key in criterion["threshold"])
        parts.append(f"{criterion['title']}{f' ({tests})' if tests else ''}.")
    lacking = [evidence_label(key) for key in split_codes(missing)]
    if lacking:
        parts.append(f"Còn thiếu: {', '.join(lacking)}.")
    return " ".join(parts)
