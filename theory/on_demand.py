"""Names of a package that are loaded when they are asked for, by its `__init__.pyi`."""

from collections.abc import Callable

from lazy_loader import attach_stub

from theory.suggestion import missing_attribute

__all__ = ["public_names"]


def public_names(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package whose stub, beside `file`, says where its names are defined.

    The stub is what type checkers read as well: `from .curves.measurement import measure`. Nothing is imported before
    somebody asks for the name, so that what a package can do costs nothing until it is done. A name that is not there
    raises AttributeError with the one that may be meant.

    >>> import theory
    >>> load, names, public = public_names("theory", theory.__file__)
    >>> load("accuracy") is theory.accuracy, names() == public
    (True, True)
    >>> load("acuracy")
    Traceback (most recent call last):
    AttributeError: module 'theory' has no attribute 'acuracy'. Did you mean 'accuracy'?
    """
    load, names, public = attach_stub(package, file)

    def load_known(name: str) -> object:
        if name not in public:
            raise missing_attribute(package, name, public)
        return load(name)

    return load_known, names, public
