"""Which test process runs what, and when: what takes long first, and a file's tests together.

The tests of a file share what its fixtures set up, a graded class say, so that one process runs
them all. In the files that come last the tests share nothing: whoever is free takes the next one,
and all processes are done at about the same time. There is one process more than the machine has
cores: some tests wait for what must end by itself, and the others may go on meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from samples import Sample
from xdist.scheduler import LoadScopeScheduling

FIRST = (
    "test_odd_notebooks", "test_nbgrader", "test_new_exercise", "test_references",
    "test_class_attacks", "test_cohort_runs", "test_fast_fit", "test_hostile_evidence",
)  # fmt: skip
"""Files that take longer than half a minute, the longest first."""
THIRD = 3
"""Every third of the tests that are marked `by_turns` is run; those of one file take turns."""
LAST = (
    "test_course_2019", "test_cases_checks", "test_live_idioms", "test_golden", "test_mutations",
    "test_answers",
)  # fmt: skip
"""Files with many short tests that only need the workers that all share."""


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0].rpartition("/")[2].removesuffix(".py")


def _rank(item: pytest.Item) -> int:
    file = _file(item.nodeid)
    if file in FIRST:
        return FIRST.index(file)
    return len(FIRST) + (LAST.index(file) + 1 if file in LAST else 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files in order; leave out those whose turn it is not, where all files are run."""
    items.sort(key=_rank)
    if config.option.whole_suite:
        by_turns = sorted(item.nodeid for item in items if item.get_closest_marker("by_turns"))
        left_out = set(by_turns).difference(Sample.of(config).turn(by_turns, THIRD))
        config.hook.pytest_deselected(items=[one for one in items if one.nodeid in left_out])
        items[:] = [one for one in items if one.nodeid not in left_out]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Say how many processes `-n auto` is."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (cores or 1) + 1


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands files out in their order, and those at the end test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if _file(nodeid) in LAST else _file(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Callable[..., None]
) -> LoadScopeScheduling | None:
    """Take it for `--dist=loadscope`, which pyproject.toml sets."""
    return _ByFile(config, log) if config.getvalue("dist") == "loadscope" else None
