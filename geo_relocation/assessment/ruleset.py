"""Rule sets as objects: triggers, groups, parameters, and the hash that identifies them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from geo_relocation.assessment.conditions import Condition, Operand, Reference, Value
from geo_relocation.model.enums import LabelledEnum, Route, Words

Combine = Literal["any-of", "all-of", "points"]

OUT_OF_SCOPE = "out-of-scope"
"""Group of the sites that a rule set is not for."""


class PolicyStatus(LabelledEnum):
    """How far a policy text has got."""

    ADOPTED = "adopted", "Đã ban hành", "Adopted"
    DRAFT = "draft", "Dự thảo", "Draft"
    PRESS = "press", "Theo báo chí, chưa ban hành", "From the press, not adopted"
    TEMPLATE = "template", "Mẫu để điền, không phải chính sách", "A form to fill in, not policy"


@dataclass(frozen=True)
class Parameter:
    """A number or list that the rules use; None where the source publishes none."""

    name: str
    value: Value | None
    unit: str
    words: Words
    source: str


@dataclass(frozen=True)
class Trigger:
    """A rule that a site meets or not.

    Attributes
    ----------
    id, words, ground
        Name, words for people, and legal ground.
    when
        The condition.
    fixable
        Whether the cause can be mended: known beforehand, or the key of the evidence that
        says so; None where the source is silent.
    remedy
        What the firm can do about it.
    show
        Evidence shown beside what the condition itself names.
    points
        Points for meeting the rule, in a rule set that counts them.
    note
        Shown only; decides nothing.
    """

    id: str
    words: Words
    ground: str
    when: Condition
    fixable: bool | str | None
    remedy: Words | None
    show: tuple[str, ...]
    points: float | None
    note: bool

    def keys(self) -> set[str]:
        """All evidence that the trigger reads or shows."""
        return self.when.keys() | self.shown()

    def shown(self) -> set[str]:
        """Evidence that is shown but is not in the condition."""
        extra = {self.fixable} if isinstance(self.fixable, str) else set()
        return set(self.show) | extra

    def needs(self) -> set[str]:
        """Parameters without which the trigger cannot be applied."""
        return self.when.references()


@dataclass(frozen=True)
class Group:
    """What becomes of the sites that meet a combination of triggers.

    Attributes
    ----------
    compulsory
        None where the source does not say.
    combine, triggers, minimum_points
        How the triggers make the group; no triggers for the default group.
    wishes
        Routes that a firm may choose instead of `route` by its stated wish.
    """

    id: str
    words: Words
    route: Route
    compulsory: bool | None
    combine: Combine
    triggers: tuple[str, ...]
    minimum_points: Operand | None
    wishes: tuple[Route, ...]
    default: bool


@dataclass(frozen=True)
class RuleSet:
    """A dated and versioned policy: read with `parse_ruleset` or `load_shipped`.

    Attributes
    ----------
    data
        The content as plain JSON types. `hash` is taken over it, so comments and layout of the
        file do not matter and any change of substance does.
    """

    id: str
    version: str
    words: Words
    source: str
    date: str
    date_note: Words | None
    status: PolicyStatus
    assumptions: tuple[Words, ...]
    parameters: Mapping[str, Parameter]
    scope: Condition | None
    scope_words: Words | None
    triggers: tuple[Trigger, ...]
    groups: tuple[Group, ...]
    complaint: Words | None
    data: Mapping[str, object]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_hash(self.data)

    @property
    def values(self) -> dict[str, Value | None]:
        """Parameter values by name."""
        return {name: parameter.value for name, parameter in self.parameters.items()}

    @property
    def applied(self) -> tuple[Trigger, ...]:
        """The triggers whose parameters all have a value."""
        values = self.values
        return tuple(t for t in self.triggers if all(values[n] is not None for n in t.needs()))

    @property
    def keys(self) -> set[str]:
        """All evidence that the rule set reads or shows."""
        keys = set().union(*(trigger.keys() for trigger in self.triggers))
        if any(group.wishes for group in self.groups):
            keys.add("wish")
        return keys | (self.scope.keys() if self.scope else set())

    def trigger(self, trigger_id: str) -> Trigger:
        """The trigger of that id."""
        return next(trigger for trigger in self.triggers if trigger.id == trigger_id)

    def thresholds(self) -> dict[str, float]:
        """Numeric parameters that some applied rule compares or bands with, by name."""
        named: set[str] = set()
        for trigger in self.applied:
            for test in trigger.when.tests():
                named |= {o.name for o in (test.operand, test.unsure) if isinstance(o, Reference)}
        named |= {
            g.minimum_points.name for g in self.groups if isinstance(g.minimum_points, Reference)
        }
        values = self.values
        return {
            name: float(value)
            for name in self.parameters
            if name in named
            and isinstance(value := values[name], int | float)
            and not isinstance(value, bool)
        }


def content_hash(content: object) -> str:
    """SHA-256 over canonical JSON: keys sorted, no layout."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
