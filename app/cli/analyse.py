"""`flask analyse ID KIND`: a question to the answers of a settled score, with the right to see everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from app.bench.cells import Sheet
from app.bench.files import FORMATS, make_file, plain, title
from app.bench.sheets import lay_out
from app.bench.wording import label_of, method_sentence, notice_lines
from app.cli.edge import at_edge, find_obstacle, table, write_file
from app.deeds import tell
from app.edge import here
from app.words import GROUPS, word
from surveys.bench import CORRECTIONS, KINDS, LEVEL, SHORT, Bench, Result, open_bench, read_request
from surveys.bench import analyse as ask
from surveys.errors import Problem, SurveyError
from surveys.trail import TAKEN

VARIABLES = "variables"
WIDEST = 10  # columns of a table for a terminal; files have all


@click.command("analyse")
@click.argument("name", metavar="ID")
@click.argument("kind", type=click.Choice([*KINDS, VARIABLES]))
@click.option("--rows", help="crosstab: variables, with commas between.")
@click.option("--columns", help="crosstab: variables; every one is crossed with every row variable.")
@click.option("--items", help="means, shares, reliability, factors: questions or dimensions.")
@click.option("--by", help="means, shares: one or two background variables.")
@click.option("--outcome", help="drivers, ordinal: the question to be explained.")
@click.option("--on", help="drivers, ordinal: what it is held against.")
@click.option("--group", "--groups", "groups", help="Groups of people; all unless said.")
@click.option("--where", multiple=True, metavar="VARIABLE=CODES", help="Only these people: boards=1 or grade=7,8.")
@click.option("--positive", help="shares: codes of the options to count, instead of the scorecard's.")
@click.option("--reverse", help="reliability, factors: questions to turn round.")
@click.option("--factors", help="factors: how many; parallel analysis unless said.")
@click.option("--correction", help=f"For many tests: {', '.join((*CORRECTIONS, *SHORT))}.  [default: {CORRECTIONS[0]}]")
@click.option("--level", help=f"Of intervals.  [default: {LEVEL}]")
@click.option("--evaluation", type=int, metavar="N", help="Another settled score than the newest.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@click.option("--out", "file", type=click.Path(path_type=Path), help="Write FILE: .csv, .xlsx or .json.")
@at_edge
def analyse(
    name: str, kind: str, evaluation: int | None, as_json: bool, as_csv: bool, file: Path | None, **asked: Any
) -> None:
    """Analyse the answers of campaign ID as they counted in its score.

    KIND is what to do; `variables` lists what there is to ask about. Whoever has the machine sees figures about few
    people, too: such results are marked and are not to be handed on.
    """
    app = here()
    with app.database.read() as session:
        bench = open_bench(session, name=name, now=app.clock(), number=evaluation)
    if kind == VARIABLES:
        click.echo(_variables(bench, as_json=as_json))
        return
    question = {"kind": kind, **{key: value for key, value in asked.items() if value}}
    _check(name, bench, question, file)
    result = ask(bench, question, right=True)
    with app.database.begin() as session:
        facts = {"what": "bench_file", "evaluation": result.evaluation, "asked": kind}
        tell(session, TAKEN, campaign_id=bench.basis.campaign.id, **facts)
    if file is not None:
        write_file(file, make_file(result, _ending(file)).content)
    elif as_json:
        click.echo(json.dumps(plain(result), ensure_ascii=False, indent=2, allow_nan=False))
    elif as_csv:
        click.echo(make_file(result, "csv").content.decode("utf-8-sig"), nl=False)
    else:
        click.echo(_text(result))


def _check(name: str, bench: Bench, question: Mapping[str, Any], file: Path | None) -> None:
    """Refuse a question and a file before anything is worked out, with all that is wrong with either."""
    problems = [] if file is None else _file_problems(file)
    try:
        read_request(question, bench.variables, groups=bench.basis.sample.groups)
    except SurveyError as error:
        problems += error.problems
    if any(each.code.startswith("bench.unknown_variable") for each in problems):
        click.echo(_("全部变量见 flask analyse %(name)s variables", name=name), err=True)
    if problems:
        raise SurveyError("bench.asked", "invalid", problems)


def _file_problems(file: Path) -> list[Problem]:
    found, obstacle = [], find_obstacle(file)
    if obstacle is not None:
        why = obstacle.strerror or ""
        found.append(Problem("bench.unwritable", field="out", value=str(file), params={"why": why}))
    if _ending(file) not in FORMATS and not file.is_dir():
        found.append(Problem("bench.format", field="out", value=file.name, params={"expected": ", ".join(FORMATS)}))
    return found


def _ending(file: Path) -> str:
    """How the file's name ends says what it is."""
    return file.suffix.lstrip(".").lower()


def _variables(bench: Bench, *, as_json: bool) -> str:
    if as_json:
        return json.dumps([each.plain() for each in bench.variables], ensure_ascii=False, indent=2)
    rows: list[tuple[object, ...]] = [(_("变量"), _("哪一种"), _("问了谁"), _("选项"), _("题目"))]
    for each in bench.variables:
        groups = _("、").join(word(GROUPS, group) for group in each.groups)
        options = " ".join(
            f"{code}={label_of(label.plain())}" for code, label in zip(each.codes, each.labels, strict=True)
        )
        rows.append((each.id, each.role, groups, options, label_of(each.label_for(()).plain())))
    return table(rows)


def _text(result: Result) -> str:
    lines = [title(result), *(f"! {line}" for line in notice_lines(result))]
    for sheet in lay_out(result):
        lines += ["", *_sheet(sheet)] if len(sheet.heads) <= WIDEST else []
    return "\n".join([*lines, "", f"{_('方法')}{_('：')}{method_sentence(result)}"])


def _sheet(sheet: Sheet) -> list[str]:
    rows: list[tuple[object, ...]] = [sheet.heads]
    rows += [tuple(f"{cell.text} [{cell.below}]" if cell.below else cell.text for cell in row) for row in sheet.rows]
    about = [line for line in (sheet.reading, sheet.about) if line]
    return [sheet.title, *about, *([table(rows)] if sheet.rows else []), *sheet.lines]
