"""`flask instrument import`, `export` and `template`: questionnaires that come from elsewhere and go elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, check_writable, read_file, write_file
from app.edge import here
from app.i18n import current_language
from app.messages import describe
from surveys.carrying import FORMATS, KINDS, carry_in, carry_out, read_paper, write_template
from surveys.carrying.inward import Kind
from surveys.carrying.outward import Format
from surveys.errors import Problem, SurveyError
from surveys.groups import GROUPS
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import instrument_from, parse_instrument
from surveys.instruments.versions import find_latest

OUT = click.option("--out", type=click.Path(path_type=Path), required=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), help="What FILE is, if its content does not show it.")
@click.option("--group", "groups", type=click.Choice(GROUPS), multiple=True, help="Who answers, if FILE does not say.")
@OUT
@at_edge
def import_instrument(file: Path, kind: Kind | None, groups: Sequence[str], out: Path) -> None:
    """Make a questionnaire of FILE (XLSForm, LimeSurvey .lss, spreadsheet), and list what was not carried over."""
    check_writable(out)
    carried = carry_in(read_file(file), kind=kind, groups=groups, filename=file.name)
    write_file(out, carried.text.encode())
    click.echo(_("来源：%(kind)s", kind=carried.kind))
    _tell(_("没有带过来、改动或补上的（%(count)s）：", count=len(carried.left)), carried.left)
    _tell(_("发布之前还要改，改好后可能还会查出别的（%(count)s）：", count=len(carried.problems)), carried.problems)
    if not carried.problems:
        click.echo(_("没有问题，可以发布：flask instrument publish %(file)s", file=out))


@click.command("export")
@click.argument("name", metavar="NAME[@N]|FILE.yaml")
@click.option("--format", type=click.Choice(FORMATS), required=True)
@OUT
@at_edge
def export_instrument(name: str, format: Format, out: Path) -> None:
    """Write a questionnaire, published, of the library or in a file, for another program."""
    check_writable(out)
    written = carry_out(_find(name), format=format, language=_spoken())
    write_file(out, written.content)
    _tell(_("和原来不一样的（%(count)s）：", count=len(written.left)), written.left)


@click.command("template")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.xlsx or FILE.csv")
@at_edge
def instrument_template(out: Path) -> None:
    """Write a spreadsheet to fill in, with an example of every kind of row."""
    write_file(out, write_template(file="csv" if out.suffix.lower() == ".csv" else "xlsx", language=_spoken()))


def _spoken() -> Literal["zh-CN", "en"]:
    return "en" if current_language() == "en" else "zh-CN"


def _tell(head: str, problems: Sequence[Problem]) -> None:
    if problems:
        click.echo("\n".join((head, *(f"  - {describe(each)}" for each in problems))))


def _find(name: str) -> Instrument:
    """A file, else a published version, else a questionnaire of the library."""
    if name.endswith((".yaml", ".yml")):
        return instrument_from(read_paper(read_file(Path(name))))
    plain, _at, number = name.partition("@")
    if number and not (number.isascii() and number.isdigit() and len(number) < 7):
        raise SurveyError("instrument.missing", "missing", version=name)
    with here().database.read() as session:
        found = find_latest(session, name=plain, number=int(number) if number else None)
    if found is not None:
        return found.instrument
    if number or plain not in library_names():
        raise SurveyError("instrument.missing", "missing", version=name)
    return parse_instrument(library_document(plain))
