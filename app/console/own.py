"""The page of a school's liaison: how far the own school has come. Never a result, never another school."""

from __future__ import annotations

from flask import abort, render_template
from flask_login import current_user

from app.access import allow
from app.console.door import blueprint
from app.edge import here
from surveys.fieldwork.own import list_own


@blueprint.get("/own-school")
@allow("liaison")
def own_school() -> str:
    """The surveys of the county, and what was handed out and answered at the own school, by group."""
    account = current_user.account
    if account.school_id is None:
        abort(404)
    with here().database.read() as session:
        found = list_own(session, school_id=account.school_id, now=here().clock())
    return render_template("console/own_school.html", found=found, school=account.school_name)
