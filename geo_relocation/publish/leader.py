"""What the leader's page says: question, answer, figures, money, what is sure, what is assumed.

Sentences for somebody who decides and has one minute: no name of a field, no code, no hash.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from geo_relocation.messages import Language, Message, Text, _, joined, ngettext
from geo_relocation.model.money import Payer
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import recalled
from geo_relocation.publish.content import Content
from geo_relocation.publish.leader_picture import PlanPicture, plan_picture
from geo_relocation.standing.days import said_day
from geo_relocation.words import say, style

MOST_LINES = 5
"""Lines of each list on the page; what is more is counted."""

_MOST_YEARS = 6
_MOST_LETTERS, _TITLE, _NAME = 260, 130, 26
_BILLION = 1e9

_ASSUMED = tuple(
    f"matching.{name}"
    for name in (
        "straight-line", "unreachable-straight", "land-factor", "land-assumed",
        "land-from-outline", "opening-from", "opening-never", "assumed-free-share",
        "receives-assumed", "south-assumed", "wastewater-unlimited", "wastewater-unknown",
        "rent-assumed", "env-level-unknown", "perhaps-in-park", "homes-unknown",
        "not-decided", "batch-years-unknown",
    )
)  # fmt: skip
"""Notes of a plan that state an assumption in words for everybody, the weightiest first."""


@dataclass(frozen=True)
class Money:
    """Support of the firms that a plan places, in đồng.

    Attributes
    ----------
    by_payer
        What each payer pays, as far as it can be computed.
    unknown
        Firms for which some support cannot be computed.
    not_in_force
        Part of the sum that rests on policies that are proposed, drafts or the like.
    """

    by_payer: Mapping[Payer, int] = field(default_factory=dict)
    unknown: int = 0
    not_in_force: int = 0

    @property
    def total(self) -> int:
        """Đồng of all payers."""
        return sum(self.by_payer.values())


@dataclass(frozen=True)
class LeaderPage:
    """The page, in words of one language.

    Attributes
    ----------
    title, subtitle
        Heading, and the line under it.
    question, answer
        One short paragraph each.
    figures
        Value and what it counts, for the row of large figures.
    years, payers, parks
        Title, and lines of name and value.
    picture
        Content of a PNG file.
    sure, assumed
        Title and sentences.
    warning
        What makes the whole page doubtful, such as data that is not real; empty for nothing.
    language
        Of all of it.
    """

    title: str
    subtitle: str
    question: tuple[str, str]
    answer: tuple[str, str]
    figures: tuple[tuple[str, str], ...]
    years: Lines
    payers: Lines
    parks: Lines
    picture: bytes
    caption: str
    sure: Sentences
    assumed: Sentences
    warning: str
    language: Language


@dataclass(frozen=True)
class Lines:
    """A small table: its title, and a name and a value in each line."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sentences:
    """A list of sentences under a title."""

    title: str
    texts: tuple[str, ...]


def leader_page(content: Content, money: Money | None, *, doubts: Sequence[str] = ()) -> LeaderPage:
    """What the page says of the plan of some content.

    Parameters
    ----------
    content
        With a plan.
    money
        Support of its firms; None where nobody worked it out.
    doubts
        Sentences on what makes the plan doubtful, such as data that has changed since.
    """
    language = content.language
    plan = content.plan
    drawn = plan_picture(content)
    placed, left, _hectares = _sums(content)
    made = said_day(plan["created_at"], language) if "created_at" in plan else ""
    sure, assumed = _sure(content), _assumed(content, money, doubts)

    def words(text: Text) -> str:
        return say(text, language)

    return LeaderPage(
        title=_cut(str(plan.get("title", "")), _TITLE),
        subtitle=words(_("{scheme} · plan of {day}", scheme=content.title, day=made)),
        question=(words(_("Question")), _cut(words(_question(content, placed + left)))),
        answer=(words(_("Answer")), words(_answer(content))),
        figures=tuple((words(value), words(name)) for value, name in _figures(content, money)),
        years=Lines(words(_("By year")), _said(_years(content), language)),
        payers=Lines(words(_("Support by payer")), _said(_payers(money, language), language)),
        parks=Lines(words(_("Parks that take most")), _said(_parks(drawn), language)),
        picture=drawn.png,
        caption=words(
            _(
                "Lines lead from each firm to its park; numbers are those of the list. "
                "Dark red: firms without a place."
            )
        ),
        sure=Sentences(words(_("What is sure")), _listed(sure, language)),
        assumed=Sentences(words(_("What is assumed")), _listed(assumed, language)),
        warning=content.data_note,
        language=language,
    )


