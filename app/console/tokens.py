"""Tokens of the API on the page of one's own account: made, shown once, seen and ended."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField, PasswordField, StringField

from app.access import allow
from app.console.account import account_page
from app.console.door import READERS, blueprint
from app.console.forms import shown
from app.console.refusals import refuse
from app.edge import here
from app.guesses import is_password
from surveys.accounts import tokens
from surveys.accounts.tokens import WantedToken
from surveys.errors import Problem, SurveyError


class NewToken(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """What a token is for, where, and for how long; and the password, as for all that opens the account."""

    token_name = StringField()
    region = StringField()
    days = IntegerField()
    password = PasswordField()

    def wanted(self) -> WantedToken:
        """Scopes are boxes of one name; days that are no number are none."""
        name, region = (self.token_name.data or "").strip(), (self.region.data or "").strip()
        return WantedToken(name, request.form.getlist("scopes"), self.days.data, region or None)


@blueprint.post("/account/tokens")
@allow(*READERS)
def make_token() -> tuple[str, int]:
    """A fresh token on the page of the account, which shows it this once."""
    form, mine, app = NewToken(), current_user.account, here()
    try:
        if not is_password(mine, form.password.data or ""):
            raise SurveyError("token.invalid", "invalid", [Problem("password.old", field="password")])
        with app.database.begin() as session:
            token = tokens.make_token(
                session,
                account=mine,
                wanted=form.wanted(),
                now=app.clock(),
                secret=app.settings.secret,
                draw=app.draw,
            )
    except SurveyError as error:
        refusal = refuse(error)
        typed = replace(form.wanted(), name=shown(form.wanted().name))
        return account_page(refusal=refusal, wanted=typed), refusal.status
    return account_page(fresh_token=token), 200


@blueprint.post("/account/tokens/<int:number>")
@allow(*READERS)
def end_token(number: int) -> Response:
    """End one of one's own tokens."""
    mine = current_user.account
    with here().database.begin() as session:
        tokens.end_token(session, account=mine, number=number, now=here().clock(), by=mine.name)
    return redirect(url_for("console.account", done="token"), 303)
