"""The second step of signing in: a code from the phone, or a recovery code."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_security import login_user
from flask_security.utils import _get_post_login_redirect
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from app.access import PUBLIC, allow
from app.accounts import NOT_SIGNED_IN, SECOND_STEP, SIGN_IN, TOO_MANY, User, begin_session
from app.console.door import blueprint
from app.edge import here
from app.guesses import admit, minutes, seconds
from surveys import accounts
from surveys.accounts import AccountView, second_factor

PATIENCE = timedelta(minutes=10)  # between the password and the code


class CodeForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """One of the two; `next` is the page that was asked for."""

    code = StringField()
    recovery = StringField()
    next = StringField()


@blueprint.route("/second-step", methods=["GET", "POST"])
@allow(PUBLIC)
def second_step() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """For whoever has given the right password a moment ago; others begin at the beginning."""
    account = _find_waiting()
    if account is None:
        session.pop(SECOND_STEP, None)
        return redirect(url_for(SIGN_IN))
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form), 200
    turn = admit(account.name, "code")
    if turn.wait:
        said = _("试错的次数太多，请过 %(minutes)s 分钟再试。", minutes=minutes(turn.wait))
        return _page(form, said), TOO_MANY, {"Retry-After": str(seconds(turn.wait))}
    right = _is_right(account, form)
    turn.close(right=right)
    if not right:
        return _page(form, _("验证码不对，或者已经用过。请看手机上现在的数字。")), NOT_SIGNED_IN
    user = User(account)
    begin_session(user)
    login_user(user)
    return redirect(_get_post_login_redirect())


def _find_waiting() -> AccountView | None:
    """Whose password was right; the account may have been closed since, or have dropped its second factor."""
    name, at = session.get(SECOND_STEP) or ("", 0.0)
    if not 0 <= here().clock().timestamp() - at <= PATIENCE.total_seconds():
        return None
    with here().database.read() as opened:
        account = accounts.find_account(opened, name=name)
    return account if account and account.active and account.second_factor else None


def _is_right(account: AccountView, form: CodeForm) -> bool:
    app = here()
    now, secret = app.clock(), app.settings.secret
    code, recovery = form.code.data or "", form.recovery.data or ""
    with app.database.begin() as opened:
        if code.strip():
            return second_factor.take_code(opened, account_id=account.id, code=code, now=now, secret=secret)
        return second_factor.take_recovery(opened, account=account, code=recovery, now=now, secret=secret)


def _page(form: CodeForm, wrong: str = "") -> str:
    return render_template("console/second_step.html", form=form, wrong=wrong)
