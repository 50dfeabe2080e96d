"""Plans in a list and one by one, and whether they still hold."""

from __future__ import annotations

import openpyxl

from geo_relocation.workspace import open_workspace


def test_a_plan_that_no_longer_holds_says_so_in_the_list_and_alone(run, province, scenario_file):
    plan = run("match", scenario_file(), "--work", 1, "--json", workspace=province).json["plan_id"]

    def shown(*more):
        done = run("scenario", "show", *more, "--lang", "vi", workspace=province)
        assert done.code == 0, done.err
        return done

    assert shown("--json").json[0]["out_of_date"] is None
    assert shown(plan, "--json").json["out_of_date"] is None
    assert "lỗi thời" not in shown().out
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        parks = transaction.read("parks")
        transaction.upsert("parks", parks.assign(free_ha=9.0))
    expected = {"since": None, "because": ["parks"]}
    assert shown("--json").json[0]["out_of_date"] == expected
    assert shown(plan, "--json").json["out_of_date"] == expected
    words = "lỗi thời, vì đã thay đổi: khu và cụm công nghiệp"
    assert words in shown(plan).out
    assert "lỗi thời" in shown().out


def test_a_plan_is_shown_by_city_and_year_in_names(run, province, scenario_file):
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        sites = transaction.read("sites")
        transaction.upsert("sites", sites.assign(old_district_code=["725", "725", "724"]))
    plan = run("match", scenario_file(), "--work", 1, "--json", workspace=province).json["plan_id"]

    def shown(by, *more):
        done = run("scenario", "show", "--by", by, *more, workspace=province)
        assert done.code == 0, done.err
        return done

    cities = shown("city", "--json").json
    assert [(one["of"], one["placed"], one["unplaced"], one["land_ha"]) for one in cities] == [
        ("724", 0, 1, 0), ("725", 2, 0, 8),
    ]  # fmt: skip
    assert "Thuận An" in cities[1]["part"]
    assert [(one["of"], one["placed"]) for one in shown("year", "--json").json] == [("2026", 2)]
    # Nothing is known that support is worked out from.
    payers = {one["of"]: one for one in shown("payer", "--json").json}
    assert payers["parks"]["support_unknown"] == 2
    assert "support_bvnd" not in payers["parks"]
    parks = shown("park", plan, "--lang", "vi").out
    assert "Thử" in parks
    assert "Khu Tây" in parks
    assert "Đất giao" in parks or "Đất (ha)" in parks
    assert "unplaced" not in parks
    refused = run("scenario", "show", "--by", "colour", workspace=province)
    assert refused.code == 2


def test_the_land_that_is_left_is_shown_by_planned_use(run, province, scenario_file):
    assert run("match", scenario_file(), "--work", 1, workspace=province).code == 0
    done = run("scenario", "show", "newest", "--by", "after-use", "--json", workspace=province)
    # Two firms of 4 ha move from planned housing.
    assert [(one["category"], one["year"], one["firms"], one["land_ha"]) for one in done.json] == [
        ("residential", 2026, 2, 8.0)
    ]
    told = run("scenario", "show", "--by", "after-use", "--lang", "vi", workspace=province).out
    assert "Đất ở" in told
    assert "chưa rõ" in told.lower()  # nothing says which city they lie in


def test_the_workbook_has_the_parts_and_the_vacated_land_in_names(
    run, province, scenario_file, tmp_path
):
    assert run("match", scenario_file(), "--work", 1, workspace=province).code == 0
    book = tmp_path / "so.xlsx"
    done = run("export", "xlsx", "--out", book, "--lang", "vi", workspace=province)
    assert done.code == 0, done.err
    sheets = openpyxl.load_workbook(book, read_only=True)
    parts = list(sheets["Chỉ tiêu theo từng phần"].iter_rows(values_only=True))
    assert ("Khu/cụm nhận", "Khu Tây", "Cơ sở được bố trí", 1, "cơ sở") in parts
    land = list(sheets["Đất trả lại"].iter_rows(values_only=True))
    assert any(row[0] == "Đất ở" and row[3:6] == (2026, 2, 8) for row in land), land
