"""Thresholds of screening. Every one is stored with the run and shown with its result."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    field_validator,
    model_validator,
)

from geo_relocation.messages import _
from geo_relocation.model.accuracy import ASSUMED_ACCURACY_M, PLACED_UNSEEN
from geo_relocation.model.enums import LocationSource, ZoneCategory

DEFAULT_ORDER = (
    ZoneCategory.RESIDENTIAL,
    ZoneCategory.MIXED,
    ZoneCategory.UNKNOWN,
    ZoneCategory.INDUSTRIAL,
    ZoneCategory.COMMERCIAL,
    ZoneCategory.PUBLIC,
    ZoneCategory.GREEN,
    ZoneCategory.TRANSPORT,
    ZoneCategory.WATER,
    ZoneCategory.AGRICULTURE,
    ZoneCategory.OTHER,
)


class ScreeningParameters(BaseModel):
    """What screening is asked to do.

    Attributes
    ----------
    residential_threshold
        Share of its land in residential zones from which a site is in conflict.
    mixed_is_residential
        Whether zones that mix housing with other uses count as residential.
    plan_basis
        Which zones decide: the planned where there are any and the existing elsewhere, only
        one kind, or both as equals.
    precedence
        Which category keeps land that zones of several categories claim, strongest first.
    conflict_probability, clear_probability
        Probability of conflict from which a site is in conflict, and up to which it may be clear;
        and the same for being in a park.
    clear_share
        Residential share from which a site is no longer clear.
    distance_table
        Id of the table of required distances.
    housing_buffer_m
        One required distance for all sites, metres, in place of the table.
    search_radius_m
        How far housing is looked for, metres.
    unknown_accuracy_m
        Accuracy taken for a point whose accuracy is not recorded, metres.
    source_accuracy_m
        The same by source of the location, for points and outlines (`model.accuracy`).
    zone_cover
        Share of a site that zones must cover for a verdict to be possible.
    samples
        Places tried for a site whose location is uncertain.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    residential_threshold: float = Field(0.5, gt=0, le=1)
    mixed_is_residential: bool = False
    plan_basis: Literal["planned-then-existing", "planned", "existing", "both"] = (
        "planned-then-existing"
    )
    precedence: tuple[ZoneCategory, ...] = DEFAULT_ORDER
    conflict_probability: float = Field(0.95, gt=0.5, le=1)
    clear_probability: float = Field(0.05, ge=0, lt=0.5)
    clear_share: float = Field(0.05, ge=0, le=1)
    distance_table: str = "tcvn-4449-1987"
    housing_buffer_m: float | None = Field(None, ge=0)
    search_radius_m: float = Field(1500.0, gt=0)
    unknown_accuracy_m: float = Field(ASSUMED_ACCURACY_M[LocationSource.UNKNOWN], ge=0)
    source_accuracy_m: dict[LocationSource, NonNegativeFloat] = {
        source: ASSUMED_ACCURACY_M[source] for source in PLACED_UNSEEN
    }
    zone_cover: float = Field(0.5, ge=0, le=1)
    samples: int = Field(256, ge=16, le=4096)

    @field_validator("precedence", mode="after")
    @classmethod
    def _unknown_has_a_place(cls, order: tuple[ZoneCategory, ...]) -> tuple[ZoneCategory, ...]:
        """Put land of unknown use behind housing, where an order from before it says nothing."""
        if ZoneCategory.UNKNOWN in order or not order:
            return order
        housing = (ZoneCategory.RESIDENTIAL, ZoneCategory.MIXED)
        behind = max((place + 1 for place, one in enumerate(order) if one in housing), default=0)
        return (*order[:behind], ZoneCategory.UNKNOWN, *order[behind:])

    @model_validator(mode="after")
    def _every_category_once(self) -> Self:
        missing = set(ZoneCategory) - set(self.precedence)
        if missing or len(self.precedence) != len(ZoneCategory):
            msg = _(
                "precedence must name every category once; missing: {categories}",
                categories=sorted(missing) or _("none"),
            )
            raise ValueError(msg)
        return self

    @property
    def housing_categories(self) -> tuple[ZoneCategory, ...]:
        """The categories that count as housing."""
        if self.mixed_is_residential:
            return (ZoneCategory.RESIDENTIAL, ZoneCategory.MIXED)
        return (ZoneCategory.RESIDENTIAL,)

    @property
    def doubtful_categories(self) -> tuple[ZoneCategory, ...]:
        """The categories that count as housing, and the one that may be housing."""
        return (*self.housing_categories, ZoneCategory.UNKNOWN)
