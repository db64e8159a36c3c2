"""When something was handed in, and who says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple


class Arrival(NamedTuple):
    """What is known of when something was handed in."""

    when: float = 0
    """Seconds since the epoch; 0 where nothing tells it."""
    source: Literal["platform", "file", ""] = ""
    """Who tells it. What a platform packed has the time of its packing, which tells nothing."""
    late: bool = False
    """Whether the platform calls it late, which may be all that it says."""

    @property
    def time(self) -> datetime | None:
        """The time in this machine's zone, where one is known."""
        if not self.when or not self.source:
            return None
        try:
            return datetime.fromtimestamp(self.when, UTC).astimezone()
        except (OverflowError, ValueError, OSError):
            return None


UNKNOWN = Arrival()
"""Nothing is known of it."""
