"""What to install where a command needs more than the package itself."""

__all__ = ["what_to_install"]

_EXTRAS = {
    "torch": "networks",
    "xarray": "networks",
    "matplotlib": "report",
    "jinja2": "report",
    "markupsafe": "report",
    "latex2mathml": "report",
    "distributed": "dask",
    "sklearn": "images",
    "mlxtend": "images",
    "pandas": "logs",
    "pyarrow": "logs",
    "tensorboard": "tensorboard",
    "flask": "serve",
}


def what_to_install(missing: ModuleNotFoundError) -> str | None:
    """A sentence on the extra that has the missing module, None for a module of no extra.

    >>> what_to_install(ModuleNotFoundError("No module named 'torch'", name="torch"))
    'this needs torch, which is not installed; pip install groksharp[networks]'
    """
    module = (missing.name or "").partition(".")[0]
    if module not in _EXTRAS:
        return None
    return f"this needs {module}, which is not installed; pip install groksharp[{_EXTRAS[module]}]"
