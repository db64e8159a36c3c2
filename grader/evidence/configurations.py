"""Walking through what Keras writes down of a model: dictionaries and lists, at any depth."""

from __future__ import annotations

from grader.evidence.values import Settings

OWN_MODULE = "__main__"
"""Stands in a configuration beside the name of a function that computes something else."""


def nodes_of(config: object) -> list[Settings]:
    """Return every dictionary in a configuration, at any depth."""
    found: list[Settings] = []
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found.append(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found
