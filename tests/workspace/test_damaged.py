"""A workspace whose facts or records were spoilt says so, whatever is asked of it."""

import sqlite3
from contextlib import closing

import pytest

import geo_relocation
from geo_relocation.assessment import load_shipped
from geo_relocation.errors import DamagedWorkspaceError
from workspace.province import fill


@pytest.fixture
def spoilt(tmp_path):
    """``spoilt(sql)``: an assessed workspace, changed by another program."""
    path = tmp_path / "w.gpkg"
    with geo_relocation.create(str(path)) as made:
        fill(made)
        made.screen()
        made.assess(load_shipped("plan-2022"))

    def change(sql):
        with closing(sqlite3.connect(path)) as connection:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'runs'"
            for (name,) in connection.execute(names).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(sql)
            connection.commit()
        return geo_relocation.open(str(path))

    return change


@pytest.mark.parametrize("value", ['{"x":1}', "[]", "{", "null", '{"name":"a"}', "[" * 100_000])
def test_a_scheme_that_cannot_be_read(spoilt, value):
    with spoilt(f"UPDATE georeloc_info SET value = '{value}' WHERE key = 'scheme'") as workspace:
        for verb in (workspace.content, lambda: workspace.scheme):
            with pytest.raises(DamagedWorkspaceError, match="scheme"):
                verb()


def test_a_scheme_that_is_missing(spoilt):
    with (
        spoilt("DELETE FROM georeloc_info WHERE key = 'scheme'") as workspace,
        pytest.raises(DamagedWorkspaceError, match=r"scheme.*missing"),
    ):
        workspace.content()


@pytest.mark.parametrize("value", ["{}", '{"findings_run": "x", "deadlines": null}'])
def test_a_run_that_does_not_say_its_rules(spoilt, value):
    with (
        spoilt(f"UPDATE runs SET parameters = '{value}'") as workspace,
        pytest.raises(DamagedWorkspaceError, match="ruleset_content"),
    ):
        workspace.explain("S00")


def test_the_command_names_a_foreign_trigger_and_stores_the_truth(spoilt, run):
    sql = (
        "CREATE TRIGGER help AFTER INSERT ON runs BEGIN "
        "INSERT INTO findings (site_id, run_id, verdict) VALUES ('S00', 'forged', 'clear'); END"
    )
    with spoilt(sql) as workspace:
        url = workspace.store.url
    done = run("screen", workspace=url)
    assert done.code == 0
    assert "help on runs (switched off" in done.err
    with geo_relocation.open(url) as again:
        assert "forged" not in set(again.read("findings")["run_id"])
    found = run("check", "foreign-objects", "--json", workspace=url).json
    assert found[0]["count"] >= 1
    assert "help on runs" in found[0]["examples"]
