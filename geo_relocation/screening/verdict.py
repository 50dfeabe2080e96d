"""From measures to a verdict with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import FloatArray, Mask, TextArray
from geo_relocation.geo.overlay import SHARE_TOLERANCE
from geo_relocation.messages import Message, joined
from geo_relocation.model.enums import FindingReason, Verdict
from geo_relocation.model.told import stored, told
from geo_relocation.screening.parameters import ScreeningParameters


@dataclass(frozen=True)
class Measures:
    """What was measured of each site; one entry per site in every array.

    Attributes
    ----------
    located
        Whether the site has a location at all.
    cover
        Share of its land that any deciding zone covers.
    nominal, lowest, highest
        Residential share under the stated precedence, and under the two extremes of contested
        land.
    doubtful
        Residential share if all land of unknown use were housing.
    probability
        Probability of conflict from the accuracy of the location.
    possible
        The same if all land of unknown use were housing.
    distance, to_sensitive
        Metres to the nearest housing, and to schools or health; NaN beyond the search radius.
    housing_is_planned
        Whether that housing is only planned, because no existing zones are known.
    required
        Required distance, metres; NaN where no table says.
    accuracy
        Metres.
    in_park
        Whether the site is certain to stand inside a park or cluster, so that no distance is
        required.
    perhaps_in_park
        Whether that is a question.
    park_probability
        Share of the places where it may be that are inside.
    """

    located: Mask
    cover: FloatArray
    nominal: FloatArray
    doubtful: FloatArray
    lowest: FloatArray
    highest: FloatArray
    probability: FloatArray
    possible: FloatArray
    distance: FloatArray
    to_sensitive: FloatArray
    housing_is_planned: bool
    required: FloatArray
    accuracy: FloatArray
    in_park: Mask
    perhaps_in_park: Mask
    park_probability: FloatArray


def decide(m: Measures, parameters: ScreeningParameters) -> tuple[TextArray, TextArray, TextArray]:
    """Verdict, reason and detail of each site, the detail as a store holds sentences.

    The first condition that holds decides, in this order: no location; no zones; zones of the
    same standing that disagree across the threshold; conflict; location too vague; partial
    overlap; land of unknown use that, were it housing, would leave the site in conflict or in part
    in housing; too near housing; too near schools or health; else clear.

    The distance rule is held against the nearest place where the site may be, and does not
    apply to a site that is certain to be inside a park or cluster (QCVN 01:2025/BTNMT).
    """
    threshold = parameters.residential_threshold - SHARE_TOLERANCE
    near = ~m.in_park & _nearer(m.distance, m)
    near_sensitive = ~m.in_park & _nearer(m.to_sensitive, m)
    conflict = m.probability >= parameters.conflict_probability
    perhaps = m.probability > parameters.clear_probability
    uncovered = ~m.in_park & (m.cover < parameters.zone_cover - SHARE_TOLERANCE)
    conditions: list[tuple[Mask, Verdict, FindingReason]] = [
        (~m.located, Verdict.CHECK, FindingReason.NO_LOCATION),
        (uncovered & ~conflict & ~near, Verdict.CHECK, FindingReason.NO_ZONE),
        (
            (m.lowest < threshold) & (m.highest >= threshold),
            Verdict.CHECK,
            FindingReason.DISAGREE,
        ),
        (conflict, Verdict.CONFLICT, FindingReason.RESIDENTIAL),
        (perhaps, Verdict.CHECK, FindingReason.VAGUE),
        (
            m.nominal >= parameters.clear_share - SHARE_TOLERANCE,
            Verdict.CHECK,
            FindingReason.PARTIAL,
        ),
        (
            (m.possible > parameters.clear_probability)
            | (m.doubtful >= parameters.clear_share - SHARE_TOLERANCE),
            Verdict.CHECK,
            FindingReason.UNKNOWN_LAND,
        ),
        (near, Verdict.CHECK, FindingReason.NEAR),
        (near_sensitive, Verdict.CHECK, FindingReason.NEAR_SENSITIVE),
        (m.in_park, Verdict.CLEAR, FindingReason.IN_PARK),
    ]
    n = len(m.located)
    verdict = np.full(n, Verdict.CLEAR.value, dtype=object)
    reason = np.full(n, FindingReason.OUTSIDE.value, dtype=object)
    undecided = np.ones(n, dtype=bool)
    for holds, result, why in conditions:
        now = undecided & holds
        verdict[now], reason[now] = result.value, why.value
        undecided &= ~holds
    lines = [_detail(m, row, why, parameters) for row, why in enumerate(reason)]
    detail = np.empty(n, dtype=object)
    detail[:] = lines
    return verdict, reason, detail


def _nearer(distance: FloatArray, m: Measures) -> Mask:
    """Whether a site may be nearer than required; not so where nothing is known or required."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.maximum(distance - m.accuracy, 0.0) < m.required)


