"""Reading a learner's file, before anything runs and before TensorFlow is imported."""

from __future__ import annotations

import ast
import io
import stat
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.stubs import BLANK

MAX_SOURCE_BYTES = 1_000_000


class NotAFile(Exception):
    """The path names nothing that could be read: a usage error."""


class Unreadable(Exception):
    """The file is there, but it is no Python source. Says why, and in which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Submission:
    """A learner's file that parses."""

    path: Path
    source: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The file's name, as messages show it."""
        return self.path.name

    def blanks(self) -> list[int]:
        """Return the lines where a `____` is still left, comments and texts aside."""
        return sorted(
            {
                node.lineno
                for node in ast.walk(self.tree)
                if (isinstance(node, ast.Name) and node.id == BLANK)
                or (isinstance(node, ast.Attribute) and node.attr == BLANK)
                or (isinstance(node, ast.keyword) and node.arg == BLANK)
            },
        )

    @cached_property
    def lines(self) -> dict[str, int]:
        """The last line that binds each name."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            name = None
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name = node.id
            elif isinstance(node, ast.FunctionDef):
                name = node.name
            if name is not None and isinstance(node, ast.expr | ast.stmt):
                found[name] = max(found.get(name, 0), node.lineno)
        return found

    def is_empty(self) -> bool:
        """Whether there is no statement in it, a docstring aside."""
        return all(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for node in self.tree.body
        )

    def line_of(self, name: str) -> int | None:
        """Return the last line that binds NAME."""
        return self.lines.get(name)

    def literal(self, name: str) -> object:
        """Return what the last top-level `NAME = literal` binds; None where it is computed.

        Also None where the name is bound in another way, too: then only a run can tell.
        """
        value: object = None
        plain = set()
        for node in self.tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id == name:
                plain.add(target)
                try:
                    value = ast.literal_eval(node.value)  # type: ignore[attr-defined]
                except ValueError:
                    value = None
        bindings = {
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        }
        return value if bindings == plain else None


def require_file(path: Path) -> int:
    """Return a regular file's size in bytes.

    Raises:
        NotAFile: nothing is there, or a folder, a device, a pipe, or no permission.
    """
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise NotAFile(f"{path} is a folder, not a file.")
        if not stat.S_ISREG(info.st_mode):
            raise NotAFile(f"{path} is not a regular file.")
        with path.open("rb"):
            return info.st_size
    except FileNotFoundError:
        raise NotAFile(f"There is no file {path}.") from None
    except PermissionError:
        raise NotAFile(f"{path} may not be read: permission denied.") from None
    except (OSError, ValueError) as error:
        raise NotAFile(f"{path} cannot be read: {error}.") from None


def _read_bytes(path: Path) -> bytes:
    size = require_file(path)
    if size > MAX_SOURCE_BYTES:
        raise Unreadable(
            f"{path.name} has {size / 1e6:.0f} MB. An answer is a few lines of Python; "
            f"files above {MAX_SOURCE_BYTES // 1_000_000} MB are not graded.",
        )
    return path.read_bytes()


def read(path: Path) -> Submission:
    """Read and parse a learner's file.

    Raises:
        NotAFile: see `require_file`.
        Unreadable: not text, or not Python; says why and in which line.
    """
    data = _read_bytes(path)
    if path.suffix == ".ipynb":
        raise Unreadable(
            f"{path.name} is a notebook. Save its code cells as a .py file and grade that.",
        )
    if b"\0" in data:
        raise Unreadable(
            f"{path.name} holds a NUL byte: it is not a text file, or was saved as UTF-16. "
            "Save it as UTF-8.",
            data[: data.index(b"\0")].count(b"\n") + 1,
        )
    source = _decode(data, path.name)
    return Submission(path, source, _parse(source, path.name))


def _decode(data: bytes, name: str) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"{name} is not UTF-8 text: line {line} holds the byte 0x{data[error.start]:02x}. "
            "Save it as UTF-8.",
            line,
        ) from None
    except (SyntaxError, LookupError) as error:
        raise Unreadable(f"{name} is not UTF-8 text ({error}). Save it as UTF-8.", 1) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse(source: str, name: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a text is Python's to tell
            return ast.parse(source, name)
    except SyntaxError as error:
        line = error.lineno or 1
        shown = (error.text or "").rstrip("\n").strip()
        what = error.msg or "invalid syntax"
        reason = f"Python cannot read line {line} of {name}: {what}."
        if shown:
            reason += f"\n    {shown[:200]}"
        raise Unreadable(reason, line) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"Python cannot read {name}: {type(error).__name__}, {error}.") from None
