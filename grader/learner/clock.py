"""Ending a file that takes too long as if it had stopped by itself, so that nothing is lost.

The file is interrupted in its own main thread: what it made by then is recorded like that of
any other file. The grader ends the process only if that does not help.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_AGAIN_SECONDS = 1.0
"""A file may have caught the interruption: `except:` does."""


class TimeIsUp(BaseException):
    """The learner's file has run for as long as it may."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the main thread after SECONDS, again and again until the block ends."""
    if not hasattr(signal, "setitimer"):  # Windows
        with _limit_by_thread(seconds):
            yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)


@contextlib.contextmanager
def _limit_by_thread(seconds: float) -> Iterator[None]:
    """Do the same without a timer: it comes as soon as Python itself goes on in the main thread."""
    is_over, one_at_a_time = threading.Event(), threading.Lock()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    main = ctypes.c_ulong(threading.main_thread().ident or 0)

    def ring() -> None:
        pause = seconds
        while not is_over.wait(pause):
            with one_at_a_time:
                if not is_over.is_set():
                    raise_in(main, ctypes.py_object(TimeIsUp))
            pause = _AGAIN_SECONDS

    def end() -> None:
        with one_at_a_time:
            is_over.set()
            raise_in(main, None)  # takes back one that has not come yet

    threading.Thread(target=ring, daemon=True).start()
    try:
        yield
    finally:
        try:
            end()
        except TimeIsUp:  # at the last moment
            end()
            raise
