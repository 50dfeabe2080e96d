"""Likely duplicates are found and put to a decision; nothing is merged unasked."""

import geopandas as gpd
import pandas as pd
import pytest

from geo_relocation.errors import UnknownNameError
from geo_relocation.ingest.merge import plan_upsert
from geo_relocation.model import schema

from .making import TM3, issue, square

HEADER = "Tên doanh nghiệp,Mã số thuế,Địa chỉ,Số lao động,Ghi chú\n"
LIST = HEADER + (
    'Công ty TNHH Gỗ Minh Phát,0100112437,"12 Lê Lợi, An Phú, Thuận An",10,\n'
    'Cty Cổ phần Thép Việt Đức,,"5 Quốc lộ 13, Lái Thiêu, Thuận An",20,\n'
    'CÔNG TY TNHH GỖ MINH PHÁT,0100112437,"12 Lê Lợi, P. An Phú, TP Thuận An",,bản cũ\n'
    'Công ty CP Thép Việt Đức,,"5 QL13, Lái Thiêu, Thuận An",25,\n'
    'Công ty TNHH Dệt may Hòa Bình,,"9 Nguyễn Trãi, Bình Hòa, Thuận An",30,\n'
)  # fmt: skip


def test_asking_holds_rows_back_and_names_the_other(import_csv):
    done = import_csv(LIST, "sites")
    assert (done.rows_read, done.rows_accepted, done.rows_refused) == (5, 3, 2)
    found = issue(done, "duplicate")
    assert found["row"].tolist() == [4, 5]
    assert found["action"].tolist() == ["ask", "ask"]
    assert "dòng 2; theo mã số thuế" in found["message"].iloc[0]
    assert "dòng 3; theo tên và địa chỉ" in found["message"].iloc[1]


def test_keeping_lets_both_stand(import_csv):
    done = import_csv(LIST, "sites", duplicates="keep")
    assert done.rows_accepted == len(done.frame) == 5
    assert done.frame["site_id"].is_unique
    assert issue(done, "duplicate-kept")["row"].tolist() == [4, 5]


def test_merging_fills_gaps_and_overwrites_nothing(import_csv):
    done = import_csv(LIST, "sites", duplicates="merge")
    assert (done.rows_accepted, len(done.frame)) == (5, 3)
    wood, steel, _ = (row for _, row in done.frame.iterrows())
    assert (wood["workers"], wood["note"]) == (10, "bản cũ")
    assert steel["workers"] == 20
    assert issue(done, "duplicate-merged")["row"].tolist() == [4, 5]


def test_rows_with_ids_of_their_own_come_in_and_are_asked_about(import_csv):
    lines = LIST.splitlines()
    text = "\n".join(
        [f"Mã cơ sở,{lines[0]}"] + [f"S{i},{line}" for i, line in enumerate(lines[1:])]
    )
    done = import_csv(text, "sites")
    assert done.rows_accepted == 5
    assert issue(done, "duplicate-possible")["action"].tolist() == ["ask", "ask"]


def test_one_tax_code_in_two_places_is_two_sites(import_csv):
    apart = HEADER + (
        'Công ty Gỗ,0100112437,"12 Lê Lợi, An Phú, Thuận An",1,\n'
        'Công ty Gỗ,0100112437,"77 Trần Hưng Đạo, Tân Bình, Dĩ An",2,\n'
    )  # fmt: skip
    assert import_csv(apart, "sites").rows_accepted == 2
    points = (
        "Mã cơ sở,Tên doanh nghiệp,Mã số thuế,Kinh độ,Vĩ độ\n"
        "A,Công ty Gỗ,0100112437,106.7,10.9\n"
        "B,Công ty Gỗ,0100112437,106.7,{}\n"
    )
    assert issue(import_csv(points.format(10.95), "sites"), "duplicate-possible").empty
    assert len(issue(import_csv(points.format(10.9002), "sites"), "duplicate-possible")) == 1


def test_buildings_that_share_a_wall_are_two_and_one_drawn_twice_is_one(import_frame):
    def drawn(second):
        frame = gpd.GeoDataFrame({"Tên doanh nghiệp": ["Swarovski"] * 2},
                                 geometry=[square(0, 0), second], crs=TM3)  # fmt: skip
        return import_frame(frame, "sites")

    assert drawn(square(100, 0)).rows_accepted == 2
    assert drawn(square(90, 0)).rows_accepted == 2
    again = drawn(square(10, 0))
    assert (again.rows_accepted, again.rows_refused) == (1, 1)


def test_the_workspace_is_compared_too(import_csv):
    held = import_csv(HEADER + LIST.splitlines()[1] + "\n", "sites").frame
    newer = HEADER + LIST.splitlines()[3].replace(",,bản cũ", ",15,mới") + "\n"
    asked = import_csv(newer, "sites", existing=held, import_id="I2")
    assert asked.rows_refused == 1
    assert held["site_id"].iloc[0] in issue(asked, "duplicate")["message"].iloc[0]
    merged = import_csv(newer, "sites", existing=held, import_id="I2", duplicates="merge")
    plan = plan_upsert("sites", held, merged.frame, import_id="I2", given=merged.given)
    assert (len(plan.added), len(plan.changed)) == (0, 1)
    assert plan.changed["workers"].tolist() == [15]
    kept = import_csv(newer, "sites", existing=held, import_id="I2", duplicates="keep")
    plan = plan_upsert("sites", held, kept.frame, import_id="I2", given=kept.given)
    assert (len(plan.added), len(plan.changed)) == (1, 0)


