"""The edge of a command: refusals become people's words and an exit status, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from app.edge import here
from app.messages import describe, text_of
from surveys import schema
from surveys.errors import SurveyError

Command = TypeVar("Command", bound=Callable[..., Any])
REFUSED = 1


def at_edge(command: Command) -> Command:
    """Run a command with the application, and print what the domain refuses."""

    @with_appcontext
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            if not schema.is_current(here().database):
                schema.upgrade(here().database)
            return command(*args, **kwargs)
        except SurveyError as error:
            click.echo(refusal(error), err=True)
            sys.exit(REFUSED)

    return run  # type: ignore[return-value]


def refusal(error: SurveyError) -> str:
    """What was refused, then a line for each problem."""
    lines = [text_of(error.code, error.params), *(f"  - {describe(problem)}" for problem in error.problems)]
    return "\n".join(lines)


def read_file(path: Path) -> bytes:
    """The bytes of a file that the officer named."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(_("读不到文件 %(file)s：%(why)s", file=path, why=error.strerror or "")) from None


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file, or leave what was there."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise click.ClickException(_("写不了文件 %(file)s：%(why)s", file=path, why=error.strerror or "")) from None
    click.echo(_("已写入 %(file)s（%(size)s KB）", file=path, size=max(1, len(content) // 1024)))


def table(rows: list[tuple[object, ...]]) -> str:
    """Rows as aligned columns; Chinese characters are two cells wide."""
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(cell_width(row[place]) for row in cells) for place in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def cell_width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(2 if ord(char) >= 0x1100 and not 0x2010 <= ord(char) <= 0x206F else 1 for char in text)
