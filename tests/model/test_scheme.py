"""The scheme of a workspace."""

import pytest

from geo_relocation.errors import UsageError
from geo_relocation.model.scheme import default_scheme, parse_scheme


def test_the_default_is_scheme_3210_with_its_five_southern_cities():
    scheme = default_scheme()
    assert scheme.decision == "Quyết định 3210/QĐ-UBND"
    assert set(scheme.south) == {"718", "721", "723", "724", "725"}
    assert scheme.pilot == "725"  # Thuận An
    assert (scheme.first_year, scheme.last_year) == (2022, 2030)


def test_all_mistakes_are_listed():
    with pytest.raises(UsageError) as error:
        parse_scheme('id = "x"\nname = "y"\nfirst_year = "soon"\nstatus = "maybe"\n')
    for field in ("first_year", "status", "last_year", "south", "source", "date"):
        assert field in str(error.value)
    with pytest.raises(UsageError, match="not TOML"):
        parse_scheme("id = ")