def _detail(m: Measures, row: int, why: str, parameters: ScreeningParameters) -> str | None:
    """The values and margins that decided, as a store holds them; None where there are none."""
    threshold = parameters.residential_threshold
    clauses: list[Message] = []
    match FindingReason.of(why):
        case FindingReason.RESIDENTIAL | FindingReason.PARTIAL | FindingReason.UNKNOWN_LAND:
            clauses = _of_land(m, row, why, threshold)
        case FindingReason.DISAGREE:
            low, high = _percent(m.lowest[row]), _percent(m.highest[row])
            clauses = [
                _share(m, row, threshold),
                told("screening.disagree", low=low, high=high),
            ]
        case FindingReason.NEAR:
            code = "near-planned" if m.housing_is_planned else "near"
            clauses = _too_near(f"screening.{code}", m, row, m.distance[row])
        case FindingReason.NEAR_SENSITIVE:
            clauses = _too_near("screening.near-sensitive", m, row, m.to_sensitive[row])
        case FindingReason.VAGUE:
            share = _percent(m.probability[row])
            clauses = [told("screening.vague", accuracy=_tenths(m.accuracy[row]), share=share)]
        case FindingReason.NO_ZONE:
            clauses = [told("screening.uncovered", share=_percent(m.cover[row]))]
        case FindingReason.OUTSIDE if np.isnan(m.required[row]):
            clauses = [told("screening.no-distance")]
    if m.located[row] and m.perhaps_in_park[row]:
        share = _percent(m.park_probability[row])
        clauses.append(
            told("screening.perhaps-in-park", share=share)
            if clauses
            else told(
                "screening.perhaps-in-park-alone", accuracy=_tenths(m.accuracy[row]), share=share
            )
        )
    return stored(joined(clauses, between="; ")) if clauses else None


def _of_land(m: Measures, row: int, why: str, threshold: float) -> list[Message]:
    """What land the site has where it stands, and how sure the place is."""
    if why == FindingReason.UNKNOWN_LAND:
        clause = told("screening.doubtful", share=_percent(m.doubtful[row] - m.nominal[row]))
    else:
        clause = _share(m, row, threshold)
    return [clause, _accuracy(m, row)] if m.accuracy[row] > 0 else [clause]


def _share(m: Measures, row: int, threshold: float) -> Message:
    """Residential share against its threshold, with digits enough to tell them apart."""
    margin = 100 * (m.nominal[row] - threshold)
    digits = 1
    while abs(margin) > 100 * SHARE_TOLERANCE and round(margin, digits) == 0:
        digits += 1
    return told(
        "screening.share",
        share=_plain(100 * m.nominal[row], digits),
        threshold=_percent(threshold),
        margin=_plain(margin, digits),
    )


def _too_near(code: str, m: Measures, row: int, distance: float) -> list[Message]:
    required = told("screening.required", required=_tenths(m.required[row]))
    near = told(code, distance=_tenths(distance))
    return [joined((near, required, _accuracy(m, row)), between=", ")]


def _accuracy(m: Measures, row: int) -> Message:
    return told("screening.accuracy", accuracy=_tenths(m.accuracy[row]))


def _percent(share: float) -> float:
    return _tenths(100 * share)


def _tenths(value: float) -> float:
    return _plain(value, 1)


def _plain(value: float, digits: int) -> float:
    """A figure of so many decimals, as a plain number; never minus nought."""
    return round(float(value), digits) + 0.0
