"""Titles of what comes with the program are said in both languages; a user's own stay."""

from __future__ import annotations

import re

import pandas as pd

from geo_relocation.model.scheme import default_scheme
from geo_relocation.scenarios import said_title, shipped_scenarios
from geo_relocation.workspace.approvals import approval_words
from geo_relocation.workspace.out_of_date import OutOfDate

MARKS = re.compile(r"[\u0300-\u036fđơưăâêô]", re.IGNORECASE)


def test_every_shipped_scenario_has_a_title_in_english() -> None:
    for scenario in shipped_scenarios().values():
        title = scenario.title
        assert said_title(title, "vi") == title
        english = said_title(title, "en")
        assert english != title
        assert not MARKS.search(english)


def test_a_title_of_ones_own_stays() -> None:
    assert said_title("Thí điểm Thuận An", "en") == "Thí điểm Thuận An"


def test_the_scheme_is_named_in_both_languages() -> None:
    scheme = default_scheme()
    assert scheme.title("vi") == scheme.name
    assert scheme.title("en") == scheme.name_en
    assert scheme.note("en").startswith("The province of Bình Dương became part")
    without = scheme.model_copy(update={"name_en": "", "status_note_en": ""})
    assert (without.title("en"), without.note("en")) == (scheme.name, scheme.status_note)


def test_what_holds_of_a_plan_is_said_with_days_of_the_language() -> None:
    approval = {
        "approved_at": "2026-11-25", "approval_document": "12/QĐ-UBND",
        "approval_date": "2026-07-01",
    }  # fmt: skip
    assert approval_words(approval, "vi") == (
        "Phương án này đã được phê duyệt: văn bản 12/QĐ-UBND ngày 01/07/2026."
    )
    assert approval_words(approval, "en").endswith("document 12/QĐ-UBND of 2026-07-01.")
    old = OutOfDate(pd.Timestamp("2026-11-25T20:00Z"), ("sites", "crs"))
    assert old.words("vi") == "lỗi thời từ 26/11/2026, vì đã thay đổi: cơ sở sản xuất, hệ tọa độ"
    assert old.words("en") == (
        "out of date since 2026-11-26, because of changes in: sites, reference system"
    )
