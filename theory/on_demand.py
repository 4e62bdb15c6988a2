"""Names of a package that are loaded when they are asked for, by its `__init__.pyi`."""

from collections.abc import Callable
from functools import cache

__all__ = ["public_names"]


def public_names(package: str, file: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package whose stub, beside `file`, says where its names are defined.

    The stub is what type checkers read as well: `from .curves.measurement import measure`. Nothing is imported, nor is
    the stub read, before somebody asks for a name, `__all__` among them, so that what a package can do costs nothing
    until it is done. A name that is not there raises AttributeError with the one that may be meant.

    >>> import theory
    >>> load, names = public_names("theory", theory.__file__)
    >>> load("accuracy") is theory.accuracy, names() == load("__all__")
    (True, True)
    >>> load("acuracy")
    Traceback (most recent call last):
    AttributeError: module 'theory' has no attribute 'acuracy'. Did you mean 'accuracy'?
    """

    @cache
    def stub() -> tuple[Callable[[str], object], list[str]]:
        from lazy_loader import attach_stub

        load, _, public = attach_stub(package, file)
        return load, public

    def load_known(name: str) -> object:
        load, public = stub()
        if name == "__all__":
            return list(public)
        if name not in public:
            from theory.suggestion import missing_attribute

            raise missing_attribute(package, name, public)
        return load(name)

    def names() -> list[str]:
        return list(stub()[1])

    return load_known, names
