import signal
import threading

import numpy as np
import pytest
from scipy.linalg import cython_lapack

from numerics.descent.bidiagonal import bidiagonal_singular_values
from numerics.descent.lapack_routine import lapack_routine


def test_a_failure_of_the_routine_is_not_passed_over():
    # A matrix of −1 rows, which the routine says by its status.
    with pytest.raises(RuntimeError, match="dlasq1 returned INFO = -1"):
        lapack_routine("dlasq1", "idddi")(-1, *np.zeros((3, 4)))


def test_another_calling_convention_is_refused(monkeypatch):
    monkeypatch.setitem(cython_lapack.__pyx_capi__, "dlasq1", cython_lapack.__pyx_capi__["dlasq6"])
    with pytest.raises(RuntimeError, match=r"dlasq1 as .*, which is not the known signature"):
        lapack_routine.__wrapped__("dlasq1", "idddi")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such timer on this system")
def test_signals_are_handled_while_a_long_routine_works():
    seen, alone = [], threading.active_count()
    before = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(threading.active_count()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        values = bidiagonal_singular_values(np.ones(3000), np.ones(2999))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert seen == [alone + 1]
    assert values[0] == pytest.approx(2, rel=1e-6)
