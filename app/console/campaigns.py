"""Campaigns: the list, a new one from YAML, one with its progress, opening and closing."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from flask import Response as Answer
from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow, scope
from app.console.counties import counties_in_sight
from app.console.counting import count_listed, count_now, count_returns
from app.console.door import READERS, WRITERS, blueprint, find_campaign, find_county
from app.console.forms import NewCampaign, PersonalCodes, PressButton, shown
from app.console.refusals import Refusal, refuse
from app.console.returns import lay_out
from app.deeds import tell
from app.edge import here
from app.errors import STATUS
from app.imported import LEFT, left_out
from surveys import campaigns
from surveys.accounts import ROLES
from surveys.campaigns import CampaignView
from surveys.errors import Problem, SurveyError
from surveys.paper import count_waiting

DAYS_AHEAD, DAYS_OPEN = 7, 5  # of the example: national rounds are open for five days


@blueprint.app_template_filter()
def quoted(text: object) -> str:
    """A text as YAML and JSON quote it, its Chinese left to be read."""
    return json.dumps(str(text), ensure_ascii=False)


@blueprint.get("/")
@allow(*ROLES)
def index() -> str | Response:
    """Every campaign in the account's subtree, and what to do next; interviewers and liaisons start elsewhere."""
    if current_user.account.role not in READERS:
        start = "own_school" if current_user.account.role == "liaison" else "interviews"
        return redirect(url_for(f"console.{start}"))
    with here().database.read() as session:
        found = campaigns.list_campaigns(session, path=scope(), now=here().clock())
        counties = counties_in_sight(session)
    counted = count_listed(scope(), [each.id for each in found])
    listed = [(each, lay_out(counted[each.id].rows).total if each.id in counted else None) for each in found]
    simulated = bool(found) and all(each.simulated for each in found)
    return render_template("console/index.html", campaigns=listed, counties=counties, simulated=simulated)


@blueprint.get("/campaigns/new")
@allow(*WRITERS)
def new_campaign() -> str:
    """An empty form, or one that starts from the example of a county."""
    county = request.args.get("county")
    form = NewCampaign()
    if county is not None:
        form.text.data = _example(county)
    return _new_page(form)


@blueprint.post("/campaigns/new")
@allow(*WRITERS)
def create_campaign() -> Response | tuple[str, int]:
    """A campaign from YAML; every problem at once, and nothing written."""
    form = NewCampaign()
    app, content = here(), form.content()
    try:
        with app.database.begin() as session:
            made = campaigns.create_campaign(session, content=content, now=app.clock(), timezone=app.settings.timezone)
            _check_county(made)
            tell(session, "campaign.created", campaign_id=made.id)
    except SurveyError as error:
        form.text.data = shown(content)  # to be mended where it stands
        return _new_page(form, refuse(error)), STATUS[error.kind]
    return redirect(url_for("console.campaign", name=made.name, done="created"), 303)


@blueprint.get("/campaigns/example.yaml")
@allow(*WRITERS)
def example() -> Answer:
    """A campaign to start from, filled in for a county."""
    county = request.args.get("county", "")
    answer = Answer(_example(county), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="campaign-{county}.yaml"'
    return answer


@blueprint.get("/campaigns/<name>")
@allow(*READERS)
def campaign(name: str) -> str:
    """Facts, papers, what can be done now, and progress by school and group."""
    return campaign_page(name)


def campaign_page(name: str, refusal: Refusal | None = None) -> str:
    """The page, with what was refused of the codes that were wanted."""
    with here().database.read() as session:
        found = find_campaign(session, name)
        papers = campaigns.papers_of(session, campaign_id=found.id)
        waiting = count_waiting(session, campaign_id=found.id)
        places = campaigns.progress(session, campaign_id=found.id, counted=False)
    just_now = refusal is not None or "done" in request.args  # something changed: what was counted before is old
    counted = count_now(found.id) if just_now else count_returns(found.id)
    return render_template(
        "console/campaign.html",
        campaign=found,
        papers=papers,
        returns=lay_out(places if counted is None else counted.rows),
        counted_at=None if counted is None else counted.taken_at,
        waiting=waiting,
        button=PressButton(),
        slips=PersonalCodes(),
        refusal=refusal,
        simulated=found.simulated,
        done=request.args.get("done"),
        count=request.args.get("count", 0, type=int),
        left=left_out({kind: request.args.get(kind, 0, type=int) for kind in LEFT}),
    )


@blueprint.post("/campaigns/<name>/open")
@allow(*WRITERS)
def open_campaign(name: str) -> Response:
    """Open now."""
    with here().database.begin() as session:
        find_campaign(session, name)
        opened = campaigns.open_campaign(session, name=name, now=here().clock())
        tell(session, "campaign.opened", campaign_id=opened.id)
    return redirect(url_for("console.campaign", name=name, done="opened"), 303)


@blueprint.post("/campaigns/<name>/close")
@allow(*WRITERS)
def close_campaign(name: str) -> Response:
    """Close now; no more answers are taken."""
    with here().database.begin() as session:
        find_campaign(session, name)
        closed = campaigns.close_campaign(session, name=name, now=here().clock())
        tell(session, "campaign.closed", campaign_id=closed.id)
    return redirect(url_for("console.campaign", name=name, done="closed"), 303)


def _new_page(form: NewCampaign, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        counties = counties_in_sight(session)
    return render_template("console/new_campaign.html", form=form, refusal=refusal, counties=counties)


def _check_county(made: CampaignView) -> None:
    """Undo a campaign for a county outside the account's subtree; it is as unknown as one that is not there."""
    if not made.county_path.startswith(scope()):
        problem = Problem("campaign.county_unknown", path="county", value=made.county)
        raise SurveyError("campaign.invalid", "invalid", [problem])


def _example(code: str) -> str:
    with here().database.read() as session:
        county = find_county(session, code)
    opens = datetime.combine(here().today() + timedelta(days=DAYS_AHEAD), time(8))
    return render_template("console/example.yaml", county=county, **_window(opens))


def _window(opens: datetime) -> dict[str, Any]:
    closes = opens + timedelta(days=DAYS_OPEN, hours=10)
    return {"year": opens.year, "opens": f"{opens:%Y-%m-%d %H:%M}", "closes": f"{closes:%Y-%m-%d %H:%M}"}
