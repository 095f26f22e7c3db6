"""Codes: issuing them, an open one for each place or personal ones by the number."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.console.campaigns import campaign_page
from app.console.door import WRITERS, blueprint, find_campaign
from app.console.forms import PersonalCodes
from app.console.refusals import refuse, refuse_form
from app.deeds import tell
from app.edge import here
from app.errors import STATUS
from surveys import codes
from surveys.errors import SurveyError


@blueprint.post("/campaigns/<name>/codes")
@allow(*WRITERS)
def issue_codes(name: str) -> Response:
    """An open code for every school and group that has none yet."""
    app = here()
    with app.database.begin() as session:
        campaign = find_campaign(session, name)
        count = codes.issue_open(
            session,
            campaign_id=campaign.id,
            secret=app.settings.secret,
            today=app.today(),
            draw=app.draw,
            now=app.clock(),
        )
        if count:
            tell(session, "codes.added", campaign_id=campaign.id, count=count, group=None, school=None)
    return redirect(url_for("console.campaign", name=name, done="issued", count=count), 303)


@blueprint.post("/campaigns/<name>/slips")
@allow(*WRITERS)
def issue_slips(name: str) -> Response | tuple[str, int]:
    """Personal codes for one group at one school, or in the county."""
    form = PersonalCodes()
    if not form.validate():
        return campaign_page(name, refuse_form(form)), 422
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            count = codes.issue_personal(
                session,
                campaign_id=campaign.id,
                group=form.group.data,
                school=form.school.data or None,
                count=form.count.data,
                secret=app.settings.secret,
                today=app.today(),
                draw=app.draw,
                now=app.clock(),
            )
            place = {"group": form.group.data, "school": form.school.data or None}
            tell(session, "codes.added", campaign_id=campaign.id, count=count, **place)
    except SurveyError as error:
        if error.code != "codes.outside_frame":
            raise
        return campaign_page(name, refuse(error)), STATUS[error.kind]
    return redirect(url_for("console.campaign", name=name, done="issued", count=count), 303)
