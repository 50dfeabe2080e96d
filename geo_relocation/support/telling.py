"""An estimate as codes and figures for machines, and as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo_relocation.messages import Language, Text, _, joined
from geo_relocation.model.enums import Words
from geo_relocation.model.money import SupportOutcome, SupportStatus
from geo_relocation.support.catalogue import Catalogue
from geo_relocation.support.estimate import Estimate, Figure, Item
from geo_relocation.support.facts import evidence_registry
from geo_relocation.support.formulas import as_decimal
from geo_relocation.support.parameters import Parameters
from geo_relocation.support.policy import UNSURE
from geo_relocation.words import say

_SUMS = ("year", "payer", "city", "status", "policy")


def totals(found: Estimate) -> dict[str, Any]:
    """Sums of an estimate, in đồng."""
    by = {f"by_{name}": found.sums(name) for name in _SUMS}
    return {
        "total_vnd": found.total,
        "employers_vnd": found.employers,
        **by,
        "by_year_and_payer": found.by_year_and_payer(),
    }


def item_row(item: Item, language: Language) -> dict[str, Any]:
    """An item as codes, figures, and words in a language."""
    policy = item.policy
    return {
        "site_id": item.firm.site_id,
        "policy": policy.id,
        "item": policy.label(language),
        "kind": policy.kind.value,
        "outcome": item.outcome.value,
        "amount_vnd": item.amount,
        "ceiling": item.ceiling,
        "year": item.firm.year,
        "as_of": item.firm.day.isoformat(),
        "city": item.firm.city,
        "payer": item.payer.value,
        "payer_source": policy.payer_source.say(language) or None,
        "jurisdiction": policy.jurisdiction or None,
        "status": policy.status.value,
        "formula": item.formula.text if item.formula else None,
        "arithmetic": item.arithmetic(language) or None,
        "figures": {one.name: _figure_row(one, language) for one in item.figures},
        "lacking": list(item.lacking),
        "reason": say(item.reason, language) or None,
        "ground": policy.ground,
        "valid_from": policy.valid_from and policy.valid_from.isoformat(),
        "valid_to": policy.valid_to and policy.valid_to.isoformat(),
        "source": policy.source,
        "certainty": policy.certainty,
    }


def _figure_row(figure: Figure, language: Language) -> dict[str, Any]:
    number = as_decimal(figure.value)
    whole = number == number.to_integral_value()
    return {
        "value": int(number) if whole else float(number),
        "source": say(figure.source, language) or None,
    }


def lacking_rows(found: Estimate, known: Catalogue, language: Language) -> list[dict[str, Any]]:
    """What could not be computed, for how many firms, most firms first."""
    return [
        {
            "policy": policy,
            "item": known.policies[policy].label(language),
            "lacking": list(lacking),
            "without": say(without(lacking, reason, known), language),
            "sites": count,
        }
        for (policy, lacking, reason), count in found.not_computed().items()
    ]


def without(lacking: tuple[str, ...], reason: Text, known: Catalogue) -> Text:
    """Why something cannot be computed."""
    if not lacking:
        return reason
    names = [named(name, known) for name in lacking]
    return _("cannot be computed without: {names}", names=names)


def named(name: str, known: Catalogue) -> object:
    """What a figure is called: evidence, parameter or policy; says itself."""
    return (
        evidence_registry().get(name) or known.parameters.get(name) or known.policies.get(name)
    ) or name


def parameter_rows(parameters: Parameters, language: Language) -> list[dict[str, Any]]:
    """Parameters and assumptions that a user gave, with their sources."""
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "title": one.parameter.label(language),
            "value": one.value if isinstance(one.value, str) else _plain(one.value),
            "by_city": {city: _plain(value) for city, value in one.by_city.items()},
            "source": one.source,
        }
        for name, one in parameters.given.items()
    ]
    rows += [
        {
            "name": key,
            "title": evidence_registry()[key].label(language),
            "value": str(one.value),
            "by_city": {},
            "source": one.source,
            "assumed": True,
        }
        for key, one in parameters.assumed.items()
    ]
    return rows


def _plain(value: Any) -> float | int | None:
    if value is None:
        return None
    number = as_decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def form(known: Catalogue, language: Language) -> str:
    """A file of parameters to fill in, with what holds where a value is left out."""
    lines = [say(_("# Remove the # before what you know; every value needs its source."), language)]
    for name, one in known.parameters.items():
        lines += ["", f"# {one.label(language)}"]
        who = one.who_sets.say(language)
        if who:
            lines.append("# " + say(_("set by: {who}", who=who), language))
        if one.value is not None:
            held = one.value if isinstance(one.value, str) else as_decimal(one.value)
            told = _("otherwise {value}: {source}", value=held, source=one.source)
            lines.append("# " + say(told, language))
        if one.choices:
            lines.append("# " + say(_("one of: {known}", known=", ".join(one.choices)), language))
        sample = '"…"' if one.choices else "0"
        lines += [f"# [parameter.{name}]", f"# value = {sample}", '# source = "…"']
    return "\n".join(lines)


def page(found: Estimate, known: Catalogue, name: str, language: Language) -> str:
    """An estimate of one firm in words: every item with its arithmetic, or with its reason."""
    lines: list[Text] = []
    for firm in dict.fromkeys(item.firm.site_id for item in found.items):
        day = next(item.firm.day for item in found.items if item.firm.site_id == firm)
        lines.append(_("Support for {name} ({site}), as of {day:d}", name=name, site=firm, day=day))
    for outcome in SupportOutcome:
        of_it = [item for item in found.items if item.outcome is outcome]
        if of_it:
            lines += ["", outcome.label(language)]
            lines += [line for item in of_it for line in _told(item, known)]
    lines += ["", _("Total: {total:n} đ", total=found.total)]
    for status, amount in found.sums("status").items():
        words = SupportStatus.of(status)
        lines.append(_("  of it {status}: {amount:n} đ", status=words, amount=amount))
    if found.employers:
        paid = found.employers
        lines.append(_("Beside it the employer pays: {amount:n} đ", amount=paid))
    return "\n".join(say(line, language) for line in lines)


def _told(item: Item, known: Catalogue) -> Iterator[Text]:
    """Lines about an item."""
    policy = item.policy
    head = _("{id}  {name}", id=policy.id, name=policy)
    if item.outcome is SupportOutcome.COMPUTED:
        yield _("  {head}: {amount:n} đ", head=head, amount=item.amount)
        yield _("      = {arithmetic}", arithmetic=Arithmetic(item))
        for figure in item.figures:
            source = _(" [{source}]", source=figure.source) if figure.source else ""
            number = as_decimal(figure.value)
            yield _(
                "      {what}: {value:n}{source}", what=figure.words, value=number, source=source
            )
        if item.ceiling:
            yield _("      the most that the law allows: the level has not been set")
    elif item.outcome is SupportOutcome.NOT_COMPUTED:
        yield _("  {head}: {why}", head=head, why=without(item.lacking, item.reason, known))
    else:
        why = joined(("·", item.reason)) if item.reason else ""
        yield joined((" ", head, why))
    if item.outcome is not SupportOutcome.NOT_APPLICABLE:
        yield _(
            "      {payer} · {ground} · {status}",
            payer=item.payer,
            ground=policy.ground,
            status=policy.status,
        )
        if UNSURE in policy.certainty:
            note = Spoken(policy.note)
            yield _("      not all of it was checked {mark}: {note}", mark=UNSURE, note=note)


class Spoken:
    """Words of a policy, which say themselves in a language.

    Parameters
    ----------
    words
        In both languages.
    """

    def __init__(self, words: Words) -> None:
        self._words = words

    def label(self, language: Language = "vi") -> str:
        """The words in the language."""
        return self._words.say(language)


class Arithmetic:
    """The arithmetic of an item, which says itself in a language.

    Parameters
    ----------
    item
        One that was computed.
    """

    def __init__(self, item: Item) -> None:
        self._item = item

    def label(self, language: Language = "vi") -> str:
        """The formula with its figures."""
        return self._item.arithmetic(language)
