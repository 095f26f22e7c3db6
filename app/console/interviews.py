"""Where interviewers start: the surveys that run in their region, and what there is to do."""

from __future__ import annotations

from flask import render_template

from app.access import allow, scope
from app.console.door import blueprint
from app.edge import here
from surveys import campaigns

FIELD = ("officer", "interviewer")  # who keys forms and calls


@blueprint.get("/interviews")
@allow("administrator", *FIELD)
def interviews() -> str:
    """Every survey in the account's subtree that takes answers now."""
    with here().database.read() as session:
        found = campaigns.list_campaigns(session, path=scope(), now=here().clock())
    running = [each for each in found if each.state == "open"]
    simulated = bool(running) and all(each.simulated for each in running)
    return render_template("console/interviews.html", campaigns=running, simulated=simulated)
