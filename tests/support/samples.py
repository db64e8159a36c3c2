"""Which of the many tests of one kind a run takes: all with `--full`, a seeded sample without.

The seed is the commit's, so that a commit's failure comes again, and that over time all is
seen. `--sample-seed` takes the sample of another commit.
"""

from __future__ import annotations

import random
import subprocess
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

Item = TypeVar("Item")


def commit_seed() -> int:
    """Return a number that is the commit's own; 0 where there is no git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(done.stdout[:8], 16)


@dataclass(frozen=True)
class Sample:
    """What a run takes of many.

    Args:
        seed: another one takes others.
        full: take all.
    """

    seed: int
    full: bool = False

    @classmethod
    def of(cls, config: pytest.Config) -> Sample:
        """Return what this run was asked for."""
        return cls(config.getoption("--sample-seed"), config.getoption("--full"))

    def pick(self, items: Sequence[Item], count: int, words: str) -> list[Item]:
        """Take COUNT of ITEMS, in their order. WORDS say what for: others, other items."""
        if self.full or len(items) <= count:
            return list(items)
        chosen = self._rng(words).sample(range(len(items)), count)
        return [items[number] for number in sorted(chosen)]

    def turn(self, items: Sequence[Item], every: int) -> list[Item]:
        """Take every so-manieth of ITEMS; which one is first goes by the seed."""
        return list(items) if self.full else list(items[self.seed % every :: every])

    def each(
        self, items: Sequence[Item], count: int, words: str, kind: Callable[[Item], str]
    ) -> list[Item]:
        """Take COUNT of each kind of ITEMS."""
        kinds: dict[str, list[Item]] = {}
        for item in items:
            kinds.setdefault(kind(item), []).append(item)
        return [
            item
            for name, group in kinds.items()
            for item in self.pick(group, count, f"{words} {name}")
        ]

    def _rng(self, words: str) -> random.Random:
        return random.Random(zlib.crc32(f"{self.seed} {words}".encode()))
