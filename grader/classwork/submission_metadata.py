"""Who handed in what, as `submission_metadata.yml` in a Gradescope export says.

Its keys are Ruby's symbols, and it may hold Ruby's objects: only texts are taken from it.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from types import ModuleType
from typing import TypeAlias

from grader.classwork.file_names import shown
from grader.classwork.students import Student

NAME = "submission_metadata.yml"
MAX_BYTES = 200_000_000

_MAX_DEPTH = 60

Yaml: TypeAlias = "str | list[Yaml] | dict[str, Yaml]"
"""What a YAML document holds; all scalars are texts, and an alias is an empty one."""


class UnreadableMetadata(Exception):
    """The file is no such list of submissions; says why."""


def read_submitters(data: bytes) -> tuple[dict[str, list[Student]], dict[str, float]]:
    """Return who handed in each folder, `submission_1000`, and when; a group has several names.

    Times are in seconds since the epoch; a folder has none where no time can be read.

    Raises:
        UnreadableMetadata: it is no YAML, or no list of submissions.
    """
    found: dict[str, list[Student]] = {}
    times: dict[str, float] = {}
    for folder, facts in _mapping(_document(data)).items():
        number = folder.rpartition("_")[2]
        submitters = _mapping(facts).get(":submitters")
        people = map(_mapping, submitters if isinstance(submitters, list) else [])
        found[folder] = [_student(person, number) for person in people]
        with contextlib.suppress(ValueError, OverflowError, OSError):
            created = datetime.fromisoformat(_text(_mapping(facts).get(":created_at")))
            times[folder] = _in_utc(created).timestamp()
    if not found:
        raise UnreadableMetadata("it lists no submissions")
    return found, times


def _in_utc(time: datetime) -> datetime:
    """Return a time with its zone; Ruby writes UTC where it writes none."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _student(person: dict[str, Yaml], number: str) -> Student:
    name, id, email = (_text(person.get(key)) for key in (":name", ":sid", ":email"))
    return Student(name or email or number, id or email or number, "gradescope", email)


def _mapping(value: Yaml | None) -> dict[str, Yaml]:
    return value if isinstance(value, dict) else {}


def _text(value: Yaml | None) -> str:
    return shown(value.strip()) if isinstance(value, str) else ""


def _document(data: bytes) -> Yaml:
    """Return the first YAML document.

    It is put together from the parser's events: loading would make objects of what it names.
    """
    import yaml
    from yaml import events

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Yaml] = []
    outer: list[list[Yaml] | dict[str, Yaml]] = [found]
    keys: list[str | None] = [None]  # of each that is a mapping, the key that waits for its value
    try:
        for event in yaml.parse(data, Loader=loader):
            if isinstance(event, events.CollectionEndEvent):
                outer.pop()
                keys.pop()
            elif isinstance(event, events.NodeEvent):
                value = _begun(event, events)
                into, key = outer[-1], keys[-1]
                if isinstance(into, list):
                    into.append(value)
                elif key is None:
                    keys[-1] = _text(value)
                else:
                    into[key] = value
                    keys[-1] = None
                if not isinstance(value, str):
                    if len(outer) > _MAX_DEPTH:
                        raise UnreadableMetadata("it is nested too deeply")
                    outer.append(value)
                    keys.append(None)
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnreadableMetadata(str(error).partition("\n")[0]) from None
    return found[0] if found else ""


def _begun(event: object, events: ModuleType) -> Yaml:
    """Return what an event begins: a scalar's text, or an empty collection."""
    if isinstance(event, events.SequenceStartEvent):
        return []
    return {} if isinstance(event, events.MappingStartEvent) else str(getattr(event, "value", ""))
