"""What a process that has ended said last, without what TensorFlow says at each start."""

from __future__ import annotations

import re

_LINES = 3
_START_UP = re.compile(
    r"absl::InitializeLog|Could not find cuda drivers|Unable to register cu\w+ factory|cuInit"
    r"|TF-TRT|oneDNN|cpu_feature_guard|To enable the following instructions|computation_placer"
)
"""Lines of a start that has gone well on a machine without a GPU."""


def last_words(log: str) -> str:
    """Return the last lines of a log in one; "" where there are none that tell anything."""
    telling = [
        line.strip() for line in log.splitlines() if line.strip() and not _START_UP.search(line)
    ]
    return " / ".join(telling[-_LINES:])
