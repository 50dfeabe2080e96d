"""What a planner asks of a match: who moves, where to, under which limits, at what weights.

Every number that is policy or a guess is a field here, with the default in sight and a place
for its source, so that it reaches the stored plan and the report.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, create_model, model_validator

from geo_relocation.matching.budget import BudgetLimit
from geo_relocation.matching.budget import mistakes as mistakes_of_budget
from geo_relocation.matching.group import GroupRule, Part, Who
from geo_relocation.matching.rules import RULES
from geo_relocation.matching.terms import TERMS
from geo_relocation.messages import Message, _


class LandStep(Part):
    """Land of a park from a year on, in place of what the parks layer says.

    Attributes
    ----------
    park
        Park id.
    ha
        Land that can be given in total, from the first day to the end of the year, hectares.
    from_year
        First calendar year it holds for; None: from the first year of the scenario.
    source
        Where the figure comes from.
    """

    park: str
    ha: float = Field(ge=0)
    from_year: int | None = None
    source: str = ""


class Where(Part):
    """Which parks receive, and how much land they have.

    Attributes
    ----------
    parks
        Parks to consider, by id or name; empty: all that receive.
    exclude_parks
        Parks that take no part, by id or name.
    land
        Land by park and year, overriding the parks layer from that year on.
    opens
        Park → first calendar year in which firms can move in, overriding the parks layer: to
        open it earlier or later.
    assumed_free_share
        Share of a park's area taken as free land where the layer states neither free nor
        leasable land; None: such parks receive nobody, with that reason.
    unknown_opening
        When a park that is not operating and states no opening year can be used: from the
        first year of the scenario, from the last, or never.
    """

    parks: tuple[str, ...] = ()
    exclude_parks: tuple[str, ...] = ()
    land: tuple[LandStep, ...] = ()
    opens: dict[str, int] = Field(default_factory=dict)
    assumed_free_share: float | None = Field(default=None, gt=0, le=1)
    unknown_opening: Literal["first", "last", "never"] = "first"


_LIMITS: dict[str, Any] = {name: given for rule in RULES for name, given in rule.fields.items()}


class Limits(create_model("_OfRules", __base__=Part, **_LIMITS)):  # type: ignore[misc]
    """Limits beyond the land; what a single rule reads alone comes from the entries of `rules/`.

    Attributes
    ----------
    moves_per_year
        Year → most firms that may move in it.
    land_ha_per_year
        Year → most land that may be given in it, hectares.
    budget
        Most support that may be paid to the firms that move in a year, by one payer or by all.
    carry_over
        Whether what one year leaves of its quota or budget may be used in later years.
    deadlines
        Whether the deadlines of the assessment bind.
    batches
        Batch (đợt) of the assessment → first calendar year in which its firms may move. A
        batch that is not named does not bind, which the plan notes. Left out: the years of the
        batches as they were decided, where the scenario leaves out `phases` too; else, and
        where it is empty, none binds.
    """

    moves_per_year: dict[int, int] = Field(default_factory=dict)
    land_ha_per_year: dict[int, float] = Field(default_factory=dict)
    budget: tuple[BudgetLimit, ...] = ()
    carry_over: bool = False
    deadlines: bool = True
    batches: dict[str, int] = Field(default_factory=dict)


class Factors(Part):
    """Factors that stand in for what is not known, each with its source.

    Attributes
    ----------
    land_needed
        Land needed in the park per m² of the present plot, where the site states no need.
    assumed_land_m2
        Land of a site that states none and has no outline; None: it cannot be placed.
    detour
        Road distance per straight-line distance, where no road is known.
    unreachable
        What becomes of a pair that the roads do not join: straight line × detour, or forbidden.
    """

    land_needed: float = Field(default=1.0, gt=0)
    land_needed_source: str = ""
    assumed_land_m2: float | None = Field(default=None, gt=0)
    detour: float = Field(default=1.3, ge=1)
    detour_source: str = ""
    unreachable: Literal["straight-line", "forbid"] = "straight-line"


_FIELDS: dict[str, Any] = {
    term.weight: (float, Field(default=term.default, ge=0, description=term.about))
    for term in TERMS
}


class Weights(create_model("_Prices", __base__=Part, **_FIELDS)):  # type: ignore[misc]
    """Prices in kilometre-equivalents; one kilometre of road from the old site counts 1.

    Its fields come from the entries of `terms/`.
    """


class Lock(Part):
    """A firm that must go where, or when, the planner says.

    Attributes
    ----------
    site
        Site id.
    park
        Park it must go to; None: any.
    phase, earliest, latest
        Calendar year, or the first and last one, in which it must move; None: free.
    """

    site: str
    park: str | None = None
    phase: int | None = None
    earliest: int | None = None
    latest: int | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.park is None and self.phase is None and not (self.earliest or self.latest):
            raise ValueError(_("the lock of {site:q} names no park and no year", site=self.site))
        return self


class Exclusion(Part):
    """What must not be: a firm at all, or a firm in a park.

    Attributes
    ----------
    site
        Site id.
    park
        Park it must not go to; None: the firm is not to be placed at all.
    """

    site: str
    park: str | None = None


class LotRules(Part):
    """Which lots a firm can be given inside its park, where lots are asked for.

    Attributes
    ----------
    most_lots
        Most lots that one firm is given; they are connected.
    shared_border_m
        Border that two lots share at least to lie beside each other, metres. A common corner
        is none.
    gap_m
        Distance up to which two borders are taken for one, metres: drawings are not exact.
    most_left_over
        Land that the lots of a firm may have beyond its need, as a share of the need; None:
        any, as little as possible.
    most_bundles
        Connected sets of lots looked at in one park. Where there are more, those with fewer
        lots come first, and nothing is claimed about the most firms that can have lots.
    """

    most_lots: int = Field(default=4, ge=1, le=8)
    shared_border_m: float = Field(default=3.0, gt=0)
    gap_m: float = Field(default=0.5, ge=0)
    most_left_over: float | None = Field(default=None, ge=0)
    most_bundles: int = Field(default=100_000, ge=1)


class Effort(Part):
    """How long to search.

    Attributes
    ----------
    seed
        Seed of everything random.
    seconds
        Wall-clock limit; None: none.
    work
        Work limit in units that do not depend on the machine; with it the same seed gives
        the same plan everywhere. None: none.
    """

    seed: int = Field(default=1, ge=0)
    seconds: float | None = Field(default=60.0, gt=0)
    work: int | None = Field(default=None, gt=0)


class MatchSpecification(Part):
    """All that a planner decides about a match.

    Attributes
    ----------
    who, where, limits, factors, weights, lots, effort
        See the parts.
    phases
        Calendar years in which firms can move, ascending; empty: the years of the scheme that
        remain.
    locks, exclusions
        Decisions about single firms.
    rules
        Decisions about groups of firms.
    """

    who: Who = Field(default_factory=Who)
    where: Where = Field(default_factory=Where)
    phases: tuple[int, ...] = ()
    limits: Limits = Field(default_factory=Limits)
    factors: Factors = Field(default_factory=Factors)
    weights: Weights = Field(default_factory=Weights)
    lots: LotRules = Field(default_factory=LotRules)
    locks: tuple[Lock, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    rules: tuple[GroupRule, ...] = ()
    effort: Effort = Field(default_factory=Effort)

    def mistakes(self) -> list[Message]:
        """Contradictions between parts, each in one sentence; empty when there are none.

        They are collected rather than raised, so that a scenario file reports them together
        with the mistakes of its single fields.
        """
        found = []
        if list(self.phases) != sorted(set(self.phases)):
            found.append(_("phases: the years must ascend without repetition"))
        years = set(self.phases)
        for name in ("moves_per_year", "land_ha_per_year"):
            quota: dict[int, float] = getattr(self.limits, name)
            outside = [year for year in quota if years and year not in years]
            below = [year for year, value in quota.items() if value < 0]
            found += [_("limits.{name}: {year} is not a phase", name=name, year=y) for y in outside]
            found += [_("limits.{name}: {year} is negative", name=name, year=y) for y in below]
        found += mistakes_of_budget(self.limits.budget, years)
        return found + self._mistakes_of_locks() + self._mistakes_of_parks()

    def _mistakes_of_locks(self) -> list[Message]:
        """Locks that contradict each other, the years or an exclusion."""
        years = set(self.phases)
        locked = [lock.site for lock in self.locks]
        twice = [site for site in sorted({*locked}) if locked.count(site) > 1]
        found = [_("locks: {site:q} is locked twice", site=site) for site in twice]
        for lock in self.locks:
            if lock.phase is not None and years and lock.phase not in years:
                wrong = _(
                    "locks: {site:q} is locked to {year}, not a phase",
                    site=lock.site,
                    year=lock.phase,
                )
                found.append(wrong)
            if lock.earliest and lock.latest and lock.earliest > lock.latest:
                found.append(
                    _("locks: {site:q} has its earliest year after its latest", site=lock.site)
                )
        banned = {(e.site, e.park) for e in self.exclusions}
        found += [
            _("locks: {site:q} is locked and excluded at once", site=lock.site)
            for lock in self.locks
            if (lock.site, None) in banned or (lock.park and (lock.site, lock.park) in banned)
        ]
        return found

    def _mistakes_of_parks(self) -> list[Message]:
        """Parks that are both wanted and not, and land stated twice for one park and year."""
        both = sorted(set(self.where.parks) & set(self.where.exclude_parks))
        found = [_("where: park {park:q} is both named and excluded", park=park) for park in both]
        first = self.phases[0] if self.phases else None
        stated = [(step.park, step.from_year or first) for step in self.where.land]
        for park, year in dict.fromkeys(one for one in stated if stated.count(one) > 1):
            when = _("the first year") if year is None else year
            found.append(
                _(
                    "where.land: the land of park {park:q} from {when} is stated twice",
                    park=park,
                    when=when,
                )
            )
        return found
