"""What-ifs of a few lines on the default, reckoned by hand on the small province."""

from geo_relocation.workspace import open_workspace


def test_closing_delay_and_lock_do_what_they_say(run, province, tmp_path):
    """Of A and B (4 ha) one goes 10 km to W (5 ha), one 20 km to E (4 ha); C fits nowhere."""

    def asked(name, changes):
        path = tmp_path / f"{name}.toml"
        path.write_text(f'id = "{name}"\ntitle = "Thử"\nextends = "default"\n{changes}', "utf-8")
        done = run("match", path, "--work", 1, "--json", workspace=province)
        assert done.code == 0, done.err
        with open_workspace(province) as opened:
            rows = opened.read("assignments", where={"plan_id": done.json["plan_id"]})
        placed = rows[rows["park_id"].notna()]
        return {
            park: (site, int(year))
            for site, park, year in zip(
                placed["site_id"], placed["park_id"], placed["phase"], strict=True
            )
        }

    assert set(asked("dong", 'close = ["Khu Tây"]\n')) == {"E"}
    late = asked("muon", 'opening = [{ park = "Khu Tây", year = 2028 }]\n')
    assert late["W"][1] == 2028
    assert late["E"][1] < 2028
    for site, other in (("A", "B"), ("B", "A")):
        locked = asked(f"chot-{site}", f'[[locks]]\nsite = "{site}"\npark = "Khu Đông"\n')
        assert (locked["E"][0], locked["W"][0]) == (site, other)