def _cut(text: str, most: int = _MOST_LETTERS) -> str:
    """A text of somebody's own, which may be long, at a length that the page has room for."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _said(rows: list[tuple[Text, Text]], language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((say(name, language), say(value, language)) for name, value in rows)


def _listed(sentences: list[Text], language: Language) -> tuple[str, ...]:
    """The first sentences; how many more there are is said in the last."""
    if len(sentences) > MOST_LINES:
        more = len(sentences) - MOST_LINES + 1
        rest = ngettext(
            "{count:n} more point: see the report.",
            "{count:n} more points: see the report.",
            more,
        )
        sentences = [*sentences[: MOST_LINES - 1], rest]
    return tuple(_cut(say(one, language)) for one in sentences)


def _sums(content: Content) -> tuple[int, int, float]:
    """Firms placed, firms left out, hectares of the first."""
    plan = content.frame("assignments")
    placed = plan[plan["park_id"].notna()]
    return len(placed), len(plan) - len(placed), float(placed["land_m2"].sum()) / 1e4


def _question(content: Content, firms: int) -> Text:
    """Who is to be placed, in which years: as the plan's own scope says it."""
    ask = ngettext(
        "Where can {count:n} firm go, and when?", "Where can {count:n} firms go, and when?", firms
    )
    return joined([ask, content.plan_scope]) if content.plan_scope else ask


def _answer(content: Content) -> Text:
    placed, left, hectares = _sums(content)
    plan = content.frame("assignments")
    given = plan[plan["park_id"].notna()]
    told: list[Text] = [
        ngettext(
            "{count:n} of {all:n} firms has a place, in {parks:n} parks, on {ha:n1} ha.",
            "{count:n} of {all:n} firms have a place, in {parks:n} parks, on {ha:n1} ha.",
            placed,
            all=placed + left,
            parks=int(given["park_id"].nunique()),
            ha=hectares,
        )
    ]
    if placed:
        mean = float(given["distance_km"].mean())
        first, last = int(given["phase"].min()), int(given["phase"].max())
        told.append(
            _(
                "They move in {first}–{last}, on average {km:n1} km away.",
                first=first,
                last=last,
                km=mean,
            )
        )
    if left:
        told.append(ngettext("{count:n} firm has none.", "{count:n} firms have none.", left))
        told += _reasons(plan[plan["park_id"].isna()])
    return joined(told)


def _reasons(left: pd.DataFrame) -> list[Text]:
    """The commonest reasons why firms are left out; a plan may keep codes of an earlier version."""
    known = {one.value: one for one in FirmBarrier}
    counted = Counter(known[code] for code in left["reason_code"].dropna() if code in known)
    why = [
        _("{reason} ({count:n})", reason=reason, count=count)
        for reason, count in counted.most_common(2)
    ]
    return [_("Reasons: {why}.", why=joined(why, between="; "))] if why else []


def _figures(content: Content, money: Money | None) -> list[tuple[Text, Text]]:
    placed, left, hectares = _sums(content)
    years = content.frame("assignments")["phase"].dropna().nunique()
    number = style(content.language).number
    found: list[tuple[Text, Text]] = [
        (number(placed), _("firms placed")),
        (number(left), _("firms without a place")),
        (number(hectares, 1), _("hectares")),
        (number(years), _("years with moves")),
    ]
    if money is None or not money.by_payer:
        return [*found, ("–", _("billion VND: not computed"))]
    return [*found, (number(money.total / _BILLION, 1), _("billion VND of support"))]


