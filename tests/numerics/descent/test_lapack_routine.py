import numpy as np
import pytest
from scipy.linalg import cython_lapack

from numerics.descent.lapack_routine import lapack_routine


def test_a_failure_of_the_routine_is_not_passed_over():
    # A matrix of −1 rows, which the routine says by its status.
    with pytest.raises(RuntimeError, match="dlasq1 returned INFO = -1"):
        lapack_routine("dlasq1", "idddi")(-1, *np.zeros((3, 4)))


def test_another_calling_convention_is_refused(monkeypatch):
    monkeypatch.setitem(cython_lapack.__pyx_capi__, "dlasq1", cython_lapack.__pyx_capi__["dlasq6"])
    with pytest.raises(RuntimeError, match=r"dlasq1 as .*, which is not the known signature"):
        lapack_routine.__wrapped__("dlasq1", "idddi")
