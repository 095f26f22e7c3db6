"""Reading a questionnaire as it will be asked, in every language it has."""

from __future__ import annotations

from flask import abort, render_template

from app.access import allow
from app.console.door import READERS, blueprint, find_campaign
from app.edge import here
from surveys.campaigns import papers_of


@blueprint.get("/campaigns/<name>/papers/<group>/<instrument>")
@allow(*READERS)
def paper(name: str, group: str, instrument: str) -> str:
    """The version that a group answers in this campaign."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        papers = papers_of(session, campaign_id=campaign.id, group=group)
    found = next((each for each in papers if each.instrument.name == instrument), None)
    if found is None:
        abort(404)
    return render_template("console/paper.html", campaign=campaign, paper=found, simulated=campaign.simulated)
