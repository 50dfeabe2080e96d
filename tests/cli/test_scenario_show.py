"""Plans in a list and one by one, and whether they still hold."""

from __future__ import annotations

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
