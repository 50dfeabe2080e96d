"""A firm reads the place, the rule, the values and the margin, and nothing it could not."""

from __future__ import annotations

import pytest

from geo_relocation.publish import Content, explain_html, explain_text

from .conftest import EVIL


def rows(content: Content, site_id: str, decision_id: str | None):
    site = content.sites.set_index("site_id", drop=False).loc[site_id].to_dict()
    findings = content.frame("findings").set_index("site_id", drop=False)
    decisions = content.frame("decisions").set_index("decision_id", drop=False)
    decision = decisions.loc[decision_id].to_dict() if decision_id else None
    return site, findings.loc[site_id].to_dict(), decision


def test_the_page_has_rule_value_threshold_and_margin(content: Content):
    text = explain_text(*rows(content, "CS0003", "QD3"))
    for line in (
        "Mã số thuế: 3700000003",
        "Kết luận: Xung đột quy hoạch",
        "Tỷ lệ đất theo nhóm chức năng: Đất ở 80 %; Công nghiệp 20 %",
        "Hướng xử lý: Di dời",
        "Bắt buộc: Có",
        "Thời hạn: 31/12/2028",
        "• Trái quy hoạch",
        "Căn cứ: QĐ 3210/QĐ-UBND",
        "Tỷ lệ trong đất ở: 0,8; ngưỡng 0,5; chênh +0,3",
        "Khắc phục được: Không",
        "Vi phạm PCCC: chưa rõ",
        "Nghiệm thu PCCC",
    ):
        assert line in text.splitlines(), line
    assert "nan" not in text.lower()


def test_english_has_the_same_facts_in_english(content: Content):
    text = explain_text(
        *rows(content, "CS0003", "QD3"), language="en", labels={"distance_ratio": "Distance ratio"}
    )
    for line in (
        "Verdict: In conflict",
        "Route: Relocate",
        "• Contrary to the plan",
        "Residential share: 0.8; threshold 0.5; margin +0.3",
        "Distance ratio: 0.35; threshold 1; margin -0.65",
        "Deadline: 2028-12-31",
    ):
        assert line in text.splitlines(), line
    assert "Trái quy hoạch" not in text


def test_an_override_names_the_person_and_the_ground(content: Content):
    text = explain_text(*rows(content, "CS0000", "QD-thay"))
    assert "Người kết luận: Nguyễn Văn A" in text
    assert "Căn cứ thay đổi: Biên bản kiểm tra 12/BB" in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_without_finding_or_decision_the_page_says_so(content: Content, language):
    site, _, _ = rows(content, "CS0004", None)
    text = explain_text(site, None, None, language=language)
    expected = {
        "vi": ("Cơ sở CS0004", "Cơ sở chưa được rà soát.", "Chưa có kết luận theo bộ tiêu chí."),
        "en": ("Site CS0004", "The site has not been screened.", "No decision has been made yet."),
    }
    assert all(part in text for part in expected[language])


def test_html_is_escaped_and_asks_for_nothing(content: Content):
    html = explain_html(*rows(content, "CS0001", None))
    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html
    assert html.startswith("<!DOCTYPE html>")
