"""The accounts that one looks after: inviting, and helping those who have lost a password or a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from app.access import allow, scope
from app.console.door import WRITERS, blueprint
from app.console.forms import PressButton
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.handed import address_of_link
from surveys import accounts, regions
from surveys.accounts import GRANTS, AccountView, second_factor, sessions
from surveys.accounts.links import INVITED, RESET, Wanted
from surveys.errors import SurveyError


class Invitation(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Whom to invite, as what, and where."""

    name = StringField()
    role = StringField()
    region = StringField()
    school = StringField()


@dataclass(frozen=True)
class Handed:
    """A link to be handed on; it is shown this once."""

    name: str
    address: str
    until: datetime


@blueprint.get("/people")
@allow(*WRITERS)
def people() -> str:
    """The accounts in reach, the links that are out, and a form to invite somebody."""
    return _page(Invitation(formdata=None), done=request.args.get("done"))


@blueprint.post("/people/invitations")
@allow(*WRITERS)
def invite_person() -> str | tuple[str, int]:
    """A link for somebody new."""
    form, app = Invitation(), here()
    wanted = Wanted(
        (form.name.data or "").strip(), form.role.data or "", form.region.data or "", (form.school.data or "").strip()
    )
    try:
        with app.database.begin() as session:
            token = accounts.invite(
                session,
                wanted=wanted,
                account=current_user.account,
                now=app.clock(),
                secret=app.settings.secret,
                draw=app.draw,
            )
    except SurveyError as error:
        refusal = refuse(error)
        return _page(form, refusal=refusal), refusal.status
    handed = Handed(wanted.name, address_of_link(token), app.clock() + INVITED)
    return _page(Invitation(formdata=None), handed=handed)


@blueprint.post("/people/links/<int:number>/revoke")
@allow(*WRITERS)
def revoke_link(number: int) -> Response:
    """Take back a link that was not used yet."""
    with here().database.begin() as session:
        accounts.end_link(session, account=current_user.account, number=number, now=here().clock())
    return redirect(url_for("console.people", done="revoked"), 303)


@blueprint.get("/people/<int:number>")
@allow(*WRITERS)
def person(number: int) -> str:
    """One account, and what can be done for it."""
    return _person_page(number, done=request.args.get("done"))


@blueprint.post("/people/<int:number>/reset")
@allow(*WRITERS)
def reset_person(number: int) -> str:
    """A link by which this person chooses a new password."""
    app, mine = here(), current_user.account
    with app.database.begin() as session:
        found = accounts.get_person(session, account=mine, number=number)
        token = accounts.offer_reset(
            session, account=found, by=mine.name, now=app.clock(), secret=app.settings.secret, draw=app.draw
        )
    return _person_page(number, handed=Handed(found.name, address_of_link(token), app.clock() + RESET))


@blueprint.post("/people/<int:number>/second-factor")
@allow(*WRITERS)
def reset_person_factor(number: int) -> Response:
    """The phone is lost: without its codes, who needs a second factor sets it up anew at the next sign-in."""
    mine = current_user.account
    with here().database.begin() as session:
        found = accounts.get_person(session, account=mine, number=number)
        second_factor.drop_factor(session, account=found, now=here().clock(), by=mine.name)
        sessions.end_sessions(session, account=found, keep=None, now=here().clock(), by=mine.name)
    return redirect(url_for("console.person", number=number, done="factor"), 303)


@blueprint.post("/people/<int:number>/deactivate")
@allow(*WRITERS)
def deactivate_person(number: int) -> Response:
    return _switch(number, active=False)


@blueprint.post("/people/<int:number>/reactivate")
@allow(*WRITERS)
def reactivate_person(number: int) -> Response:
    return _switch(number, active=True)


@blueprint.post("/people/<int:number>/sessions")
@allow(*WRITERS)
def end_person_sessions(number: int) -> Response:
    """End every sign-in of this account."""
    mine = current_user.account
    with here().database.begin() as session:
        found = accounts.get_person(session, account=mine, number=number)
        sessions.end_sessions(session, account=found, keep=None, now=here().clock(), by=mine.name)
    return redirect(url_for("console.person", number=number, done="ended"), 303)


@blueprint.post("/people/<int:number>/sessions/<int:which>")
@allow(*WRITERS)
def end_person_session(number: int, which: int) -> Response:
    """End one sign-in of this account."""
    mine = current_user.account
    with here().database.begin() as session:
        found = accounts.get_person(session, account=mine, number=number)
        sessions.end_session(session, account=found, number=which, now=here().clock(), by=mine.name)
    return redirect(url_for("console.person", number=number, done="ended"), 303)


def _switch(number: int, *, active: bool) -> Response:
    mine, switch = current_user.account, accounts.activate if active else accounts.deactivate
    with here().database.begin() as session:
        found = accounts.get_person(session, account=mine, number=number)
        switch(session, account=found, now=here().clock(), by=mine.name)
    return redirect(url_for("console.person", number=number, done="switched"), 303)


def _page(
    form: Invitation, *, handed: Handed | None = None, refusal: Refusal | None = None, done: str | None = None
) -> str:
    mine: AccountView = current_user.account
    with here().database.read() as session:
        listed = accounts.list_people(session, account=mine)
        links = accounts.list_links(session, account=mine, now=here().clock())
        places = regions.list_regions(session, path=scope())
    return render_template(
        "console/people.html",
        form=form,
        people=listed,
        links=links,
        places=places,
        roles=GRANTS[mine.role],
        handed=handed,
        refusal=refusal,
        done=done,
    )


def _person_page(number: int, *, handed: Handed | None = None, done: str | None = None) -> str:
    with here().database.read() as session:
        found = accounts.get_person(session, account=current_user.account, number=number)
        listed = sessions.list_sessions(session, account_id=found.id, now=here().clock())
    return render_template(
        "console/person.html", form=PressButton(), person=found, sessions=listed, handed=handed, done=done
    )
