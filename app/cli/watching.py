"""`flask fieldwork watch`, `flask fieldwork reminders`: how far an open survey has come, and whom to remind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, table, write_file
from app.edge import here
from app.i18n import in_language, local_time
from app.numbers import NOTHING, WIDEST, count, fixed, percent
from app.reminders import KINDS, addressee, reminder_file
from app.words import GROUPS, word
from surveys.campaigns import CampaignView, get_campaign
from surveys.fieldwork.reminding import remind
from surveys.fieldwork.standings import Standing, Watch
from surveys.fieldwork.watching import watch as look_at

NEEDIEST = 8


@click.command("watch")
@click.argument("name", metavar="ID")
@click.option("--group", help="Every place of this group, such as parent.")
@at_edge
def watch(name: str, group: str | None) -> None:
    """Show how far campaign ID has come: counts only, never a score."""
    campaign, seen = _look(name)
    if group is not None:
        click.echo(_table(_("学校"), ((addressee(each), each) for each in seen.places if each.group == group)))
        return
    click.echo(f"{in_language(campaign.title)}  {local_time(seen.taken_at)}")
    click.echo(_targets(seen))
    groups = ((word(GROUPS, each.group), each) for each in seen.groups)
    click.echo(_table(_("调查对象"), [*groups, (_("合计"), seen.total)]))
    click.echo()
    click.echo(_table(_("还需最多的学校"), ((addressee(each), each) for each in seen.neediest[:NEEDIEST])))
    click.echo(_("停滞不动：%(count)s 处", count=len(seen.still)))


@click.command("reminders")
@click.argument("name", metavar="ID")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE.csv or FILE.txt")
@at_edge
def reminders(name: str, file: Path) -> None:
    """Write whom to remind in campaign ID: schools and groups, never persons."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise click.UsageError(_("--out 应以 .csv 或 .txt 结尾"))
    campaign, seen = _look(name)
    write_file(file, reminder_file(kind, campaign, remind(seen), seen.taken_at))


def _look(name: str) -> tuple[CampaignView, Watch]:
    app = here()
    now = app.clock()
    with app.database.read() as session:
        campaign = get_campaign(session, name=name, now=now)
        return campaign, look_at(session, campaign=campaign, now=now, timezone=app.settings.timezone)


def _targets(seen: Watch) -> str:
    if seen.plan is not None:
        return str(_("目标来自抽样方案第 %(number)s 版。", number=seen.plan))
    return str(_("没有抽样方案：目标按人数的 70%，只发了个人码的按发出的码；其他群众不设目标。"))


def _table(first: str, rows: Iterable[tuple[str, Standing]]) -> str:
    heads = (_("已发放"), _("已打开"), _("已完成"), _("应答率"), _("目标"), _("还需"), _("误差"), _("结束时误差"))
    return table([(first, *heads), *((name, *_cells(each)) for name, each in rows)])


def _cells(standing: Standing) -> tuple[str, ...]:
    amounts, widths = standing.amounts, standing.half_widths
    counts = (amounts.issued, amounts.opened, amounts.completed)
    points = (_points(each) for each in (widths.now, widths.projected))
    return (*map(count, counts), percent(amounts.rate), count(amounts.target), count(amounts.missing), *points)


def _points(width: float | None) -> str:
    if width is not None and width > WIDEST:
        return str(_("—（太少）"))
    return NOTHING if width is None else f"±{fixed(100 * width)}"
