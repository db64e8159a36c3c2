"""Pages for instructors: `grade guide`."""

from __future__ import annotations

import sys

import click

from grader.commands.consoles import out

WAYS = ("nbgrader", "cohort", "gradescope", "ci")


@click.command()
@click.argument("way", metavar="[" + "|".join(WAYS) + "]", type=click.Choice(WAYS), required=False)
def guide(way: str | None) -> None:
    """Show how to grade a class, one page for each way."""
    from grader.identity import package_folder

    folder = package_folder("teaching") / "guides"
    if way is None:
        for name in WAYS:
            title, _, _ = (folder / f"{name}.md").read_text("utf-8").partition("\n")
            print(f"grade guide {name:<11} {title.removeprefix('# ')}")
        return
    text = (folder / f"{way}.md").read_text("utf-8")
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.markdown import Markdown

    out.print(Markdown(text))
