"""The firm's wastewater alone is more than the park can take."""

from pydantic import Field

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Pairing, Rule


def _too_much(pairing: Pairing) -> Mask:
    pairs: Mask = pairing.firms.wastewater[:, None] > pairing.parks.wastewater[None, :]
    return pairs


RULE = Rule(
    code="wastewater",
    order=130,
    vi="nước thải vượt công suất còn lại của khu",
    en="wastewater too much",
    about="The firm's wastewater alone is more than the park can still treat.",
    forbids=_too_much,
    fields={
        "wastewater": (
            bool,
            Field(default=True, description="Whether the parks' wastewater capacity binds."),
        )
    },
)
