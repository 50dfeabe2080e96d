"""From measures to a verdict with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.model.enums import FindingReason, Verdict
from geo_relocation.screening.parameters import ScreeningParameters

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.object_]


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
    probability
        Probability of conflict from the accuracy of the location.
    distance, to_sensitive
        Metres to the nearest housing, and to schools or health; NaN beyond the search radius.
    required
        Required distance, metres; NaN where no table says.
    accuracy
        Metres.
    in_park
        Whether the site stands inside a park or cluster.
    """

    located: BoolArray
    cover: FloatArray
    nominal: FloatArray
    lowest: FloatArray
    highest: FloatArray
    probability: FloatArray
    distance: FloatArray
    to_sensitive: FloatArray
    required: FloatArray
    accuracy: FloatArray
    in_park: BoolArray


def decide(m: Measures, parameters: ScreeningParameters) -> tuple[TextArray, TextArray, TextArray]:
    """Verdict, reason and a line of detail for each site.

    The first condition that holds decides, in this order: no location; no zones; zones of the
    same standing that disagree across the threshold; conflict; location too vague; partial
    overlap; too near housing; too near schools or health; else clear.

    The distance rule is held against the nearest place where the site may be, and does not
    apply inside a park or cluster (QCVN 01:2025/BTNMT).
    """
    threshold = parameters.residential_threshold
    margin = np.nan_to_num(m.required) + m.accuracy
    near = ~m.in_park & (np.nan_to_num(m.distance, nan=np.inf) < margin)
    near_sensitive = ~m.in_park & (np.nan_to_num(m.to_sensitive, nan=np.inf) < margin)
    conflict = m.probability >= parameters.conflict_probability
    perhaps = m.probability > parameters.clear_probability
    conditions: list[tuple[BoolArray, Verdict, FindingReason]] = [
        (~m.located, Verdict.CHECK, FindingReason.NO_LOCATION),
        (
            ~m.in_park & (m.cover < parameters.zone_cover) & ~conflict & ~near,
            Verdict.CHECK,
            FindingReason.NO_ZONE,
        ),
        (
            (m.lowest < threshold) & (m.highest >= threshold),
            Verdict.CHECK,
            FindingReason.DISAGREE,
        ),
        (conflict, Verdict.CONFLICT, FindingReason.RESIDENTIAL),
        (perhaps, Verdict.CHECK, FindingReason.VAGUE),
        (m.nominal >= parameters.clear_share, Verdict.CHECK, FindingReason.PARTIAL),
        (near, Verdict.CHECK, FindingReason.NEAR),
        (near_sensitive, Verdict.CHECK, FindingReason.NEAR_SENSITIVE),
        (m.in_park, Verdict.CLEAR, FindingReason.IN_PARK),
    ]
    n = len(m.located)
    verdict = np.full(n, Verdict.CLEAR.value, dtype=object)
    reason = np.full(n, FindingReason.OUTSIDE.value, dtype=object)
    open_ = np.ones(n, dtype=bool)
    for holds, result, why in conditions:
        now = open_ & holds
        verdict[now], reason[now] = result.value, why.value
        open_ &= ~holds
    return verdict, reason, _details(m, reason, threshold)


def _details(m: Measures, reason: TextArray, threshold: float) -> TextArray:
    """One Vietnamese line per site with the values and margins that decided."""
    lines = np.full(len(reason), None, dtype=object)
    for row, why in enumerate(reason):
        if why in (FindingReason.RESIDENTIAL, FindingReason.PARTIAL, FindingReason.DISAGREE):
            lines[row] = (
                f"{m.nominal[row]:.1%} đất nằm trong đất ở "
                f"(ngưỡng {threshold:.0%}, chênh {m.nominal[row] - threshold:+.1%})"
            )
            if why == FindingReason.DISAGREE:
                lines[row] += (
                    f"; các vùng chồng nhau cho từ {m.lowest[row]:.1%} đến {m.highest[row]:.1%}"
                )
        elif why in (FindingReason.NEAR, FindingReason.NEAR_SENSITIVE):
            metres = m.distance[row] if why == FindingReason.NEAR else m.to_sensitive[row]
            lines[row] = (
                f"cách {metres:.0f} m, yêu cầu {np.nan_to_num(m.required[row]):.0f} m"
                f", sai số vị trí {m.accuracy[row]:.0f} m"
            )
        elif why == FindingReason.VAGUE:
            lines[row] = (
                f"vị trí sai số {m.accuracy[row]:.0f} m: {m.probability[row]:.0%} "
                "số vị trí có thể nằm trong đất ở"
            )
        elif why == FindingReason.NO_ZONE:
            lines[row] = f"quy hoạch chỉ phủ {m.cover[row]:.0%} diện tích"
    return lines
