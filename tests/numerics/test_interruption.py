import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from numerics.interruption import asked_to_end, unfinished, uninterrupted

ROOT = Path(__file__).parents[2]

PROGRAM = """
import contextlib, signal, sys
from numerics.interruption import asked_to_end, end_when_asked, unfinished

def lose():
    with contextlib.suppress(KeyboardInterrupt):
        signal.raise_signal(number)

number, where = int(sys.argv[1]), sys.argv[2]
end_when_asked("program")
if where == "nowhere":
    lose()
with unfinished():
    lose()
    lose()  # too soon: what is put away after the first is put away
    print(asked_to_end() == number, flush=True)
signal.raise_signal(number)
"""


@pytest.mark.parametrize(
    ("number", "where", "said"),
    [(signal.SIGINT, "nowhere", ""), (signal.SIGINT, "section", "True\n"), (signal.SIGTERM, "section", "True\n")],
)
def test_a_command_ends_at_once_unless_something_is_to_be_put_away(number, where, said):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(int(number)), where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        # A shell's background job would ignore the interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    word = "interrupted" if number == signal.SIGINT else "terminated"
    assert (done.returncode, done.stdout) == (128 + number, said)
    assert done.stderr == f"program: {word}.\n"


def test_what_is_held_back_comes_once_it_is_over_and_the_handlers_are_those_of_before():
    arrived = []
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    mine = signal.signal(signal.SIGTERM, lambda number, frame: arrived.append(number))
    try:
        with uninterrupted(), uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            assert arrived == []
        assert arrived == [signal.SIGTERM]
        ignoring = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
        signal.signal(signal.SIGTERM, ignoring)
    finally:
        signal.signal(signal.SIGTERM, mine)
    assert {one: signal.getsignal(one) for one in before} == before


def test_an_error_of_its_own_comes_out_and_other_threads_hold_nothing_back():
    def fail():
        with uninterrupted(), unfinished():
            raise RuntimeError("of its own")

    with pytest.raises(RuntimeError, match="of its own"):
        fail()
    passed = []

    def elsewhere():
        with uninterrupted():
            passed.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert passed == [signal.getsignal(signal.SIGINT)]
    assert asked_to_end() == 0