def test_two_rows_for_one_site_of_the_workspace_become_one(import_csv):
    held = import_csv(HEADER + LIST.splitlines()[1] + "\n", "sites").frame
    twice = HEADER + (
        'Cty TNHH Gỗ Minh Phát,,"12 Lê Lợi, An Phú, Thuận An",11,\n'
        'C.ty TNHH Gỗ Minh Phát,,"12 Lê Lợi - An Phú - Thuận An",,hai\n'
    )  # fmt: skip
    done = import_csv(twice, "sites", existing=held, duplicates="merge")
    assert done.frame["site_id"].tolist() == held["site_id"].tolist()
    assert done.frame.loc[0, ["workers", "note"]].tolist() == [11, "hai"]


def test_the_same_list_again_is_an_update_and_no_duplicate(import_csv):
    first = import_csv(LIST, "sites", duplicates="keep")
    again = import_csv(LIST, "sites", existing=first.frame, duplicates="keep", import_id="I2")
    plan = plan_upsert("sites", first.frame, again.frame, import_id="I2", given=again.given)
    assert (len(plan.added), len(plan.changed), plan.unchanged) == (0, 0, 5)


def test_wrong_tax_codes_join_nobody(import_csv):
    text = HEADER + "Gỗ,0100112438,,1,\nSắt,100112437.0,,2,\n"
    done = import_csv(text, "sites")
    assert done.frame["tax_code"].isna().tolist() == [True, False]
    assert done.frame["tax_code"].iloc[1] == "0100112437"
    assert issue(done, "tax-code-invalid")["value"].tolist() == ["0100112438"]


def test_an_unknown_decision_is_refused(import_csv):
    with pytest.raises(UnknownNameError, match="perhaps"):
        import_csv(LIST, "sites", duplicates="perhaps")


PARKS = schema("parks").conform(
    pd.DataFrame(
        {
            "park_id": ["P1", "P2", "P3", "P4"],
            "name": ["KCN Cây Trường", "KCN Sóng Thần 2", "KCN An Phú", "CCN An Phú"],
            "free_ha": [100.0, 5.0, None, None],
        }
    ),
    crs=TM3,
)


def test_a_park_ledger_without_ids_updates_the_parks_it_names(import_csv):
    ledger = (
        "STT,Tên KCN,Diện tích còn trống (ha),Giá thuê (USD/m2),Ngành tiếp nhận\n"
        '1,Khu công nghiệp Cây Trường,"95,5",120,16;31\n2,KCN Sóng Thần II,4,,\n'
        "3,KCN Mới,10,,\n4,KCN An Phú,1,,\n"
    )
    done = import_csv(ledger, "parks", existing=PARKS, import_id="I2")
    plan = plan_upsert("parks", PARKS, done.frame, import_id="I2", given=done.given)
    assert plan.changed["park_id"].tolist() == ["P1", "P2"]
    assert plan.changed["free_ha"].tolist() == [95.5, 4.0]
    assert plan.changed["accepted_sectors"].iloc[0] == "16;31"
    # Two parks are called An Phú: the ledger's is neither until someone says which.
    assert plan.added["name"].tolist() == ["KCN Mới", "KCN An Phú"]
    reported = plan.changes[plan.changes["record_id"] == "P1"].set_index("field")
    assert reported.loc["free_ha", ["before", "after"]].tolist() == ["100.0", "95.5"]


def test_a_lot_ledger_names_parks_and_repeats_lot_numbers(import_csv):
    ledger = (
        "Khu công nghiệp,Lô,Diện tích (ha),Tình trạng,Sẵn sàng từ năm,Bên thuê\n"
        'KCN Cây Trường,A1,"1,5",Còn trống,2027,\nKCN Sóng Thần II,A1,2,Đã cho thuê,,Công ty X\n'
        "KCN Cây Trường,A2,1,Giữ chỗ,2026,\nKCN Không Có,A1,1,Trống,,\n"
    )
    done = import_csv(ledger, "lots", parks=PARKS)
    assert done.frame["lot_id"].tolist() == ["P1-A1", "P2-A1", "P1-A2", "KCN Không Có-A1"]
    assert done.frame["state"].tolist() == ["free", "leased", "reserved", "free"]
    assert done.frame["area_m2"].tolist() == [15_000.0, 20_000.0, 10_000.0, 10_000.0]
    assert issue(done, "park-unknown")["row"].tolist() == [5]
    again = import_csv(ledger.replace("Giữ chỗ", "Đã cho thuê"), "lots", parks=PARKS,
                       import_id="I2")  # fmt: skip
    plan = plan_upsert("lots", done.frame, again.frame, import_id="I2", given=again.given)
    assert plan.changes[["record_id", "before", "after"]].to_numpy().tolist() == [
        ["P1-A2", "reserved", "leased"]
    ]


def test_wanted_places_may_be_named(import_csv):
    text = "Mã cơ sở,Tên doanh nghiệp,Nơi mong muốn\nA,Gỗ,KCN Cây Trường; P2; Nơi lạ\n"
    done = import_csv(text, "sites", parks=PARKS)
    assert done.frame["wish_place"].tolist() == ["P1;P2;Nơi lạ"]
    assert len(issue(done, "park-unknown")) == 1
