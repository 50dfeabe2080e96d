"""What stands for a scenario is a shipped id or a file; neither passes for the other."""

import pytest

import geo_relocation
from geo_relocation.errors import ScenarioError, UnknownNameError

# Files that say nothing, or nothing with a value; the last holds no more than a shipped id.
CONTENT = ["", "\n", "# chưa viết\n", "[who]\n", "[who]\n[limits]\n", "default"]


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "w.gpkg"
    with geo_relocation.create(str(path)) as made:
        yield made


@pytest.mark.parametrize("content", CONTENT)
def test_a_file_is_read_as_a_file_whatever_it_holds(content, run, workspace, tmp_path):
    path = tmp_path / "phuong-an.toml"
    path.write_text(content, "utf-8")
    done = run("match", path, "--json", workspace=workspace.store.url)
    assert done.code == 1
    assert "mistake" in done.err


@pytest.mark.parametrize("content", CONTENT[:-1])
def test_what_is_no_word_is_content(content, workspace):
    with pytest.raises(ScenarioError):
        workspace.scenario(content)


def test_a_word_is_a_name(workspace):
    assert workspace.scenario("default").id == "default"
    with pytest.raises(UnknownNameError, match="default"):
        workspace.scenario("phương-án")
