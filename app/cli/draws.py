"""`flask plan draw | audit | list | issue` and `flask frame classes`: who was drawn, by numbers on lists."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import REFUSED, at_edge, read_file, table
from app.deeds import tell
from app.draws import draw_lines, fresh_seed, lay_out_cell, list_name, write_positions
from app.edge import here
from app.notices import notice_lines
from app.numbers import count
from app.words import GROUPS, word
from surveys import frames
from surveys.campaigns import get_campaign
from surveys.plans.auditing import audit_plan
from surveys.plans.drawing import LARGEST_SEED, DrawView, draw_plan, list_draws
from surveys.plans.inviting import issue_invited
from surveys.plans.positions import list_envelopes
from surveys.trail import AT_THE_SHELL

NAME = click.argument("name", metavar="ID")


@click.command("draw")
@NAME
@click.option("--seed", type=click.IntRange(0, LARGEST_SEED), help="Draw from this number; a fresh one otherwise.")
@at_edge
def draw(name: str, seed: int | None) -> None:
    """Draw the plan of campaign ID: schools, then people by their numbers on lists."""
    now = here().clock()
    chosen = fresh_seed(here().draw) if seed is None else seed
    with here().database.begin() as session:
        campaign = get_campaign(session, name=name, now=now)
        found = draw_plan(session, campaign_id=campaign.id, seed=chosen, now=now, by=AT_THE_SHELL)
    click.echo(_draw_text(found))


@click.command("audit")
@NAME
@at_edge
def audit(name: str) -> None:
    """Repeat the draw of campaign ID from its seed, and compare every place. Fails where anything differs."""
    with here().database.read() as session:
        campaign = get_campaign(session, name=name, now=here().clock())
        found = audit_plan(session, campaign_id=campaign.id)
        draws = list_draws(session, campaign_id=campaign.id)
    click.echo(_("种子 %(seed)s，重抽的摘要 %(digest)s", seed=found.seed, digest=found.digest_again))
    for line in draw_lines(draws):
        click.echo(line)
    if found.agrees:
        click.echo(_("复核一致：%(cells)s 处全部相同，摘要相同。", cells=len(found.cells)))
        return
    click.echo(_("复核不一致：%(differing)s 处不同，存档的摘要 %(digest)s", differing=len(found.differing),
                 digest=found.digest), err=True)  # fmt: skip
    rows = [lay_out_cell(cell) for cell in found.differing]
    if rows:
        click.echo(table([(_("地点和对象"), _("存档"), _("重抽")), *rows]), err=True)
    sys.exit(REFUSED)


@click.command("list")
@NAME
@click.option("--school", help="Only this school (its code).")
@at_edge
def list_drawn(name: str, school: str | None) -> None:
    """The numbers on lists that were drawn in campaign ID, for each class or group."""
    with here().database.read() as session:
        campaign = get_campaign(session, name=name, now=here().clock())
        found = list_envelopes(session, campaign_id=campaign.id, school=school)
    rows: list[tuple[object, ...]] = [(_("学校"), _("名单"), _("抽中"), _("共"), _("编号"))]
    for each in found:
        numbers = write_positions(each)
        rows.append((each.school_code or _("全县"), list_name(each), len(each.positions), each.size, numbers))
    click.echo(table(rows))


@click.command("issue")
@NAME
@at_edge
def issue(name: str) -> None:
    """Issue the slips that whoever was drawn in campaign ID still lacks; again, nothing."""
    app = here()
    with app.database.begin() as session:
        campaign = get_campaign(session, name=name, now=app.clock())
        issued = issue_invited(
            session,
            campaign_id=campaign.id,
            secret=app.settings.secret,
            now=app.clock(),
            today=app.today(),
            draw=app.draw,
            by=AT_THE_SHELL,
        )
    click.echo(_("新发放 %(count)s 个答题码。", count=issued))


@click.command("classes")
@click.argument("county")
@click.argument("file", type=click.Path(path_type=Path))
@at_edge
def import_classes(county: str, file: Path) -> None:
    """Import FILE (XLSX or CSV: school code, grade, class, pupils) as the class lists of COUNTY's newest frame."""
    content = read_file(file)
    with here().database.begin() as session:
        report = frames.import_classes(session, county=county, content=content, filename=file.name)
        if not report.unchanged:
            tell(session, "classes.imported", number=report.frame_number, region=county)
    if report.unchanged:
        click.echo(_("内容没有变化，仍是第 %(number)s 版抽样框的班级名册。", number=report.frame_number))
        return
    click.echo(
        _(
            "已导入第 %(number)s 版抽样框的班级名册：%(schools)s 所学校，%(classes)s 个班，%(pupils)s 人。",
            number=report.frame_number,
            schools=report.schools,
            classes=report.classes,
            pupils=report.pupils,
        )
    )


def _draw_text(found: DrawView) -> str:
    lines = [
        _("抽样方案第 %(number)s 版已抽定，种子 %(seed)s", number=found.plan, seed=found.seed),
        _("摘要 %(digest)s", digest=found.digest),
        _("抽中 %(schools)s 所学校，共 %(there)s 所", schools=found.schools, there=found.schools_there),
        *_replaced(found),
        *(f"! {line}" for line in notice_lines([{"code": n.code, "params": n.params} for n in found.notices])),
    ]
    rows: list[tuple[object, ...]] = [(_("调查对象"), _("人数"), _("邀请"))]
    rows += [(word(GROUPS, each), count(found.population[each]), count(found.invited[each])) for each in found.invited]
    return "\n".join([*lines, "", table(rows)])


def _replaced(found: DrawView) -> list[str]:
    if found.replaced is None:
        return []
    words = {"plan": found.replaced.plan, "seed": found.replaced.seed}
    return [
        "! " + _("方案第 %(plan)s 版由种子 %(seed)s 抽定的结果已被这次抽签替换；以前的各次抽签仍在日志里。", **words)
    ]
