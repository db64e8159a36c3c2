"""A file that is to be run, read once; and the script that it is, if it is one.

All of this happens before anything runs and before TensorFlow is imported.
"""

from __future__ import annotations

import ast
import io
import json
import keyword
import re
import stat
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.assignments import bindings_of
from grader.magics import python_of_file
from grader.names import Binding, MadeInside
from grader.notebook.assembly import Assembled
from grader.notebook.cells import assemble_all
from grader.notebook.notebook_reader import MAX_NOTEBOOK_BYTES, UnreadableNotebook
from grader.places import FileName, InCells, Line, Said, said
from grader.stubs import blank_lines
from grader.usage import WrongUsage

MAX_SOURCE_BYTES = 1_000_000
_A_NOTEBOOK = " is a notebook. Give it a name that ends in .ipynb, and grade that."


class NotAFile(WrongUsage):
    """The path names nothing that could be read: a usage error."""


class Unreadable(Exception):
    """It is there, but it is no Python source. Says why, and in which line."""

    def __init__(self, message: Said, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class SourceFile:
    """A file that was read, whatever it is for."""

    name: str
    """What messages call it: the file's name. A notebook's cells go by that of a script."""
    data: bytes
    """What it holds; of one that is too large, the beginning."""
    path: str = ""
    """Where it lies, for those who want to open it; "" where it is no file of its own."""
    size: int | None = None
    """In bytes, where it is too large to be read whole."""
    cells: InCells | None = None
    """Where its lines stand in the notebook that it was put together from, if it was."""
    unreadable: str = ""
    """Why a notebook could not be read, where that is so."""

    @classmethod
    def of_cells(cls, cells: Assembled, name: str, path: str = "") -> SourceFile:
        """Return a notebook's cells as a file of NAME; the notebook lies at PATH."""
        data = cells.source.encode("utf-8", "replace")
        size = len(data) if len(data) > MAX_SOURCE_BYTES else None
        return cls(name, data, path, size, cells.places)

    def script(self) -> Script:
        """Parse it.

        Raises:
            Unreadable: not text, or not Python; says why and in which line.
        """
        if self.unreadable:
            raise Unreadable(self.unreadable)
        if self.size is not None:
            raise Unreadable(
                said(
                    FileName(),
                    f" has {self.size / 1e6:.0f} MB. An answer is a few lines of Python; "
                    f"files above {MAX_SOURCE_BYTES // 1_000_000} MB are not graded.",
                )
            )
        text = _decode(self.data)
        if self.cells:
            return Script(self.name, text, _parse(text, self.name))
        if _is_notebook(text):
            raise Unreadable(said(FileName(), _A_NOTEBOOK))
        source, left_out = python_of_file(text)
        return Script(self.name, source, _parse(source, self.name), tuple(left_out))


@dataclass(frozen=True)
class Script:
    """A file that parses."""

    name: str
    source: str
    tree: ast.Module
    left_out: tuple[int, ...] = ()
    """Lines that only a notebook can run; they are comments in the source."""

    @cached_property
    def _texts(self) -> list[str]:
        """The lines as Python counts them: `splitlines` cuts at form feeds and others, too."""
        return self.source.split("\n")

    def blanks(self) -> list[int]:
        """Return the lines where a `____` is still left, comments and texts aside."""
        return blank_lines(self.tree)

    def until(self, line: int) -> Script:
        """Return the statements that end before LINE, each on the line where it stands.

        A statement that reaches LINE, such as a loop with a blank in it, is left out whole.
        """
        whole = [node for node in self.tree.body if (node.end_lineno or node.lineno) < line]
        last = whole[-1].end_lineno or 0 if whole else 0
        source = "".join(f"{text}\n" for text in self._texts[:last])
        left_out = tuple(number for number in self.left_out if number <= last)
        return Script(self.name, source, ast.Module(whole, []), left_out)

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """What binds each name, in the order of the lines."""
        return bindings_of(self.tree)

    @cached_property
    def inside(self) -> dict[str, MadeInside]:
        """Names that one function alone binds, as its own."""
        functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        everywhere = Counter(_names_given_values(self.tree))
        return {
            name: MadeInside(function.name, name in _returned(function))
            for function in functions
            for name, times in Counter(_names_given_values(function)).items()
            if everywhere[name] == times and name not in _shared(function)
        }

    @cached_property
    def anew(self) -> dict[str, list[int]]:
        """The lines that make a model anew, under the name of one that layers were added to.

        Only statements count that stand outside of loops, conditions and functions: they run
        once, one after the other.
        """
        grown: set[str] = set()
        found: dict[str, list[int]] = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function) as made):
                    is_model, goes_on = _last_part(function) == "Sequential", _reads(made, name)
                    if is_model and name in grown and not goes_on:
                        found.setdefault(name, []).append(node.lineno)
                    grown.discard(name)
                    if is_model and made.args:
                        grown.add(name)
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="add"))
                ):
                    grown.add(name)
        return found

    def is_empty(self) -> bool:
        """Whether there is no statement in it, a docstring aside."""
        return all(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for node in self.tree.body
        )

    def line_of(self, name: str) -> int | None:
        """Return the last line that binds NAME."""
        found = self.bindings.get(name)
        return found[-1].line if found else None

    def text_of_line(self, number: int | None) -> str | None:
        """Return a line's text; None where there is no such line."""
        lines = self._texts
        return lines[number - 1].strip() if number and 0 < number <= len(lines) else None

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


