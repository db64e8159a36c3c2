"""Pages for instructors: `grade guide`."""

from __future__ import annotations

import sys

import click

from grader.commands.consoles import out

PAGES = ("nbgrader", "cohort", "gradescope", "ci", "course", "platforms")


@click.command()
@click.argument(
    "page", metavar="[" + "|".join(PAGES) + "]", type=click.Choice(PAGES), required=False
)
def guide(page: str | None) -> None:
    """Show how to grade a class: a page for each way, for course.toml and for platforms."""
    from grader.identity import package_folder

    folder = package_folder("teaching") / "guides"
    if page is None:
        for name in PAGES:
            title, _, _ = (folder / f"{name}.md").read_text("utf-8").partition("\n")
            print(f"grade guide {name:<11} {title.removeprefix('# ')}")
        return
    text = (folder / f"{page}.md").read_text("utf-8")
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.markdown import Markdown

    out.print(Markdown(text))
