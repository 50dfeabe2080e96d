"""A key made by the program: a name alone is no identity where the place says otherwise."""

from __future__ import annotations

import pandas as pd

HEADER = "Tên doanh nghiệp,Kinh độ,Vĩ độ,Số lao động\n"
HERE = HEADER + "Cơ sở Hồng Ân,106.70,10.95,12\nCơ sở Hoa Mai,106.71,10.95,5\n"
ELSEWHERE = HEADER + "Cơ sở Hồng Ân,106.70,11.15,7\nCơ sở Hoa Mai,106.71,11.15,8\n"


def ids(done):
    return done.frame["site_id"].tolist()


def test_a_name_at_another_place_is_another_site_and_both_are_known_again(import_csv):
    first = import_csv(HERE, "sites")
    second = import_csv(ELSEWHERE, "sites", existing=first.frame)
    assert len({*ids(first), *ids(second)}) == 4
    held = first.frame.copy()
    held = type(held)(pd.concat([held, second.frame]), crs=held.crs)
    assert ids(import_csv(HERE, "sites", existing=held)) == ids(first)
    assert ids(import_csv(ELSEWHERE, "sites", existing=held)) == ids(second)


def test_a_name_at_its_place_keeps_its_key(import_csv):
    first = import_csv(HERE, "sites")
    moved = HERE.replace("106.70,", "106.7002,")
    assert ids(import_csv(moved, "sites", existing=first.frame)) == ids(first)
