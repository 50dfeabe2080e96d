r"""The matching problem as arrays: firms, parks, the links between them, and why others fell.

A *link* joins a firm with a park it may go to, over an interval of phases. The cost of a
choice is the link's cost plus the cost of the phase, in kilometre-equivalents:

.. math:: \min \sum_{l,t} (c_l + d_t) x_{lt}

subject to one choice per firm at most, and for every park p and phase t
:math:`\sum_{l \in p, s \le t} a_l x_{ls} \le A_{pt}` for the land, the same for wastewater,
and the quotas of each year over all parks. Before the cost, the priority weight of the firms
left out is minimal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import Flag, FloatArray, IntArray, Mask, TextArray
from geo_relocation.matching.budget import Funds
from geo_relocation.matching.groups import Group
from geo_relocation.matching.scope_words import Scope
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.term import Ground
from geo_relocation.matching.terms import TERMS
from geo_relocation.messages import Message


@dataclass(frozen=True)
class Note:
    """Something assumed, cut or noticed while the problem was built.

    Attributes
    ----------
    code
        Stable word.
    message
        In words, with the numbers; it may be stored.
    count
        How many firms, parks or pairs it concerns.
    """

    code: str
    message: Message
    count: int = 1


@dataclass(frozen=True)
class Firms:
    """Firms to be placed, one entry each, in the order of their ids.

    Attributes
    ----------
    site_id, name
        Key and name.
    xy
        Where they stand, metres, shape (firms, 2); NaN where not known.
    land_m2, exact_land
        Land needed in the park: as floats, and as it was stated (`stated.fractions`); 0 and
        None where it is not known.
    wastewater
        Wastewater, m³ a day; 0 where not known.
    division
        VSIC division, None where not known.
    severity
        Pollution-risk severity, 0 to 3; 0 where not known.
    weight, exact_weight
        Priority weight: what leaving the firm out counts; as floats and as it was stated.
    compulsory
        Whether the assessment compels the move.
    earliest, latest
        First and last year in which the firm may move.
    barrier
        A `FirmBarrier` value: why it cannot be placed at all, or ``none``.
    locked
        Whether a lock demands that it is placed.
    """

    site_id: TextArray
    name: TextArray
    xy: FloatArray
    land_m2: FloatArray
    exact_land: TextArray
    wastewater: FloatArray
    division: TextArray
    severity: IntArray
    weight: FloatArray
    exact_weight: TextArray
    compulsory: Mask
    earliest: IntArray
    latest: IntArray
    barrier: TextArray
    locked: Mask

    def __len__(self) -> int:
        """How many firms."""
        return len(self.site_id)


@dataclass(frozen=True)
class Parks:
    """All parks, receiving or not.

    Attributes
    ----------
    park_id, name
        Key and name.
    xy
        The gate, metres, shape (parks, 2).
    barrier
        A `ParkBarrier` value: why the park takes nobody, or ``none``.
    opens
        First year in which firms can move in.
    land_m2, exact_land
        Land that can be given from the first day to the end of each phase, (parks, phases): as
        floats, and as it was stated.
    land_basis
        What the land was taken from: free, leasable, share, scenario, or empty.
    wastewater
        Wastewater capacity left, m³ a day; infinite where not known or not limited.
    rent
        USD/m²; the median of the known rents where not known.
    south
        Whether the park stands in the part of the scheme that firms leave.
    """

    park_id: TextArray
    name: TextArray
    xy: FloatArray
    barrier: TextArray
    opens: IntArray
    land_m2: FloatArray
    exact_land: TextArray
    land_basis: TextArray
    wastewater: FloatArray
    rent: FloatArray
    south: Flag

    def __len__(self) -> int:
        """How many parks."""
        return len(self.park_id)


@dataclass(frozen=True)
class Links:
    """Firm and park pairs that are allowed, sorted by firm.

    Attributes
    ----------
    firm, park
        Positions in `Firms` and `Parks`.
    first, last
        Positions of the first and last phase the firm may move in.
    distance_km
        Way from the old site to the gate.
    terms
        Cost terms that do not depend on the phase, km-equivalents, by name.
    """

    firm: IntArray
    park: IntArray
    first: IntArray
    last: IntArray
    distance_km: FloatArray
    terms: dict[str, FloatArray]

    @property
    def cost(self) -> FloatArray:
        """Sum of the terms, without the phase."""
        return self.cost_of(slice(None))

    def cost_of(self, some: slice | IntArray) -> FloatArray:
        """Sum of the terms of some links, without the phase."""
        parts = [values[some] for values in self.terms.values()]
        total: FloatArray = np.sum(parts, axis=0, dtype=np.float64)
        return total

    def __len__(self) -> int:
        """How many links."""
        return len(self.firm)


@dataclass(frozen=True)
class Choices:
    """Who goes where and when, by position.

    Attributes
    ----------
    link
        Link of each firm, -1 where it is left out.
    phase
        Position of the phase of each firm; 0 where it is left out.
    """

    link: IntArray
    phase: IntArray

    @property
    def placed(self) -> IntArray:
        """Positions of the firms that are placed."""
        return np.flatnonzero(self.link >= 0)


@dataclass(frozen=True)
class Frames:
    """The frames a problem was built from, for the verifier and the explanations.

    Attributes
    ----------
    sites
        Those in scope, in the order of the firms.
    findings, parks, lots, decisions, approved, homes, roads, events, admin_units, crosswalk
        The layers as they were given; parks in the order of their ids.
    register
        All sites, in scope or not, as they were given.
    south
        Codes or names of the districts that firms leave, as the scheme has them.
    support
        What the firms cost (`budget.SUPPORT_COLUMNS`); None where no budget is asked.
    """

    sites: pd.DataFrame
    findings: pd.DataFrame | None
    parks: pd.DataFrame
    lots: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    approved: pd.DataFrame | None = None
    homes: pd.DataFrame | None = None
    roads: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    admin_units: pd.DataFrame | None = None
    crosswalk: pd.DataFrame | None = None
    register: pd.DataFrame | None = None
    south: tuple[str, ...] = ()
    support: pd.DataFrame | None = None


@dataclass(frozen=True)
class Problem:
    """A matching problem.

    Attributes
    ----------
    specification
        What was asked, with everything that was left to what holds now written out.
    phases, firms, parks, links
        Calendar years; see the classes.
    distance_km
        From every firm to every park, also where the pair is not allowed; (firms, parks).
    rules
        Every rule that forbids a firm in a park, one bit each (`reasons.bit`); 0 where allowed.
    phase_terms
        Cost terms that depend on the phase alone, km-equivalents, by name.
    notes
        What was assumed or noticed.
    frames
        What it was built from.
    funds
        What firms take of the support budgets.
    scope
        Who is in scope, and why.
    groups
        The rules on groups of firms, and whom they mean.
    """

    specification: MatchSpecification
    phases: tuple[int, ...]
    firms: Firms
    parks: Parks
    links: Links
    distance_km: FloatArray
    rules: NDArray[np.uint32]
    phase_terms: dict[str, FloatArray]
    frames: Frames
    funds: Funds
    notes: tuple[Note, ...] = field(default=())
    scope: Scope = field(default=Scope())
    groups: tuple[Group, ...] = field(default=())

    @cached_property
    def phase_cost(self) -> FloatArray:
        """Cost of each phase, km-equivalents."""
        total: FloatArray = np.sum(list(self.phase_terms.values()), axis=0, dtype=np.float64)
        return np.round(total, 3)

    @property
    def ground(self) -> Ground:
        """What the terms of the cost are counted on."""
        return Ground(
            self.firms, self.parks, self.links, self.frames, self.specification, self.groups
        )

    def terms_of(self, link: int, phase: int) -> dict[str, float]:
        """Cost terms of a choice, km-equivalents, in their order."""
        found = {name: float(values[link]) for name, values in self.links.terms.items()}
        for name, values in self.phase_terms.items():
            found[name] = found.get(name, 0.0) + float(values[phase])
        return {term.name: round(found[term.name], 3) for term in TERMS}

    def terms_of_all(self, link: IntArray, phase: IntArray) -> dict[str, FloatArray]:
        """Cost terms of many choices, km-equivalents, in their order."""
        found = {}
        for term in TERMS:
            value = np.zeros(len(link))
            if term.name in self.links.terms:
                value = value + self.links.terms[term.name][link]
            if term.name in self.phase_terms:
                value = value + self.phase_terms[term.name][phase]
            found[term.name] = np.round(value, 3)
        return found

    @cached_property
    def barriers(self) -> NDArray[np.uint8]:
        """Number of the first rule against every firm and park (`rules.rule_of`), 0 for none."""
        first = self.rules & (~self.rules + np.uint32(1))
        place = np.bitwise_count(first - np.uint32(1))
        return np.where(first == 0, 0, place).astype(np.uint8)

    def assignment(self, choices: Choices) -> pd.DataFrame:
        """A plan as a frame of `site_id`, `park_id`, `phase`; only the firms placed."""
        placed = choices.placed
        park = self.links.park[choices.link[placed]]
        years = np.asarray(self.phases)
        return pd.DataFrame(
            {
                "site_id": pd.array(self.firms.site_id[placed], dtype="str"),
                "park_id": pd.array(self.parks.park_id[park], dtype="str"),
                "phase": pd.array(years[choices.phase[placed]], dtype="Int64"),
            }
        )

    def choices(self, assignment: pd.DataFrame) -> Choices:
        """The link and phase of each firm in a plan; what the problem does not allow is -1."""
        link = np.full(len(self.firms), -1, dtype=np.int64)
        phase = np.zeros(len(self.firms), dtype=np.int64)
        firm_of = {site: i for i, site in enumerate(self.firms.site_id)}
        park_of = {park: i for i, park in enumerate(self.parks.park_id)}
        year_of = {year: i for i, year in enumerate(self.phases)}
        pairs = zip(self.links.firm, self.links.park, strict=True)
        pair_of = {pair: number for number, pair in enumerate(pairs)}
        for site, park, year in zip(
            assignment["site_id"], assignment["park_id"], assignment["phase"], strict=True
        ):
            firm = firm_of.get(site, -1)
            found = pair_of.get((firm, park_of.get(park, -1)), -1)
            step = year_of.get(int(year), -1) if not pd.isna(year) else -1
            if found >= 0 and self.links.first[found] <= step <= self.links.last[found]:
                link[firm], phase[firm] = found, step
        return Choices(link, phase)

    def with_specification(self, **parts: object) -> Problem:
        """The same arrays under a specification with some parts replaced."""
        return replace(self, specification=self.specification.model_copy(update=parts))
