"""Single keys from a terminal, each as soon as it is pressed.

However the program ends, by an exception, Ctrl-C or a signal, the terminal is left as it was
found. Where it is stopped, with Ctrl-Z or for an editor, the terminal is given back meanwhile.
"""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self, TypeAlias

if sys.platform == "win32":
    import msvcrt
else:
    import termios

END = "\x04"
"""Ctrl-D, and what stands for a terminal that is gone."""

_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?")
"""What keys without a letter send: the arrow up is `ESC [ A`."""

_ENDS = ("SIGTERM", "SIGHUP")

_PAUSE = 0.03
"""Seconds between two looks for a key, where nothing tells of them."""

Handler: TypeAlias = Callable[[int, FrameType | None], object]


def is_ours() -> bool:
    """Whether standard input is a terminal whose keys are for us: not so in the background."""
    try:
        if not sys.stdin.isatty():
            return False
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or none at all
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:  # not the terminal that controls us: nobody can put us into the background
        return True


class Keyboard:
    """Hands over each key that is pressed, from a thread of its own, while it is entered."""

    def __init__(
        self,
        pressed: Callable[[str], None],
        stopped: Callable[[], None],
        resized: Callable[[], None],
        ended: Callable[[int], None],
    ) -> None:
        """Prepare to listen; call it in the main thread, which alone gets signals.

        Args:
            pressed: is given each key.
            stopped: is called for Ctrl-Z; `stop` is what should follow soon.
            resized: is called when the terminal has another size.
            ended: is given the exit code for Ctrl-C and signals that end a program. They raise
                nothing: an exception from nowhere would meet threads that are half started.
        """
        self._pressed = pressed
        self._stopped = stopped
        self._resized = resized
        self._ended = ended
        self._listening = ExitStack()
        self._signals = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for name in _ENDS:  # so that all that is open gets closed
                stack.enter_context(_handling(name, lambda number, _: self._ended(128 + number)))
            stack.enter_context(_handling("SIGINT", lambda *_: self._ended(0)))
            stack.enter_context(_handling("SIGTSTP", lambda *_: self._stopped()))
            stack.enter_context(_handling("SIGWINCH", lambda *_: self._resized()))
            self._listen()
            self._signals = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.close()
        self._signals.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Leave the terminal to another program; Ctrl-C and Ctrl-Z are meant for that one."""
        self._listening.close()
        try:
            # No SIG_IGN: the other program would inherit it.
            with ExitStack() as stack:
                stack.enter_context(_handling("SIGINT", lambda *_: None))
                stack.enter_context(_handling("SIGTSTP", signal.SIG_DFL))
                for name in _ENDS:  # nobody asks for events meanwhile
                    stack.enter_context(_handling(name, _exit))
                yield
        finally:
            self._listen()

    def stop(self) -> None:
        """Stop this process as Ctrl-Z does; return when the shell lets it go on."""
        if sys.platform != "win32":
            with self.away():
                os.kill(os.getpid(), signal.SIGTSTP)

    def _listen(self) -> None:
        with ExitStack() as stack:
            if sys.platform != "win32":
                stack.enter_context(_single_keys(sys.stdin.fileno()))
            stack.enter_context(_thread(self._read))
            self._listening = stack.pop_all()

    if sys.platform == "win32":

        def _read(self, end: threading.Event, _: int) -> None:
            while not end.is_set():
                if not msvcrt.kbhit():
                    time.sleep(_PAUSE)
                elif (key := msvcrt.getwch()) in "\0\xe0":
                    msvcrt.getwch()  # arrows and the like come in two parts
                else:
                    self._pressed(key)

    else:

        def _read(self, end: threading.Event, wake: int) -> None:
            descriptor = sys.stdin.fileno()
            while not end.is_set():
                ready, _, _ = select.select([descriptor, wake], [], [])
                if descriptor not in ready or end.is_set():
                    continue
                data = b""
                with suppress(OSError):
                    data = os.read(descriptor, 64)
                for key in _keys(data):
                    self._pressed(key)
                if not data:
                    return


def _keys(data: bytes) -> list[str]:
    """Return the keys that were read at once, without arrows and the like."""
    return list(_SEQUENCE.sub("", data.decode("utf-8", "ignore"))) if data else [END]


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _handling(name: str, handler: Handler | signal.Handlers) -> Iterator[None]:
    """Handle a signal, where the system has it; then as before."""
    number = getattr(signal, name, None)
    if number is None:
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before if before is not None else signal.SIG_DFL)


@contextmanager
def _thread(read: Callable[[threading.Event, int], None]) -> Iterator[None]:
    """Run READ in a thread; in the end tell it so, by an event and by a byte in a pipe."""
    end = threading.Event()
    wake_read, wake_write = os.pipe()
    thread = threading.Thread(target=read, args=(end, wake_read), daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        os.write(wake_write, b"x")
        thread.join()
        os.close(wake_read)
        os.close(wake_write)


if sys.platform != "win32":

    @contextmanager
    def _single_keys(descriptor: int) -> Iterator[None]:
        """Let a terminal hand over each key at once, and not show it; then as before."""
        before = termios.tcgetattr(descriptor)
        changed = termios.tcgetattr(descriptor)
        # Ctrl-S, typed here and not in the editor, would stop all output.
        changed[0] &= ~termios.IXON
        changed[3] &= ~(termios.ICANON | termios.ECHO)
        changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
        try:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
            yield
        finally:
            with suppress(termios.error):  # it may be gone
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
