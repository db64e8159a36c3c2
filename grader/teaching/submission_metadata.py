"""Who handed in what, as `submission_metadata.yml` in a Gradescope export says.

Its keys are Ruby's symbols, and it may hold Ruby's objects: only texts are taken from it.
"""

from __future__ import annotations

from typing import Any

from grader.teaching.file_names import shown
from grader.teaching.students import Student

NAME = "submission_metadata.yml"
MAX_BYTES = 200_000_000

_MAX_DEPTH = 60


class UnreadableMetadata(Exception):
    """The file is no such list of submissions; says why."""


def read_submitters(data: bytes) -> dict[str, list[Student]]:
    """Return who handed in each folder, `submission_1000`; a group has several names.

    Raises:
        UnreadableMetadata: it is no YAML, or no list of submissions.
    """
    found: dict[str, list[Student]] = {}
    for folder, facts in _mapping(_document(data)).items():
        number = folder.rpartition("_")[2]
        submitters = _mapping(facts).get(":submitters")
        people = map(_mapping, submitters if isinstance(submitters, list) else [])
        found[folder] = [_student(person, number) for person in people]
    if not found:
        raise UnreadableMetadata("it lists no submissions")
    return found


def _student(person: dict[str, Any], number: str) -> Student:
    name, id, email = (_text(person.get(key)) for key in (":name", ":sid", ":email"))
    return Student(name or email or number, id or number, "gradescope", email)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return shown(value.strip()) if isinstance(value, str) else ""


def _document(data: bytes) -> object:
    """Return the first YAML document; all scalars are texts, and aliases are left out.

    It is put together from the parser's events: loading would make objects of what it names.
    """
    import yaml
    from yaml import events

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: list[Any] = []
    open_ones: list[Any] = [root]
    keys: list[str | None] = [None]
    try:
        for event in yaml.parse(data, Loader=loader):
            if isinstance(event, events.CollectionEndEvent):
                open_ones.pop()
                keys.pop()
            elif isinstance(event, events.NodeEvent):
                value: Any = getattr(event, "value", "")
                starts = isinstance(event, events.CollectionStartEvent)
                if starts:
                    value = [] if isinstance(event, events.SequenceStartEvent) else {}
                into = open_ones[-1]
                if isinstance(into, list):
                    into.append(value)
                elif keys[-1] is None:
                    keys[-1] = value if isinstance(value, str) else ""
                else:
                    into[keys[-1]] = value
                    keys[-1] = None
                if starts:
                    if len(open_ones) > _MAX_DEPTH:
                        raise UnreadableMetadata("it is nested too deeply")
                    open_ones.append(value)
                    keys.append(None)
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnreadableMetadata(str(error).partition("\n")[0]) from None
    return root[0] if root else None
