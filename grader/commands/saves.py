"""Telling that files were saved, in whatever way editors and file systems go about it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

_LOOK_SECONDS = 0.5
"""Between two looks at the files themselves."""

_STEP_MILLISECONDS = 30
"""For this long nothing more must happen: an editor's save is several events."""

_State = tuple[int, int, int] | None


class Saves:
    """Tells of saved files, from a thread of its own, while it is entered.

    The system's events are there at once, but not everywhere: network folders, a folder of
    Windows under WSL and shared folders have none, their number is limited, and they end with a
    folder that is removed and made again. So the files themselves are looked at, too.
    """

    def __init__(self, files: Iterable[Path], saved: Callable[[set[Path]], None]) -> None:
        """Prepare to watch.

        Args:
            files: resolved paths; those that are not there yet are watched as well.
            saved: is given those that were saved, changed or not.
        """
        self._saved = saved
        self._end = threading.Event()
        self._states = {file: _state_of(file) for file in files}
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        from watchfiles import Change, watch

        folders = {file.parent for file in self._states if file.parent.is_dir()}
        try:
            for changes in watch(
                *folders,
                watch_filter=lambda change, _: change is not Change.deleted,
                step=_STEP_MILLISECONDS,
                rust_timeout=int(_LOOK_SECONDS * 1000),
                yield_on_timeout=True,
                stop_event=self._end,
                raise_interrupt=False,
                recursive=False,
            ):
                self._look({Path(path).resolve() for _, path in changes})
        except (OSError, RuntimeError):  # too many are watched, say
            pass
        while not self._end.wait(_LOOK_SECONDS):
            self._look(set())

    def _look(self, told: set[Path]) -> None:
        """Tell of the files that an event names, and of those that are not as they were."""
        found = set()
        for file, before in self._states.items():
            self._states[file] = now = _state_of(file)
            if now is not None and (now != before or file in told):
                found.add(file)
        if found:
            self._saved(found)


def _state_of(file: Path) -> _State:
    """Return what changes when a file is saved; None where there is no file."""
    try:
        info = file.stat()
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino
