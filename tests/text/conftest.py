from __future__ import annotations

import unicodedata

import pytest
from vietnamadminunits.database import get_data


@pytest.fixture(scope="session")
def units_of_the_country() -> list[str]:
    """Every unit name of the country, old and new."""
    wanted = {
        "admin_units": ("ward", "province"),
        "admin_units_legacy": ("ward", "district", "province"),
    }
    names = set()
    for table, columns in wanted.items():
        for row in get_data(list(columns), table=table):
            names.update(unicodedata.normalize("NFC", name) for name in row.values() if name)
    return sorted(names)
