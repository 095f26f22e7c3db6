"""`flask review …`: where the review of a score stands, signing and giving back, drawing schools, reckoning again."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_security import verify_password

from app.cli.edge import REFUSED, at_edge, table
from app.draws import fresh_seed
from app.edge import here
from app.i18n import local_time
from app.passwords import normalized
from app.review import FINDING_STATES, REVIEW_STAGES, SEVERITIES
from app.words import who, word
from surveys.accounts import find_account
from surveys.campaigns import get_campaign
from surveys.errors import SurveyError
from surveys.review import Standing, standing
from surveys.review.drawing import Draw, audit_draws, draw_schools, list_draws
from surveys.review.findings import Finding, list_findings
from surveys.review.freezing import Checked, verify
from surveys.review.sampling import LEAST_SHARE, WHOLE
from surveys.review.signing import give_back, sign
from surveys.review.visiting import list_unvisited

review = AppGroup("review", help="From the county's signature to submission: stages, visits, findings.")
NAME = click.argument("name", metavar="ID")
BY = click.option("--by", required=True, metavar="ACCOUNT", help="Whose office this is; the password is asked for.")


@review.command("show")
@NAME
@at_edge
def show(name: str) -> None:
    """Where the review of campaign ID stands, who signed what, and what is still to be done."""
    with here().database.read() as session:
        campaign = get_campaign(session, name=name, now=here().clock())
        found = standing(session, campaign_id=campaign.id)
        draws = list_draws(session, campaign_id=campaign.id)
        unvisited = list_unvisited(session, campaign_id=campaign.id)
        findings = list_findings(session, campaign_id=campaign.id)
    click.echo(_stands(found))
    for each in found.signatures:
        click.echo(
            _("%(stage)s：%(who)s 于 %(when)s 签署第 %(number)s 次测评，摘要 %(digest)s",
              stage=word(REVIEW_STAGES, each.stage), who=who(each.by), when=local_time(each.at),
              number=each.evaluation, digest=each.digest)
        )  # fmt: skip
    for draw in draws:
        click.echo(_draw_line(draw))
    if draws:
        click.echo(_("还没有核查的学校：%(schools)s", schools=_("、").join(unvisited) or _("没有")))
    if findings:
        click.echo(table([(_("问题"), _("轻重"), _("进度"), _("责任人"), _("期限")), *map(_finding_row, findings)]))


@review.command("sign")
@NAME
@BY
@click.option("--statement", required=True, help="What was checked, and that it is agreed with; 10 to 2000 characters.")
@click.option("--evaluation", type=int, help="For the county: another than its newest settled one.")
@click.option("--unvisited", default="", metavar="REASON", help="Why not all drawn schools were visited.")
@click.password_option("--password", confirmation_prompt=False, help="Asked for where it is left out.")
@at_edge
def sign_stage(name: str, by: str, password: str, **given: Any) -> None:
    """Sign campaign ID for the stage whose turn it is."""
    with here().database.begin() as session:
        _check_password(session, by, password)
        found = sign(session, campaign=name, by=by, now=here().clock(), **given)
    click.echo(_("已签署。") + _stands(found))


@review.command("return")
@NAME
@BY
@click.option("--reason", required=True, help="Why; the stage below reads it. 10 to 2000 characters.")
@click.password_option("--password", confirmation_prompt=False, help="Asked for where it is left out.")
@at_edge
def return_stage(name: str, by: str, password: str, reason: str) -> None:
    """Give campaign ID back to the stage below."""
    with here().database.begin() as session:
        _check_password(session, by, password)
        found = give_back(session, campaign=name, by=by, reason=reason, now=here().clock())
    click.echo(_("已退回。") + _stands(found))


@review.command("draw")
@NAME
@BY
@click.option("--share", type=click.IntRange(LEAST_SHARE, WHOLE), default=LEAST_SHARE, show_default=True)
@click.option("--reason", default="", help="Why schools are drawn again.")
@click.password_option("--password", confirmation_prompt=False, help="Asked for where it is left out.")
@at_edge
def draw_visits(name: str, by: str, password: str, share: int, reason: str) -> None:
    """Draw the schools of campaign ID that are visited, from a seed that nobody chooses."""
    app = here()
    with app.database.begin() as session:
        _check_password(session, by, password)
        seed = fresh_seed(app.draw)
        made = draw_schools(session, campaign=name, by=by, seed=seed, share=share, reason=reason, now=app.clock())
    click.echo(_draw_line(made))
    click.echo(" ".join(made.schools))


@review.command("audit")
@NAME
@at_edge
def audit(name: str) -> None:
    """Repeat every draw of schools of campaign ID from its seed. Fails where anything differs."""
    with here().database.read() as session:
        found = audit_draws(session, campaign=name, now=here().clock())
    for each in found:
        click.echo(_draw_line(each.draw))
        if each.agrees:
            click.echo(_("重抽相同：%(schools)s", schools=" ".join(each.again)))
            continue
        click.echo(_("重抽不同，重抽的摘要 %(digest)s，抽中 %(schools)s", digest=each.digest_again,
                     schools=" ".join(each.again)), err=True)  # fmt: skip
        if not each.frame_agrees:
            click.echo(_("抽样框与抽签时不同。"), err=True)
    if not found:
        click.echo(_("还没有抽签。"))
    if not all(each.agrees for each in found):
        sys.exit(REFUSED)


@review.command("verify")
@NAME
@at_edge
def verify_signatures(name: str) -> None:
    """Reckon what was signed in campaign ID again, reading every answer. Fails where anything differs."""
    with here().database.read() as session:
        found = verify(session, name=name, now=here().clock(), read_all=True)
    for each in found.checked:
        click.echo(_checked_line(each), err=not each.agrees)
    if found.same_data is None:
        click.echo(_("没有有效的签署。"))
    elif found.same_data:
        click.echo(_("答卷和剔除规则与签署的测评相同。"))
    else:
        click.echo(_("答卷或剔除规则在测评以后变了；签署的数字没有变。"), err=True)
    if not found.agrees:
        sys.exit(REFUSED)


def _check_password(session: Any, by: str, password: str) -> None:
    """Whoever has the machine does not yet have everybody's office."""
    account = find_account(session, name=by)
    if account is None or not verify_password(normalized(password), account.password):
        raise SurveyError("review.password", "forbidden")


