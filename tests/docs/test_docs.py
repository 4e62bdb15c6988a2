"""The documentation: its examples run, and its site builds without a warning."""

import ast
import contextlib
import doctest
import importlib
import io
import os
import re
import shlex
import sys
import textwrap
import warnings
from pathlib import Path

import pytest

import numerics

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = sorted((_ROOT / "docs").rglob("*.md"))
# In a list it stands indented.
_FENCE = re.compile(r"^(?P<fence>[ ]*`{3,})[ ]*(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=fence)[ ]*$", re.M | re.S)
# A file of the reader's: a block of code whose caption is its name.
_FILE = re.compile(r"^```\{code-block\} python\n:caption: (?P<name>[\w.]+)\n\n(?P<text>.*?)^```[ ]*$", re.M | re.S)
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _examples(page, *, console):
    """The page with everything but its examples left blank, so that line numbers in reports are the page's.

    With ``console``, a line ``$ groksharp …`` of a console block becomes a call of the command in this process.
    """
    text = page.read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    for fence in _FENCE.finditer(text):
        body = fence["body"]
        if console and fence["language"] == "console":
            body = re.sub(r"^( *)\$ groksharp (.*)$", _as_call, body, flags=re.M)
        if ">>> " in body:
            first = text.count("\n", 0, fence.start("body"))
            for number, line in enumerate(body.splitlines()):
                lines[first + number] = line
    return "\n".join(lines)


def _as_call(command):
    return f"{command[1]}>>> _ = __import__('report').main({shlex.split(command[2])!r})"


def _run(page, *, console=False):
    examples = doctest.DocTestParser().get_doctest(_examples(page, console=console), {}, page.name, str(page), 0)
    report = []
    doctest.DocTestRunner(optionflags=_OPTIONS).run(examples, out=report.append)
    assert not any("Failed example" in part for part in report), "".join(report)
    return len(examples.examples)


