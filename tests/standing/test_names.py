"""Parks by name, as lists and scenario files write them."""

import pytest

from geo_relocation.standing.names import ParkNames

PARKS = ParkNames.of(
    {
        "P-1": "KCN Sóng Thần II",
        "P-2": "KCN Sóng Thần 3",
        "P-3": "KCN An Phú",
        "P-4": "Cụm công nghiệp An Phú",
        "P-5": None,
    }
)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("P-1", ["P-1"]),
        ("p 5", ["P-5"]),
        ("kcn song than ii", ["P-1"]),
        ("Khu công nghiệp Sóng Thần 2", ["P-1"]),
        ("SÓNG THẦN III", ["P-2"]),
        ("KCN An Phú", ["P-3"]),
        ("cụm công nghiệp an phú", ["P-4"]),
        ("An Phú", ["P-3", "P-4"]),
        ("CCN An Phú", ["P-3", "P-4"]),
        ("Sóng Thần", []),
        ("", []),
    ],
)
def test_parks_are_found_as_people_write_them(written, found):
    assert PARKS.all_of(written) == found
    doubtful = len(found) != 1 or "an phú" in written.casefold()
    assert PARKS.one_of(written) == (None if doubtful else found[0])