def _stands(found: Standing) -> str:
    stage = word(REVIEW_STAGES, found.stage)
    if found.stage == "submitted":
        return str(_("各级都已签署，已经上报（第 %(number)s 次测评）。", number=found.signed))
    if found.state == "returned":
        return str(_("已退回%(stage)s，等重新签署。", stage=stage))
    return str(_("轮到%(stage)s。", stage=stage))


def _draw_line(draw: Draw) -> str:
    return str(
        _("第 %(number)s 次抽签：%(when)s，%(who)s，种子 %(seed)s，%(there)s 所中抽 %(drawn)s 所，摘要 %(digest)s",
          number=draw.number, when=local_time(draw.at), who=who(draw.by), seed=draw.seed, there=len(draw.listed),
          drawn=len(draw.schools), digest=draw.digest)
    )  # fmt: skip


def _checked_line(each: Checked) -> str:
    words = {"stage": word(REVIEW_STAGES, each.stage), "number": each.evaluation, "digest": each.digest}
    if not each.agrees:
        return str(_("%(stage)s签署的第 %(number)s 次测评变了：签署时摘要 %(digest)s，现在 %(again)s", **words,
                     again=each.again or "—"))  # fmt: skip
    if not each.stands:
        return str(_("%(stage)s签署的第 %(number)s 次测评没有变（后来退回）：%(digest)s", **words))
    return str(_("%(stage)s签署的第 %(number)s 次测评没有变：%(digest)s", **words))


def _finding_row(each: Finding) -> tuple[object, ...]:
    state = word(FINDING_STATES, each.state)
    return f"#{each.number}", word(SEVERITIES, each.severity), state, each.owner or "", each.due or ""