def _years(content: Content) -> list[tuple[Text, Text]]:
    plan = content.frame("assignments")
    sums = plan[plan["park_id"].notna()].groupby("phase")["land_m2"].agg(["size", "sum"])
    rows: list[tuple[Text, Text]] = []
    shown = sums if len(sums) <= _MOST_YEARS else sums.head(_MOST_YEARS - 1)
    for year, firms, land in shown.itertuples():
        rows.append((str(int(year)), _firms_on(int(firms), float(land) / 1e4)))
    rest = sums.iloc[len(shown) :]
    if len(rest):
        years = f"{int(rest.index[0])}–{int(rest.index[-1])}"
        rows.append((years, _firms_on(int(rest["size"].sum()), float(rest["sum"].sum()) / 1e4)))
    return rows


def _firms_on(count: int, hectares: float) -> Message:
    return ngettext("{count:n} firm, {ha:n1} ha", "{count:n} firms, {ha:n1} ha", count, ha=hectares)


def _payers(money: Money | None, language: Language) -> list[tuple[Text, Text]]:
    if money is None:
        return [(_("Support has not been worked out."), "")]
    rows: list[tuple[Text, Text]] = [
        (payer.label(language), _("{money:n2} billion", money=dong / _BILLION))
        for payer, dong in sorted(money.by_payer.items(), key=lambda one: -one[1])
    ]
    return rows or [(_("None can be computed from the data there is."), "")]


def _parks(drawn: PlanPicture) -> list[tuple[Text, Text]]:
    rows: list[tuple[Text, Text]] = [
        (f"{rank}. {_cut(str(name), _NAME)}", _firms_on(int(firms), float(hectares)))
        for rank, (name, firms, hectares) in enumerate(
            drawn.parks[["name", "firms", "used_ha"]].itertuples(index=False), start=1
        )
    ]
    if drawn.others:
        more = ngettext("and {count:n} more park", "and {count:n} more parks", drawn.others)
        rows.append((more, ""))
    return rows


def _sure(content: Content) -> list[Text]:
    """What is proven or checked of the plan."""
    plan = content.plan
    told: list[Text] = [
        _("The plan breaks no rule: a checker of its own went over it before it was kept.")
    ]
    left, bound = int(str(plan.get("unplaced", 0))), plan.get("unplaced_bound")
    if bound is not None:
        could = left - int(str(bound))
        told.append(
            ngettext(
                "At most {count:n} more firm could have a place: this is proven.",
                "At most {count:n} more firms could have a place: this is proven.",
                could,
            )
            if could > 0
            else _("No plan under these rules gives more firms a place: this is proven.")
        )
    if gap := float(str(plan.get("gap", 0.0))):
        told.append(
            _(
                "No plan that places as many is cheaper by more than {gap:%} in distance and the "
                "other terms: this is proven.",
                gap=gap,
            )
        )
    elif "gap" in plan:
        told.append(_("No plan that places as many is cheaper: this is proven."))
    told.append(_("No park gets more land than it has free, in any year."))
    return told


def _assumed(content: Content, money: Money | None, doubts: Sequence[str]) -> list[Text]:
    """What the answer hangs on, and who could say it better."""
    stored = json.loads(str(content.plan.get("specification", "{}")))
    scope = stored.get("scope") or {}
    told: list[Text] = []
    if scope and not scope.get("decided", True):
        told.append(_("Nobody has decided yet which firms must move: the list is of screening."))
    told += doubts
    notes = [recalled(one) for one in stored.get("notes", [])[1:]]
    known = {one.code: one for one in notes if isinstance(one, Message)}
    told += [known[code] for code in _ASSUMED if code in known]
    if money is not None and money.not_in_force:
        told.append(
            _(
                "{money:n2} billion VND of the support rest on policies that are not in force.",
                money=money.not_in_force / _BILLION,
            )
        )
    if money is not None and money.unknown:
        told.append(
            ngettext(
                "Support is the least: for {count:n} firm some of it cannot be computed.",
                "Support is the least: for {count:n} firms some of it cannot be computed.",
                money.unknown,
            )
        )
    return told or [_("Nothing beside the data itself.")]
