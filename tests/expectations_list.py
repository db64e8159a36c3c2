"""The list of what a check can ask and expect, `grader/expect/README.md`, made from the code.

`python tests/expectations_list.py --write` writes it. Nothing is imported, only read.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "grader" / "expect"
LIST = FOLDER / "README.md"

HEAD = """# What a check can ask and expect

All of it stands in `grader/expect/`, a section for each module. Begin with `Evidence`, the
fixture of every check, and the `Model` that it gives. An `expect_…` raises `CheckFailed` with
the words for the learner, or `CheckSkipped` where the file stopped too early to tell.

This file is made from the code: `python tests/expectations_list.py --write`.
"""


def main() -> None:
    """Write the list, or say whether it is up to date."""
    if sys.argv[1:] == ["--write"]:
        LIST.write_text(text(), "utf-8")
    elif LIST.read_text("utf-8") != text():
        sys.exit(f"{LIST} is out of date: python {sys.argv[0]} --write")


def text() -> str:
    """Return the whole list as Markdown."""
    parts = [HEAD]
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        entries = [line for node in tree.body for line in _entries(node)]
        if entries:
            parts += [f"\n## `{path.stem}`: {_first_sentence(tree)}\n", *entries]
    return "\n".join(parts) + "\n"


def _entries(node: ast.stmt) -> Iterator[str]:
    """Yield a line for a public function, and one for each public part of a class."""
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
        yield f"- `{_call(node)}`: {_first_sentence(node)}"
    elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
        yield f"- **`{node.name}`**: {_first_sentence(node)}"
        for part, behind in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                yield f"  - `.{_call(part)}`: {_first_sentence(part)}"
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                explained = _first_sentence(ast.Module([behind], []))
                field = f"  - `.{part.target.id}: {ast.unparse(part.annotation)}`"
                yield f"{field}: {explained}" if explained else field


def _call(function: ast.FunctionDef) -> str:
    """Return a function's name with what it takes and gives; of a property what it is."""
    given = "" if function.returns is None else ast.unparse(function.returns)
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    if decorators & {"property", "cached_property"}:
        return f"{function.name}: {given}"
    arguments = function.args
    if arguments.args and arguments.args[0].arg == "self":
        arguments.args.pop(0)
    returned = "" if given == "None" else f" -> {given}"
    return f"{function.name}({ast.unparse(arguments)}){returned}"


def _first_sentence(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    summary = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
    return f"{summary.rstrip('.:')}." if summary else ""


if __name__ == "__main__":
    main()
