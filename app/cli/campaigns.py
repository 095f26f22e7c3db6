"""`flask campaign …`: one survey of one county."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, table
from app.deeds import tell
from app.edge import here
from app.i18n import in_language, local_time
from app.words import GROUPS, STATES
from surveys import campaigns
from surveys.campaigns import CampaignView
from surveys.paper import count_waiting
from surveys.sealing import LEDGERS, rewrite

campaign = AppGroup("campaign", help="One survey of one county.")


@campaign.command("create")
@click.argument("file", type=click.Path(path_type=Path))
@at_edge
def create(file: Path) -> None:
    """Create a campaign from FILE (YAML)."""
    content = read_file(file)
    with here().database.begin() as session:
        made = campaigns.create_campaign(
            session, content=content, now=here().clock(), timezone=here().settings.timezone
        )
        tell(session, "campaign.created", campaign_id=made.id)
    click.echo(_("已建立调查批次 %(name)s", name=made.name))
    click.echo(_facts(made))


@campaign.command("open")
@click.argument("name", metavar="ID")
@at_edge
def open_now(name: str) -> None:
    """Open campaign ID now."""
    with here().database.begin() as session:
        opened = campaigns.open_campaign(session, name=name, now=here().clock())
        tell(session, "campaign.opened", campaign_id=opened.id)
    click.echo(_facts(opened))


@campaign.command("close")
@click.argument("name", metavar="ID")
@click.option("--yes", is_flag=True, help="Even if paper forms wait, which are lost then.")
@at_edge
def close_now(name: str, yes: bool) -> None:
    """Close campaign ID now; no more answers are taken."""
    with here().database.begin() as session:
        found = campaigns.get_campaign(session, name=name, now=here().clock())
        waiting = count_waiting(session, campaign_id=found.id)
        if found.state == "open" and any(waiting):
            told = _("还有纸质问卷没有录完：只录了一遍的 %(once)s 份，两遍不一致的 %(twice)s 份。", **waiting._asdict())
            click.echo(told, err=True)
            if not yes:
                raise click.ClickException(_("结束后它们就不能成为答卷。先录完，或者加 --yes 照样结束。"))
        closed = campaigns.close_campaign(session, name=name, now=here().clock())
        tell(session, "campaign.closed", campaign_id=closed.id)
    click.echo(_facts(closed))


@campaign.command("stir")
@click.argument("name", metavar="ID")
@at_edge
def stir_now(name: str) -> None:
    """Write the ledgers of campaign ID anew, so that their order tells nothing; before a backup of PostgreSQL.

    `campaign close` does this, too; a campaign that ended by its timetable needs it.
    """
    with here().database.begin() as session:
        found = campaigns.get_campaign(session, name=name, now=here().clock())
        rewrite(session, campaign_id=found.id)
    click.echo(_("两本账已重新排列：%(name)s", name=name))


@campaign.command("seal")
@click.argument("name", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_edge
def seal_now(name: str, yes: bool) -> None:
    """Seal campaign ID, which is closed, for ever: which codes were used is forgotten, how many is kept.

    Nobody can then find out whose slip was used, not even with the database and the secret of this installation.
    """
    if not yes:
        click.confirm(_("封存以后，哪些答题码用过就再也查不到了，只留下个数。继续吗？"), abort=True)
    with here().database.begin() as session:
        sealed = campaigns.seal_campaign(session, name=name, now=here().clock(), today=here().today())
        tell(session, "campaign.sealed", campaign_id=sealed.id)
    here().database.compact(*(table.name for table in LEDGERS))
    click.echo(_("已封存：%(name)s", name=name))


@campaign.command("show")
@click.argument("name", metavar="ID")
@at_edge
def show(name: str) -> None:
    """Show campaign ID: its facts, and responses by group."""
    with here().database.read() as session:
        found = campaigns.get_campaign(session, name=name, now=here().clock())
        rows = campaigns.progress(session, campaign_id=found.id)
    click.echo(_facts(found))
    by_group: dict[str, list[int]] = {}
    for row in rows:
        sums = by_group.setdefault(row.group, [0, 0])
        sums[0] += row.population or 0
        sums[1] += row.responses
    head = (_("调查对象"), _("人数"), _("答卷"))
    click.echo(table([head, *((GROUPS.get(group, group), *sums) for group, sums in by_group.items())]))


@campaign.command("list")
@at_edge
def show_all() -> None:
    """All campaigns."""
    with here().database.read() as session:
        found = campaigns.list_campaigns(session, path="/", now=here().clock())
    rows: list[tuple[object, ...]] = [(each.name, STATES[each.state], in_language(each.title)) for each in found]
    click.echo(table([("ID", _("状态"), _("名称")), *rows]))


def _facts(campaign: CampaignView) -> str:
    return table(
        [
            (_("批次"), f"{campaign.name}  {in_language(campaign.title)}"),
            (_("县"), campaign.county_name + (_("（模拟数据）") if campaign.simulated else "")),
            (_("状态"), STATES[campaign.state]),
            (_("开始"), local_time(campaign.opens_at) or "—"),
            (_("结束"), local_time(campaign.closes_at) or "—"),
            (_("计分方案"), f"{campaign.scorecard}@{campaign.scorecard_number}"),
        ]
    )
