"""Sphinx configuration: furo, Markdown pages, formulas rendered from the registered expressions as MathML."""

import inspect
import re
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

from sympy import Function

import empirical
import numerics
import report
import theory

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE))  # for the extension next to this file

# Public names load on first use; autodoc sees only what is there.
for room in (theory, numerics, empirical, report):
    vars(room).update({name: getattr(room, name) for name in room.__all__})

project = "groksharp"
author = "The groksharp authors"
copyright = author
release = version = installed_version("groksharp")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "equation_directives",
]
exclude_patterns = ["_build"]
if not (_HERE.parent / "CHANGELOG.md").exists():
    exclude_patterns.append("changelog.md")
    suppress_warnings = ["toc.not_readable"]

myst_heading_anchors = 3
default_role = "py:obj"  # single backticks in docstrings name code

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_attr_annotations = False  # types stand in the signature
napoleon_use_param = False  # keeps "time, accuracy" together, as the docstrings do
napoleon_custom_sections = [("Attributes", "params_style")]
python_maximum_signature_line_length = 80
add_module_names = False

html_theme = "furo"
html_title = f"groksharp {release}"
html_static_path = ["_static"]
html_css_files = ["groksharp.css"]
html_copy_source = False
html_show_copyright = False
pygments_style = "friendly"
pygments_dark_style = "native"


def _escape_bars(app, what, name, obj, options, lines):
    """Bars in docstrings are absolute values, not reST substitutions; examples stay as they are."""
    for k, line in enumerate(lines):
        if "|" in line and not re.match(r"\s*(>>>|\.\.\.)", line):
            lines[k] = re.sub(r"(?<!\\)\|", r"\\|", line)


def _rejoin_first_line(app, what, name, obj, options, lines):
    """Napoleon takes what stands before a colon in a property's first line for its type; ours are sentences."""
    if what in ("property", "attribute", "data"):
        for line in [line for line in lines if line.startswith(":type: ")]:
            lines.remove(line)
            lines[0] = f"{line.removeprefix(':type: ')}: {lines[0]}"


_ALIASES = {
    r"_Buffer \| .*?_NestedSequence\[complex \| bytes \| str\]": "ArrayLike",
    r"~?(numpy\.)?ndarray\[~?tuple\[[^\]]*\], ~?(numpy\.)?dtype\[[^\]]*\]\]": "NDArray",
    r"~[\w.]*\.": "",
}


def _short_signature(app, what, name, obj, options, signature, returns):
    """A SymPy function takes what its ``eval`` takes; numpy's unions go by their names."""
    if inspect.isclass(obj) and issubclass(obj, Function):
        return f"({', '.join(inspect.signature(obj.eval).parameters)})", None
    for long, short in _ALIASES.items():
        signature, returns = (text and re.sub(long, short, text) for text in (signature, returns))
    return signature, returns


def setup(app):
    app.connect("autodoc-process-docstring", _escape_bars)
    app.connect("autodoc-process-docstring", _rejoin_first_line, priority=900)  # after napoleon
    app.connect("autodoc-process-signature", _short_signature)
