"""Support on the command line: policies, one firm with its arithmetic, and all firms."""

from __future__ import annotations

import csv
import tomllib

import pytest

import geo_relocation
from geo_relocation.support import catalogue, parse_parameters, shipped_text
from geo_relocation.testing import at, layer

FIRM = {
    "land_recovery": "project", "rent_mode": "one-off", "lease_start": "2000-01-01",
    "lease_end": "2050-01-01", "land_m2": 5000.0, "production_stop": "full",
    "after_tax_income_mvnd": 1234.567891, "old_district_code": "725", "old_district": "Thuận An",
}  # fmt: skip
GIVEN = '[parameter.land_price_vnd_m2]\nvalue = 3_500_000\nsource = "Bảng giá thử"\n'
LAND, STABLE = 8_399_770_027, 370_370_367


@pytest.fixture
def url(tmp_path):
    """A workspace with one firm of which much is known and one of which nothing is."""
    path = tmp_path / "w.gpkg"
    sites = [
        FIRM | {"site_id": "S1", "name": "Gỗ An Phát", "geometry": at(0)},
        {"site_id": "S2", "name": "Chưa rõ", "geometry": at(1)},
    ]
    with geo_relocation.create(str(path)) as workspace, workspace.writing() as transaction:
        transaction.append("sites", layer("sites", sites))
    return path


@pytest.fixture
def figures(tmp_path):
    """A file of parameters."""
    path = tmp_path / "tham-so.toml"
    path.write_text(GIVEN, "utf-8")
    return path


def test_one_firm_shows_its_arithmetic_and_what_is_lacking(run, url, figures):
    asked = ("support", "estimate", "S1", "--as-of", "2026-01-01", "--parameters", figures)
    told = run(*asked, "--lang", "vi", workspace=url).out
    assert "3.500.000 × 5.000 × 8.766 ÷ 18.263 = 8.399.770.027 đ" in told
    assert "[Bảng giá thử]" in told
    assert "mức trần theo luật" in told
    assert "Đề xuất, chưa ban hành" in told
    assert "chưa tính được khi thiếu: Lao động (người)" in told
    assert "Tổng cộng: 8.770.140.394 đ" in told
    english = run(*asked, "--lang", "en", workspace=url).out
    assert "cannot be computed without: Workers (people)" in english
    assert "3,500,000 × 5,000 × 8,766 ÷ 18,263 = 8,399,770,027 đ" in english


def test_json_has_the_keys_that_others_rely_on(run, url, figures):
    asked = ("support", "estimate", "--as-of", "2026-01-01", "--parameters", figures, "--json")
    found = run(*asked, workspace=url).json
    assert found["total_vnd"] == LAND + STABLE
    assert found["by_year"] == {"2026": LAND + STABLE}
    assert found["by_payer"] == {"district": LAND, "finance": STABLE}
    assert found["by_city"] == {"725": LAND + STABLE}
    assert found["by_status"] == {"in-force": LAND + STABLE}
    assert {i["policy"]: i["amount_vnd"] for i in found["items"] if i["amount_vnd"]} == {
        "N01": LAND, "N05": STABLE,
    }  # fmt: skip
    lacking = {(row["policy"], *row["lacking"]): row["sites"] for row in found["not_computed"]}
    assert lacking["N06", "workers", "stoppage_pay_vnd_month", "stop_months"] == 1
    assert lacking["N04", "land_recovery"] == 1
    assert found["parameters"][0]["source"] == "Bảng giá thử"


def test_all_firms_as_totals_and_as_a_table(run, url, figures, tmp_path):
    asked = ("support", "estimate", "--as-of", "2026-01-01", "--parameters", figures)
    told = run(*asked, workspace=url).out
    assert "8,770,140,394" in told
    assert "cannot be computed without: Ground of land recovery" in told
    table = tmp_path / "khoan.csv"
    run(*asked, "--items", "--csv", table, workspace=url)
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert {row["policy"]: int(row["amount_vnd"]) for row in rows} == {"N01": LAND, "N05": STABLE}


def test_policies_can_be_chosen_by_set_by_name_and_by_file(run, url, tmp_path):
    def chosen(*words):
        return run("support", "estimate", "S1", "--json", *words, workspace=url).json["policies"]

    assert "B01" in chosen()
    assert "B01" not in chosen("--policies", "national")
    assert chosen("--policies", "N01,K01") == ["N01", "K01"]
    own = tmp_path / "rieng.toml"
    own.write_text(
        'id = "rieng"\nvi = "Riêng"\nen = "Own"\n[[policy]]\nid = "X1"\nvi = "Thử"\nen = "Try"\n'
        'amount = "land_m2 * 10"\nground = "Thử"\nsource = "Thử"\ncertainty = "[S]"\n'
        'status = "draft"\n',
        "utf-8",
    )
    found = run("support", "estimate", "S1", "--policies", own, "--json", workspace=url).json
    assert (found["policies"], found["total_vnd"]) == (["X1"], 50_000)


