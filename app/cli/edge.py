"""The edge of a command: refusals become people's words and an exit status, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EINVAL, EISDIR
from functools import wraps
from os import strerror
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
            _refuse_broken(kwargs)
            if not schema.is_current(here().database):
                schema.upgrade(here().database)
            return command(*args, **kwargs)
        except SurveyError as error:
            click.echo(refusal(error), err=True)
            sys.exit(REFUSED)

    return run  # type: ignore[return-value]


def _refuse_broken(arguments: Mapping[str, Any]) -> None:
    """Bytes of the command line that are no text would fail in the database. A file may have any name."""
    for given in arguments.values():
        if isinstance(given, str) and not given.isascii() and any("\ud800" <= sign <= "\udfff" for sign in given):
            shown = given.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            raise click.UsageError(_("读不懂“%(given)s”：不是 UTF-8 文字", given=shown))


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


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before anything is done for it."""
    error = find_obstacle(path)
    if error is not None:
        raise _unwritable(path, error)


def find_obstacle(path: Path) -> OSError | None:
    """Why a file could not be written; None where it could."""
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        draft = path.parent / f".{path.name}.part"
        draft.touch()
        draft.unlink()
    except (OSError, ValueError) as error:
        return error if isinstance(error, OSError) else OSError(EINVAL, strerror(EINVAL))
    return None


def _unwritable(path: Path, error: OSError) -> click.ClickException:
    return click.ClickException(_("写不了文件 %(file)s：%(why)s", file=path, why=error.strerror or ""))


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file, or leave what was there."""
    write_parts(path, [content])


def write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file as its parts are made; it is there when all of them are, or what was there stays."""

    def write(draft: Path) -> None:
        with draft.open("wb") as file:
            file.writelines(parts)

    write_through(path, write)


def write_through(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file by what writes to a path of its own; it is there when that is done, or what was there stays."""
    with drafted(path) as draft:
        write(draft)
        size = draft.stat().st_size
    click.echo(_("已写入 %(file)s（%(size)s KB）", file=path, size=max(1, size // 1024)))


@contextmanager
def drafted(path: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """Where to write what takes the place of `path` once all of it is written; nothing is left where that fails."""
    draft = path.parent / f".{path.name}.part"  # of `.` and `/`, which have no name, it is not made
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        draft.touch(mode)  # libraries have errors of their own for a path that nobody can write
        yield draft
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


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