def read_file(path: Path) -> SourceFile:
    """Read a script or a notebook, once: what is hashed is what runs, whatever is saved meanwhile.

    Raises:
        NotAFile: nothing is there, or a folder, a device, a pipe, or no permission.
    """
    return read_with(path, lambda data: assemble_all(data, path.name))


def read_with(path: Path, assembled: Callable[[bytes], Assembled]) -> SourceFile:
    """Read a file; ASSEMBLED makes a script of a notebook's cells.

    Raises:
        NotAFile: see `read_file`.
    """
    if path.suffix.lower() != ".ipynb":
        return SourceFile(path.name, *_bytes_of(path, MAX_SOURCE_BYTES))
    data, lies_at, _ = _bytes_of(path, MAX_NOTEBOOK_BYTES)
    name = f"{path.stem}.py"
    try:
        return SourceFile.of_cells(assembled(data), name, lies_at)
    except UnreadableNotebook as error:
        places = InCells((), name=path.name)
        return SourceFile(name, b"", lies_at, cells=places, unreadable=str(error))


def _bytes_of(path: Path, limit: int) -> tuple[bytes, str, int | None]:
    """Return what a file holds, where it lies, and its size if that is above LIMIT."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise NotAFile(f"{path} is a folder, not a file.")
        if not stat.S_ISREG(info.st_mode):
            raise NotAFile(f"{path} is not a regular file.")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise NotAFile(f"There is no file {path}.") from None
    except PermissionError:
        raise NotAFile(f"{path} may not be read: permission denied.") from None
    except (OSError, ValueError) as error:
        raise NotAFile(f"{path} cannot be read: {error}.") from None
    return data, str(path), max(info.st_size, len(data)) if len(data) > limit else None


def _is_notebook(text: str) -> bool:
    """Whether a notebook's file was only given another name: much of its JSON is Python, too."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and {"cells", "nbformat"} <= found.keys()


