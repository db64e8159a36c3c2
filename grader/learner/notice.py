"""Noticing that a file opens or imports what answers or checks exercises.

Where the system can forbid it, it is forbidden, and this says why the file stopped. Where it
cannot, this is all there is: it is seen by an audit hook, which cannot be taken away, in a
process in which the file can do much else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from grader.evidence.messages import Forbidden

_MODULES = ("grader.solutions", "grader.checks")


def notice_forbidden(
    folders: tuple[str, ...], file: str, send: Callable[[Forbidden], None]
) -> None:
    """Tell, from now on, of each attempt to open what lies in the folders; but for FILE itself."""
    own = os.path.realpath(file)  # a reference that is graded lies in one of them
    real_path, is_text = os.path.realpath, (str, bytes)
    prefixes = tuple(folder + os.sep for folder in folders)
    telling: list[bool] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in ("open", "import") or telling:
            return
        telling.append(True)
        try:
            named = arguments[0]
            if event == "import":
                if isinstance(named, str) and named.startswith(_MODULES):
                    send(Forbidden(named))
            elif isinstance(named, is_text):
                path = real_path(os.fsdecode(named))
                if (path.startswith(prefixes) or path in folders) and path != own:
                    send(Forbidden(os.path.basename(path)))  # noqa: PTH119
        finally:
            telling.clear()

    sys.addaudithook(hook)
