"""The plan of a campaign: what a rule would ask, tried out without writing anything, then made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import READERS, WRITERS, blueprint, find_campaign
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.errors import STATUS
from app.notices import notice_lines
from app.plans import FIELDS, TITLES, draws_some, fields_of, lay_out_plan, points, read_given
from app.words import word
from surveys import campaigns, plans
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.plans import Given, PlanView, Proposal
from surveys.sampling.model import SamplingRule
from surveys.sampling.versions import list_rules


@dataclass(frozen=True)
class Desk:
    """What the page shows besides numbers: the rules to choose from, and campaigns whose design effects can be had."""

    campaign: CampaignView
    made: PlanView | None
    rules: tuple[SamplingRule, ...]
    earlier: tuple[CampaignView, ...]


@blueprint.get("/campaigns/<name>/plan")
@allow(*READERS)
def plan(name: str) -> str | tuple[str, int]:
    """The plan that was made; with a rule in the address, what that rule would ask instead. Nothing is written."""
    reference = request.args.get("rule", "")
    tried, refusal = None, None
    with here().database.read() as session:
        desk = _desk(session, name)
        if reference:
            try:
                tried = _propose(session, desk.campaign, reference, read_given(request.args))
            except SurveyError as error:
                refusal = _refuse(error)
    given = request.args if reference or desk.made is None else fields_of(desk.made.proposal)
    page = _page(desk, tried, refusal, given)
    return page if refusal is None else (page, refusal.status)


@blueprint.post("/campaigns/<name>/plan")
@allow(*WRITERS)
def make_plan(name: str) -> Response | tuple[str, int]:
    """Make what was tried out the campaign's plan."""
    fields, now = request.form, here().clock()
    try:
        with here().database.begin() as session:
            campaign = find_campaign(session, name)
            plans.make_plan(
                session,
                campaign_id=campaign.id,
                reference=fields.get("rule", ""),
                given=read_given(fields),
                now=now,
                by=current_user.account.name,
            )
    except SurveyError as error:
        if error.kind == "missing":
            raise
        with here().database.read() as session:
            desk = _desk(session, name)
        return _page(desk, None, _refuse(error), fields), STATUS[error.kind]
    return redirect(url_for("console.plan", name=name, done="made"), 303)


def _desk(session: Any, name: str) -> Desk:
    campaign = find_campaign(session, name)
    others = campaigns.list_campaigns(session, path=campaign.county_path, now=here().clock())
    return Desk(
        campaign=campaign,
        made=plans.find_plan_view(session, campaign_id=campaign.id),
        rules=list_rules(session),
        earlier=tuple(each for each in others if each.state == "closed" and each.name != name),
    )


def _propose(session: Any, campaign: CampaignView, reference: str, given: Given) -> Proposal:
    return plans.propose(session, campaign_id=campaign.id, reference=reference, given=given, now=here().clock())


def _page(desk: Desk, tried: Proposal | None, refusal: Refusal | None, fields: Mapping[str, str]) -> str:
    """A proposal takes the place of the plan on the page, so that there is only one set of numbers to read."""
    shown = tried or (desk.made.proposal if desk.made and refusal is None else None)
    return render_template(
        "console/plan.html",
        campaign=desk.campaign,
        made=desk.made,
        rules=desk.rules,
        earlier=desk.earlier,
        tried=tried is not None,
        plan=shown,
        blocks=lay_out_plan(shown) if shown else (),
        notices=notice_lines(_plain(shown)) if shown else (),
        refusal=refusal,
        fields={field: fields.get(field, "") for field in FIELDS},
        done=request.args.get("done"),
        points=points,
        draws_some=draws_some,
        simulated=desk.campaign.simulated,
    )


def _refuse(error: SurveyError) -> Refusal:
    """With the fields' names as they stand on the page."""
    problems = [replace(each, field=word(TITLES, each.field) or None) for each in error.problems]
    return refuse(SurveyError(error.code, error.kind, problems, **error.params))


def _plain(proposal: Proposal) -> list[dict[str, object]]:
    return [{"code": notice.code, "params": notice.params} for notice in proposal.notices]
