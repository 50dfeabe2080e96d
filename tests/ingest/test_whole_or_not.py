"""A file lands whole or not at all, whatever is in it."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geo_relocation
from geo_relocation.errors import GeoRelocationError
from geo_relocation.model import schema

HEADERS = [a.vi for a in schema("sites").fields if a.name != "import_id"]
CELLS = st.text(max_size=8) | st.sampled_from(
    ["106,7", "10.9", "0100112437", "có", "1.234,5", "31/12/2030", "Tổng cộng", "\x00", '"']
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "w.gpkg"
    with geo_relocation.create(str(path)) as opened:
        yield opened


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    headers=st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=5),
    noise=st.binary(max_size=6),
)
def test_an_import_is_stored_with_its_log_or_leaves_no_trace(
    workspace, tmp_path, headers, rows, noise
):
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    path = tmp_path / "fuzz.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace") + noise)
    store = workspace.store
    before = {name: store.count(name) for name in ("sites", "imports", "undo_log")}
    try:
        report = workspace.import_layer("sites", path, duplicates="keep")
    except GeoRelocationError:
        after = {name: store.count(name) for name in before}
        assert after == before
        return
    counts = report.summary()
    assert counts["rows_read"] == counts["rows_accepted"] + counts["rows_refused"]
    assert store.count("sites") == before["sites"] + counts["rows_added"]
    if report.nothing_changed:
        assert {name: store.count(name) for name in before} == before
        return
    assert store.count("imports") == before["imports"] + 1
    assert store.count("undo_log") - before["undo_log"] == (
        counts["rows_added"] + counts["rows_changed"]
    )
    logged = store.count("issues", where={"import_id": report.import_id})
    assert logged == len(report.prepared.issues)
