from __future__ import annotations

import random
import time

import pandas as pd
import pytest

from geo_relocation.errors import SchemaError
from geo_relocation.text.names import address_key, company_name
from geo_relocation.text.similarity import COLUMNS, find_duplicates

from .vietnamese_words import SYLLABLES


def frame(*rows):
    return pd.DataFrame(rows, columns=["site_id", "name", "tax_code", "address"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cty CP Gỗ Á Châu", "CÔNG TY CỔ PHẦN GỖ Á CHÂU"),
        ("Công ty TNHH MTV Minh Phát", "Cty Trách nhiệm hữu hạn Một thành viên Minh Phát"),
        ("DNTN Hưng Thịnh", "Doanh nghiệp tư nhân Hưng Thịnh"),
        ("Cty TNHH SX-TM-DV An Bình", "Công ty TNHH Sản xuất Thương mại Dịch vụ An Bình"),
    ],
)
def test_spellings_of_a_company_are_one(one, other):
    assert company_name(one) == company_name(other)


def test_parts_of_a_company_name():
    assert company_name("Cty CP SX-TM Gỗ Á Châu") == (
        "cong ty co phan san xuat thuong mai go a chau",
        "san xuat thuong mai go a chau",
        "go a chau",
    )
    assert company_name("Công ty TNHH Thương mại").distinct == "thuong mai"
    assert company_name("Công ty").distinct == "cong ty"
    assert company_name("").distinct == ""


def test_address_key_writes_words_out():
    assert address_key("Số 5, KP4, P.Lái Thiêu, TP.Thuận An, BD") == address_key(
        "5 Khu phố 4 phường Lái Thiêu, thành phố Thuận An, Bình Dương"
    )


FIRMS = frame(
    ("A", "Công ty TNHH Gỗ Minh Phát", "0312687878", "12 đường số 3, P. Lái Thiêu, TP Thuận An"),
    ("B", "CTY GỖ MINH PHÁT", None, "12 Đường 3, phường Lái Thiêu, Thuận An"),
    ("C", "Công ty TNHH Gỗ Minh Phát 2", "3700146225", "99 Quốc lộ 13, phường An Phú, TP Thuận An"),
    ("D", "Cty May Thành Công", "0312687878", "7 Trần Hưng Đạo, phường Dĩ An"),
    ("E", "Công ty Nhựa Đại Nam", None, None),
    ("F", "Cty TNHH nhựa Đại Nam", None, "3 Nguyễn Trãi, phường An Phú"),
    ("G", "", None, "12 đường số 3, P. Lái Thiêu, TP Thuận An"),
)


def test_duplicates_are_found_by_code_and_by_name_and_address():
    found = find_duplicates(FIRMS)
    assert tuple(found.columns) == COLUMNS
    pairs = {(r.left_id, r.right_id): r.by for r in found.itertuples()}
    assert pairs == {
        ("A", "D"): "tax-code",
        ("A", "B"): "name-address",
        ("E", "F"): "name-address",
    }
    assert found.set_index("left_id").loc["A", "score"].max() == 1.0
    by_code = found[found["by"] == "tax-code"].iloc[0]
    assert by_code["name_score"] < 0.7
    assert pd.isna(found[found["left_id"] == "E"]["address_score"].iloc[0])


def test_between_frames_only_pairs_across_count():
    found = find_duplicates(FIRMS.iloc[:1], FIRMS.iloc[1:])
    assert set(zip(found["left_id"], found["right_id"], strict=True)) == {("A", "D"), ("A", "B")}
    assert find_duplicates(FIRMS, FIRMS.iloc[:0]).empty


def test_different_tax_codes_weigh_against():
    one, two = "Công ty Gốm Sứ Minh Long", "12 Hưng Lộc, phường Hưng Định"
    same = frame(("A", one, "0312687878", two), ("B", one, None, two))
    other = frame(("A", one, "0312687878", two), ("B", one, "3700146225", two))
    assert find_duplicates(same)["score"].iloc[0] > find_duplicates(other)["score"].iloc[0] > 0.9


def test_missing_columns_and_empty_frames():
    with pytest.raises(SchemaError, match="name"):
        find_duplicates(pd.DataFrame({"site_id": ["A"]}))
    empty = find_duplicates(FIRMS.iloc[:0])
    assert empty.empty
    assert tuple(empty.columns) == COLUMNS
    only = pd.DataFrame({"site_id": ["A", "B"], "name": ["Cty Đại Nam", "Công ty Đại Nam"]})
    assert len(find_duplicates(only)) == 1


def made_up(count: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Firms, and some of them written another way with a slip of a finger."""
    chance = random.Random(seed)  # noqa: S311
    trades = ["gỗ", "bao bì", "may mặc", "cơ khí", "nhựa", "giày da", "gốm sứ", "thực phẩm"]
    words = chance.sample(SYLLABLES, 800)
    rows = [
        (
            f"S{n}",
            f"Công ty TNHH {chance.choice(trades)} {' '.join(chance.sample(words, 3)).title()}",
            None,
            f"{chance.randint(1, 999)} đường {chance.choice(words)}, phường An Phú, TP Thuận An",
        )
        for n in range(count)
    ]
    again = []
    for n in chance.sample(range(count), count // 20):
        name = rows[n][1].replace("Công ty TNHH", "CTY")
        at = chance.randrange(5, len(name))
        address = rows[n][3].replace("phường", "P.").replace("đường", "Đ.")
        again.append((f"D{n}", name[:at] + "e" + name[at + 1 :], None, address))
    return frame(*rows), frame(*again)


def test_slips_are_found_and_strangers_are_not():
    firms, again = made_up(3000, seed=5)
    found = find_duplicates(firms, again)
    right = (found["left_id"].str[1:] == found["right_id"].str[1:]).sum()
    assert right / len(again) > 0.95
    assert (len(found) - right) / len(again) < 0.05


def test_blocking_loses_almost_nothing_that_comparing_all_would_find():
    from itertools import product

    from geo_relocation.text import similarity

    firms, again = made_up(200, seed=6)
    found = find_duplicates(firms, again)
    records = similarity._Records([firms, again], "site_id")
    every = product(range(len(firms)), range(len(firms), len(firms) + len(again)))
    pairs = similarity.np.array(list(every))
    brute = similarity._score(records, pairs, "name-address", similarity.THRESHOLD)
    brute = brute[brute["score"] >= similarity.THRESHOLD]
    assert len(found) >= 0.95 * len(brute)
    assert set(found["score"]) <= set(brute["score"])


def test_twenty_thousand_take_seconds():
    firms, _ = made_up(20_000, seed=8)
    begin = time.perf_counter()
    find_duplicates(firms)
    assert time.perf_counter() - begin < 60
