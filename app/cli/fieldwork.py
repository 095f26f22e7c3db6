"""`flask fieldwork …`: what an officer records and watches while a campaign runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, table
from app.dispositions import CASES, Part, lay_out_dispositions
from app.edge import here
from app.numbers import fixed, percent
from app.words import GROUPS, word
from surveys.campaigns import get_campaign
from surveys.fieldwork.dispositions import DispositionRow, list_dispositions
from surveys.fieldwork.outcomes import record_outcomes
from surveys.fieldwork.returns import record_returns
from surveys.trail import AT_THE_SHELL

PEOPLE = click.IntRange(min=0)

fieldwork = AppGroup("fieldwork", help="Fieldwork: what became of those who were asked, and how far the answers are.")


@fieldwork.command("outcomes")
@click.argument("name", metavar="ID")
@click.option("--schools", is_flag=True, help="Every school and group, not only the groups.")
@at_edge
def show_outcomes(name: str, schools: bool) -> None:
    """What became of everybody who was asked in campaign ID, and the response rates."""
    with here().database.read() as session:
        campaign = get_campaign(session, name=name, now=here().clock())
        found = list_dispositions(session, campaign_id=campaign.id)
    for part in lay_out_dispositions(found):
        click.echo(_("有名单（个人码）") if part.listed else _("没有名单（公开码）：只有参与率，不是应答率"))
        click.echo(table([_heading(part), *(_line(part, row) for row in _rows(part, schools))]) + "\n")
    if found.eligibility is not None:
        click.echo(_("e = %(share)s：情况不明的人中估计符合条件的比例。", share=fixed(found.eligibility, 3)))


def _rows(part: Part, schools: bool) -> tuple[DispositionRow, ...]:
    return (*(part.places if schools else part.groups), part.total)


def _heading(part: Part) -> tuple[object, ...]:
    asked = _("应访") if part.listed else _("人数")
    return _("学校"), _("调查对象"), asked, *CASES.values(), *part.rates.values()


def _line(part: Part, row: DispositionRow) -> tuple[object, ...]:
    school = row.school_code or ("" if row.group else _("合计"))
    cases = (getattr(row, name) for name in CASES)
    return school, word(GROUPS, row.group), row.asked, *cases, *(percent(getattr(row.rates, key)) for key in part.rates)


@fieldwork.command("record")
@click.argument("name", metavar="ID")
@click.option("--school", help="Its code; leave it out for a group of the county.")
@click.option("--group", help="Such as parent.")
@click.option("--refused", type=PEOPLE, default=0, help="Refusals, at the door or by a slip that came back.")
@click.option("--not-reached", type=PEOPLE, default=0, help="Eligible, but never reached.")
@click.option("--not-eligible", type=PEOPLE, default=0, help="Left the school, moved away, never belonged there.")
@click.option("--other", type=PEOPLE, default=0, help="Eligible, and did not answer for another reason.")
@click.option("--file", type=click.Path(path_type=Path), help="A table (CSV or XLSX) of many places instead.")
@at_edge
def record(name: str, school: str | None, group: str | None, file: Path | None, **counts: int) -> None:
    """Record how many people of a place did not answer, and why; what was recorded of it before is replaced."""
    if (file is None) == (group is None):
        raise click.UsageError(_("--group 和 --file 请给出其中一个"))
    app = here()
    with app.database.begin() as session:
        campaign = get_campaign(session, name=name, now=app.clock())
        facts: dict[str, Any] = {"campaign_id": campaign.id, "now": app.clock(), "by": AT_THE_SHELL}
        if file is not None:
            places = record_returns(session, content=read_file(file), filename=file.name, **facts)
        else:
            places = record_outcomes(session, group=group or "", school=school, counts=counts, **facts)
    click.echo(_("已记录，%(count)s 处有变化。", count=places))
