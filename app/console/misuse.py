"""Reports of misuse, for evaluators above the county: they are about the county and its schools."""

from __future__ import annotations

from flask import render_template

from app.access import allow, scope
from app.console.door import blueprint
from app.edge import here
from app.words import MISUSE
from surveys import misuse

READERS = ("evaluator",)


@blueprint.get("/reports")
@allow(*READERS)
def reports() -> str:
    """Everything that was reported from the counties below the account's region; whom it does not reach, hears why."""
    with here().database.read() as session:
        found = misuse.list_reports(session, path=scope())
        reaches = misuse.reaches(session, path=scope())
    counts = misuse.count_by_school(found)
    return render_template("console/misuse.html", reports=found, reaches=reaches, counts=counts, MISUSE=MISUSE)
