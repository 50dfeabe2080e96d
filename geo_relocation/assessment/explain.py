"""One page per firm: the place, the rule, the values, what is not known, what can be done.

The page is made from the decision as stored, not by deciding again, so that it says what was
decided then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo_relocation.assessment.evidence import UNSURE_OF_LAND
from geo_relocation.assessment.page import Explanation, Section
from geo_relocation.assessment.ruleset import OUT_OF_SCOPE, RuleSet, Trigger
from geo_relocation.assessment.schedules import Deadlines
from geo_relocation.assessment.wording import (
    CLEAR,
    HIT,
    NOT_APPLIED,
    OPEN,
    evidence_label,
    said_test,
    said_value,
    say_number,
)
from geo_relocation.errors import DataError
from geo_relocation.messages import Language, Message, _
from geo_relocation.model import schema, split_codes
from geo_relocation.model.enums import FindingReason, Route, Verdict
from geo_relocation.model.told import said
from geo_relocation.standing.days import said_day
from geo_relocation.words import say

Row = Mapping[str, Any]
"""A row by column name: a mapping, or a Series of a frame."""

_WORDS: Mapping[str, Message] = {
    "heading": _("Why this was concluded for the site"),
    "place": _("The place"),
    "conclusion": _("Conclusion"),
    "rule": _("Rule set applied"),
    "criteria": _("Criterion by criterion"),
    "missing": _("What is not known"),
    "screening": _("Spatial screening"),
    "actions": _("What the firm can do"),
    "trace": _("Trace"),
    "nothing": _("Nothing that could change this."),
    "no_finding": _("The site has not been screened."),
    "group": _("Group"),
    "compulsory": _("Compulsory"),
    "yes": _("yes"),
    "no": _("no"),
    "unsaid": _("not determined"),
    "batch": _("Batch"),
    "deadline": _("Deadline"),
    "no_deadline": _("none"),
    "decided": _("Decided on"),
    "author": _("Decided by"),
    "override": _("Replaces decision"),
    "because": _("Ground of the change"),
    "source": _("Source"),
    "status": _("Status"),
    "dated": _("Dated"),
    "version": _("Version"),
    "assumed": _("Assumed by the program"),
    "ground": _("Legal ground"),
    "fixable": _("Can be mended"),
    "points": _("Points"),
    "out": _("outside the scope"),
    "undecided": _("This cannot be decided without the evidence named below."),
    "data": _("Where the data come from"),
    HIT: _("MET"),
    CLEAR: _("not met"),
    OPEN: _("not known"),
    NOT_APPLIED: _("not applied: the source publishes no number"),
}


_NARROW = ("conclusion", "place", "missing", "screening")
PLACE_FIELDS = (
    "name",
    "tax_code",
    "site_id",
    "landholder",
    "address",
    "old_commune",
    "old_district",
    "new_unit",
    "parcel",
    "land_m2",
    "location_source",
    "accuracy_m",
)


def explain(
    decision: Row,
    *,
    site: Row,
    ruleset: RuleSet,
    finding: Row | None = None,
    deadlines: Deadlines | None = None,
    sources: Mapping[str, str] | None = None,
    language: Language = "vi",
) -> Explanation:
    """Explain one decision to the firm it is about.

    Parameters
    ----------
    decision
        Row of the layer `decisions`.
    site, finding
        The site's rows in `sites` and `findings`; the finding of the run that was used.
    ruleset
        The rule set that the decision was made by.
    deadlines
        The version of the deadlines that was chosen.
    sources
        What a person calls each import: id → file name, date.
    language
        `vi` or `en`.

    Raises
    ------
    DataError
        If the rule set is not the one of the decision.
    """
    if decision["ruleset_hash"] != ruleset.hash:
        raise DataError(
            _(
                "Decision {decision:q} was not made by this content of rule set {name:q}.",
                decision=decision["decision_id"],
                name=ruleset.id,
            ),
            hint=_("Give the rule set as it was when the decision was made."),
        )
    page = _Page(decision, site, ruleset, finding, deadlines, sources or {}, language)
    return page.build()


class _Page:
    """Collects the lines of one page."""

    def __init__(
        self,
        decision: Row,
        site: Row,
        ruleset: RuleSet,
        finding: Row | None,
        deadlines: Deadlines | None,
        sources: Mapping[str, str],
        language: Language,
    ) -> None:
        self.decision, self.site, self.ruleset = decision, site, ruleset
        self.finding, self.deadlines, self.sources = finding, deadlines, sources
        self.language: Language = language
        self.triggers: list[dict[str, Any]] = json.loads(decision["triggers"])

    def build(self) -> Explanation:
        """The page."""
        name = _get(self.site, "name") or self.decision["site_id"]
        parts = (
            ("conclusion", self._conclusion()),
            ("place", self._place()),
            ("criteria", self._criteria()),
            ("missing", self._missing()),
            ("screening", self._screening()),
            ("rule", self._rule()),
            ("actions", self._actions()),
            ("trace", self._trace()),
        )
        sections = tuple(
            Section(self.say(key), tuple(lines), key in _NARROW) for key, lines in parts if lines
        )
        return Explanation(f"{self.say('heading')}: {name}", sections, self.language)

    def say(self, key: str) -> str:
        """Fixed words in the page's language."""
        return say(_WORDS[key], self.language)

    def _pair(self, key: str, value: object) -> str:
        return f"{self.say(key)}: {value}"

    def _field(self, layer: str, row: Row, name: str) -> str | None:
        """A column with its label, or None where it is empty."""
        value = _get(row, name)
        if value is None:
            return None
        attribute = schema(layer).attribute(name)
        label = attribute.label(self.language)
        if attribute.enum is not None:
            return f"{label}: {attribute.enum.of(str(value)).label(self.language)}"
        if isinstance(value, float):
            unit = attribute.unit_in(self.language)
            return f"{label}: {say_number(value, unit, self.language)}"
        return f"{label}: {value}"

    def _conclusion(self) -> list[str]:
        row = self.decision
        lines = [Route.of(row["route"]).label(self.language)]
        if row["route"] == Route.UNDECIDED.value:
            lines.append(self.say("undecided"))
        group = _get(row, "group")
        if group is not None:
            lines.append(self._pair("group", self._group(str(group))))
        compulsory = _get(row, "compulsory")
        answer = "unsaid" if compulsory is None else "yes" if compulsory else "no"
        lines.append(self._pair("compulsory", self.say(answer)))
        for key in ("points", "batch"):
            if _get(row, key) is not None:
                value = row[key]
                shown = say_number(value, "", self.language) if key == "points" else value
                lines.append(self._pair(key, shown))
        lines.append(self._pair("deadline", self._deadline()))
        lines.append(self._pair("decided", said_day(row["decided_at"], self.language)))
        lines.append(self._pair("author", row["author"]))
        if _get(row, "replaces") is not None:
            lines.append(self._pair("override", row["replaces"]))
            lines.append(self._pair("because", row["ground"]))
        return lines

    def _group(self, group: str) -> str:
        if group == OUT_OF_SCOPE:
            scope = self.ruleset.scope_words
            return self.say("out") + (f" ({scope.say(self.language)})" if scope else "")
        known = {g.id: g.words.say(self.language) for g in self.ruleset.groups}
        return known.get(group, group)

    def _deadline(self) -> str:
        deadline = _get(self.decision, "deadline")
        if deadline is None:
            return self.say("no_deadline")
        day = said_day(deadline, self.language)
        if self.deadlines is None:
            return day
        words = self.deadlines.words.say(self.language)
        return f"{day} ({words}; {self.deadlines.source})"

    def _place(self) -> list[str]:
        lines = [self._field("sites", self.site, name) for name in PLACE_FIELDS]
        origin = _get(self.site, "import_id")
        named = [self.sources.get(str(origin), str(origin))] if origin is not None else []
        stated = _get(self.site, "source")
        named += [str(stated)] if stated is not None else []
        if named:
            lines.append(self._pair("data", "; ".join(named)))
        return [line for line in lines if line is not None]

    def _criteria(self) -> list[str]:
        lines = []
        for found in self.triggers:
            trigger = self.ruleset.trigger(found["id"])
            text = f"{trigger.words.say(self.language)} — {self.say(found['result'])}."
            tests = (said_test(found, key) for key in _shown(found, trigger))
            parts = [say(test, self.language) for test in tests]
            text += f" {'; '.join(parts)}." if parts else ""
            if found["result"] in (HIT, OPEN):
                text += f" {self._pair('ground', trigger.ground)}."
                if found["fixable"] is not None:
                    fixable = self.say("yes" if found["fixable"] else "no")
                    text += f" {self._pair('fixable', fixable)}."
            lines.append(text)
        return lines

    def _missing(self) -> list[str]:
        keys = split_codes(_get(self.decision, "missing"))
        if not keys:
            return [self.say("nothing")]
        return [evidence_label(key, self.language) for key in keys]

    def _screening(self) -> list[str]:
        if self.finding is None:
            return [self.say("no_finding")]
        verdict = Verdict.of(self.finding["verdict"]).label(self.language)
        reason = FindingReason.of(self.finding["reason"])
        lines = [f"{verdict}: {reason.label(self.language)}"]
        for name in ("residential_share", "residential_probability", "housing_distance_m"):
            if name == "residential_share" and reason in UNSURE_OF_LAND:
                continue
            if _get(self.finding, name) is not None:
                value = say(said_value(name, self.finding[name]), self.language)
                lines.append(f"{evidence_label(name, self.language)}: {value}")
        extra = [
            self._field("findings", self.finding, n) for n in ("city_code", "unit_code", "park_id")
        ]
        lines += [line for line in extra if line is not None]
        detail = _get(self.finding, "detail")
        return [*lines, said(detail, self.language)] if detail is not None else lines

    def _rule(self) -> list[str]:
        rules = self.ruleset
        note = rules.date_note
        lines = [
            rules.words.say(self.language),
            self._pair("source", rules.source),
            self._pair("status", rules.status.label(self.language)),
            self._pair("dated", note.say(self.language) if note else rules.date),
            self._pair("version", f"{rules.id} {rules.version}"),
        ]
        lines += [self._pair("assumed", a.say(self.language)) for a in rules.assumptions]
        return lines

    def _actions(self) -> list[str]:
        lines = []
        bound = _get(self.decision, "group") != OUT_OF_SCOPE
        for found in self.triggers if bound else ():
            remedy = self.ruleset.trigger(found["id"]).remedy
            if found["result"] in (HIT, OPEN) and remedy is not None:
                lines.append(remedy.say(self.language))
        if self.ruleset.complaint is not None:
            lines.append(self.ruleset.complaint.say(self.language))
        return list(dict.fromkeys(lines))

    def _trace(self) -> list[str]:
        names = ("decision_id", "run_id", "ruleset_hash", "input_hash")
        lines = [self._field("decisions", self.decision, name) for name in names]
        if self.finding is not None:
            lines.append(f"{self.say('screening')}: {self.finding['run_id']}")
        return [line for line in lines if line is not None]


def _shown(found: Mapping[str, Any], trigger: Trigger) -> list[str]:
    """What a criterion shows: what has a threshold, what it asks, and what else is known."""
    values = found.get("values", {})
    asked = trigger.when.keys()
    compared = [key for key in values if key in found["threshold"]]
    plain = [key for key in values if key in asked and key not in compared]
    others = [key for key in values if key not in asked and values[key] is not None]
    return compared + plain + others


def _get(row: Row, name: str) -> Any:
    """A value of a row, None where it is missing."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else value
