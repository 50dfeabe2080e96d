"""Tables: chosen columns, a file beside them, and no option that changes nothing in silence."""

import csv
import io

from geo_relocation.cli.tables import table
from geo_relocation.text.printing import no_formula


def _read(file):
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))


def test_columns_and_a_file_are_taken_where_there_is_a_table(run, province, tmp_path):
    file = tmp_path / "list.csv"
    done = run("list", "show", "--columns", "state,site_id", "--csv", file, workspace=province)
    assert done.code == 0
    assert done.out.splitlines()[0].split("  ")[0] == "State"
    rows = _read(file)
    assert set(rows[0]) >= {"site_id", "name", "state", "since"}
    assert {row["state"] for row in rows} == {"candidate"}
    assert "changed nothing" not in done.err
    again = run("list", "show", "--csv", file, workspace=province)
    assert again.code == 2, "a file that is there is not replaced unasked"


def test_where_there_is_no_table_it_is_said(run, province):
    done = run("check", "--history", "--columns", "x", workspace=province)
    assert done.code == 0
    assert "--columns and --csv changed nothing" in done.err


def test_the_issue_log_as_a_table_is_all_of_it(run, province, tmp_path):
    file = tmp_path / "issues.csv"
    assert run("issues", "--csv", file, workspace=province).code == 0
    told = run("issues", "--json", workspace=province).json
    rows = _read(file)
    assert len(rows) == len(told)


def test_a_text_that_begins_like_a_formula_is_marked():
    assert [no_formula(v) for v in ("=1+1", "@x", "C16", -3, None)] == [
        "'=1+1",
        "'@x",
        "C16",
        -3,
        None,
    ]


def test_what_is_wider_than_the_terminal_stands_one_below_the_other():
    columns, rows = ["plan_id", "title"], [["plan-20261125-143447-e031ba", "một câu dài " * 5]]
    wide = table(columns, rows, title="", width=60)
    assert wide[2].startswith("plan-20261125-143447-e031ba  ")
    assert all(len(line) <= 60 for line in wide)
    narrow = table(columns, rows, title="", width=30)
    assert any("plan-20261125-143447-e031ba" in line for line in narrow)
