"""Where workers live counts in a plan: through the command, errors included."""

import geopandas as gpd
import pytest

from geo_relocation.workspace import open_workspace

COUNTED = "[weights]\nhomes = 2.0\n"


@pytest.fixture
def homes(tmp_path, at):
    """``homes([x, …], site_id=[…])``: a file of homes, km east of the firms, in degrees."""

    def made(places, crs=9210, **columns):
        path = tmp_path / "nha-o.gpkg"
        shapes = [None if x is None else at(x) for x in places]
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
        (frame if crs is None else frame.to_crs(4756)).to_file(path)
        return path

    return made


def match(run, workspace, scenario, *more):
    return run("match", scenario, "--work", 1, "--json", *more, workspace=workspace)


def plan(workspace):
    with open_workspace(workspace) as opened:
        newest = opened.latest_plan()
        return opened.plans.stored_plans.plan(newest), opened.plan_assignments(newest).set_index(
            "site_id"
        )


def test_a_firm_goes_where_its_workers_live(run, province, scenario_file, homes):
    scenario = scenario_file(COUNTED)
    # B's workers live between both parks, nearer to the west; A's in the west but for a few.
    path = homes([-10, 20, -3], Ma_co_so=["A", "A", "B"], **{"Số công nhân": ["90", "10", "5"]})
    done = match(run, province, scenario, "--homes", path)
    assert done.code == 0, done.err
    _, rows = plan(province)
    assert rows["park_id"].dropna().to_dict() == {"A": "W", "B": "E"}
    # 90 workers at the gate and 10 thirty kilometres off; 23 km for all of B's; weight 2.
    assert rows["cost_homes"].dropna().to_dict() == pytest.approx({"A": 6.0, "B": 46.0}, abs=0.1)
    assert any("1 firm has no known homes" in note for note in done.json["notes"])
    # The other way round, the other way round.
    other = homes([-3, -10], site_id=["A", "B"], workers=[5, 100])
    assert match(run, province, scenario, "--homes", other).code == 0
    assert plan(province)[1]["park_id"].dropna().to_dict() == {"A": "E", "B": "W"}


def test_homes_without_workers_count_one_each_and_those_of_nobody_nothing(
    run, province, scenario_file, homes
):
    done = match(
        run, province, scenario_file(COUNTED), "--homes", homes([-10, 20], site_id=["A", "A"])
    )
    assert any(note.startswith("2 homes state no number of workers") for note in done.json["notes"])
    _, rows = plan(province)
    assert rows["cost_homes"].dropna().to_dict() == pytest.approx({"A": 30.0, "B": 0.0}, abs=0.1)
    path = homes([-10, 20], site_id=["A", "A"], workers=[7, 0])
    found = match(run, province, scenario_file(COUNTED), "--homes", path).json["notes"]
    assert not any("no number" in note for note in found)
    assert plan(province)[1].loc["A", "cost_homes"] == pytest.approx(0.0, abs=0.1)


def test_homes_that_count_nothing_and_a_weight_without_homes_are_said(
    run, province, scenario_file, homes
):
    path = homes([20], site_id=["A"], workers=[3])
    unused = match(run, province, scenario_file(), "--homes", path)
    assert any("weights.homes = 0" in note for note in unused.json["notes"])
    assert plan(province)[1]["cost_homes"].dropna().eq(0).all()
    missing = match(run, province, scenario_file(COUNTED))
    assert any(
        "no homes of workers are known: 0 is counted" in note for note in missing.json["notes"]
    )
    plain = match(run, province, scenario_file())
    assert not any("homes" in note for note in plain.json["notes"])


def test_homes_are_part_of_what_a_plan_was_made_from(run, province, scenario_file, homes):
    hashes = []
    for workers in (3, 3, 4):
        path = homes([20], site_id=["A"], workers=[workers])
        assert match(run, province, scenario_file(COUNTED), "--homes", path).code == 0
        hashes.append(plan(province)[0]["input_hash"])
    assert match(run, province, scenario_file(COUNTED)).code == 0
    hashes.append(plan(province)[0]["input_hash"])
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize(
    ("places", "columns", "words"),
    [
        ([1, 1], {"site_id": ["A", "X9"]}, ["Homes of workers", "X9", "no site"]),
        ([1], {"ghi_chu": ["x"]}, ["site_id", "ghi_chu"]),
        ([1, None, 1], {"site_id": ["A", "A", None]}, ["2 of", "row 2, 3"]),
        (
            [1, 1],
            {"site_id": ["A", "B"], "workers": ["5", "nhiều"]},
            ["number of workers", "row 2"],
        ),
        ([1, 1], {"site_id": ["A", "B"], "workers": [5, -1]}, ["number of workers", "row 2"]),
        ([1], {"site_id": ["A"], "crs": None}, ["reference system"]),
    ],
    ids=["unknown site", "no column", "no id or place", "no number", "negative", "no CRS"],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_what_cannot_be_used_is_named_and_nothing_is_stored(
    run, province, scenario_file, homes, places, columns, words
):
    done = match(run, province, scenario_file(COUNTED), "--homes", homes(places, **columns))
    assert done.code == 1
    for word in words:
        assert word in done.err.replace("\n", " ")
    with open_workspace(province) as opened:
        assert opened.read("scenarios").empty
