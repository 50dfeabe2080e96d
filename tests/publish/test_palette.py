"""The palette can be told apart by everybody, and covers every status."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geo_relocation.model.enums import ParkStatus, Verdict, ZoneCategory
from geo_relocation.publish import palette

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip


def lab(color: str, vision: str) -> np.ndarray:
    """CIELAB of a colour as seen with one kind of vision."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(VISION[vision] @ linear, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", palette.LEGENDS)
def test_every_pair_of_a_legend_can_be_told_apart(name: str, vision: str):
    for one, other in itertools.combinations(palette.LEGENDS[name], 2):
        distance = np.linalg.norm(lab(one.color, vision) - lab(other.color, vision))
        assert distance >= 12, (one.value, other.value)


@pytest.mark.parametrize(
    ("legend", "enum"),
    [
        (palette.VERDICTS, Verdict),
        (palette.ZONE_CATEGORIES, ZoneCategory),
        (palette.PARK_STATUSES, ParkStatus),
    ],
)
def test_a_legend_has_every_status_with_its_words(legend, enum):
    by_value = {entry.value: entry for entry in legend}
    for member in enum:
        assert by_value[member.value].label("vi") == member.vi
        assert by_value[member.value].label("en") == member.en
