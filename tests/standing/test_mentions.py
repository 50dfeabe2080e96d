"""Parks that officers name in a sentence."""

import pytest

from geo_relocation.standing.mentions import parks_in
from geo_relocation.standing.names import ParkNames

PARKS = ParkNames.of(
    {
        "P1": "KCN Sóng Thần III",
        "P2": "KCN Bàu Bàng",
        "P3": "VSIP III",
        "P4": "CCN Tân Mỹ",
        "P5": "KCN An Phú",
        "P6": "CCN An Phú",
        "P7": "KCN Nam Tân Uyên",
        "P8": "KCN Việt Hương",
    }
)
UNITS = {"bau bang", "an phu", "tan my"}


@pytest.mark.parametrize(
    ("sentence", "parks", "left_open"),
    [
        ("di dời về KCN Sóng Thần 3", ("P1",), ()),
        ("di doi ve kcn song than 3 trong nam 2026", ("P1",), ()),
        ("XIN DI DỜI VỀ KCN NAM TÂN UYÊN", ("P7",), ()),
        ("KCN Bàu Bàng hoặc VSIP III", ("P2", "P3"), ()),
        ("Về VSIP III, nếu không được thì CCN Tân Mỹ", ("P3", "P4"), ()),
        ("KCN/CCN Tân Mỹ", ("P4",), ()),
        ("vào Cụm công nghiệp Tân Mỹ (huyện Bắc Tân Uyên)", ("P4",), ()),
        ("KCN Việt Hương 2026", ("P8",), ()),
        # Another number is another park, and a name that two bear is a question.
        ("KCN Sóng Thần 9", (), ("KCN Sóng Thần 9",)),
        ("KCN Việt Hương 2", (), ("KCN Việt Hương 2",)),
        ("di dời vào KCN An Phú", (), ("KCN An Phú",)),
        # Without the word for a park it may be the district.
        ("di dời về Bàu Bàng", (), ("Bàu Bàng",)),
        ("đang hoạt động gần KCN", (), ()),
        ("di dời vào khu công nghiệp do tỉnh bố trí", (), ()),
        ("xin ở lại", (), ()),
        ("", (), ()),
    ],
)
def test_parks_are_found_in_a_sentence(sentence, parks, left_open):
    found = parks_in(sentence, PARKS, UNITS)
    assert (found.parks, found.open) == (parks, left_open)
