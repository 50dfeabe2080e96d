"""One session over all commands, read by a Vietnamese: no English word, no code without a label."""

from __future__ import annotations

import json
import re
from importlib import resources

import geopandas as gpd
import pytest
import vietnamese

from geo_relocation.model import enums, schemas

SITES = """Mã cơ sở,Tên cơ sở,Mã ngành VSIC,Diện tích đất (m2),Số lao động,Kinh độ,Vĩ độ
A,Xưởng gỗ Thành Công,1610,40000,120,106.70,10.95
B,Xưởng gỗ Bình Minh,1622,40000,80,106.7005,10.9505
C,Hóa chất Đông Nam,2011,50000,300,106.701,10.951
C,Hóa chất Đông Nam 2,2011,50000,ba trăm,106.701,10.951
D,Cơ khí Tân Tiến,9999,rộng,10,10.95,106.70
"""
CODES = frozenset(
    one.value for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, enums.LabelledEnum)
    for one in kind
)  # fmt: skip
"""Values of closed lists, which a message names where they have to be typed."""


KINDS = frozenset(name for layer in schemas().values() for name in layer.columns)
"""Names of attributes, which the issue log names in its sentences."""

TYPED = frozenset(
    ("all", "done", "false", "first", "last", "must", "never", "new", "nothing", "true", "value",
     "where", "who", "why")
)  # fmt: skip
"""Names in files and on the command line that sentences have to spell."""

SOURCES = frozenset(
    word
    for file in resources.files("geo_relocation.support").joinpath("policies").iterdir()
    for line in file.read_text("utf-8").splitlines()
    if line.startswith(("ground", "certainty", "source"))
    for word in re.findall(r"[A-Za-z]+", line)
)
"""Words in which the shipped policies name their sources: data, in whatever language it is."""


class Session:
    """Runs commands in Vietnamese and reads what they say."""

    def __init__(self, run, workspace):
        self._run, self.workspace = run, workspace
        self.known = vietnamese.commands()
        self.used: set[tuple[str, ...]] = set()
        self.faults: list[str] = []

    def __call__(self, *words, code=0, workspace=None, typed=frozenset(), codes=False):
        """Run a command: it has to end with a code, and to speak Vietnamese."""
        words = tuple(map(str, words))
        self.used |= {path for path in self.known if words[: len(path)] == path}
        done = self._run(*words, "--lang", "vi", workspace=workspace or self.workspace)
        said = f"{done.out}\n{done.err}"
        call = " ".join(words)
        if done.code != code:
            self.faults.append(f"[{call}] ended with {done.code}: {done.err[-600:]}")
        typed = typed | (CODES if code else frozenset())
        self.faults += [f"[{call}] {one}" for one in vietnamese.not_vietnamese(said, typed=typed)]
        if not codes:
            self.faults += [f"[{call}] {one}" for one in vietnamese.codes_shown(done.out)]
        return done

    def json(self, *words):
        """What a command says in JSON."""
        done = self._run(*words, "--json", workspace=self.workspace)
        assert done.code == 0, done.err
        return json.loads(done.out)


@pytest.fixture
def files(tmp_path):
    """The files of a small office: sites with mistakes, zones, parks."""
    (tmp_path / "ds.csv").write_text(SITES, "utf-8")
    middle = gpd.GeoSeries(gpd.points_from_xy([106.70], [10.95]), crs=4326).to_crs(9210).iloc[0]
    zones = {"Mã vùng": ["R", "X"], "Trạng thái": ["Quy hoạch", "Quy hoạch"],
             "Mã loại đất": ["ODT", "ZZZ"]}  # fmt: skip
    gpd.GeoDataFrame(
        zones, geometry=[middle.buffer(3000), middle.buffer(3500).difference(middle.buffer(3000))],
        crs=9210,
    ).to_file(tmp_path / "qh.gpkg")  # fmt: skip
    parks = {"Mã khu": ["W", "E"], "Tên khu/cụm": ["Khu Tây", "Khu Đông"],
             "Tình trạng": ["Đang hoạt động", "Đang hoạt động"],
             "Tiếp nhận di dời": [True, True], "Diện tích còn trống (ha)": [5.0, 4.0],
             "Ngành không tiếp nhận": ["20", None]}  # fmt: skip
    places = [gpd.points_from_xy([middle.x + km * 1000], [middle.y])[0] for km in (-10, 20)]
    gpd.GeoDataFrame(parks, geometry=[p.buffer(300) for p in places], crs=9210).to_file(
        tmp_path / "khu.gpkg"
    )
    return tmp_path


