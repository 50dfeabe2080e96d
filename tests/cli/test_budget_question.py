"""The what-if of a support budget on the command line: who waits, who is left out, what is used.

Two firms whose leases run until 2050 and a third of which nothing is known. The land of each of the
two is paid with 2 000 000 × 5 000 m² × days left ÷ 18 263 days: on 1 July 2026 8 585 days are left,
on 1 July 2027 8 220.
"""

from __future__ import annotations

import pytest

from geo_relocation.testing import at, layer
from geo_relocation.workspace import create_workspace

IN_2026, IN_2027 = 4_700_761_102, 4_500_903_466
OWNER = {
    "land_recovery": "project", "rent_mode": "one-off", "lease_start": "2000-01-01",
    "lease_end": "2050-01-01", "land_m2": 5000.0,
}  # fmt: skip
FIGURES = '[parameter.land_price_vnd_m2]\nvalue = 2_000_000\nsource = "Bảng giá thử"\n'


@pytest.fixture
def url(run, tmp_path, monkeypatch):
    """Three firms in housing and a park ten kilometres away."""
    figures = tmp_path / "tham-so.toml"
    figures.write_text(FIGURES, "utf-8")
    monkeypatch.setenv("GEORELOC_SUPPORT_PARAMETERS", str(figures))
    firms = {"S1": OWNER, "S2": OWNER, "S3": {"land_m2": 5000.0}}
    layers = {
        "sites": [
            {"site_id": site, "name": f"Xưởng {site}", "vsic": "C16", "accuracy_m": 0.0,
             "old_district": "Thuận An", "geometry": at(0).buffer(50), **known}
            for site, known in firms.items()
        ],
        "zones": [
            {"zone_id": "R", "category": "residential", "status": "planned",
             "geometry": at(0).buffer(2000)}
        ],
        "parks": [
            {"park_id": "W", "name": "Khu Tây", "status": "operating", "receives": True,
             "kind": "cluster", "free_ha": 50.0, "geometry": at(-10).buffer(300)},
        ],
    }  # fmt: skip
    made = str(tmp_path / "w.gpkg")
    with create_workspace(made) as workspace, workspace.store.transaction() as transaction:
        for name, rows in layers.items():
            transaction.append(name, layer(name, rows))
    assert run("screen", workspace=made).code == 0
    return made


@pytest.fixture
def asked(tmp_path):
    """``asked((2026, 5_000), …)``: a scenario with budgets of the district committee."""

    def made(*budget, more=""):
        rows = "".join(
            f'{{ year = {year}, payer = "Ban chỉ đạo cấp huyện", million_vnd = {most} }},'
            for year, most in budget
        )
        path = tmp_path / "ngan-sach.toml"
        path.write_text(
            'id = "ngan-sach"\ntitle = "Ngân sách"\nphases = [2026, 2027]\n[factors]\n'
            f"detour = 1.0\n[limits]\nbudget = [{rows}]\n{more}",
            "utf-8",
        )
        return path

    return made


def test_one_firm_waits_for_the_money_of_the_next_year(run, url, asked):
    scenario = asked((2026, 5_000), (2027, 4_500.903466))
    done = run("match", scenario, "--work", 1, "--json", workspace=url)
    assert done.code == 0, done.err
    assert (done.json["placed"], done.json["unplaced"]) == (3, 0)
    used = {row["year"]: (row["spent_vnd"], row["limit_vnd"]) for row in done.json["budget"]}
    assert used == {2026: (IN_2026, 5_000_000_000), 2027: (IN_2027, IN_2027)}
    estimate = run("support", "estimate", "--plan", "newest", "--json", workspace=url).json
    paid = estimate["by_year_and_payer"]
    assert {int(year): by["district"] for year, by in paid.items()} == {
        2026: IN_2026, 2027: IN_2027,
    }  # fmt: skip
    told = run("match", scenario, "--work", 1, "--lang", "vi", workspace=url).out
    assert "Ngân sách hỗ trợ năm 2027, Ban chỉ đạo cấp huyện: dùng 4.500,9 trên 4.500,9" in told
    # Machines, debts and more are not known of any of them.
    assert "3 cơ sở có khoản hỗ trợ chưa tính được" in told
    shown = run("scenario", "show", "newest", workspace=url)
    assert shown.code == 0, shown.err


def test_one_dong_less_and_a_firm_is_left_out_with_what_it_lacks(run, url, asked):
    scenario = asked((2026, 5_000), (2027, 4_500.903465))
    done = run("match", scenario, "--work", 1, "--json", workspace=url)
    assert (done.json["placed"], done.json["unplaced"]) == (2, 1)
    left = [
        found
        for site in ("S1", "S2")
        if (found := run("scenario", "why", site, "--json", workspace=url).json)["park_id"] is None
    ]
    (firm,) = left
    assert firm["reason_code"] == "support-budget"
    (change,) = firm["changes"]
    assert (change["kind"], change["phase"], change["amount"]) == ("support-budget", 2027, 0.1)
    told = run("scenario", "why", firm["site_id"], "--lang", "vi", workspace=url).out
    assert "Thêm 0,1 triệu đồng ngân sách hỗ trợ năm 2027 của Ban chỉ đạo cấp huyện" in told


def test_a_plan_by_hand_that_costs_more_is_refused(run, url, asked, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("site_id,park_id,phase\nS1,W,2026\nS2,W,2026\n", "utf-8")
    enough, short = (2026, 2 * IN_2026 / 1e6), (2026, 9_401.522203)
    assert run("match", asked(enough), "--check", plan, workspace=url).code == 0
    refused = run("match", asked(short), "--check", plan, "--lang", "vi", workspace=url)
    assert refused.code == 1
    assert "9.401,522204 triệu đồng" in refused.err


def test_who_cannot_be_computed_is_left_out_where_that_is_asked(run, url, asked):
    strict = asked((2026, 9_999), (2027, 9_999), more='budget_unknown = "leave-out"\n')
    done = run("match", strict, "--work", 1, "--json", workspace=url)
    assert (done.json["placed"], done.json["unplaced"]) == (0, 3)
    why = run("scenario", "why", "S1", "--lang", "vi", workspace=url).out
    assert "chưa tính được khoản hỗ trợ" in why
