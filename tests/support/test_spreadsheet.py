"""The same support worked out by LibreOffice, from formulas of a spreadsheet: equal to the đồng."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess

import pytest
from openpyxl import Workbook, load_workbook
from worlds import DAY, parameters

from geo_relocation.support import catalogue, estimate, gather_firms, parse_parameters
from geo_relocation.testing import layer

FIGURES = {
    "land_price_vnd_m2": 4_150_000,
    "new_build_vnd_m2": 3_275_000,
    "workshop_life_years": 25,
    "building_share": 0.4,
    "stoppage_pay_vnd_month": 5_310_000,
    "other_support_vnd": 12_345_679,
    "stability_share": 0.275,
    "moving_share": 0.33,
    "supported_interest_rate": 0.036,
    "loan_years": 3,
    "rent_share": 0.45,
    "new_rent_vnd_m2_year": 83_250,
    "rent_years": 2,
    "worker_support_vnd_month": 1_275_000,
    "temporary_building_vnd_m2": 187_500,
}
STOPS = 'OR({production_stop}="full",{production_stop}="temporary")'
TAKEN = 'AND({land_recovery}<>"",{land_recovery}<>"none")'
TERM = "MAX({lease_end}-DATE(2026,1,1),0)/({lease_end}-{lease_start})"
COMPENSATED = (
    'AND({land_recovery}="project",OR({rent_mode}="one-off",{rent_mode}="none",'
    'AND({rent_mode}="",{land_origin}="owned")))'
)
BUILT = (
    'AND({land_recovery}="project",{construction_breach}="no",{temporary_permit_expired}="no",'
    'OR(AND({rent_mode}<>"",{rent_mode}<>"workshop"),'
    'AND({rent_mode}="",OR({land_origin}="owned",{land_origin}="sublease"))))'
)
NEW = "{workshop_m2}*3275000"
# Figures whose amounts never end on half a đồng, which a spreadsheet may round either way.
# What a policy pays: who, what has to be known, and how much, in the words of a spreadsheet.
SHEET = {
    "N01": (COMPENSATED, ["land_m2", "lease_start", "lease_end"], "4150000*{land_m2}*" + TERM),
    "N02": (
        'AND({land_recovery}="project",{rent_mode}="yearly")',
        ["land_investment_mvnd", "lease_start", "lease_end"],
        "{land_investment_mvnd}*1000000*" + TERM,
    ),
    "N03": (
        BUILT,
        ["workshop_m2", "workshop_year"],
        f"MIN({NEW},{NEW}*MAX(1-(2026-{{workshop_year}})/25,0)*1.4)",
    ),
    "N04": (TAKEN, ["moving_cost_mvnd"], "{moving_cost_mvnd}*1000000"),
    "N05": (
        f"AND({COMPENSATED},{STOPS})",
        ["after_tax_income_mvnd"],
        "MIN(0.275,0.3)*{after_tax_income_mvnd}*1000000",
    ),
    "N06": (
        f"AND({COMPENSATED},{STOPS})",
        ["workers", "stop_months"],
        "{workers}*5310000*MIN({stop_months},6)",
    ),
    "N07": (TAKEN, [], "12345679"),
    "N08": (
        f'AND({TAKEN},{{temporary_permit_expired}}="yes")',
        ["workshop_m2"],
        "{workshop_m2}*187500",
    ),
    "N10": (
        COMPENSATED,
        ["land_m2", "lease_start", "lease_end", "land_debt_mvnd"],
        "-MIN({land_debt_mvnd}*1000000,ROUND(4150000*{land_m2}*" + TERM + ",0))",
    ),
    "B01": (
        'OR({route}="close",{route}="convert",{route}="change-technology")',
        ["land_m2"],
        "500000*{land_m2}",
    ),
    "B02": ('{route}="relocate"', ["land_needed_m2"], "0.45*83250*{land_needed_m2}*2"),
    "B03": ('{route}="relocate"', ["moving_cost_mvnd"], "0.33*{moving_cost_mvnd}*1000000"),
    "B04": ('{route}="relocate"', ["loan_mvnd"], "0.036*{loan_mvnd}*1000000*3"),
    "B05": (
        f'AND({STOPS},OR({{route}}="relocate",{{route}}="close",{{route}}="convert"))',
        ["workers", "stop_months"],
        "{workers}*1275000*{stop_months}",
    ),
}


def some_firms(count: int) -> list[dict[str, object]]:
    """Firms of every kind; of each, some things are not known."""
    draw = random.Random(20261125)  # noqa: S311

    def money() -> float:
        return round(draw.uniform(1, 9000), draw.choice([0, 1, 3, 6]))

    found = []
    for number in range(count):
        start = dt.date(draw.randint(1996, 2015), draw.randint(1, 12), draw.randint(1, 28))
        firm = {
            "land_recovery": draw.choice(["project"] * 5 + ["breach", "term", "none"]),
            "rent_mode": draw.choice(["one-off", "one-off", "none", "yearly", "sublease", None]),
            "land_origin": draw.choice(["state-lease", "sublease", "owned", "owned"]),
            "lease_start": start,
            "lease_end": start.replace(year=start.year + draw.choice([10, 20, 50])),
            "land_m2": round(draw.uniform(300, 90_000), 1),
            "production_stop": draw.choice(["full", "temporary", "none"]),
            "after_tax_income_mvnd": money(),
            "workers": draw.randint(3, 2000),
            "stop_months": draw.choice([1.0, 2.5, 6.0, 7.5]),
            "workshop_m2": round(draw.uniform(100, 9000), 2),
            "workshop_year": draw.randint(1995, 2025),
            "construction_breach": draw.choice([True, False, False]),
            "temporary_permit_expired": draw.choice([True, False, False]),
            "moving_cost_mvnd": money(),
            "land_investment_mvnd": money(),
            "land_debt_mvnd": money(),
            "loan_mvnd": money(),
            "land_needed_m2": round(draw.uniform(300, 9000), 1),
            "route": draw.choice(["relocate", "relocate", "close", "convert", "stay"]),
        }
        known = {name: value for name, value in firm.items() if draw.random() > 0.06}
        found.append({"site_id": f"S{number:03}"} | known)
    return found


def by_spreadsheet(firms, folder):
    """Amounts by policy, in the order of the firms, as LibreOffice works them out."""
    columns = sorted({name for firm in firms for name in firm})
    book = Workbook()
    sheet = book.active
    sheet.append([*columns, *SHEET])
    words = {True: "yes", False: "no"}
    for row, firm in enumerate(firms, start=2):
        cells = {name: f"${chr(65 + place)}{row}" for place, name in enumerate(columns)}
        values = [firm.get(name) for name in columns]
        values = [words[v] if isinstance(v, bool) else v for v in values]
        formulas = []
        for who, needed, amount in SHEET.values():
            known = "".join(f',{cells[name]}<>""' for name in needed)
            formulas.append(
                f"=IF(AND({who.format(**cells)}{known}),ROUND({amount.format(**cells)},0),0)"
            )
        sheet.append([*values, *formulas])
    path = folder / "by-hand.xlsx"
    book.save(path)
    out = folder / "done"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    done = load_workbook(out / "by-hand.xlsx", data_only=True).active
    rows = list(done.iter_rows(min_row=2, values_only=True))
    return {
        policy: [int(row[len(columns) + place]) for row in rows]
        for place, policy in enumerate(SHEET)
    }


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_comes_to_the_same_dong(tmp_path):
    firms = some_firms(120)
    expected = by_spreadsheet(firms, tmp_path)
    sites = layer("sites", [{k: v for k, v in firm.items() if k != "route"} for firm in firms])
    known = catalogue(list(SHEET))
    read = parse_parameters(
        parameters(**FIGURES), known.parameters, policies=frozenset(known.policies)
    )
    decisions = sites[["site_id"]].assign(route=[firm.get("route") for firm in firms])
    found = estimate(gather_firms(sites, as_of=DAY, decisions=decisions), known, read)
    ours = {policy: [0] * len(firms) for policy in SHEET}
    place = {firm["site_id"]: number for number, firm in enumerate(firms)}
    for item in found.items:
        ours[item.policy.id][place[item.firm.site_id]] = item.amount or 0
    assert ours == expected
    assert found.total == sum(map(sum, expected.values()))
    assert all(any(amounts) for amounts in expected.values()), "each policy pays somebody"
    assert sum(found.sums("payer").values()) == sum(found.sums("city").values()) == found.total
