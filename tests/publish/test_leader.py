"""The leader's page: one page of A4, the plan's own figures, no code, and a picture of the map."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from docx import Document
from PIL import Image
from shapely import MultiPolygon, Point, Polygon, box

from geo_relocation.messages import Language
from geo_relocation.model.money import Payer
from geo_relocation.model.told import stored, told
from geo_relocation.publish import (
    Content,
    Money,
    leader_page,
    palette,
    write_leader_document,
    write_leader_pdf,
)
from geo_relocation.publish import pdf as pdf_module
from geo_relocation.publish.leader_picture import HEIGHT, WIDTH
from geo_relocation.publish.picture import Canvas, Extent

from .conftest import make_content
from .test_words import CODES, own_words, wordless, wrong_in

MONEY = Money({Payer.INDUSTRY: 1_234_000_000, Payer.LABOUR: 266_000_000}, 3, 34_000_000)


def texts_of(path: Path) -> list[str]:
    document = Document(str(path))
    cells = [c for table in document.tables for row in table.rows for c in row.cells]
    found = [p.text for p in document.paragraphs] + [p.text for c in cells for p in c.paragraphs]
    return [text for text in found if text.strip()]


def crowded(content: Content) -> Content:
    """A plan with as much to say as a page may meet: long names, many years, many notes."""
    notes = [
        told("matching.scope", count=17, conditions=told("matching.scope-any-verdict"), years="x"),
        told("matching.land-factor", count=975, factor=1.2, source="giả định " * 40),
        told("matching.rent-assumed", count=12, usd=85.5),
        *(
            told(f"matching.{name}", count=9)  # type: ignore[arg-type]
            for name in (
                "receives-assumed", "south-assumed", "wastewater-unlimited", "env-level-unknown",
                "land-from-outline", "wastewater-unknown", "not-decided",
            )
        ),
    ]  # fmt: skip
    specification = {
        "scope": {"decided": False, "firms": 17, "routes": [], "verdicts": [], "years": [2026]},
        "notes": [stored(note) for note in notes],
    }
    plan = content.frame("scenario").assign(
        title="Phương án với một cái tên dài " * 20,
        specification=json.dumps(specification, ensure_ascii=False),
    )
    rows = content.frame("assignments")
    rows = rows.assign(
        phase=pd.array(
            np.where(rows["park_id"].notna(), 2026 + np.arange(len(rows)), pd.NA), "Int64"
        )
    )
    parks = content.frame("parks")
    parks = parks.assign(name=[f"{name} và một cái tên rất dài nữa" for name in parks["name"]])
    return make_content(scenario=plan, assignments=rows, parks=parks)


def pages_of(path: Path) -> int:
    told_of = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size:\s+595\.\d+ x 84[12]", told_of)
    return int(re.search(r"Pages:\s+(\d+)", told_of)[1])  # type: ignore[index]


def test_the_page_has_the_figures_of_the_plan(content: Content, tmp_path: Path) -> None:
    page = leader_page(content, MONEY)
    text = "\n".join(texts_of(write_leader_document(page, tmp_path / "t.docx").path))
    rows = content.frame("assignments")
    placed = rows[rows["park_id"].notna()]
    assert len(placed) == 13
    assert "13 trong 17 cơ sở có chỗ" in text
    assert {name: value for value, name in page.figures} == {
        "cơ sở có chỗ": "13",
        "cơ sở chưa có chỗ": "4",
        "héc-ta": f"{placed['land_m2'].sum() / 1e4:.1f}".replace(".", ","),
        "năm có di dời": str(placed["phase"].nunique()),
        "tỷ đồng hỗ trợ": "1,5",
    }
    years = {int(name): int(value.split()[0]) for name, value in page.years.rows}
    assert years == placed.groupby("phase").size().to_dict()
    assert page.payers.rows == (
        ("Sở Công Thương", "1,23 tỷ"),
        ("Sở Lao động – Thương binh và Xã hội", "0,27 tỷ"),
    )
    assert "KCN Cây Trường\t7 cơ sở" in text
    assert "chưa có hiệu lực" in text
    assert "3 cơ sở có khoản chưa tính được" in text
    assert "DỮ LIỆU MẪU" in text


def test_money_that_nobody_worked_out_is_said_to_be_so(content: Content) -> None:
    for money, sentence in ((None, "Chưa tính hỗ trợ."), (Money(), "Chưa tính được khoản nào")):
        page = leader_page(content, money)
        assert page.figures[-1] == ("–", "tỷ đồng: chưa tính được")
        assert page.payers.rows[0][0].startswith(sentence)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_speaks_one_language_and_no_code(language: Language, tmp_path: Path) -> None:
    page = leader_page(wordless(language), MONEY)
    path = write_leader_document(page, tmp_path / "t.docx").path
    payers = {payer.label(language) for payer in Payer}
    texts = own_words(text for text in texts_of(path) if text.split("\t")[0] not in payers)
    assert len(texts) > 20
    assert sorted(wrong_in(language, texts)) == []
    whole = " ".join(texts_of(path))
    assert not {code for code in CODES if "_" in code and code in whole}
    assert not re.search(r"\b[0-9a-f]{12,}\b|plan-\d", whole)


@pytest.mark.parametrize("much", [False, True])
def test_it_is_one_page_as_pdf_with_the_picture_in_it(
    content: Content, tmp_path: Path, much: bool
) -> None:
    page = leader_page(
        crowded(content) if much else content, MONEY, doubts=["Phương án: lỗi thời."] * (3 * much)
    )
    path = write_leader_pdf(page, tmp_path / "t.pdf").path
    assert pages_of(path) == 1
    subprocess.run(["pdftoppm", "-r", "40", "-png", path, tmp_path / "t"], check=True)
    seen = np.asarray(Image.open(next(tmp_path.glob("t*.png"))).convert("RGB")).astype(int)
    park = np.array([int(palette.PARK_STATUSES[0].color[at : at + 2], 16) for at in (1, 3, 5)])
    assert (np.abs(seen - park).sum(axis=2) < 60).sum() > 5
    # Written again over itself, but not over a PDF of somebody else's.
    write_leader_pdf(page, path)
    shutil.copy(path, tmp_path / "other.pdf")


def test_nothing_of_the_picture_is_cut_off(content: Content, tmp_path: Path) -> None:
    plain = BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (255, 0, 255)).save(plain, "PNG")
    page = replace(leader_page(content, MONEY), picture=plain.getvalue())
    path = write_leader_pdf(page, tmp_path / "t.pdf").path
    subprocess.run(["pdftoppm", "-r", "100", "-png", path, tmp_path / "t"], check=True)
    seen = np.asarray(Image.open(next(tmp_path.glob("t*.png"))).convert("RGB")).astype(int)
    rows, columns = np.nonzero(np.abs(seen - (255, 0, 255)).max(axis=2) < 60)
    width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert width == pytest.approx(9.2 / 2.54 * 100, abs=2)
    assert height == pytest.approx(width * HEIGHT / WIDTH, abs=2)


def test_without_libreoffice_the_error_says_what_to_do(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pdf_module.OutputError, match="LibreOffice"):
        write_leader_pdf(leader_page(content, None), tmp_path / "t.pdf")
    assert not (tmp_path / "t.pdf").exists()


def pixels(canvas: Canvas, tmp_path: Path) -> np.ndarray:
    path = tmp_path / "p.png"
    path.write_bytes(canvas.png())
    return np.asarray(Image.open(path))


def test_the_picture_shows_the_town(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(leader_page(content, None).picture)
    image = Image.open(path)
    assert image.size == (WIDTH, HEIGHT)
    seen = {tuple(color) for color in np.asarray(image).reshape(-1, 3)}
    for color in (palette.PLACED.color, palette.UNPLACED.color, palette.PARK_STATUSES[0].color):
        assert tuple(int(color[at : at + 2], 16) for at in (1, 3, 5)) in seen


def test_areas_are_filled_as_geometry_says(tmp_path: Path) -> None:
    ring = Polygon([(5, 5), (45, 8), (40, 44), (9, 40)], [[(15, 15), (30, 16), (25, 30)]])
    shape = MultiPolygon([ring, box(46, 46, 70, 49)])
    canvas = Canvas(Extent(0, 0, 50, 50), 50, 50)
    canvas.area(shape, "#000000")
    dark = pixels(canvas, tmp_path)[..., 0] < 128
    for row in range(50):
        for column in range(50):
            middle = Point(column + 0.5, 49.5 - row)
            if shape.boundary.distance(middle) > 1.0:
                assert dark[row, column] == shape.contains(middle)


def test_lines_discs_and_numbers_lie_where_they_should(tmp_path: Path) -> None:
    canvas = Canvas(Extent(0, 0, 100, 50), 200, 100)
    canvas.lines(np.array([[10.0, 10.0]]), np.array([[90.0, 10.0]]), "#FF0000", width=4)
    canvas.lines(np.array([[np.nan, 1.0]]), np.array([[90.0, 10.0]]), "#00FF00", width=2)
    canvas.discs(np.array([[50.0, 30.0], [-500.0, 3.0]]), 8.0, "#0000FF", edge="#00FF00")
    canvas.number(1, np.array([50.0, 30.0]), "#FFFFFF", height=7)
    seen = pixels(canvas, tmp_path)
    assert tuple(seen[80, 100]) == (255, 0, 0)
    assert tuple(seen[80, 10]) == (255, 255, 255)
    assert tuple(seen[40, 94]) == (0, 0, 255)
    assert tuple(seen[40, 100]) != (0, 0, 255)
    assert tuple(seen[60, 120]) == (255, 255, 255)


def test_crossing_lines_grow_stronger_only_where_they_lie_upon_each_other(tmp_path: Path) -> None:
    canvas = Canvas(Extent(0, 0, 100, 100), 100, 100)
    starts, ends = np.array([[0.0, 50.0], [50.0, 0.0]]), np.array([[100.0, 50.0], [50.0, 100.0]])
    canvas.lines(starts, ends, "#000000", width=3, alpha=0.5, adding=True)
    seen = pixels(canvas, tmp_path)[..., 0].astype(int)
    assert abs(seen[50, 20] - 128) <= 2
    assert abs(seen[50, 50] - 64) <= 2