@pytest.fixture
def session(run, files):
    return Session(run, files / "tinh.gpkg")


def test_no_command_says_anything_in_english(session, files, monkeypatch):
    say = session
    monkeypatch.chdir(files)
    say("init")
    say("init", code=2)
    say("import", "sites", "--template", "mau.xlsx")
    say("import", "sites", "ds.csv", "--dry-run", "--issues", "loi.xlsx")
    say("import", "sites", "ds.csv", "--changes", "doi.xlsx")
    say("import", "sites", "ds.csv")
    say("import", "zones", "qh.gpkg", "--code-system", "vn-2024")
    say("import", "parks", "khu.gpkg")
    say("import", "lop-khong-co", "ds.csv", code=2)
    say("import", "sites", "khong-co.csv", code=2)
    say("import", "sites", "ds.csv", "--map", "Tên=name", code=2)
    say("issues", typed=KINDS, codes=True)
    say("issues", "--closed", typed=KINDS, codes=True)
    say("issues", "--unknown-uses", "loai.csv")
    say("mappings")
    say("mappings", "--forget", "khong", code=2)
    say("sectors")
    say("sectors", "--suggest", "nganh.xlsx")
    say("check")
    say("check", "--history")
    say("units", "--dry-run", code=1)
    say("totals")
    say("totals", "--by", "new-unit")
    say("match", "default", code=1)
    say("assess", "--rules", "any-of-four-2024", code=1)
    say("screen")
    say("screen", "--threshold", "2", code=2)
    say("screen", "--houses", "khong-co.gpkg", code=2)
    say("rules")
    say("rules", "--show", "khong", code=2)
    say("schedules", "show", typed=frozenset({"template"}))
    say("assess", "--rules", "any-of-four-2024", "--deadlines", "press-2025")
    say("assess", "--rules", "template-points", "--batches", "template")
    say("assess", "--rules", "khong", code=2)
    say("schedules", "compare", "plan-2022", "press-2025", "--batches", "plan-2022")
    say("robustness", "--rules", "any-of-four-2024")
    say("robustness", "--rules", "any-of-four-2024", "--near")
    say("robustness", "--rules", "any-of-four-2024", "--against", "four-groups-2022")
    say("explain", "A")
    say("explain", "A", "--out", "giai-trinh.html")
    say("explain", "ZZ", code=2)
    _on_the_list(say)
    _on_plans(say)
    _on_publications(say)
    _on_upkeep(say, files)
    assert not say.faults, "\n".join(say.faults)
    lacking = set(say.known) - say.used
    assert not lacking, f"commands that the session leaves out: {lacking}"


def _on_the_list(say):
    say("list", "show")
    say("list", "move", "A", "listed", "--ground", "Danh sách phường")
    say("list", "move", "A", "enforced", "--ground", "x", code=1)
    say("list", "move", "A", "mat-tich", "--ground", "x", code=1)
    say("list", "step", "A", "--ground", "Đã đến làm việc")
    (event,) = [one for one in say.json("list", "history", "A") if one["kind"] == "transition"]
    say("list", "correct", event["id"], "candidate", "--ground", "Nhầm cơ sở")
    say("list", "complain", "A", "--ground", "Đã có giấy phép")
    (complaint,) = [one for one in say.json("list", "history", "A") if one["kind"] == "complaint"]
    say("list", "resolve", complaint["id"], "upheld", "--ground", "Kết luận", code=1)
    say("list", "resolve", complaint["id"], "thang", "--ground", "Kết luận", code=2)
    say("override", "A", "--route", "close", "--ground", "Kết luận số 5")
    say("override", "A", "--route", "bien-mat", "--ground", "x", code=2)
    say("list", "resolve", complaint["id"], "rejected", "--ground", "Không có cơ sở")
    say("list", "history", "A")
    say("list", "diff", "2020-01-01")
    say("list", "overdue", "--as-of", "2035-01-01")
    say("override", "A", "--route", "relocate", "--ground", "Kết luận số 6")


