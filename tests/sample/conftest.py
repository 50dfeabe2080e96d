"""The sample, built once for all tests of this folder."""

import pytest

from geo_relocation.sample import build_sample


@pytest.fixture(scope="session")
def province():
    return build_sample()


@pytest.fixture(scope="session")
def districts(province):
    units = province["admin_units"]
    return dict(zip(units["code"], units["geometry"], strict=True))
