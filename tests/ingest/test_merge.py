"""Updating a list changes what it says, keeps what it does not say, and can be taken back."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.ingest.log import undo_plan
from geo_relocation.ingest.merge import decode_rows, encode_rows, plan_upsert, row_hashes
from geo_relocation.model import schema
from geo_relocation.store import create_store

from .making import TM3

HEADER = "Mã cơ sở,Tên doanh nghiệp,Số lao động,Diện tích đất (m2),Kinh độ,Vĩ độ\n"
FIRST = HEADER + "A,Gỗ Tân,10,100,106.7,10.9\nB,Sắt,20,200,106.71,10.91\nC,Nhựa,30,,,\n"


@pytest.fixture
def first(import_csv):
    return import_csv(FIRST, "sites", import_id="I1")


def test_everything_is_new_in_an_empty_workspace(first):
    plan = plan_upsert(
        "sites", schema("sites").empty(TM3), first.frame, import_id="I1", given=first.given
    )
    assert (len(plan.added), len(plan.changed), plan.unchanged) == (3, 0, 0)
    assert plan.undo["operation"].tolist() == ["added"] * 3


def test_the_same_file_again_changes_nothing(first, import_csv):
    again = import_csv(FIRST, "sites", import_id="I2")
    plan = plan_upsert("sites", first.frame, again.frame, import_id="I2", given=again.given)
    assert (len(plan.added), len(plan.changed), plan.unchanged) == (0, 0, 3)
    assert plan.undo.empty
    assert plan.changes.empty


def test_an_updated_list_updates_and_reports_and_removes_nothing(first, import_csv):
    existing = first.frame.assign(status="approved", note="đã thẩm tra")
    newer = import_csv(
        "Mã cơ sở,Tên doanh nghiệp,Số lao động,Kinh độ,Vĩ độ\n"
        "A,Gỗ Tân,15,,\nB,,20,106.72,10.91\nD,Giày,40,106.7,10.9\n",
        "sites",
        import_id="I2",
    )
    plan = plan_upsert("sites", existing, newer.frame, import_id="I2", given=newer.given)
    assert plan.added["site_id"].tolist() == ["D"]
    assert plan.changed["site_id"].tolist() == ["A", "B"]
    a, b = (row for _, row in plan.changed.iterrows())
    # New values in; what the list is silent about, or only assumes, stays.
    assert (a["workers"], a["status"], a["note"]) == (15, "approved", "đã thẩm tra")
    assert a.geometry.equals(existing.geometry.iloc[0])
    assert (b["name"], b["workers"]) == ("Sắt", 20)
    assert not b.geometry.equals(existing.geometry.iloc[1])
    assert plan.changes[["record_id", "field", "before", "after"]].iloc[0].tolist() == [
        "A", "workers", "10", "15"]  # fmt: skip
    assert plan.changes["field"].tolist() == ["workers", "geometry"]
    assert set(plan.changed["import_id"]) == {"I2"}


def test_an_assumption_fills_a_gap_but_does_not_replace_knowledge(first, import_csv):
    known = first.frame.assign(accuracy_m=[2.0, np.nan, np.nan])
    again = import_csv(FIRST, "sites", import_id="I2")
    plan = plan_upsert("sites", known, again.frame, import_id="I2", given=again.given)
    assert plan.changes[["record_id", "field"]].to_numpy().tolist() == [["B", "accuracy_m"]]


def test_an_import_is_undone_as_a_whole_through_a_real_store(first, import_csv, tmp_path):
    store = create_store(str(tmp_path / "w.gpkg"), crs=TM3, scheme={})
    newer = import_csv(
        FIRST.replace("Gỗ Tân,10", "Gỗ Tân,99") + "E,Mới,1,,,\n", "sites", import_id="I2"
    )
    with store.transaction() as change:
        change.append("sites", first.frame)
    plan = plan_upsert("sites", store.read("sites"), newer.frame, import_id="I2", given=newer.given)
    with store.transaction() as change:
        change.upsert("sites", plan.upserts)
        change.append("undo_log", plan.undo)
    assert store.count("sites") == 4
    back = undo_plan("I2", store.read("undo_log"), {"sites": store.read("sites")}, TM3)
    assert back.delete == {"sites": ["E"]}
    with store.transaction() as change:
        change.delete("sites", where={"site_id": back.delete["sites"]})
        change.upsert("sites", back.restore["sites"])
    restored = store.read("sites")
    assert row_hashes(restored, "sites") == row_hashes(first.frame, "sites")
    store.close()


def test_rows_that_changed_since_are_not_undone(first):
    plan = plan_upsert("sites", schema("sites").empty(TM3), first.frame, import_id="I1")
    edited = first.frame.assign(note=["tay", None, None])
    with pytest.raises(DataError, match="sites A"):
        undo_plan("I1", plan.undo, {"sites": edited}, TM3)
    with pytest.raises(DataError, match="3 of its rows"):
        undo_plan("I1", plan.undo, {"sites": first.frame.iloc[:0]}, TM3)
    with pytest.raises(UnknownNameError, match="I9"):
        undo_plan("I9", plan.undo, {"sites": first.frame}, TM3)


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    text=TEXT,
    number=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    whole=st.none() | st.integers(-(2**53), 2**53),
    day=st.none() | st.dates(pd.Timestamp("1800-01-01").date(), pd.Timestamp("2200-01-01").date()),
    yes=st.none() | st.booleans(),
    x=st.floats(-1e7, 1e7, allow_subnormal=False),
)
def test_rows_written_into_the_undo_log_come_back_to_the_bit(text, number, whole, day, yes, x):
    row = {"site_id": "A", "note": text, "land_m2": number, "workers": whole,
           "lease_end": day, "env_breach": yes}  # fmt: skip
    frame = pd.DataFrame([row, {**row, "site_id": "B"}], dtype=object)
    frame["geometry"] = [shapely.Point(x, -x), None]
    frame = schema("sites").conform(frame, crs=TM3)
    again = decode_rows("sites", list(encode_rows(frame)), TM3)
    pd.testing.assert_frame_equal(again.drop(columns="geometry"), frame.drop(columns="geometry"))
    assert again.geometry.iloc[0].wkb == frame.geometry.iloc[0].wkb
    assert again.geometry.iloc[1] is None
    assert row_hashes(again, "sites") == row_hashes(frame, "sites")
