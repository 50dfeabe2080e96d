"""What each firm gets: every policy with its amount, or why it does not apply or is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from geo_relocation.messages import Language, Text, _
from geo_relocation.model.money import Payer, SupportKind, SupportOutcome
from geo_relocation.support.catalogue import Catalogue
from geo_relocation.support.conditions import Answer
from geo_relocation.support.facts import Fact, Firm, evidence_registry
from geo_relocation.support.formulas import Formula, to_dong
from geo_relocation.support.parameters import NONE_GIVEN, Parameters
from geo_relocation.support.policy import Parameter, Policy
from geo_relocation.words import style

COUNTED = (SupportKind.SUPPORT, SupportKind.SET_OFF)
"""Kinds of item that a total adds up; what an employer pays is told apart."""


@dataclass(frozen=True)
class Figure:
    """A figure of an item.

    Attributes
    ----------
    name
        Of evidence, a parameter or a policy.
    words
        What it is; says itself.
    value
        Its value.
    source
        Where a parameter or an assumption has it from; empty for the register's own.
    """

    name: str
    words: Fact | Parameter | Policy
    value: Fraction
    source: Text = ""


@dataclass(frozen=True)
class Item:
    """One policy for one firm.

    Attributes
    ----------
    firm, policy, payer
        For whom, which, and who pays.
    outcome
        What came of it.
    amount
        In đồng; None where it could not be computed, or is not in money.
    reason
        Why it does not apply, or cannot be computed; empty for what is computed.
    lacking
        Names of evidence and parameters without which it cannot be computed.
    formula, figures
        The arithmetic.
    bound
        The bound that cut the amount; None: none did.
    ceiling
        Whether the amount is the most that the law allows, its level not being set.
    """

    firm: Firm
    policy: Policy
    payer: Payer
    outcome: SupportOutcome
    amount: int | None = None
    reason: Text = ""
    lacking: tuple[str, ...] = ()
    formula: Formula | None = None
    figures: tuple[Figure, ...] = ()
    bound: Formula | None = None
    ceiling: bool = False

    @property
    def counted(self) -> int:
        """Đồng that a total adds up."""
        return self.amount or 0 if self.policy.kind in COUNTED else 0

    def arithmetic(self, language: Language) -> str:
        """The formula with its figures, as a reader of the language writes it; empty for none."""
        if self.formula is None or self.amount is None:
            return ""
        ours = style(language)
        figures = {one.name: one.value for one in self.figures}
        told = self.formula.written(figures, ours)
        if self.bound is not None:
            told += " → " + self.bound.written(figures, ours)
        return f"{told} = {ours.number(self.amount)} đ"


@dataclass(frozen=True)
class Estimate:
    """Items of some firms, and their sums.

    Attributes
    ----------
    items
        Firm by firm, in the order of the policies.
    parameters
        With which they were worked out.
    """

    items: tuple[Item, ...]
    parameters: Parameters = field(default_factory=Parameters)

    @property
    def total(self) -> int:
        """Đồng of all items that count."""
        return sum(item.counted for item in self.items)

    @property
    def employers(self) -> int:
        """Đồng that employers pay."""
        paid = (i.amount or 0 for i in self.items if i.policy.kind is SupportKind.EMPLOYER)
        return sum(paid)

    def sums(self, by: str) -> dict[str, int]:
        """Đồng that count, by `year`, `payer`, `city`, `status` or `policy`."""
        found: Counter[str] = Counter()
        for item in self.items:
            if item.counted:
                found[_GROUPED[by](item)] += item.counted
        return dict(sorted(found.items()))

    def by_year_and_payer(self) -> dict[str, dict[str, int]]:
        """Đồng that count, by year and within it by payer."""
        found: dict[str, Counter[str]] = {}
        for item in self.items:
            if item.counted:
                found.setdefault(str(item.firm.year), Counter())[item.payer.value] += item.counted
        return {year: dict(sorted(paid.items())) for year, paid in sorted(found.items())}

    def not_computed(self) -> dict[tuple[str, tuple[str, ...], Text], int]:
        """What could not be computed: policy, what is lacking, why → number of firms."""
        found: Counter[tuple[str, tuple[str, ...], Text]] = Counter()
        for item in self.items:
            if item.outcome is SupportOutcome.NOT_COMPUTED:
                found[item.policy.id, item.lacking, item.reason] += 1
        return dict(found.most_common())


UNKNOWN_CITY = "unknown"
_GROUPED: Mapping[str, Callable[[Item], str]] = {
    "year": lambda item: str(item.firm.year),
    "payer": lambda item: item.payer.value,
    "city": lambda item: item.firm.city or UNKNOWN_CITY,
    "status": lambda item: item.policy.status.value,
    "policy": lambda item: item.policy.id,
}


def estimate(
    firms: Iterable[Firm],
    known: Catalogue,
    parameters: Parameters = NONE_GIVEN,
) -> Estimate:
    """Work out every policy for every firm, exactly, in đồng.

    Parameters
    ----------
    firms
        See `gather_firms`.
    known
        The policies, and which of them are chosen.
    parameters
        What the formulas name and somebody sets.

    Returns
    -------
    Estimate
        An item for each firm and chosen policy, but for those that are for information only.
    """
    reckoning = _Reckoning(known, parameters)
    return Estimate(tuple(item for firm in firms for item in reckoning.items(firm)), parameters)


class _Unknown(Exception):  # noqa: N818 - no error: the answer that something is not known
    def __init__(self, lacking: tuple[str, ...], reason: Text = "") -> None:
        self.lacking = lacking
        self.reason = reason
        super().__init__(lacking)


class _Reckoning:
    """Works out items, each once for a firm."""

    def __init__(self, known: Catalogue, parameters: Parameters) -> None:
        self._policies = known.policies
        self._declared = known.parameters
        self._shown = [one for one in known.worked_out if one.kind is not SupportKind.INFORMATION]
        self._parameters = parameters
        self._done: dict[str, Item] = {}

    def items(self, firm: Firm) -> list[Item]:
        """All items of a firm."""
        self._done = {}
        return [self._item(policy, firm) for policy in self._shown]

    def _item(self, policy: Policy, firm: Firm) -> Item:
        if policy.id not in self._done:
            self._done[policy.id] = self._worked_out(policy, firm)
        return self._done[policy.id]

    def _answer(self, name: str, firm: Firm) -> Answer:
        """Whether a policy applies."""
        policy = self._policies[name]
        if not policy.in_force(firm.day):
            return Answer(holds=False, because=_not_in_force(policy, firm))
        return Answer(holds=True) if policy.when is None else policy.when.ask(firm, self._answer)

    def _worked_out(self, policy: Policy, firm: Firm) -> Item:
        payer = self._parameters.payers.get(policy.id, policy.payer)
        answer = self._answer(policy.id, firm)
        formula: Formula | None = None
        if answer.holds and policy.cases:
            for case in policy.cases:
                formula = case.amount
                answer = (
                    Answer(holds=True) if case.when is None else case.when.ask(firm, self._answer)
                )
                if answer.holds is not False:
                    break
        if answer.holds is False:
            outcome = SupportOutcome.NOT_APPLICABLE
            return Item(firm, policy, payer, outcome, reason=answer.because)
        unknown = SupportOutcome.NOT_COMPUTED
        if answer.holds is None:
            return Item(firm, policy, payer, unknown, reason=answer.because, lacking=answer.lacking)
        if formula is not None:
            try:
                return self._amount(policy, firm, payer, formula)
            except _Unknown as found:
                return Item(
                    firm, policy, payer, unknown, reason=found.reason, lacking=found.lacking
                )
        if policy.kind is SupportKind.IN_KIND:
            return Item(firm, policy, payer, SupportOutcome.IN_KIND)
        none = _("the source states no amount")
        return Item(firm, policy, payer, unknown, reason=none)

    def _amount(self, policy: Policy, firm: Firm, payer: Payer, formula: Formula) -> Item:
        bounds = [one for one in (policy.at_least, policy.at_most) if one is not None]
        names = dict.fromkeys(name for one in (formula, *bounds) for name in one.names)
        figures = self._figures(list(names), firm)
        values = {one.name: one.value for one in figures}
        bound = None
        try:
            amount = formula.value(values)
            if policy.at_least is not None and (least := policy.at_least.value(values)) > amount:
                amount, bound = least, policy.at_least
            if policy.at_most is not None and (most := policy.at_most.value(values)) < amount:
                amount, bound = most, policy.at_most
        except ZeroDivisionError as error:
            raise _Unknown((), _("a divisor of the formula is 0")) from error
        if amount < 0 and policy.kind is not SupportKind.SET_OFF:
            told = _("the result is below 0, for which the law does not say")
            raise _Unknown((), told)
        ceiling = any(self._is_ceiling(one.name) for one in figures)
        return Item(
            firm, policy, payer, SupportOutcome.COMPUTED, to_dong(amount),
            formula=formula, figures=tuple(figures), bound=bound, ceiling=ceiling,
        )  # fmt: skip

    def _is_ceiling(self, name: str) -> bool:
        known = self._declared.get(name)
        return known is not None and known.ceiling and name not in self._parameters.given

    def _figures(self, names: Sequence[str], firm: Firm) -> list[Figure]:
        """The figures of a formula; raises where one of them is not known."""
        found: list[Figure] = []
        lacking: dict[str, None] = {}
        for name in names:
            figure, without = self._figure(name, firm)
            if figure is not None:
                found.append(figure)
            lacking |= dict.fromkeys(without)
        if lacking:
            raise _Unknown(tuple(lacking))
        return found

    def _figure(self, name: str, firm: Firm) -> tuple[Figure | None, tuple[str, ...]]:
        if name in self._policies:
            item = self._item(self._policies[name], firm)
            if item.outcome is SupportOutcome.NOT_COMPUTED:
                return None, item.lacking or (name,)
            return Figure(name, item.policy, Fraction(item.amount or 0)), ()
        if name in self._declared:
            return self._parameter(self._declared[name], firm)
        known = evidence_registry()[name]
        value = firm.values.get(name)
        if not isinstance(value, Fraction):
            return None, firm.lacking(name)
        source = self._parameters.assumed[name].source if name in firm.assumed else ""
        return Figure(name, known, value, source), ()

    def _parameter(self, known: Parameter, firm: Firm) -> tuple[Figure | None, tuple[str, ...]]:
        given = self._parameters.given.get(known.name)
        if given is None:
            value, source = known.value, known.source
        else:
            value, source = given.at(firm.city, firm.day), given.source
        if value is None:
            return None, (known.name,)
        if isinstance(value, str):
            figure, without = self._figure(value, firm)
            return None if figure is None else Figure(
                known.name, known, figure.value, source
            ), without
        return Figure(known.name, known, value, source), ()


def _not_in_force(policy: Policy, firm: Firm) -> Text:
    if policy.valid_from is not None and firm.day < policy.valid_from:
        return _(
            "on {day:d} not in force yet: from {since:d}", day=firm.day, since=policy.valid_from
        )
    return _("on {day:d} no longer in force: until {until:d}", day=firm.day, until=policy.valid_to)
