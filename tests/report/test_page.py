import base64
import dataclasses
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from numerics import tabulate
from report import Claim, judge
from report.figures.trend import regression_figure, trend_figure
from report.page import write_report
from report.readers.log_table import LogTable
from report.readers.run_files import runs_of
from report.setting import Request, Section, Style
from report.settings import descent
from report.text_table import told_slope
from report.typesetting import typeset


@pytest.fixture
def written(tiny_comparison, tiny_page):
    return tiny_comparison[0], tiny_page


@pytest.fixture
def write_settings(tiny_comparison, tmp_path):
    """Write the page of any settings; returns its text."""

    def write(*settings):
        by_name = {setting.name: setting for setting in settings}
        comparison = replace(tiny_comparison[0], settings=settings, claims=judge(by_name))
        return write_report(comparison, tmp_path).read_text(encoding="utf-8")

    return write


class Checker(HTMLParser):
    """Collects ids, links, outside references and tables' rows, and finds tags left open."""

    void = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.outside = [], [], [], []
        self.tables = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"][1:]] if values.get("href", "").startswith("#") and tag == "a" else []
        self.outside += [values[name] for name in ("src", "href") if values.get(name, "").startswith(("http", "//"))]
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in self.void:
            self.open.append(tag)

    def handle_data(self, data):
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checked(html):
    checker = Checker()
    checker.feed(html)
    return checker


def test_the_page_is_self_contained_and_well_formed(written):
    _, page = written
    checker = checked(page.read_text(encoding="utf-8"))
    assert not checker.open
    assert not checker.outside
    assert len(checker.ids) == len(set(checker.ids))
    assert set(checker.links) <= set(checker.ids)


def test_every_figure_is_on_the_page_and_on_disk(written):
    _, page = written
    html = page.read_text(encoding="utf-8")
    names = {path.stem for path in (page.parent / "figures").glob("*.svg")}
    kinds = {name.rsplit("-", 1)[0] for name in names}
    assert kinds == {"common", "offsets", "descent-trust"} | {
        f"{setting}-{kind}" for setting in ("linear", "descent", "parity") for kind in ("trend", "fits", "regression")
    }
    assert html.count("<svg") == len(names)
    for path in (page.parent / "figures").glob("*.svg"):
        ElementTree.parse(path)


def test_each_figure_has_its_numbers_and_each_point_a_row(written):
    comparison, page = written
    html = page.read_text(encoding="utf-8")
    links = re.findall('href="(figures/[^"]*)"', html)
    assert {page.parent / link for link in links} == set((page.parent / "figures").glob("*.csv"))
    assert all((page.parent / link).with_suffix(".svg").exists() for link in links)
    rows = set(re.findall('<tr id="([^"]*-run-[^"]*)"', html))
    pointed = set(re.findall('xlink:href="#([^"]*-run-[^"]*)"', html))
    assert pointed <= rows
    tables = {setting.name: setting.table for setting in comparison.settings}
    tables |= {f"{setting.name}-{one.name}": one.table for setting in comparison.settings for one in setting.companions}
    assert rows == {f"{name}-run-{k}" for name, table in tables.items() for k in range(len(table))}
    fitted = {
        f"{name}-run-{k}" for name, table in tables.items() for k, row in enumerate(table) if row["status"] == "ok"
    }
    assert pointed == {name for name in fitted if "forbidden" not in name}


def test_the_policy_of_the_page_lets_its_own_script_run_and_no_other(written):
    _, page = written
    html = page.read_text(encoding="utf-8")
    script = re.search("<script>(.*?)</script>", html, flags=re.S)[1]
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    assert policy.startswith("default-src 'none';")
    assert re.findall("sha256-([^']*)'", policy) == [told]
    assert html.count("<script") == 1
    assert not re.search(r"\son\w+=", re.sub("<script>.*?</script>", "", html, flags=re.S))


def test_what_differs_between_two_makings_is_in_a_file_of_its_own(written):
    comparison, page = written
    made = json.loads((page.parent / "provenance.json").read_text(encoding="utf-8"))
    assert made == dataclasses.asdict(comparison.provenance)
    for name in ("index.html", "report.md", "report.json"):
        text = (page.parent / name).read_text(encoding="utf-8")
        assert made["written"] not in text
        assert made["machine"] not in text


def test_all_claims_and_formulas_are_there(written):
    comparison, page = written
    html = page.read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", html)
    assert len(comparison.claims) == 7
    for claim in comparison.claims:
        assert claim.verdict in text
        assert claim.sentence.split(":")[0].replace(">", "&gt;") in text
    assert "M is Miller, Gleeson, O&#39;Neill, Bui, Levi, arXiv 2402.08946." in text
    assert "S_rel" not in text  # indices are typeset
    assert "d_needed" not in text
    assert html.count("<math") >= 14
    assert "fitted of" in text


