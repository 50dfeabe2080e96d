"""The way from the old site to the park's gate."""

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term


def _kilometres(ground: Ground) -> FloatArray:
    return ground.links.distance_km


TERM = Term(
    name="distance",
    order=10,
    weight="distance",
    default=1.0,
    about="Each kilometre from the old site to the park's gate.",
    vi="Chi phí: quãng đường",
    en="Cost: distance",
    by_link=_kilometres,
)
