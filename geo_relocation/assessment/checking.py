"""Check the sense of a rule set: what the JSON-schema cannot see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo_relocation.assessment.conditions import NUMERIC, OPERATORS, RISING
from geo_relocation.assessment.evidence import Evidence, evidence_registry
from geo_relocation.assessment.reading import duplicates, table, tables, unknown
from geo_relocation.assessment.ruleset import OUT_OF_SCOPE
from geo_relocation.messages import Message, Text, _, joined

_FORMS = ("all", "any", "not", "conclusion", "evidence")
_KINDS = {
    "number": _("number"),
    "boolean": _("yes or no"),
    "text": _("text"),
    "date": _("date"),
}
"""Kinds of evidence in words."""


def sense_mistakes(data: Mapping[str, Any]) -> list[Text]:
    """All mistakes of sense in a rule set whose values have the right types; some may be gone."""
    return _Checker(data).mistakes()


class _Checker:
    """Goes through a rule set once and notes what does not make sense."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.parameters = {
            str(name): table(content) for name, content in table(data.get("parameter")).items()
        }
        self.triggers = tables(data.get("trigger"))
        self.groups = tables(data.get("group"))
        self.found: list[Text] = []
        self.used: set[str] = set()

    def mistakes(self) -> list[Text]:
        """All mistakes of sense."""
        self._check_ids()
        self._check_scope()
        for number, trigger in enumerate(self.triggers):
            place = f"trigger[{number}]"
            self._check_condition(trigger.get("when"), f"{place}.when")
            for key in [key for key in trigger.get("show", ()) if isinstance(key, str)]:
                self._evidence(key, f"{place}.show")
            if isinstance(trigger.get("fixable"), str):
                self._boolean(trigger["fixable"], f"{place}.fixable")
        self._check_groups()
        self._say(
            _("parameter {name:q} is used by no rule.", name=name)
            for name in self.parameters.keys() - self.used
        )
        return self.found

    def _check_scope(self) -> None:
        self._check_condition(table(self.data.get("scope")).get("when"), "scope.when")
        empty = [n for n in self.used if "value" not in self.parameters[n]]
        self._say(_("scope.when: parameter {name:q} needs a value.", name=name) for name in empty)

    def _say(self, mistakes: Iterable[Text]) -> None:
        self.found.extend(sorted(mistakes, key=str))

    # ------------------------------------------------------------------ names

    def _check_ids(self) -> None:
        for kind, rows in ((_("trigger"), self.triggers), (_("group"), self.groups)):
            twice = duplicates(row["id"] for row in rows if "id" in row)
            self._say(
                _("{kind} id {name:q} occurs more than once.", kind=kind, name=name)
                for name in twice
            )
        if any(group.get("id") == OUT_OF_SCOPE for group in self.groups):
            self._say(
                [_("group id {name:q} is kept for sites outside the scope.", name=OUT_OF_SCOPE)]
            )

    def _evidence(self, key: object, place: str) -> Evidence | None:
        known = evidence_registry()
        found = known.get(key) if isinstance(key, str) else None
        if found is None:
            self._say([_at(place, unknown(_("evidence"), key, known))])
        return found

    def _boolean(self, key: object, place: str) -> None:
        found = self._evidence(key, place)
        if found is not None and found.kind != "boolean":
            self._say(
                [
                    _("{place}: {name:q} is {kind}, not a yes or no.",
                      place=place, name=found.key, kind=_KINDS[found.kind])
                ]
            )  # fmt: skip

    # -------------------------------------------------------------- conditions

    def _check_condition(self, raw: object, place: str) -> None:
        if not isinstance(raw, dict):
            return
        forms = [form for form in _FORMS if form in raw]
        if len(forms) != 1:
            self._say([_needs_one(place, _FORMS, forms)])
            return
        form = forms[0]
        if form in ("all", "any"):
            for number, part in enumerate(tables(raw[form])):
                self._check_condition(part, f"{place}.{form}[{number}]")
        elif form == "not":
            self._check_condition(raw["not"], f"{place}.not")
        elif form == "conclusion":
            self._boolean(raw["conclusion"], f"{place}.conclusion")
            if "otherwise" not in raw:
                self._say(
                    [_("{place}: a conclusion needs otherwise: what holds without one.",
                       place=place)]
                )  # fmt: skip
            self._check_condition(raw.get("otherwise"), f"{place}.otherwise")
        else:
            self._check_comparison(raw, place)

    def _check_comparison(self, raw: dict[str, Any], place: str) -> None:
        item = self._evidence(raw["evidence"], place)
        operators = [operator for operator in OPERATORS if operator in raw]
        if len(operators) != 1:
            self._say([_needs_one(place, OPERATORS, operators)])
            return
        operator = operators[0]
        operand = self._operand(raw[operator], f"{place}.{operator}")
        if "unsure" in raw:
            self._check_unsure(raw, operator, operand, place)
        if item is None or operand is None:
            return
        numeric = operator in NUMERIC
        if numeric != (item.kind in ("number", "date")):
            self._say([_does_not_fit(place, operator, item)])
        else:
            self._check_value(item, operand, f"{place}.{operator}")

    def _check_unsure(
        self, raw: dict[str, Any], operator: str, operand: object, place: str
    ) -> None:
        far = self._operand(raw["unsure"], f"{place}.unsure")
        if operator not in NUMERIC:
            self._say(
                [_("{place}: unsure goes with a threshold, not with {operator}.",
                   place=place, operator=operator)]
            )  # fmt: skip
        elif isinstance(far, int | float) and isinstance(operand, int | float):
            wrong = far >= operand if operator in RISING else far <= operand
            if wrong:
                self._say(
                    [_("{place}: unsure {far:n} lies on the wrong side of {operand:n}.",
                       place=place, far=far, operand=operand)]
                )  # fmt: skip

    def _operand(self, raw: object, place: str) -> object:
        """The value of an operand; None where it has none or is not to be had."""
        if isinstance(raw, dict):
            name = raw.get("parameter")
            if name not in self.parameters:
                self._say([_at(place, unknown(_("parameter"), name, self.parameters))])
                return None
            self.used.add(str(name))
            return self.parameters[str(name)].get("value")
        if isinstance(raw, int | float) and not isinstance(raw, bool) and raw != 0:
            self._say(
                [_("{place}: give the number {number:n} a name and a source under [parameter].",
                   place=place, number=raw)]
            )  # fmt: skip
        return raw

    def _check_value(self, item: Evidence, operand: object, place: str) -> None:
        if not _fits(item, operand):
            self._say([_does_not_fit(place, Message("{value:q}", {"value": str(operand)}), item)])
        elif item.words is not None:
            known = [word.value for word in item.words]
            listed = operand if isinstance(operand, list) else [operand]
            self._say(_at(place, unknown(_("value"), v, known)) for v in listed if v not in known)

    # ------------------------------------------------------------------ groups

    def _check_groups(self) -> None:
        known = [str(trigger.get("id")) for trigger in self.triggers]
        free = {t.get("id") for t in self.triggers if t.get("note")}
        used: set[object] = set()
        for number, group in enumerate(self.groups):
            names = _names(group)
            used |= set(names)
            place = f"group[{number}]"
            self._say(_at(place, unknown(_("trigger"), n, known)) for n in names if n not in known)
            self._say(
                _("{place}: trigger {name:q} is a note: it decides nothing.", place=place, name=n)
                for n in names
                if n in free
            )
            self._check_points(group, place)
        idle = [name for name in known if name not in used | free]
        self._say(
            _(
                "trigger {name:q} is in no group; mark it note = true if it is only to be shown.",
                name=name,
            )
            for name in idle
        )
        self._check_default()
        self._check_reachable()

    def _check_default(self) -> None:
        defaults = [number for number, group in enumerate(self.groups) if group.get("default")]
        if self.groups and not defaults:
            self._say(
                [_("no group is the default: say what becomes of a site that meets no rule.")]
            )
        for number, group in enumerate(self.groups):
            if not group.get("default") and not _names(group):
                self._say(
                    [
                        _(
                            "{place} is unreachable: it has no triggers and is no default.",
                            place=f"group[{number}]",
                        )
                    ]
                )
            if group.get("default") and _names(group):
                self._say(
                    [_("{place}: a default group has no triggers.", place=f"group[{number}]")]
                )
        if defaults:
            self._say(
                _("{place} is unreachable: it stands after the default.", place=f"group[{number}]")
                for number in range(defaults[0] + 1, len(self.groups))
            )

    def _check_points(self, group: dict[str, Any], place: str) -> None:
        if group.get("combine") != "points":
            if "minimum_points" in group:
                self._say([_("{place}: minimum_points goes with combine = 'points'.", place=place)])
            return
        if "minimum_points" not in group:
            self._say([_("{place}: combine = 'points' needs minimum_points.", place=place)])
            return
        least = self._operand(group["minimum_points"], f"{place}.minimum_points")
        points = {t.get("id"): t.get("points") for t in self.triggers}
        bare = [name for name in _names(group) if name in points and points[name] is None]
        self._say(
            _("{place}: trigger {name:q} has no points.", place=place, name=name) for name in bare
        )
        best = sum(
            p for n in _names(group) if isinstance(p := points.get(n), int | float) and p > 0
        )
        if isinstance(least, int | float) and not bare and best < least:
            self._say(
                [_("{place} is unreachable: {least:n} points are asked, {best:n} can be had.",
                   place=place, least=least, best=best)]
            )  # fmt: skip

    def _check_reachable(self) -> None:
        """Groups that an earlier one always takes first."""
        for number, group in enumerate(self.groups):
            names = set(_names(group))
            for earlier, other in enumerate(self.groups[:number]):
                if names and (_covers(other, group) or self._asks_less(other, group)):
                    self._say(
                        [
                            _(
                                "{place} is unreachable: {other} takes its sites.",
                                place=f"group[{number}]",
                                other=f"group[{earlier}]",
                            )
                        ]
                    )
                    break

    def _asks_less(self, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
        """Whether an earlier group counts the same points and asks no more of them."""
        if {earlier.get("combine"), later.get("combine")} != {"points"}:
            return False
        if set(_names(earlier)) != set(_names(later)):
            return False
        first, second = (self._minimum(group) for group in (earlier, later))
        return first is not None and second is not None and first <= second

    def _minimum(self, group: Mapping[str, Any]) -> float | None:
        """The points that a group asks, where that is a number."""
        raw = group.get("minimum_points")
        if isinstance(raw, dict):
            raw = self.parameters.get(str(raw.get("parameter")), {}).get("value")
        return raw if isinstance(raw, int | float) else None


def _at(place: str, mistake: Text) -> Message:
    """A mistake with its place in the file."""
    return joined((place, mistake), between=": ")


def _needs_one(place: str, known: Sequence[str], has: Sequence[str]) -> Message:
    return _(
        "{place}: needs exactly one of {known}; has {found}.",
        place=place, known=list(known), found=list(has) or _("none"),
    )  # fmt: skip


def _does_not_fit(place: str, what: Text, item: Evidence) -> Message:
    return _(
        "{place}: {what} does not fit {key}, which is {kind}.",
        place=place, what=what, key=item.key, kind=_KINDS[item.kind],
    )  # fmt: skip


def _names(group: Mapping[str, Any]) -> list[str]:
    names = group.get("triggers")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _covers(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Whether every site of the later group is taken by the earlier one."""
    first, second = set(_names(earlier)), set(_names(later))
    kinds = (earlier.get("combine", "any-of"), later.get("combine", "any-of"))
    if kinds == ("any-of", "any-of"):
        return second <= first
    if kinds == ("any-of", "all-of"):
        return bool(first & second)
    return kinds == ("all-of", "all-of") and bool(first) and first <= second


def _fits(item: Evidence, operand: object) -> bool:
    """Whether a value can be compared with a piece of evidence."""
    if item.kind == "number":
        return isinstance(operand, int | float) and not isinstance(operand, bool)
    if item.kind == "boolean":
        return isinstance(operand, bool)
    if item.kind == "date":
        return isinstance(operand, str) and _is_date(operand)
    return isinstance(operand, str) or (
        isinstance(operand, list) and all(isinstance(part, str) for part in operand)
    )


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
