"""Files of a user's own: importing one makes known what it adds."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["load_extension"]


def load_extension(source: str) -> ModuleType:
    """Import a Python file by its path, or a module by its name; its `add_shape`, `add_system`, … take effect.

    The folder of a file is put on `sys.path`, so that training processes find it, too.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no such module.
    ValueError
        If the file's name has a dot in it, or another module of that name is loaded already.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "my_extension.py"
    ...     _ = file.write_text("answer = 42")
    ...     load_extension(str(file)).answer
    42
    """
    path = Path(source)
    if path.suffix != ".py":
        missing = f"There is no module {source!r} and no file of that name; give the path of a .py file."
        if not all(word.isidentifier() for word in source.split(".")):
            raise FileNotFoundError(missing)
        try:
            return importlib.import_module(source)
        except ModuleNotFoundError as reason:
            if reason.name is None or not f"{source}.".startswith(f"{reason.name}."):
                raise
            raise FileNotFoundError(missing) from None
    path = path.resolve()
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {source}; give the path of a .py file.")
    if "." in path.stem:
        raise ValueError(f"The name of a file must have no other dot than that of .py, got {path.name}; rename it.")
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    importlib.invalidate_caches()
    module = importlib.import_module(path.stem)
    if Path(module.__file__ or "").resolve() != path:
        raise ValueError(f"{path.stem!r} is the name of another module, {module.__file__}; rename the file {source}.")
    return module
