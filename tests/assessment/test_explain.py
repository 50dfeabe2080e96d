"""The page for a firm."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

import pytest

from geo_relocation.assessment import explain, load_shipped, override, with_parameters
from geo_relocation.errors import DataError

from .frames import DECIDED_AT, conflict, innocent, make_findings, make_sites


class Reader(HTMLParser):
    """Collects the words and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.items: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.items.append(data)


@pytest.fixture
def case(decide, any_of_four):
    sites = make_sites(
        [
            innocent(
                "A",
                name='<script>alert("x")</script> & Con',
                address="12 Đường số 3",
                tax_code="3700000001",
                accuracy_m=5.0,
                location_source="parcel",
                import_id="I7",
                source="Sổ 2025",
            )
        ]
    )
    findings = make_findings([conflict("A", 0.8, detail="Thửa 12")])
    return sites.iloc[0], findings.iloc[0], decide(sites, findings, any_of_four).iloc[0]


def test_html_is_escaped_and_asks_nothing_of_the_network(case, any_of_four):
    site, finding, decision = case
    page = explain(decision, site=site, finding=finding, ruleset=any_of_four)
    reader = Reader()
    reader.feed(page.html)
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    assert reader.addresses == []
    assert any('<script>alert("x")</script> & Con' in words for words in reader.items)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_text_and_html_say_the_same(case, any_of_four, language):
    site, finding, decision = case
    page = explain(decision, site=site, finding=finding, ruleset=any_of_four, language=language)
    reader = Reader()
    reader.feed(page.html)
    in_text = [line.removeprefix("  - ") for line in page.text.splitlines()[1:] if line]
    in_html = [words for words in reader.items if words.strip()]
    assert in_text == in_html[in_html.index(in_text[0]) :]


def test_place_and_source(case, any_of_four):
    site, finding, decision = case
    page = explain(
        decision,
        site=site,
        finding=finding,
        ruleset=any_of_four,
        sources={"I7": "dsdn_thuan_an.xlsx, 12/02/2026"},
    )
    for line in (
        "  - Địa chỉ: 12 Đường số 3",
        "  - Nguồn vị trí: Thửa đất",
        "  - Độ chính xác vị trí: 5 m",
        "  - Nguồn dữ liệu: dsdn_thuan_an.xlsx, 12/02/2026; Sổ 2025",
        "  - Mã quyết định: assess-1:A",
        f"  - Mã băm đầu vào: {decision['input_hash']}",
        "  - Thửa 12",
    ):
        assert line in page.text.splitlines()
    assert "Luật Khiếu nại 2011, Điều 9" in page.text


def test_override_is_explained_with_its_ground(case, any_of_four):
    site, finding, decision = case
    new = override(
        decision,
        route="stay",
        author="Nguyễn A",
        ground="Biên bản 7",
        decided_at=DECIDED_AT + dt.timedelta(days=1),
    ).iloc[0]
    text = explain(new, site=site, finding=finding, ruleset=any_of_four).text
    assert "  - Thay kết luận: assess-1:A" in text
    assert "  - Căn cứ thay đổi: Biên bản 7" in text


def test_another_content_of_the_rule_set_cannot_explain_it(case, any_of_four):
    site, finding, decision = case
    other = with_parameters(any_of_four, {"min_residential_share": 0.6})
    with pytest.raises(DataError, match="was not made by this content"):
        explain(decision, site=site, finding=finding, ruleset=other)
    with pytest.raises(DataError, match="was not made by this content"):
        explain(decision, site=site, ruleset=load_shipped("plan-2022"))
