"""Terminals in which a program is used as a person does: keys go in, a screen comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import signal
import subprocess
import termios
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

import pytest

COLUMNS, ROWS = 90, 50
_CLEARED = "\x1b[2J"
_CONTROL = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()=>].?)")


class Terminal(ABC):
    """A terminal with a program in it."""

    @abstractmethod
    def press(self, keys: str) -> None:
        """Type keys."""

    @abstractmethod
    def screen(self) -> str:
        """Return the text that can be read."""

    @abstractmethod
    def close(self) -> None:
        """End all that was started."""

    def wait(self, *words: str, seconds: float = 120) -> str:
        """Wait until all words can be read; return the screen then.

        A screen may be met half drawn: what must be on it is waited for, not looked up after.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.screen()
            if all(word in text for word in words):
                return text
            time.sleep(0.005)
        pytest.fail(f"no {words!r} in {self.screen()!r}")


class PseudoTerminal(Terminal):
    """A pair of descriptors, as every terminal's window has one; its screen is what came last."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        self._master, self._slave = pty.openpty()
        # readline, where a test process has it, tells of another terminal in these
        inherited = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES"}}
        termios.tcsetwinsize(self._slave, (ROWS, COLUMNS))
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**inherited, "TERM": "xterm-256color", **env},
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=self._prepare,
        )
        self._data = b""
        threading.Thread(target=self._read, daemon=True).start()

    @staticmethod
    def _prepare() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # Whoever runs the tests in the background has the signal ignored, and so would we.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._master, 65536):
                self._data += data

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def screen(self) -> str:
        text = self._data.decode("utf-8", "replace").rpartition(_CLEARED)[2]
        lines = _CONTROL.sub("", text).replace("\r\n", "\n").split("\n")
        return "\n".join(line.rpartition("\r")[2] for line in lines)

    def resize(self, columns: int) -> None:
        """Make the window as wide as COLUMNS."""
        termios.tcsetwinsize(self._slave, (ROWS, columns))

    def flags(self) -> int:
        """Return the terminal's local modes: whether it shows keys, waits for whole lines."""
        return int(termios.tcgetattr(self._slave)[3])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._slave)


class Tmux(Terminal):
    """A window of tmux with a shell, in a server of its own."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        self._socket = str(cwd / "tmux")
        settings = [f"{name}={shlex.quote(value)}" for name, value in env.items()]
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        self._call("-f", "/dev/null", "new-session", "-d", *size, "-c", str(cwd), "bash --norc")
        self.press(f"clear; {' '.join(settings)} {shlex.join(command)}\n")

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def press(self, keys: str) -> None:
        for key in re.findall(r"[\x01-\x1f]|[^\x01-\x1f]+", keys):
            if key == "\n":
                self._call("send-keys", "Enter")
            elif key < " ":
                self._call("send-keys", f"C-{chr(ord(key) + 96)}")
            else:
                self._call("send-keys", "-l", key)

    def screen(self) -> str:
        return self._call("capture-pane", "-p", "-J")

    def close(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._call("kill-server")