def files_of(page):
    """The files that a page has the reader write, name and text."""
    return {found["name"]: found["text"] for found in _FILE.finditer(page.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.relative_to(_ROOT / "docs").as_posix())
def test_examples_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    # On one core: each worker process would take seconds to start.
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    for name, text in files_of(page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    shapes = set(numerics.SHAPES)
    try:
        count = _run(page, console=True)
    finally:
        for name in set(numerics.SHAPES) - shapes:  # else the next page would try it, too
            numerics.remove_shape(name)
        for name in files_of(page):
            sys.modules.pop(Path(name).stem, None)
    assert count or page.parent.name != "tutorials"


@pytest.mark.slow
def test_the_law_prints_what_its_page_shows(capsys):
    """Some of its lines are left out there."""
    shown, printed = _shown_and_printed(_ROOT / "docs" / "tutorials" / "law.md", "text", capsys)
    lines = iter(printed)
    assert [line for line in shown if line not in ("", "...") and line not in lines] == []  # and in this order


def _shown_and_printed(page, language, capsys):
    """The output in the only block of a language, and what its command prints, by lines."""
    text = page.read_text(encoding="utf-8")
    (block,) = [fence["body"] for fence in _FENCE.finditer(text) if fence["language"] == language]
    command, *shown = block.splitlines()
    capsys.readouterr()
    assert importlib.import_module("report").main(shlex.split(command.removeprefix("$ groksharp "))) == 0
    return shown, capsys.readouterr().out.splitlines()


def test_examples_of_the_readme_run_and_its_first_command_prints_what_it_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    readme = _ROOT / "README.md"
    _run(readme)  # writes the log
    shown, printed = _shown_and_printed(readme, "console", capsys)
    assert printed == shown
    assert (tmp_path / "measure.png").read_bytes()[1:4] == b"PNG"


def _strings(file):
    """The strings of a source, those in parts put together, without its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def test_the_messages_are_worded_as_their_page_says():
    """Each row of notes and refusals, and each sentence in italics, part by part between what varies."""
    page = (_ROOT / "docs" / "howto" / "messages.md").read_text(encoding="utf-8")
    notes, refusals = (page.split(f"## {title}")[1].split("##")[0] for title in ("Notes", "The log is refused"))
    said = re.findall(r"^\| (?!it says|---)(.*?) \|", notes + refusals, re.M)
    said += re.findall(r"^- \*(.*?)\*", page.split("## The curve is measured, but")[1], re.M)
    parts = [part.strip(" .,`") for one in said for part in re.split(r"…|; |`|, \*", one)]
    folders = ("report", "report/commands", "report/readers/**", "numerics/curves/**")
    files = [file for folder in folders for file in _ROOT.glob(f"{folder}/*.py")]
    written = "\n".join(text for file in files for text in _strings(file)).replace(" %", "%")
    assert len(said) > 30
    assert [part for part in parts if part not in written] == []


@pytest.mark.parametrize("indent", ["", "   "])
def test_a_wrong_example_fails(tmp_path, indent):
    page = tmp_path / "wrong.md"
    page.write_text("Text.\n\n" + textwrap.indent("```pycon\n>>> 1 + 1\n3\n```\n", indent))
    with pytest.raises(AssertionError, match=r"wrong.md.*line 4"):
        _run(page)


def test_a_wrong_console_line_of_a_page_with_files_fails(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "mine.md"
    page.write_text(
        "```{code-block} python\n:caption: mine.py\n\nSIX = 7\n```\n\n```pycon\n>>> import mine\n>>> mine.SIX\n6\n```\n"
    )
    assert files_of(page) == {"mine.py": "SIX = 7\n"}
    with pytest.raises(AssertionError, match="Got:"):
        test_examples_of_a_page_run(page, tmp_path, monkeypatch)


def _build(out, *options):
    """In this process, where the packages are loaded and most equations built; Python's warnings are Sphinx's own."""
    sphinx = pytest.importorskip("sphinx.cmd.build")
    command = ["-W", "--keep-going", "-q", "-b", "html", "-d", out / "doctrees", *options, _ROOT / "docs", out / "html"]
    told = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stderr(told):
        warnings.simplefilter("ignore")
        status = sphinx.build_main([str(word) for word in command])
    assert status == 0, told.getvalue()
    return out / "html"


def _assert_nothing_is_loaded_from_the_network(site):
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]*\bsrc=\"([^\"]*)\"|<link[^>]*\bhref=\"([^\"]*)\"", html)
        assert not [address for pair in loaded for address in pair if "//" in address], page


def test_site_builds_without_warnings_and_loads_nothing_from_the_network(tmp_path):
    """Without checks of the derivations, which have their own tests, pages of sources and the theme: those are slow."""
    extensions = "myst_parser,sphinx.ext.autodoc,sphinx.ext.napoleon,equation_directives"
    quick = ("check_equations=0", f"extensions={extensions}", "html_theme=basic")
    site = _build(tmp_path, *(word for option in quick for word in ("-D", option)))
    _assert_nothing_is_loaded_from_the_network(site)
    equations = (site / "equations.html").read_text(encoding="utf-8")
    assert equations.count("<math ") > 90
    assert "not checked here" in equations
    for room in ("theory", "numerics", "empirical", "report"):
        html = (site / "api" / f"{room}.html").read_text(encoding="utf-8")
        shown = set(re.findall(r'id="([\w.]+)"', html))
        assert [one for one in importlib.import_module(room).__all__ if f"{room}.{one}" not in shown] == []
    assert (site / "api" / "groksharp.html").exists()


@pytest.mark.slow
def test_every_derivation_on_the_whole_site_is_checked(tmp_path):
    site = _build(tmp_path)
    _assert_nothing_is_loaded_from_the_network(site)
    assert (site / "_modules" / "theory" / "steps.html").exists()
    equations = (site / "equations.html").read_text(encoding="utf-8")
    assert "not checked here" not in equations
    assert equations.count("✓") > 60
