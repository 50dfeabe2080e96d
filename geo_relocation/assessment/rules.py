"""From the text of a rule set to a `RuleSet`, with every mistake listed at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from geo_relocation.assessment.checking import sense_mistakes
from geo_relocation.assessment.conditions import (
    OPERATORS,
    AllOf,
    AnyOf,
    Comparison,
    Concluded,
    Condition,
    Not,
    Operand,
    Reference,
    Value,
)
from geo_relocation.assessment.reading import (
    read_toml,
    schema_mistakes,
    shipped,
    shipped_text,
    table,
    tables,
    unknown,
)
from geo_relocation.assessment.ruleset import (
    Group,
    Parameter,
    PolicyStatus,
    RuleSet,
    Trigger,
)
from geo_relocation.errors import RuleSetError
from geo_relocation.messages import _
from geo_relocation.model.enums import Route, Words


def parse_ruleset(text: str) -> RuleSet:
    """Read a rule set from TOML.

    Raises
    ------
    RuleSetError
        With all mistakes: of form (the JSON-schema) and of sense (unknown evidence, parameters
        and triggers, operators that do not fit, double ids, groups that no site can reach).
    """
    return ruleset_from_data(read_toml(text, _("The rule set")))


def ruleset_from_data(data: Mapping[str, Any]) -> RuleSet:
    """Read a rule set from its content as plain JSON types (`RuleSet.data`).

    Raises
    ------
    RuleSetError
        With all mistakes.
    """
    mistakes, sound = schema_mistakes(data, "ruleset")
    mistakes += sense_mistakes(sound)
    if mistakes:
        raise RuleSetError(_("The rule set {name:q}", name=str(data.get("id", ""))), mistakes)
    return _build(data)


def with_parameters(ruleset: RuleSet, values: Mapping[str, Value | None]) -> RuleSet:
    """The same rule set with other parameter values; its hash changes with them.

    Raises
    ------
    RuleSetError
        If a parameter is unknown or a value does not fit.
    """
    data = json.loads(json.dumps(ruleset.data))
    known = data.get("parameter", {})
    wrong = [unknown(_("parameter"), name, known) for name in values if name not in known]
    if wrong:
        raise RuleSetError(_("The change of rule set {name:q}", name=ruleset.id), wrong)
    for name, value in values.items():
        known[name].pop("value", None)
        if value is not None:
            known[name]["value"] = list(value) if isinstance(value, tuple) else value
    return ruleset_from_data(data)


def shipped_rulesets() -> tuple[str, ...]:
    """Ids of the rule sets that come with the program."""
    return tuple(shipped("rules"))


def load_shipped(ruleset_id: str) -> RuleSet:
    """A rule set that comes with the program.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    """
    return parse_ruleset(shipped_text(_("rule set"), "rules", ruleset_id))


def _build(data: Mapping[str, Any]) -> RuleSet:
    """The rule set of a content without mistakes."""
    scope = table(data.get("scope"))
    parameters = table(data.get("parameter"))
    return RuleSet(
        id=data["id"],
        version=data["version"],
        words=_words(data),
        source=data["source"],
        date=data["date"],
        date_note=_words(data["date_note"]) if "date_note" in data else None,
        status=PolicyStatus.of(data["status"]),
        assumptions=tuple(_words(part) for part in tables(data.get("assumption"))),
        parameters={name: _parameter(name, raw) for name, raw in parameters.items()},
        scope=_condition(scope["when"]) if scope else None,
        scope_words=_words(scope) if scope else None,
        triggers=tuple(_trigger(raw) for raw in data["trigger"]),
        groups=tuple(_group(raw) for raw in data["group"]),
        complaint=_words(data["complaint"]) if "complaint" in data else None,
        data=data,
    )


def _words(raw: Mapping[str, Any]) -> Words:
    return Words(raw["vi"], raw["en"])


def _value(raw: Any) -> Value:
    return tuple(raw) if isinstance(raw, list) else cast("Value", raw)


def _parameter(name: str, raw: Mapping[str, Any]) -> Parameter:
    value = _value(raw["value"]) if "value" in raw else None
    return Parameter(name, value, raw.get("unit", ""), _words(raw), raw["source"])


def _operand_of(raw: Any) -> Operand:
    return Reference(raw["parameter"]) if isinstance(raw, dict) else _value(raw)


def _condition(raw: Mapping[str, Any]) -> Condition:
    if "all" in raw:
        return AllOf(tuple(_condition(part) for part in raw["all"]))
    if "any" in raw:
        return AnyOf(tuple(_condition(part) for part in raw["any"]))
    if "not" in raw:
        return Not(_condition(raw["not"]))
    if "conclusion" in raw:
        return Concluded(raw["conclusion"], _condition(raw["otherwise"]))
    operator = next(operator for operator in OPERATORS if operator in raw)
    unsure = _operand_of(raw["unsure"]) if "unsure" in raw else None
    return Comparison(raw["evidence"], operator, _operand_of(raw[operator]), unsure)


def _trigger(raw: Mapping[str, Any]) -> Trigger:
    return Trigger(
        id=raw["id"],
        words=_words(raw),
        ground=raw["ground"],
        when=_condition(raw["when"]),
        fixable=raw.get("fixable"),
        remedy=_words(raw["remedy"]) if "remedy" in raw else None,
        show=tuple(raw.get("show", ())),
        points=raw.get("points"),
        note=raw.get("note", False),
    )


def _group(raw: Mapping[str, Any]) -> Group:
    return Group(
        id=raw["id"],
        words=_words(raw),
        route=Route.of(raw["route"]),
        compulsory=raw.get("compulsory"),
        combine=raw.get("combine", "any-of"),
        triggers=tuple(raw.get("triggers", ())),
        minimum_points=_operand_of(raw["minimum_points"]) if "minimum_points" in raw else None,
        wishes=tuple(Route.of(route) for route in raw.get("wishes", ())),
        default=raw.get("default", False),
    )