def _on_plans(say):
    say("match", "default", "--work", "1")
    say("match", "khong", code=2)
    say("match", "default", "--work", "1", "--replan", "khong", code=2)
    say("match", code=2)
    say("match", "--resume", "khong", code=2)
    plan = say.json("scenario", "show")[0]["plan_id"]
    say("match", "default", "--work", "1", "--replan", plan, "--lots")
    other = say.json("scenario", "show")[-1]["plan_id"]
    say("scenario", "show")
    say("scenario", "show", plan)
    say("scenario", "show", "khong", code=2)
    say("scenario", "check", "default")
    say("scenario", "check", "khong", code=2)
    say("scenario", "new", "thu", "--from", "khong", code=2)
    say("scenario", "compare", plan, other)
    say("scenario", "compare", plan, other, "--firms")
    say("scenario", "approve", plan, "--document", "12/QĐ", "--date", "2026-01-02")
    say("scenario", "approve", plan, "--document", "12/QĐ", "--date", "2026-01-02", code=2)
    say("scenario", "withdraw", plan, "--document", "13/QĐ", "--date", "2026-01-03")
    say("scenario", "why", "A")
    say("scenario", "why", "C", code=1)
    say("scenario", "alternatives", "default", "--count", "1", "--seconds", "1")
    say("scenario", "frontier", "default")
    say("scenario", "hectare", "default", "W")
    say("scenario", "siting", "default", "--candidate", "W:40:500:2028")
    say("scenario", "siting", "default", "--candidate", "W:x", code=2)
    say("support", "policies", typed=SOURCES, codes=True)
    say("support", "estimate", "A", typed=SOURCES, codes=True)
    say("runs")
    say("runs", "show", say.json("runs")[-1]["run_id"])
    say("runs", "show", say.json("runs")[0]["run_id"])
    say("runs", "cancel", say.json("runs")[-1]["run_id"], code=2)
    say("runs", "--compare", say.json("runs")[0]["run_id"], code=2)


def _on_publications(say):
    say("map", "--out", "ban-do.html")
    say("map", "--out", "ds.csv", code=2)
    say("export", "qgis", "--out", "qgis")
    say("export", "xlsx", "--out", "ds.xlsx")
    say("export", "docx", "--out", "bc.docx")
    say("report", "leader", "--out", "trang.docx")
    say("report", "leader", code=2)
    say("export", "geoparquet", "--out", "parquet")
    say("explain", "A", "--columns", "x", code=2)
    say("issues", "--columns", "khong", code=2)
    say("issues", "--csv", "loi.csv", typed=KINDS | CODES, codes=True)


def _on_upkeep(say, files):
    say("migrate", code=2)
    say("sample", workspace=files / "khong-co" / "w.gpkg", code=2)
    say("demo", "ds.csv", code=2)
    say("undo")
    imports = say.json("undo")
    say("undo", imports[-1]["import_id"], code=1)
    say("undo", imports[0]["import_id"], "--keep-history")
    say("screen", workspace=files / "khong-co.gpkg", code=2)
    say("undo", "khong", code=2)
    say("screen", "--wrong", code=2)
    say("list", "show", "--as-of", "1/2/2026", code=2)
    say("scenario", "alternatives", "default", "--count", "ba", code=2)
    say("list", code=2)
    say("bando", code=2)


def test_no_help_says_anything_in_english(session):
    for path in [(), *sorted({path[:1] for path in session.known}), *sorted(session.known)]:
        done = session._run(*path, "--help", "--lang", "vi")
        session.faults += [
            f"[{' '.join(path)} --help] {one}"
            for one in vietnamese.not_vietnamese(done.out, typed=CODES | {"all", "dearer"})
        ]
        session.faults += [
            f"[{' '.join(path)} --help] {kind}" for kind in re.findall(r"<[a-z ]+>", done.out)
        ]
    assert not session.faults, "\n".join(session.faults)


def test_no_translation_holds_an_english_word():
    found = [
        f"{word}: {said}"
        for said in vietnamese.translations()
        for word in sorted(vietnamese.words_of(said) & vietnamese.COMMON - TYPED)
    ]
    assert not found, "\n".join(found)
