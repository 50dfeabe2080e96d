"""`scenario new` writes a file to fill in; `scenario check` lists every mistake of one."""

import pandas as pd

from geo_relocation.workspace import open_workspace


def assignments(url, plan):
    with open_workspace(url) as opened:
        rows = opened.read("assignments", where={"plan_id": plan})
    return rows[["site_id", "park_id", "phase"]].sort_values("site_id").reset_index(drop=True)


def test_a_new_file_is_accepted_and_gives_the_plan_of_its_base(
    run, province, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    made = run("scenario", "new", "Cây Trường chậm một năm", "--lang", "vi", workspace=province)
    assert made.code == 0, made.err
    path = tmp_path / "cay-truong-cham-mot-nam.toml"
    text = path.read_text("utf-8")
    assert 'title = "Cây Trường chậm một năm"' in text
    assert "# Công suất xử lý nước thải" in text
    checked = run("scenario", "check", path, "--json", workspace=province)
    assert (checked.code, checked.json["mistakes"]) == (0, [])
    assert "No mistakes" in run("scenario", "check", path, workspace=province).out
    plans = [
        run("match", one, "--work", 1, "--json", workspace=province).json["plan_id"]
        for one in ("default", path)
    ]
    first, second = (assignments(province, plan) for plan in plans)
    assert first["park_id"].notna().sum() == 2
    pd.testing.assert_frame_equal(first, second)
    # The scenario of a plan can be copied as well, and gives it again.
    again = tmp_path / "lai.toml"
    assert run("scenario", "new", again, "--from", plans[0], workspace=province).code == 0
    third = run("match", again, "--work", 1, "--json", workspace=province).json["plan_id"]
    pd.testing.assert_frame_equal(first, assignments(province, third))


def test_a_file_that_is_there_is_the_planner_s_own(run, tmp_path):
    path = tmp_path / "mot.toml"
    assert run("scenario", "new", path).code == 0
    path.write_text("# của tôi\n", "utf-8")
    refused = run("scenario", "new", path)
    assert refused.code == 2
    assert path.read_text("utf-8") == "# của tôi\n"
    assert run("scenario", "new", path, "--force", "--title", "Hai?").code == 0
    assert 'title = "Hai?"' in path.read_text("utf-8")


def test_a_name_needs_a_letter(run, tmp_path):
    assert run("scenario", "new", tmp_path / "!!!").code == 2
    assert not list(tmp_path.iterdir())


def test_every_mistake_is_listed_at_once(run, province, tmp_path):
    path = tmp_path / "sai.toml"
    path.write_text(
        'id = "sai"\ntitle = "Sai"\nphases = [2027, 2026]\n[who]\nverdicts = []\n'
        'cities = ["Cà Mau"]\n[where]\nparks = ["Khu Nam"]\ncolour = 1\n'
        '[[locks]]\nsite = "Z"\npark = "W"\n',
        "utf-8",
    )
    done = run("scenario", "check", path, workspace=province)
    assert done.code == 1
    for part in ("phases", "who.verdicts", "Cà Mau", "Khu Nam", "where.colour", "'Z'"):
        assert part in done.err, part


def test_a_shipped_scenario_is_checked_for_names_that_are_not_here(run, tmp_path):
    workspace = tmp_path / "w.gpkg"
    assert run("init", workspace=workspace).code == 0
    assert run("scenario", "check", "default", workspace=workspace).code == 0
    done = run("scenario", "check", "wood-to-thanh-an", workspace=workspace)
    assert done.code == 1
    assert "KCN chế biến gỗ + kho logistics Thanh An" in " ".join(done.err.split())
