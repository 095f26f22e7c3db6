"""One's own account: the password, where one is signed in, and the tokens that programs have."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from app.access import allow
from app.console.door import blueprint
from app.console.forms import PressButton
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.guesses import is_password
from app.passwords import hashed
from app.words import SCOPES
from surveys import accounts, regions
from surveys.accounts import ROLES, second_factor, sessions, tokens
from surveys.accounts.tokens import LONGEST_DAYS, USUAL_DAYS, WantedToken, scopes_of
from surveys.errors import Problem, SurveyError
from surveys.regions import LEVELS

MOST_REGIONS = 500  # to choose from
WITH_CAMPAIGNS = LEVELS[: LEVELS.index("county") + 1]  # levels of which a token sees any


class ChangePassword(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """The password as it is, and the new one twice."""

    old = PasswordField()
    password = PasswordField()
    again = PasswordField()


@blueprint.get("/account")
@allow(*ROLES)
def account() -> str:
    """Who one is here, how one proves it, and where one is signed in."""
    return account_page(done=request.args.get("done"))


@blueprint.post("/account/password")
@allow(*ROLES)
def change_password() -> Response | tuple[str, int]:
    """A new password; whoever is signed in elsewhere is not any more."""
    form, mine = ChangePassword(), current_user.account
    typed = form.password.data or ""
    try:
        if not is_password(mine, form.old.data or ""):
            raise SurveyError("password.invalid", "invalid", [Problem("password.old", field="old")])
        accounts.check_password(typed, form.again.data or "", account=mine)
        fresh = hashed(typed)
        with here().database.begin() as session:
            accounts.renew_password(
                session, account=mine, password=fresh, keep=current_user.session_number, now=here().clock()
            )
    except SurveyError as error:
        refusal = refuse(error)
        return account_page(refusal=refusal), refusal.status
    return redirect(url_for("console.account", done="password"), 303)


@blueprint.post("/account/sessions/<int:number>")
@allow(*ROLES)
def end_session(number: int) -> Response:
    """End one of one's own sign-ins; the one in front of us is the way out."""
    mine = current_user.account
    with here().database.begin() as session:
        sessions.end_session(session, account=mine, number=number, now=here().clock(), by=mine.name)
    return redirect(url_for("console.account", done="ended"), 303)


@blueprint.post("/account/sessions")
@allow(*ROLES)
def end_other_sessions() -> Response:
    """End every sign-in but this one."""
    mine, keep = current_user.account, current_user.session_number
    with here().database.begin() as session:
        sessions.end_sessions(session, account=mine, keep=keep, now=here().clock(), by=mine.name)
    return redirect(url_for("console.account", done="ended"), 303)


def account_page(
    *,
    done: str | None = None,
    refusal: Refusal | None = None,
    fresh_token: str | None = None,
    wanted: WantedToken | None = None,
) -> str:
    """The page; with a token that was made just now, or with what was wanted of one that was refused."""
    mine = current_user.account
    with here().database.read() as session:
        listed = sessions.list_sessions(session, account_id=mine.id, now=here().clock())
        made = tokens.list_tokens(session, account_id=mine.id, now=here().clock())
        within = regions.list_regions(session, path=mine.region_path)
        left = second_factor.count_recovery(session, account_id=mine.id)
        since = second_factor.factor_since(session, account_id=mine.id)
    return render_template(
        "console/account.html",
        form=PressButton(),
        sessions=listed,
        this=current_user.session_number,
        left=left,
        since=since,
        done=done,
        refusal=refusal,
        least=accounts.SHORTEST,
        tokens=made,
        scopes=[(scope, SCOPES[scope]) for scope in scopes_of(mine.role)],
        fresh_token=fresh_token,
        wanted=wanted or WantedToken("", (), USUAL_DAYS, mine.region),
        longest=LONGEST_DAYS,
        SCOPES=SCOPES,
        regions=[each for each in within if each.level in WITH_CAMPAIGNS][:MOST_REGIONS],
    )
