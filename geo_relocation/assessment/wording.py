"""Words and numbers as they stand in decisions and explanations, in Vietnamese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from geo_relocation.assessment.evidence import evidence_registry
from geo_relocation.assessment.ruleset import OUT_OF_SCOPE, RuleSet
from geo_relocation.messages import Language, Message, Text, joined
from geo_relocation.model import split_codes
from geo_relocation.model.enums import Route, Words
from geo_relocation.model.told import Label, told
from geo_relocation.words import say

HIT, CLEAR, OPEN, NOT_APPLIED = "hit", "clear", "unknown", "not-applied"
"""Results of a trigger as written into a decision."""


def hit_triggers(triggers: str) -> list[dict[str, Any]]:
    """The criteria that were met, from a decision's `triggers`; notes are left out."""
    entries = json.loads(triggers)
    return [entry for entry in entries if entry["result"] == HIT and not entry.get("note")]


def evidence_label(key: str, language: Language = "vi") -> str:
    """Name of a piece of evidence for people; the key itself if the registry lacks it."""
    item = evidence_registry().get(key)
    return item.label(language) if item else key


def said_value(key: str, value: object) -> Text:
    """A value from a decision's JSON, with its unit or its word from a closed list."""
    if value is None:
        return told("assessment.not-known")
    if value == "beyond":
        return told("assessment.beyond")
    if isinstance(value, bool):
        return told("assessment.yes" if value else "assessment.no")
    item = evidence_registry().get(key)
    if isinstance(value, int | float):
        return str(value) if key == "start_year" else _quantity(value, _unit(key))
    if item and item.words and str(value) in [word.value for word in item.words]:
        return Message("{word}", {"word": item.words.of(str(value))})
    return str(value)


def said_test(trigger: Mapping[str, Any], key: str) -> Message:
    """One compared value with its threshold and margin."""
    value = said_value(key, trigger["values"][key])
    parts = [Message("{label}: {value}", {"label": _label(key), "value": value})]
    if key in trigger["threshold"]:
        threshold = said_value(key, trigger["threshold"][key])
        parts.append(told("assessment.threshold", threshold=threshold))
        margin = trigger["margin"].get(key)
        if isinstance(margin, int | float):
            far = _quantity(margin, _unit(key), sign="+")
            parts.append(told("assessment.margin", margin=far))
    return joined(parts, between="; ")


def say_number(value: float, unit: str, language: Language) -> str:
    """A number with at most three decimals, and its unit."""
    return say(_quantity(value, unit), language)


def _quantity(value: float, unit: Label | str, *, sign: str = "") -> Message:
    if not unit:
        return Message(f"{{value:{sign}n3}}", {"value": value})
    return Message(f"{{value:{sign}n3}} {{unit}}", {"value": value, "unit": unit})


def _label(key: str) -> Label:
    return Label(key, evidence_label(key, "vi"), evidence_label(key, "en"))


def _unit(key: str) -> Label | str:
    item = evidence_registry().get(key)
    return Label(item.unit, item.unit, item.unit_en) if item and item.unit else ""


def group_words(group: str | None, route: Route, ruleset: RuleSet) -> Message:
    """The route of a decision, with the group that it comes from."""
    if group is None:
        return Message("{route}.", {"route": route})
    if group == OUT_OF_SCOPE:
        scope = ruleset.scope_words
        if scope is None:
            return told("assessment.outside", route=route)
        return told("assessment.outside-of", route=route, scope=_lower("scope", scope))
    words = next(one.words for one in ruleset.groups if one.id == group)
    return Message("{route}: {group}.", {"route": route, "group": _lower(group, words)})


def _lower(code: str, words: Words) -> Label:
    return Label(code, words.vi.lower(), words.en.lower())


def criterion_words(criterion: Mapping[str, Any]) -> Message:
    """A criterion that was met, with what was compared."""
    title = Label(criterion["id"], criterion["title"], criterion["title_en"])
    tests = [said_test(criterion, key) for key in criterion["threshold"]]
    if not tests:
        return Message("{title}.", {"title": title})
    measured = joined(tests, between="; ")
    return Message("{title} ({tests}).", {"title": title, "tests": measured})


def summary(group: Message, met: Sequence[Message], missing: object) -> Message:
    """The decision in one paragraph, as stored beside it."""
    lacking = [_label(key) for key in split_codes(missing)]
    told_of = [told("assessment.missing", evidence=lacking)] if lacking else []
    return joined([group, *met, *told_of])
