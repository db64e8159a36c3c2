"""What was typed cannot be done: told in one line, with exit code 2."""

from __future__ import annotations


class WrongUsage(Exception):
    """Its words say what is wrong, and what can be typed in its place."""
