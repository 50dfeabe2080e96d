"""Wishes in officers' words."""

import pytest

from geo_relocation.model.enums import Route
from geo_relocation.text._resources import read_table
from geo_relocation.text.wishes import route_of_wish


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("xin ở lại", "stay"),
        ("Xin được tiếp tục sản xuất tại chỗ", "stay"),
        ("không đồng ý di dời", "stay"),
        ("Chưa có nhu cầu di dời", "stay"),
        ("di dời về KCN Sóng Thần 3", "relocate"),
        ("Đề nghị hỗ trợ kinh phí di dời", "relocate"),
        ("XIN VÀO CỤM CÔNG NGHIỆP", "relocate"),
        ("doi cong nghe", "change-technology"),
        ("đổi công nghệ", "change-technology"),
        ("Xin ở lại; đổi mới dây chuyền", "change-technology"),
        ("chuyển đổi công năng nhà xưởng", "convert"),
        ("xin ở lại và chuyển đổi công năng thành kho", "convert"),
        ("Chấm dứt hoạt động trong năm 2026", "close"),
        ("chưa có ý kiến", "undecided"),
        # Denied in other words, two ways at once, or nothing of the kind.
        ("chưa có điều kiện di dời", None),
        ("ở lại đến 2028 rồi di dời", None),
        ("tạm ngưng hoạt động", None),
        ("không đổi mới công nghệ", None),
        ("đồng ý", None),
        ("theo quy hoạch của tỉnh", None),
        ("", None),
    ],
)
def test_a_wish_is_read_or_left_open(text, route):
    found = route_of_wish(text).route
    assert (None if found is None else found.value) == route


def test_every_phrase_says_what_the_table_says():
    for row in read_table("wish_words.csv"):
        asked = route_of_wish(row["words"])
        assert asked.route == (Route.of(row["route"]) if row["route"] else None), row["words"]
        assert not asked.silent
