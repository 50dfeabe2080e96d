"""Write down what each decision rests on: criteria with values and margins, gaps, fingerprint.

A met or open criterion is written in full, with its title and legal ground, so that the row can
be read without the rule set. A criterion that is not met is written with what was compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.assessment.conditions import NUMERIC, Comparison, resolve
from geo_relocation.assessment.evidence import EvidenceTable, evidence, plain_values
from geo_relocation.assessment.outcome import UNDECIDED, Outcome
from geo_relocation.assessment.ruleset import RuleSet, Trigger
from geo_relocation.assessment.wording import (
    CLEAR,
    HIT,
    NOT_APPLIED,
    OPEN,
    criterion_words,
    group_words,
    summary,
)
from geo_relocation.messages import Message, _
from geo_relocation.model import join_codes
from geo_relocation.model.enums import Route
from geo_relocation.model.told import stored
from geo_relocation.progress import Progress

COLUMNS = ("group", "triggers", "missing", "input_hash", "explanation")
"""Columns of a decision that `records` yields."""

_RESULTS = {1: HIT, 0: OPEN, -1: CLEAR}
_CHUNK = 10_000
# One encoder for all: making one for each value costs more than encoding it.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_MARGIN_DECIMALS = 9


def records(
    table: EvidenceTable, outcome: Outcome, ruleset: RuleSet, progress: Progress
) -> Iterator[tuple[str | None, str, str | None, str, str]]:
    """The text columns of each site's decision, in the order of `COLUMNS`."""
    progress.start(_("Assessing sites"), len(table))
    for start in range(0, len(table), _CHUNK):
        part = slice(start, min(start + _CHUNK, len(table)))
        plain = {key: plain_values(evidence(key), v[part]) for key, v in table.values.items()}
        criteria = [_Criterion(t, table, outcome, ruleset, plain, part) for t in ruleset.triggers]
        lacking = {key: mask[part] for key, mask in outcome.missing.items()}
        prints = fingerprints(plain)
        for row, index in enumerate(outcome.group[part]):
            group = outcome.groups[index] if index != UNDECIDED else None
            missing = join_codes(key for key, mask in lacking.items() if mask[row])
            met = [c.words(row) for c in criteria if c.results[row] == HIT and not c.trigger.note]
            triggers = f"[{', '.join(c.text(row) for c in criteria)}]"
            of_group = group_words(group, Route.of(str(outcome.route[start + row])), ruleset)
            words = stored(summary(of_group, met, missing))
            yield group, triggers, missing, prints[row], words
        progress.advance(part.stop - start)
    progress.finish()


def fingerprints(plain: Mapping[str, list[Any]]) -> list[str]:
    """SHA-256 of each site's evidence, as canonical JSON with the keys in order."""
    encoded = [[f'"{key}":{_scalar(value)}' for value in plain[key]] for key in sorted(plain)]
    return [
        hashlib.sha256(("{" + ",".join(row) + "}").encode("utf-8")).hexdigest()
        for row in zip(*encoded, strict=True)
    ]


def _scalar(value: float | bool | str | None) -> str:
    """One value as JSON. Half the time of an assessment went into encoders without this."""
    if isinstance(value, str):
        return _encode(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


class _Criterion:
    """One trigger and what it found at a stretch of sites."""

    def __init__(
        self,
        trigger: Trigger,
        table: EvidenceTable,
        outcome: Outcome,
        ruleset: RuleSet,
        plain: Mapping[str, list[Any]],
        part: slice,
    ) -> None:
        self.trigger = trigger
        self.applied = trigger.id in outcome.triggers
        self.results = [NOT_APPLIED] * (part.stop - part.start)
        self.thresholds: dict[str, Any] = {}
        self.margins: dict[str, list[float | None]] = {}
        self.compared: dict[str, list[Any]] = {}
        self.shown: dict[str, list[Any]] = {}
        self._written: dict[tuple[Any, ...], str] = {}
        self._said: dict[tuple[Any, ...], Message] = {}
        if not self.applied:
            return
        self.results = [_RESULTS[int(truth)] for truth in outcome.triggers[trigger.id][part]]
        for test in trigger.when.tests():
            if test.operator in NUMERIC:
                self.thresholds[test.evidence] = resolve(test.operand, ruleset.values)
                values = table.values[test.evidence][part].astype(float)
                self.margins[test.evidence] = _margins(test, values, ruleset)
        self.compared = {key: plain[key] for key in sorted(trigger.when.keys())}
        self.shown = {key: plain[key] for key in sorted(trigger.shown())} | self.compared

    def text(self, row: int) -> str:
        """The entry as JSON; the same finding is encoded once."""
        key = self._key(row)
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = _encode(self.entry(row))
        return written

    def words(self, row: int) -> Message:
        """The criterion as it was met; the same finding is said once."""
        key = self._key(row)
        words = self._said.get(key)
        if words is None:
            words = self._said[key] = criterion_words(self.entry(row))
        return words

    def _key(self, row: int) -> tuple[Any, ...]:
        return (
            self.results[row],
            *(values[row] for values in self.shown.values()),
            *(margins[row] for margins in self.margins.values()),
        )

    def entry(self, row: int) -> dict[str, Any]:
        """What a decision says about the criterion at one site."""
        trigger, result = self.trigger, self.results[row]
        in_full = result in (HIT, OPEN)
        entry: dict[str, Any] = {"id": trigger.id, "result": result}
        if self.applied:
            chosen = self.shown if in_full else self.compared
            entry["values"] = {key: values[row] for key, values in chosen.items()}
            entry["threshold"] = self.thresholds
            entry["margin"] = {key: margins[row] for key, margins in self.margins.items()}
        if in_full:
            entry["title"], entry["title_en"] = trigger.words.vi, trigger.words.en
            entry["ground"] = trigger.ground
            fixable = trigger.fixable
            entry["fixable"] = self.shown[fixable][row] if isinstance(fixable, str) else fixable
        if trigger.points is not None:
            entry["points"] = trigger.points
        if trigger.note:
            entry["note"] = True
        return entry


def _margins(test: Comparison, values: FloatArray, ruleset: RuleSet) -> list[float | None]:
    """Margins for JSON: None where the value is missing or beyond what was searched."""
    margins = test.margins(values, ruleset.values)
    return [round(m, _MARGIN_DECIMALS) if np.isfinite(m) else None for m in margins.tolist()]
