"""When a student's repository was pushed, as the CI service tells that grades it.

A commit's own time tells nothing: its author can set it. The service's stays the same when a run
is repeated.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.classwork.arrivals import UNKNOWN, Arrival

_MAX_EVENT_BYTES = 30_000_000
_PUSHES = {"push", "merge_request_event"}
"""What starts a pipeline of GitLab's that begins when something was pushed."""


class _Repository(Struct):
    pushed_at: int | datetime


class _Event(Struct):
    """What GitHub writes down of what started a workflow, as far as it is of use here."""

    repository: _Repository


def arrival_of_push(environment: Mapping[str, str]) -> Arrival:
    """Return when the last push came; `UNKNOWN` where no service tells it."""
    when: int | datetime | None = None
    if path := environment.get("GITHUB_EVENT_PATH"):
        with contextlib.suppress(OSError, msgspec.MsgspecError, RecursionError):
            with Path(path).open("rb") as stream:
                data = stream.read(_MAX_EVENT_BYTES)
            when = msgspec.json.decode(data, type=_Event).repository.pushed_at
    elif environment.get("CI_PIPELINE_SOURCE") in _PUSHES:
        with contextlib.suppress(ValueError):
            when = datetime.fromisoformat(environment.get("CI_PIPELINE_CREATED_AT", ""))
    if isinstance(when, datetime):
        when = int(when.timestamp()) if when.tzinfo else None
    return Arrival(when, "platform") if when else UNKNOWN
