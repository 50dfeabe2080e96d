"""Wishes in words become a route and parks; the words stay, and what is not understood is told."""

import pandas as pd
import pytest

PARKS = pd.DataFrame(
    {
        "park_id": ["P1", "P2", "P3"],
        "name": ["KCN Sóng Thần III", "KCN Bàu Bàng", "CCN Tân Mỹ"],
    }
)


@pytest.fixture
def wishes(import_csv):
    def run(*cells, parks=PARKS, header="Nguyện vọng", **options):
        rows = "".join(f'S{i},Công ty {i},"{cell}"\n' for i, cell in enumerate(cells))
        text = f"Mã cơ sở,Tên doanh nghiệp,{header}\n{rows}"
        return import_csv(text, "sites", parks=parks, **options)

    return run


def held(prepared, *names):
    frame = prepared.frame[list(names)].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def test_words_become_a_route_and_a_park_and_stay(wishes):
    found = wishes("xin ở lại", "đổi công nghệ", "di dời về KCN Sóng Thần 3", "Di dời", "stay")
    assert held(found, "wish", "wish_place", "wish_text") == [
        ["stay", None, "xin ở lại"],
        ["change-technology", None, "đổi công nghệ"],
        ["relocate", "P1", "di dời về KCN Sóng Thần 3"],
        ["relocate", None, None],
        ["stay", None, None],
    ]
    told = found.issues[found.issues["kind"] == "wish-read"]
    assert set(told["severity"]) == {"info"}
    assert len(told) == 3


def test_what_is_not_understood_is_kept_and_asked(wishes):
    found = wishes("ở lại đến 2028 rồi di dời", "di dời về KCN Sóng Thần 9", "về Bàu Bàng")
    assert held(found, "wish", "wish_place", "wish_text") == [
        [None, None, "ở lại đến 2028 rồi di dời"],
        ["relocate", None, "di dời về KCN Sóng Thần 9"],
        [None, None, "về Bàu Bàng"],
    ]
    asked = found.issues[found.issues["action"] == "ask"]
    assert asked[["row", "kind"]].to_numpy().tolist() == [
        [2, "wish-unread"],
        [3, "wish-place-open"],
        [4, "wish-unread"],
    ]
    assert "KCN Sóng Thần 9" in asked["message"].iloc[1]


def test_a_park_alone_is_a_wish_to_move_there(wishes):
    found = wishes("KCN Bàu Bàng hoặc CCN Tân Mỹ", "không thích KCN Bàu Bàng")
    assert held(found, "wish", "wish_place") == [["relocate", "P2;P3"], [None, None]]


def test_a_column_of_its_own_wins(wishes):
    found = wishes('di dời về KCN Bàu Bàng","CCN Tân Mỹ', header="Nguyện vọng,KCN/CCN mong muốn")
    assert held(found, "wish", "wish_place") == [["relocate", "P3"]]


def test_a_workspace_without_parks_keeps_the_words(wishes):
    found = wishes("di dời về KCN Bàu Bàng", parks=None)
    assert held(found, "wish", "wish_place", "wish_text") == [
        ["relocate", None, "di dời về KCN Bàu Bàng"]
    ]
    assert "wish-place-open" in set(found.issues["kind"])


def test_parks_in_words_in_the_column_of_wanted_places(wishes):
    found = wishes("KCN Bàu Bàng hoặc CCN Tân Mỹ", "Bàu Bàng", header="KCN mong muốn")
    assert held(found, "wish_place") == [["P2;P3"], ["P2"]]
