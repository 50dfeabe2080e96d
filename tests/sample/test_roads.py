"""The schematic road network: in one piece, also by the one-way streets."""

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo_relocation.geo.crs import WGS84, parse_crs, transform


@pytest.fixture(scope="module")
def network(province):
    """Node pairs in the directions that traffic may go, and the nodes' coordinates."""
    roads = province["roads"]
    lines = roads.geometry.to_numpy()
    ends = [shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)]
    nodes, number = np.unique(np.round(np.vstack(ends), 2), axis=0, return_inverse=True)
    start, end = number[: len(lines)], number[len(lines) :]
    ahead = (roads["oneway"] != "backward").to_numpy()
    back = (roads["oneway"] != "forward").to_numpy()
    tail = np.concatenate([start[ahead], end[back]])
    head = np.concatenate([end[ahead], start[back]])
    return tail, head, nodes


def test_every_place_can_be_reached_from_every_other(network):
    tail, head, nodes = network
    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(nodes), len(nodes)))
    count, _ = connected_components(graph, directed=True, connection="strong")
    assert count == 1


def test_roads_meet_only_at_their_ends(province):
    roads = province["roads"]
    streets = roads[roads["road_class"] != "service"]
    pairs = shapely.STRtree(streets.geometry).query(streets.geometry, predicate="crosses")
    assert pairs.shape[1] == 0


def test_the_network_has_the_looks_of_one(province, districts):
    roads = province["roads"]
    assert 2_000 <= len(roads) <= 6_000
    assert set(roads["oneway"]) == {"no", "forward", "backward"}
    names = roads["name"].dropna()
    assert names.str.endswith("(sơ đồ)").all()
    assert {"QL13 (sơ đồ)", "ĐT743 (sơ đồ)", "Mỹ Phước – Tân Vạn (sơ đồ)"} <= set(names)
    province_shape = shapely.union_all(list(districts.values())).buffer(1)
    assert shapely.contains(province_shape, roads.geometry.to_numpy()).all()


def test_every_drawn_park_has_a_gate_on_the_network(province, network):
    _, _, nodes = network
    parks = province["parks"]
    drawn = parks[parks["geometry"].notna()]
    x, y = transform(
        drawn["gate_lon"].to_numpy(), drawn["gate_lat"].to_numpy(), WGS84, parse_crs("EPSG:9210")
    )
    gates = shapely.points(x, y)
    fence = shapely.boundary(drawn.geometry.to_numpy())
    assert (shapely.distance(gates, fence) < 0.2).all()
    nearest = shapely.STRtree(shapely.points(nodes)).query_nearest(gates, return_distance=True)[1]
    assert (nearest < 1.2).all()
