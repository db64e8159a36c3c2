"""What notebooks hold beside Python: magics, shell commands, questions, lines for Colab.

A file cannot run them, and an answer does not need them. They become comments, and every
line stays where it was, so that a line of the result is the same line of the cell. In a
file they stand where its cells were copied, or as `get_ipython()` where Jupyter wrote it.
"""

from __future__ import annotations

import ast
import re
import warnings

_PYTHON_BELOW = {"capture", "debug", "grade", "memit", "prun", "time", "timeit"}
"""Cell magics below which Python stands, that runs in the notebook itself."""

_TIMED = re.compile(r"(?P<before>\s*(?:[\w.,\s]+=\s*)?)%time\s+(?P<statement>[^-\s].*)")
_MAGIC = re.compile(
    r"\s*(?:[%!?].*|(?!(?:if|elif|while|assert|return)\b)[\w.,\s]+=\s*[%!].*|[\w.]+\?{1,2}\s*)"
)  # `if a =! 3:` compares, and is misspelt
_TOKEN = re.compile(
    r"""
    (?P<text> \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
            | \"(?:\\.|[^\"\\\n])*\"? | '(?:\\.|[^'\\\n])*'? )
    | (?P<comment> \#[^\n]*)
    | (?P<open> [(\[{]) | (?P<close> [)\]}])
    | (?P<joined> \\\n) | (?P<end> \n)
    """,
    re.VERBOSE | re.DOTALL,
)


def plain_python(cell: str) -> str:
    """Return a cell's text with as many lines, of which none is for the notebook alone.

    `%time STATEMENT` becomes the statement. Text that is no Python for other reasons
    stays as it is: whoever runs it will say so.
    """
    text = _undented(cell.replace("\r\n", "\n").replace("\r", "\n"))
    first = next((line for line in text.split("\n") if line.strip()), "")
    if first.startswith("%%"):
        name = (first[2:].split() or [""])[0]
        if name not in _PYTHON_BELOW:
            return "\n".join(f"# {line}" for line in text.split("\n"))
        text = text.replace(first, f"# {first}", 1)
    return text if _is_python(text) else _without_magics(text)


def python_of_file(text: str) -> tuple[str, list[int]]:
    """Return a file's text without what only notebooks can run, and the lines that this was.

    Text that is no Python for other reasons stays as it is.
    """
    plain = text
    if not _is_python(text):
        plain = plain_python(text) if text.lstrip().startswith("%%") else _without_magics(text)
    plain = _without_calls(plain)
    pairs = zip(text.split("\n"), plain.split("\n"), strict=True)
    return plain, [
        number
        for number, (old, new) in enumerate(pairs, start=1)
        if old != new and new.lstrip().startswith(("#", "pass  #"))
    ]


def _without_calls(text: str) -> str:
    """Comment out the statements that ask IPython or Colab for something."""
    if not any(word in text for word in ("get_ipython", "google.colab")) or not _is_python(text):
        return text
    lines = text.split("\n")
    with warnings.catch_warnings(action="ignore"):
        tree = ast.parse(text)
    colab = _names_from_colab(tree)
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Try):  # it is ready for what a file has not
            continue
        if isinstance(node, ast.stmt) and _is_for_notebooks(node, colab):
            _leave_out(node, lines)
        else:
            waiting += ast.iter_child_nodes(node)
    return "\n".join(lines)


def _names_from_colab(tree: ast.Module) -> set[str]:
    """Return the names that a file imports from Colab."""
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("google.colab")
        for name in node.names
    }


def _is_for_notebooks(statement: ast.stmt, colab: set[str]) -> bool:
    """Whether a statement is there for IPython or Colab alone."""
    if isinstance(statement, ast.Import):
        return all(name.name.startswith("google.colab") for name in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").startswith("google.colab")
    looked_at: ast.AST = statement
    if isinstance(statement, ast.If) and not statement.orelse:
        looked_at = statement.test
    elif not isinstance(statement, ast.Expr | ast.Assign):
        return False
    for node in ast.walk(looked_at):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            root: ast.expr = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and (root.id in colab or root.id == "get_ipython"):
                return True
    return False


def _leave_out(statement: ast.stmt, lines: list[str]) -> None:
    """Make a comment of a statement that has its lines for itself; what it times stays."""
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    if len(indent) != statement.col_offset or ";" in lines[last][statement.end_col_offset or 0 :]:
        return
    done = [f"{indent}# {line.lstrip()}" for line in lines[first : last + 1]]
    if timed := _timed_python(statement):
        done[0] = f"{indent}{timed}"
    elif indent:
        done[0] = f"{indent}pass  # {lines[first].lstrip()}"
    lines[first : last + 1] = done


def _timed_python(statement: ast.stmt) -> str:
    """Return on one line the Python that `get_ipython()` is asked to run; "" where it is none."""
    call = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return ""
    texts = [a.value if isinstance(a, ast.Constant) else None for a in call.args]
    if not texts or texts[0] not in _PYTHON_BELOW or not isinstance(texts[-1], str):
        return ""
    cell = call.func.attr == "run_cell_magic"
    if not cell and (call.func.attr, texts[0]) != ("run_line_magic", "time"):
        return ""
    body = plain_python(texts[-1])
    if not _is_python(body):
        return ""
    statements = ast.parse(body).body
    simple = not any(hasattr(part, "body") for part in statements)
    return "; ".join(map(ast.unparse, statements)) if simple else f"exec({body!r})"


def _undented(text: str) -> str:
    """Take the first line's indentation from all lines, as notebooks do."""
    found = re.match(r"(?:[ \t]*\n)*([ \t]+)\S", text)
    return re.sub(f"(?m)^{found[1]}", "", text) if found else text


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_magics(text: str) -> str:
    """Comment magics out. A line that begins with `%` inside a statement is none."""
    done = []
    position = 0
    while position <= len(text):
        end = _find(text, "\n", position)
        line = text[position:end]
        if timed := _TIMED.fullmatch(line):
            done.append(timed["before"] + timed["statement"])
        elif _MAGIC.fullmatch(line):
            done.append(_as_comment(line))
            while line.endswith("\\") and end < len(text):  # it goes on below
                position = end + 1
                end = _find(text, "\n", position)
                line = text[position:end]
                done.append(f"# {line}")
        else:
            end = _end_of_statement(text, position)
            done.append(text[position:end])
        position = end + 1
    return "\n".join(done)


def _find(text: str, what: str, start: int) -> int:
    found = text.find(what, start)
    return len(text) if found < 0 else found


def _as_comment(line: str) -> str:
    """Return a comment; in a block, which may hold nothing else, behind a `pass`."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.lstrip()}" if indent else f"# {line}"


def _end_of_statement(text: str, start: int) -> int:
    """Return where the statement's last line ends: no bracket or text is open there."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close":
            depth = max(0, depth - 1)
        elif token.lastgroup == "end" and depth == 0:
            return token.start()
    return len(text)