def test_json_and_markdown_hold_the_same_numbers(written):
    comparison, page = written
    numbers = json.loads((page.parent / "report.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    markdown = (page.parent / "report.md").read_text(encoding="utf-8")
    assert list(numbers["settings"]) == ["linear", "descent", "parity"]
    for setting in comparison.settings:
        told = numbers["settings"][setting.name]
        assert told["rows"] == setting.table.to_dict()["rows"]
        assert told["trends"] == setting.table.to_dict()["trends"]
        assert f"{len(setting.table.fitted)} fitted of {len(setting.table)} run" in markdown
    assert set(numbers["settings"]["linear"]["companions"]) == {"published", "forbidden"}
    assert len(numbers["settings"]["descent"]["sections"]["trust"]) == 15
    assert numbers["claims"][0]["findings"].keys() == numbers["settings"].keys()
    assert numbers["finding"] == comparison.finding
    assert comparison.finding in markdown
    assert numbers["provenance"]["versions"]["sympy"]


def test_the_finding_says_what_the_trends_say(written):
    comparison, _ = written
    for setting in comparison.settings:
        slope = setting.table.trends["relative"].slope
        # The runs of parity have two input sizes here: between two values of a knob there is no trend.
        assert np.isfinite(slope) == (setting.name != "parity")
        assert (f"G^{slope:.2f} in {setting.phrase}" in comparison.finding) == np.isfinite(slope)


def test_measured_rows_of_descent_are_not_served_when_they_were_planted(tiny_comparison):
    """After a change of the fit, too, the page must not show old numbers; see `test_kept_rows` for the key."""
    comparison, runs = tiny_comparison
    for path in (runs / "descent").iterdir():
        seal, files, rows = path.read_text().split("\n")
        planted = json.dumps([{**row, "relative_gap": 123.0} for row in json.loads(rows)])
        path.write_text("\n".join([seal, files, planted]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(descent.PRESETS, "quick", {"lam": 4, "d": 80, "seeds": 2})
        again = descent.build(Request("quick", Style("black", "o"), runs=runs))
    assert again.table.to_dict() == comparison.settings[1].table.to_dict()


def test_commands_and_signs_are_typeset():
    assert typeset("made by `make recorded` <now>") == "made by <code>make recorded</code> &lt;now&gt;"
    assert typeset("slope -0.5 in S_rel, G^-2") == "slope −0.5 in S<sub>rel</sub>, G<sup>−2</sup>"


def test_the_quick_page_tells_where_the_whole_comparison_is(written):
    _, page = written
    assert "<code>groksharp report --recorded paper</code>" in page.read_text(encoding="utf-8")
    assert "`groksharp report --recorded paper`" in (page.parent / "report.md").read_text(encoding="utf-8")


def test_the_origin_of_every_setting_is_in_the_provenance(written):
    comparison, page = written
    provenance = dict(checked(page.read_text(encoding="utf-8")).tables[-1])
    for setting in comparison.settings:
        assert setting.origin
        assert provenance[setting.title] == setting.origin
    assert provenance["command"] == comparison.provenance.command


def test_error_bars_are_drawn_where_there_is_noise(written):
    comparison, _ = written
    for setting in comparison.settings:
        for figure in (*trend_figure(setting), *regression_figure(setting)):
            bars = [bar for container in figure.axes[0].containers for bar in container.lines[2]]
            assert bool(bars) == (setting.name == "parity")


def test_titles_of_the_regressions_have_the_slopes_with_true_minus_signs(written):
    comparison, _ = written
    for setting in comparison.settings:
        for figure, trend in zip(regression_figure(setting), setting.table.trends.values(), strict=True):
            title = figure.axes[0].get_title()
            told = f"slope {told_slope(trend)}" if np.isfinite(trend.slope) else "no line"
            assert title.replace("−", "-").splitlines() == [told, *setting.table.count.split(", ")]
            assert "-" not in title


@pytest.mark.usefixtures("unrendered")
def test_a_bar_in_a_status_or_a_knob_splits_no_cell(write_settings, planted_table, planted_setting, tmp_path):
    rows = [{"run": "a|b", **row} for row in planted_table()]
    rows[3]["status"] = "the curve |y| never rises: a|b"
    html = write_settings(planted_setting("mine", tabulate(rows)))
    runs = checked(html).tables[-2]
    assert {len(row) for row in runs} == {8}
    assert runs[4][-1] == "the curve |y| never rises: a|b"
    assert runs[1][0] == "a|b"
    lines = [
        line
        for line in (tmp_path / "report.md").read_text().splitlines()
        if "never rises: a" in line and line[0] == "|"
    ]
    assert len(lines) == 1
    assert len(re.findall(r"(?<!\\)\|", lines[0])) == 9


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("count", [1, pytest.param(4, marks=pytest.mark.slow)])  # three are on the page above
def test_any_number_of_settings_makes_a_page(write_settings, planted_table, planted_setting, count, tmp_path):
    names = ["linear", "one", "two", "three"][:count]
    settings = [planted_setting(name, planted_table(seed=k)) for k, name in enumerate(names)]
    checker = checked(write_settings(*settings))
    assert not checker.open
    assert set(names) <= set(checker.links)
    claims = checker.tables[0]
    assert claims[0] == ["claim", *(setting.title for setting in settings), "verdict"]
    assert {len(row) for row in claims} == {count + 2}
    assert {path.stem.split("-")[0] for path in (tmp_path / "figures").glob("*.svg")} == {"common", "offsets", *names}


@pytest.mark.usefixtures("unrendered")
def test_each_paper_has_a_table_of_the_settings_that_say_something_of_it(
    tiny_comparison, planted_table, planted_setting, tmp_path
):
    settings = tuple(planted_setting(name, planted_table()) for name in ("first", "second"))
    theirs = Claim("Structure comes first", "U, section 3", {"second": "by 7 steps"}, "confirmed", "it does")
    ours = Claim("Sharpness falls", "M, section 2", {"first": "yes", "second": "no"}, "in part", "half of it")
    comparison = replace(tiny_comparison[0], claims=(theirs, ours), settings=settings)
    assert [(paper.letter, paper.claims) for paper in comparison.papers] == [("M", (ours,)), ("U", (theirs,))]
    checker = Checker()
    checker.feed(write_report(comparison, tmp_path).read_text(encoding="utf-8"))
    titles = [setting.title for setting in settings]
    assert [table[0] for table in checker.tables[:2]] == [
        ["claim", *titles, "verdict"],
        ["claim", titles[1], "verdict"],
    ]
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    text = text[text.index("## Claims") :]
    assert text.index("M is Miller") < text.index("half of it") < text.index("U is Liu") < text.index("by 7 steps")


@pytest.mark.usefixtures("unrendered")
def test_without_a_claim_the_page_has_no_table_of_claims(tiny_comparison, planted_table, planted_setting, tmp_path):
    comparison = replace(tiny_comparison[0], claims=(), settings=(planted_setting("mine", planted_table()),))
    html = write_report(comparison, tmp_path).read_text(encoding="utf-8")
    assert 'id="claims"' not in html
    assert "claims" not in comparison.finding


@pytest.mark.parametrize(
    "rows",
    [
        [],  # nothing was fitted
        [(1.0, 0.5)],
        [(-0.5, 0.5)],  # generalizes first
        [(1.0, 0.5)] * 4,  # one gap
    ],
)
def test_tables_without_a_trend_are_drawn_all_the_same(write_settings, planted_setting, rows):
    gaps, sharpness = np.array([*rows, (np.nan, np.nan)]).T
    statuses = np.array([None] * len(rows) + ["no jump"], dtype=object)
    columns = {"relative_gap": gaps, "relative_sharpness": sharpness, "status": statuses}
    table = runs_of(LogTable("runs.csv", columns))
    setting = planted_setting("mine", table)
    html = write_settings(setting)
    assert f"{len(rows)} fitted of {len(rows) + 1} run" in html
    assert "1 of" in html
    assert "could not be measured" in html
    titles = [figure.axes[0].get_title() for figure in regression_figure(setting)]
    assert titles == [f"no line\n{len(rows)} fitted of {len(rows) + 1} run"] * 2


@pytest.mark.usefixtures("unrendered")
def test_a_section_of_a_users_own_is_drawn_told_and_kept_in_plain_numbers(
    write_settings, planted_table, planted_setting, tmp_path
):
    def panels():
        return (trend_figure(planted_setting("x", planted_table()))[0],)

    section = Section(
        name="seeds",
        title="Many seeds",
        panels=panels,
        caption="One panel.",
        text="They agree.",
        rows=({"seed": 0, "time": float("inf")},),
    )
    html = write_settings(replace(planted_setting("mine", planted_table()), sections=(section,)))
    assert "Many seeds" in html
    assert "One panel. They agree." in html
    assert (tmp_path / "figures" / "mine-seeds-1.svg").exists()
    assert "They agree." in (tmp_path / "report.md").read_text()
    told = json.loads((tmp_path / "report.json").read_text(), parse_constant=pytest.fail)
    assert told["settings"]["mine"]["sections"] == {"seeds": [{"seed": 0, "time": None}]}
