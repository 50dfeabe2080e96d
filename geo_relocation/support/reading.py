"""From the text of a policy file to its policies, with every mistake listed at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo_relocation.errors import RuleSetError
from geo_relocation.messages import Text, _
from geo_relocation.model.money import Payer, SupportKind, SupportStatus
from geo_relocation.model.toml import read_toml
from geo_relocation.support.conditions import (
    COMPARISONS,
    NUMERIC,
    AllOf,
    AnyOf,
    AsPolicy,
    Comparison,
    Entitlement,
    Not,
)
from geo_relocation.support.facts import Fact, Value, evidence_registry
from geo_relocation.support.formulas import Formula, FormulaMistakeError, parse_formula
from geo_relocation.support.policy import UNSURE, Case, Parameter, Policy, PolicySet
from geo_relocation.support.tables import Table

_MANY = ("all", "any")


def parse_policies(
    text: str, *, policies: Iterable[str] = (), parameters: Mapping[str, Parameter] | None = None
) -> PolicySet:
    """Read a policy file.

    Parameters
    ----------
    text
        Its content, TOML.
    policies
        Ids of further policies that it may name.
    parameters
        Further parameters that its formulas may name.

    Raises
    ------
    RuleSetError
        With all mistakes: of form and of sense (unknown names, formulas that are none,
        conditions that do not fit their evidence, policies that wait for each other).
    """
    mistakes: list[Text] = []
    try:
        raw = read_toml(text)
    except ValueError as error:
        told = _("the text is not TOML: {words}", words=str(error))
        raise RuleSetError(_("The file of support policies"), [told]) from error
    file = Table(raw, "", mistakes)
    set_id, words = file.text("id", needed=True), file.both()
    default = bool(file.get("default", bool))
    declared = dict(parameters or {})
    for name, one in (file.get("parameter", dict) or {}).items():
        with file.inside(one, f"parameter.{name}") as inner:
            if name in declared:
                inner.wrong("", _("the parameter {name:q} is there already", name=name))
            declared[name] = _parameter(inner, name)
    found = []
    for number, one in enumerate(file.get("policy", list, needed=True) or []):
        with file.inside(one, f"policy[{number}]") as inner:
            found.append(_policy(inner, set_id))
    file.finish()
    _check(found, set(policies), declared, mistakes)
    if mistakes:
        raise RuleSetError(_("The file of support policies {name:q}", name=set_id), mistakes)
    return PolicySet(set_id, words, default, tuple(found), declared)


def _parameter(table: Table, name: str) -> Parameter:
    choices = tuple(str(one) for one in table.get("choices", list) or [])
    numbers = {key for key, one in evidence_registry().items() if one.kind == "number"}
    for key in sorted(set(choices) - numbers):
        table.wrong("choices", _("there is no evidence {key:q}", key=key))
    value = table.choice("value", choices)
    return Parameter(
        name,
        table.both(),
        table.text("unit"),
        table.words("who_sets"),
        choices,
        value,
        table.text("source", needed=value is not None),
        bool(table.get("ceiling", bool)),
    )


def _policy(table: Table, set_id: str) -> Policy:
    certainty = table.text("certainty", needed=True)
    return Policy(
        id=table.text("id", needed=True),
        jurisdiction=table.text("jurisdiction"),
        kind=table.code("kind", SupportKind, SupportKind.SUPPORT),
        words=table.both(),
        beneficiary=table.words("who"),
        condition=table.words("condition"),
        when=_condition(table, "when"),
        cases=_cases(table),
        at_least=_formula(table, "at_least"),
        at_most=_formula(table, "at_most"),
        formula=table.words("formula"),
        rate=table.text("rate"),
        unit=table.text("unit"),
        cap=table.text("cap"),
        months=table.text("months"),
        who_sets=table.words("who_sets"),
        payer=table.code("payer", Payer, Payer.NOBODY),
        payer_source=table.words("payer_source"),
        ground=table.text("ground", needed=True),
        status=table.code("status", SupportStatus, SupportStatus.NOT_READ),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        source=table.text("source", needed=True),
        source_date=table.text("source_date"),
        certainty=certainty,
        note=table.words("note"),
        instead_of=tuple(map(str, table.get("instead_of", list) or [])),
        default=_default(table, certainty),
        set_id=set_id,
    )


def _default(table: Table, certainty: str) -> bool:
    """Whether a policy is worked out unasked: what is not sure is so only where that is written."""
    stated = table.get("default", bool)
    return UNSURE not in certainty if stated is None else bool(stated)


def _cases(table: Table) -> tuple[Case, ...]:
    amount = _formula(table, "amount")
    cases = [Case(None, amount)] if amount else []
    for number, raw in enumerate(table.get("case", list) or []):
        with table.inside(raw, f"case[{number}]") as inner:
            found = _formula(inner, "amount", needed=True)
            if found is not None:
                cases.append(Case(_condition(inner, "when"), found))
    if amount and len(cases) > 1:
        table.wrong("case", _("a policy has one amount, or cases; not both"))
    return tuple(cases)


def _formula(table: Table, key: str, *, needed: bool = False) -> Formula | None:
    text = table.text(key, needed=needed)
    if not text:
        return None
    try:
        return parse_formula(text)
    except FormulaMistakeError as error:
        table.wrong(key, error.message)
        return None


def _condition(table: Table, key: str) -> Entitlement | None:
    raw = table.get(key, dict)
    if raw is None:
        return None
    with table.inside(raw, key) as inner:
        return _node(inner)


def _node(table: Table) -> Entitlement | None:
    for word, made in zip(_MANY, (AllOf, AnyOf), strict=True):
        if word in table.raw:
            parts = []
            for number, one in enumerate(table.get(word, list) or []):
                with table.inside(one, f"{word}[{number}]") as inner:
                    parts.append(_node(inner))
            if not parts:
                table.wrong(word, _("the list is empty"))
            return made(tuple(part for part in parts if part is not None))
    if "not" in table.raw:
        part = _condition(table, "not")
        return None if part is None else Not(part)
    if "policy" in table.raw:
        return AsPolicy(table.text("policy"))
    return _comparison(table)


def _comparison(table: Table) -> Comparison | None:
    known = evidence_registry().get(table.text("evidence", needed=True))
    if known is None:
        if table.raw.get("evidence"):
            table.wrong("evidence", _("there is no evidence {key:q}", key=table.raw["evidence"]))
        return None
    words = [word for word in COMPARISONS if word in table.raw]
    if len(words) != 1:
        table.wrong("", _("one of these is wanted: {known}", known=", ".join(COMPARISONS)))
        return None
    (word,) = words
    if word in NUMERIC and known.kind not in ("number", "date"):
        table.wrong(word, _("only numbers and dates are compared like this"))
        table.forget()
        return None
    values = _several(table, word, known) if word == "in" else [table.evidence(word, known)]
    undecided = _several(table, "undecided", known)
    sound = [value for value in values if value is not None]
    unsure = tuple(value for value in undecided if value is not None)
    if not sound:
        return None
    return Comparison(known.key, word, tuple(sound) if word == "in" else sound[0], unsure)


def _several(table: Table, key: str, known: Fact) -> list[Value | None]:
    return [table.evidence(key, known, one) for one in table.get(key, list) or []]


def _check(
    found: list[Policy],
    others: set[str],
    parameters: Mapping[str, Parameter],
    mistakes: list[Text],
) -> None:
    """Names: each policy once, and every name that is used known."""
    ids = [policy.id for policy in found]
    twice = sorted({name for name in ids if ids.count(name) > 1 or name in others})
    mistakes += [_("the policy {name:q} is there twice", name=name) for name in twice]
    numbers = {key for key, one in evidence_registry().items() if one.kind == "number"}
    for policy in found:
        known = numbers | parameters.keys() | others | set(ids)
        mistakes += [
            _("{policy}: nothing is called {name:q}", policy=policy.id, name=name)
            for name in sorted(policy.names - known)
        ]
        mistakes += [
            _("{policy}: there is no policy {name:q}", policy=policy.id, name=name)
            for name in sorted((policy.asked | set(policy.instead_of)) - others - set(ids))
        ]
    _refuse_circles(found, mistakes)


def _refuse_circles(found: list[Policy], mistakes: list[Text]) -> None:
    needs = {p.id: (p.names | p.asked) & {q.id for q in found} for p in found}
    while free := [name for name, wanted in needs.items() if not wanted & needs.keys()]:
        for name in free:
            del needs[name]
    if needs:
        names = ", ".join(needs)
        mistakes.append(_("these policies wait for each other: {names}", names=names))
