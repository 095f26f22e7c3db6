"""Data (数据): results in every format for whoever reads results, the answers themselves for analysts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response as Answer
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import READERS, blueprint, find_campaign, read_evaluation
from app.console.noting import SEEN, TAKEN, note, noted
from app.console.refusals import Refusal, refuse
from app.deeds import tell
from app.edge import here
from app.exports import FORMAT_WORDS, PACKAGE_WORD, Ordered, begin, look_up, make_now, refusal_of, send_kept
from app.i18n import DEFAULT, current_language
from app.words import LANGUAGES
from surveys.accounts import MICRODATA_ROLES
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.exports import Failed, Kept, Underway
from surveys.exports.ordering import PACKAGE
from surveys.publication import find_publication

AGAIN = 2  # seconds after which a page that waits looks again
ASKED = ("format", "language", "replicates")
DEFAULTS = {"format": "csv", "language": DEFAULT, "replicates": "0"}
ANSWERS = "microdata"  # what an order is for that does not say


@blueprint.get("/campaigns/<name>/data")
@allow(*READERS)
@noted(SEEN)
def data_page(name: str) -> str:
    """What can be taken along, and in which formats."""
    return _page(name, {"language": current_language()})


@blueprint.get("/campaigns/<name>/data/results.<format>")
@allow(*READERS)
@noted(TAKEN)
def result_file(name: str, format: str) -> Answer:
    """Every figure that may be shown, as a table."""
    campaign = _campaign(name)
    wanted = {"format": format, "language": request.args.get("language", DEFAULT), "replicates": "0"}
    ordered = _look_up(campaign, "results", wanted)
    return send_kept(make_now(ordered), ordered, campaign=campaign)


@blueprint.post("/campaigns/<name>/data/order")
@allow(*MICRODATA_ROLES)
@noted(SEEN)
def order_data(name: str) -> Response | tuple[str, int]:
    """Have a file of answers made; it is the same file as long as nothing has changed."""
    campaign = _campaign(name)
    try:
        ordered = _look_up(campaign, request.form.get("what", ANSWERS), request.form)
    except SurveyError as error:
        if error.code != "export.options":
            raise
        refusal = refuse(error)
        return _page(name, request.form, refusal), refusal.status
    with here().database.begin() as session:
        order = ordered.order
        facts = {"format": order.format, "replicates": order.replicates, "number": order.evaluation}
        tell(session, "data.ordered", campaign_id=campaign.id, **facts)
    begin(ordered)
    return redirect(url_for("console.data_order", name=name, **_asked(ordered)), 303)


@blueprint.get("/campaigns/<name>/data/order")
@allow(*MICRODATA_ROLES)
@noted(SEEN)
def data_order(name: str) -> str | tuple[str, int]:
    """How far the file is; where it was not made, why."""
    campaign = _campaign(name)
    ordered = _look_up(campaign, request.args.get("what", ANSWERS), request.args)
    state = ordered.state
    refusal = refuse(refusal_of(state)) if isinstance(state, Failed) else None
    return render_template(
        "console/data_order.html",
        campaign=campaign,
        simulated=campaign.simulated,
        order=ordered.order,
        asked=_asked(ordered),
        kept=state if isinstance(state, Kept) else None,
        underway=state if isinstance(state, Underway) else None,
        refusal=refusal,
        again=AGAIN,
        formats={**FORMAT_WORDS, PACKAGE: PACKAGE_WORD},
        tongues_of=LANGUAGES,
    )


@blueprint.get("/campaigns/<name>/data/file")
@allow(*MICRODATA_ROLES)
@noted(TAKEN)
def data_file(name: str) -> Answer:
    """The file that was made, or a part of it: what broke off goes on."""
    campaign = _campaign(name)
    ordered = _look_up(campaign, request.args.get("what", ANSWERS), request.args)
    if not isinstance(ordered.state, Kept):
        abort(404)
    return send_kept(ordered.state, ordered, campaign=campaign)


def _page(name: str, given: Mapping[str, str], refusal: Refusal | None = None) -> str:
    """The page, with what was chosen before where an order was refused."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        shown = find_publication(session, name=name, now=here().clock())
    return render_template(
        "console/data.html",
        campaign=campaign,
        simulated=campaign.simulated,
        made=None if shown is None else shown.evaluation,
        formats=FORMAT_WORDS,
        tongues_of=LANGUAGES,
        given={**DEFAULTS, **given},
        refusal=refusal,
    )


def _campaign(name: str) -> CampaignView:
    with here().database.read() as session:
        return find_campaign(session, name)


def _look_up(campaign: CampaignView, what: str, given: Any) -> Ordered:
    """What the address or the form asks for; the trail says of which evaluation."""
    number = read_evaluation(given["evaluation"]) if "evaluation" in given else None
    wanted = {name: given.get(name) or DEFAULTS[name] for name in ASKED}
    ordered = look_up(campaign=campaign, what=what, number=number, **wanted)
    note(evaluation=ordered.order.evaluation)
    if campaign.state != "closed":
        raise SurveyError("export.not_closed", "conflict", name=campaign.name)
    return ordered


def _asked(ordered: Ordered) -> dict[str, Any]:
    order = ordered.order
    return {name: getattr(order, name) for name in ("what", *ASKED, "evaluation")}
