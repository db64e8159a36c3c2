"""Who handed something in: a name to read, and the id that a platform knows them by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Student:
    """One student of a class, as the names of what was handed in tell."""

    name: str
    """As it is shown, in NFC. Several students may have the same."""
    id: str = ""
    """What the platform calls them, "" where nothing says so: Canvas's USERID, Moodle's
    participant number, Brightspace's and Gradescope's id, a Blackboard user name."""
    platform: str = ""
    """"canvas", "moodle", "gradescope", "brightspace", "blackboard", "classroom" (Google's); ""
    where folders or archives only bear names."""
    email: str = ""
    """Where the platform tells it."""
    apart: str = ""
    """What else tells them from another student of the same name and id; mostly ""."""

    @property
    def label(self) -> str:
        """A text that no other student of the class has: it stands for them everywhere."""
        told = ", ".join(text for text in (self.id, self.apart) if text)
        return f"{self.name} ({told})" if told else self.name