def test_the_list_of_policies_is_that_of_a_day(run):
    def listed(*words):
        return {row["policy"]: row for row in run("support", "policies", "--json", *words).json}

    everything = listed()
    assert len(everything) == 50
    assert (everything["N14"]["default"], everything["N01"]["default"]) == (False, True)
    assert everything["P03"]["set"] == "samples"
    assert "N26" in listed("--as-of", "2017-12-31")
    assert "N26" not in listed("--as-of", "2018-01-01")
    assert "N01" not in listed("--as-of", "2024-07-31")


def test_files_are_printed_as_they_are_whatever_the_width(run, monkeypatch):
    monkeypatch.setattr("rich.console.Console.width", 40)
    shown = run("support", "policies", "--show", "national").out
    assert shown.rstrip("\n") == shipped_text("national").rstrip("\n")
    rules = run("rules", "--show", "any-of-four-2024").out
    assert tomllib.loads(rules)["id"] == "any-of-four-2024"
    form = run("support", "policies", "--form").out
    filled = form.replace("# [", "[").replace("# value", "value").replace("# source", "source")
    lines = [line for line in filled.splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace('value = "…"', 'value = "land_m2"')
    known = catalogue()
    read = parse_parameters(text, known.parameters, policies=frozenset(known.policies))
    assert set(read.given) == set(known.parameters)


def test_mistakes_of_a_file_are_all_told(run, url, tmp_path):
    bad = tmp_path / "sai.toml"
    bad.write_text(
        '[parameter.land_price]\nvalue = 1\nsource = "x"\n[parameter.rent_years]\nvalue = "ba"\n'
        '[assume.land_recovery]\nvalue = "gift"\nsource = "x"\n[payer]\nN99 = "finance"\n'
        'N01 = "bank"\n[prices]\n',
        "utf-8",
    )
    ran = run("support", "estimate", "--parameters", bad, "--lang", "vi", workspace=url)
    assert ran.code == 1
    for words in (
        "land_price",
        "ba",
        "gift",
        "N99",
        "bank",
        "prices",
        "parameter.rent_years.source",
    ):
        assert words in ran.err
    assert run("support", "estimate", "--policies", "nation", workspace=url).code == 2


def test_a_plan_keeps_what_its_support_comes_to(run, province, figures, tmp_path, monkeypatch):
    """The indicator is what the estimate of the plan says, under the same file of parameters."""
    given = figures.read_text("utf-8")
    for key, value in FIRM.items():
        if key.startswith(("land_", "rent_", "lease_", "production_", "after_")):
            told = f'"{value}"' if isinstance(value, str) and "lease" not in key else value
            given += f'[assume.{key}]\nvalue = {told}\nsource = "Giả định thử"\n'
    figures.write_text(given, "utf-8")
    monkeypatch.setenv("GEORELOC_SUPPORT_PARAMETERS", str(figures))
    scenario = tmp_path / "kich-ban.toml"
    scenario.write_text('id = "thu"\ntitle = "Thử"\nphases = [2026, 2027]\n', "utf-8")
    made = run("match", scenario, "--work", 1, "--json", workspace=province).json
    plan = made["plan_id"]
    found = run("support", "estimate", "--plan", plan, "--json", workspace=province).json
    assert (found["firms"], found["unplaced"]) == (2, 1)
    shown = run("scenario", "show", plan, "--json", workspace=province).json["indicators"]
    assert shown["support_bvnd"] == round(found["total_vnd"] / 1e9, 6) > 0
    assert shown["support_unknown"] == 2
    by_year = {year: sum(paid.values()) for year, paid in found["by_year_and_payer"].items()}
    assert by_year == found["by_year"]
    figures.write_text("[parameter.nothing]", "utf-8")
    refused = run("match", scenario, "--work", 1, workspace=province)
    assert (refused.code, "nothing" in refused.err) == (1, True)
    assert len(run("scenario", "show", "--json", workspace=province).json) == 1


def test_a_list_in_officers_words_comes_to_amounts(run, tmp_path):
    url, source = tmp_path / "nhap.gpkg", tmp_path / "danh-sach.csv"
    source.write_text(
        "Mã cơ sở,Tên doanh nghiệp,Hình thức trả tiền thuê đất,Căn cứ thu hồi đất,Ngừng sản xuất,"
        "Thời gian ngừng sản xuất (tháng),Thu nhập sau thuế (triệu đồng),Số lao động\n"
        'A,Công ty A,Trả tiền một lần,Điều 79,Tạm ngừng,"2,5","1.234,5",40\n'
        "B,Công ty B,Hằng năm,Thu hồi do vi phạm (Điều 81),Ngừng hẳn,3,900,10\n",
        "utf-8",
    )
    run("init", workspace=url)
    assert run("import", "sites", source, workspace=url).code == 0
    figures = tmp_path / "tham-so.toml"
    figures.write_text(
        '[parameter.stoppage_pay_vnd_month]\nvalue = 5_310_000\nsource = "Thỏa ước"\n', "utf-8"
    )
    found = run("support", "estimate", "--policies", "N05,N06", "--as-of", "2026-06-01",
                "--parameters", figures, "--json", workspace=url).json  # fmt: skip
    assert {(i["site_id"], i["policy"]): i["amount_vnd"] for i in found["items"]} == {
        ("A", "N05"): 370_350_000,  # 0.3 × 1 234 500 000
        ("A", "N06"): 531_000_000,  # 40 × 5 310 000 × 2.5
    }
