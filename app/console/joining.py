"""The page behind a link: somebody who is invited chooses a password, or somebody who lost one chooses another."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_security import login_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from app.access import PUBLIC, allow
from app.accounts import SIGN_IN, User, begin_session
from app.console.door import blueprint
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.passwords import hashed
from surveys import accounts
from surveys.accounts import AccountView, LinkView
from surveys.errors import SurveyError


class PasswordForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A new password, twice."""

    password = PasswordField()
    again = PasswordField()


@blueprint.get("/join/<token>")
@allow(PUBLIC)
def join(token: str) -> str:
    """Who is invited, as what, and by whom. To look changes nothing, so that programs may preview a link."""
    return _page(_get_link(token), PasswordForm())


@blueprint.post("/join/<token>")
@allow(PUBLIC)
def use_link(token: str) -> Response | tuple[str, int]:
    """Whoever joins is signed in at once; whoever has chosen a new password signs in with it."""
    link, form = _get_link(token), PasswordForm()
    try:
        account = _use(token, link, form)
    except SurveyError as error:
        if error.kind == "gone":
            raise
        refusal = refuse(error)
        return _page(link, form, refusal), refusal.status
    if link.resets:
        return redirect(url_for(SIGN_IN, done="reset"), 303)
    user = User(account)
    begin_session(user)
    login_user(user)
    target = "console.second_factor_set_up" if account.must_set_up else "console.index"
    return redirect(url_for(target), 303)


def _use(token: str, link: LinkView, form: PasswordForm) -> AccountView:
    app = here()
    typed, again = form.password.data or "", form.again.data or ""
    wanted = {"token": token, "password": typed, "again": again, "hashed": hashed(typed[: accounts.LONGEST])}
    use = accounts.reset_password if link.resets else accounts.join
    with app.database.begin() as session:
        return use(session, **wanted, now=app.clock(), secret=app.settings.secret)


def _get_link(token: str) -> LinkView:
    app = here()
    with app.database.read() as session:
        return accounts.get_link(session, token=token, now=app.clock(), secret=app.settings.secret)


def _page(link: LinkView, form: PasswordForm, refusal: Refusal | None = None) -> str:
    return render_template("console/join.html", link=link, form=form, refusal=refusal, simulated=link.simulated)