def _decode(data: bytes) -> str:
    if b"\0" in data:
        raise Unreadable(
            said(
                FileName(),
                " holds a NUL byte: it is not a text file, or was saved as UTF-16. "
                "Save it as UTF-8.",
            ),
            data[: data.index(b"\0")].count(b"\n") + 1,
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f" holds the byte 0x{data[error.start]:02x}. Save it as UTF-8."
        raise Unreadable(said(FileName(), " is not UTF-8 text: ", Line(line), byte), line) from None
    except (SyntaxError, LookupError) as error:
        why = f" is not UTF-8 text ({error}). Save it as UTF-8."
        raise Unreadable(said(FileName(), why), 1) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _reserved(error: SyntaxError) -> str:
    """Return the word of Python's own that stands where a name or a value is wanted."""
    text, at = error.text or "", (error.offset or 1) - 1
    found = re.match(r"\W*([a-z]+)\b\s*[]),.:]", text[at:])
    before = text[:at].rstrip() + re.match(r"\W*", text[at:])[0].rstrip()  # type: ignore[index]
    is_word = found is not None and keyword.iskeyword(found[1])
    return found[1] if found and is_word and before.endswith(("=", "[", ".", ",", "(")) else ""


def _callbacks_bare(source: str) -> str:
    """Return the names that stand behind `callbacks=` without brackets; "" where there are none."""
    found = re.search(r"\bcallbacks\s*=\s*(\w+(?:\s*,\s*\w+)+)\s*,?\s*\)", source)
    return ", ".join(re.split(r"\s*,\s*", found[1])) if found else ""


def _follows_a_dot(error: SyntaxError) -> bool:
    """Whether that word stands behind a dot."""
    text, at = error.text or "", (error.offset or 1) - 1
    return text[:at].rstrip().endswith(".") or text[at:].startswith(".")


def _reads(node: ast.AST, name: str) -> bool:
    """Whether something reads a name, as a model does that is made of an earlier one's layers."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _last_part(function: ast.expr) -> str:
    """Return `Sequential` for `keras.models.Sequential`."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _names_given_values(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _returned(function: ast.FunctionDef) -> set[str]:
    return {
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name)
    }


def _shared(function: ast.FunctionDef) -> set[str]:
    """Return the names of a function that are not its own."""
    shared = [n for n in ast.walk(function) if isinstance(n, ast.Global | ast.Nonlocal)]
    return {name for node in shared for name in node.names}


def _turned_round(error: SyntaxError) -> str:
    """Return a comparison whose two signs stand the wrong way round, where Python stumbled."""
    at = max(0, (error.offset or 1) - 1)
    around = (error.text or "")[max(0, at - 1) : at + 2]
    found = re.search(r"=[!<>]", around)
    return found[0] if found else ""


def _parse(source: str, name: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a text is Python's to tell
            return ast.parse(source, name)
    except SyntaxError as error:
        line = error.lineno or 1
        shown = (error.text or "").rstrip("\n").strip()
        told = error.msg or "invalid syntax"
        reason = f": {told}{'' if told.endswith(('.', '?', '!')) else '.'}"
        if shown:
            reason += f"\n    {shown[:200]}"
        if word := _reserved(error):
            reason += (
                f"\n`{word}` is a word of Python's own, which can be no name in a file. If the "
                "name of a column is meant, it is a text, and needs quotes"
                + (f", in brackets: `[{word!r}]`." if _follows_a_dot(error) else ".")
            )
        if "positional argument follows keyword" in told and (bare := _callbacks_bare(source)):
            reason += (
                f"\n`callbacks` takes a list, with brackets: `callbacks=[{bare}]`. Without them, "
                "what follows the first one stands alone."
            )
        elif "positional argument follows keyword" in told:
            reason += (
                "\nArguments without a name come before those with one. Where one argument takes "
                "two things, as `validation_data` does, these need parentheses around them."
            )
        if re.match(r"\s*import\s+[\w, ]+\s+from\s", shown):
            reason += "\nPython names the module first: `from module import name`."
        if sign := _turned_round(error):
            reason += f"\n`{sign}` is no sign of Python's: `{sign[::-1]}` is."
        raise Unreadable(
            said("Python cannot read ", Line(line, named=True), reason), line
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        why = f": {type(error).__name__}, {error}."
        raise Unreadable(said("Python cannot read ", FileName(begins=False), why)) from None
