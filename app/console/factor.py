"""Setting up one's second factor: a code to scan, a first number from the phone, and recovery codes to write down."""

from __future__ import annotations

from base64 import b64encode

from flask import redirect, render_template, session, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from app.access import allow
from app.console.door import blueprint
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.guesses import is_password
from surveys.accounts import ROLES, AccountView, second_factor
from surveys.accounts.second_factor import Draft
from surveys.errors import Problem, SurveyError
from surveys.qr import qr_svg

DRAFT = "factor_draft"  # in the browser's session, encrypted, until the phone has shown that it knows it


class FactorForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A code of the phone, or what must be known before something is changed."""

    code = StringField()
    password = PasswordField()


@blueprint.get("/account/second-factor")
@allow(*ROLES)
def second_factor_set_up() -> str:
    """What to scan, or to type where nothing scans."""
    return _page()


@blueprint.post("/account/second-factor")
@allow(*ROLES)
def set_second_factor() -> str | tuple[str, int]:
    """Take it into use; who has one already proves that it is they who change it."""
    form, mine, app = FactorForm(), current_user.account, here()
    try:
        if mine.second_factor:
            _check_password(mine, form)
        with app.database.begin() as opened:
            codes = second_factor.set_factor(
                opened,
                account=mine,
                sealed=session.get(DRAFT, ""),
                code=form.code.data or "",
                now=app.clock(),
                secret=app.settings.secret,
                draw=app.draw,
            )
    except SurveyError as error:
        refusal = refuse(error)
        return _page(refusal), refusal.status
    session.pop(DRAFT)
    return _codes_page(codes, fresh=True)


@blueprint.post("/account/recovery-codes")
@allow(*ROLES)
def renew_recovery_codes() -> str:
    """Ten fresh ones; the earlier ones stop working."""
    form, mine, app = FactorForm(), current_user.account, here()
    _check_password(mine, form)
    with app.database.begin() as opened:
        codes = second_factor.renew_recovery(
            opened, account=mine, now=app.clock(), secret=app.settings.secret, draw=app.draw
        )
    return _codes_page(codes, fresh=False)


@blueprint.post("/account/second-factor/remove")
@allow(*ROLES)
def remove_second_factor() -> Response:
    """Do without it, where the role may."""
    form, mine = FactorForm(), current_user.account
    if mine.needs_second_factor:
        raise SurveyError("factor.needed", "forbidden")
    _check_password(mine, form)
    with here().database.begin() as opened:
        second_factor.drop_factor(opened, account=mine, now=here().clock(), by=mine.name)
    return redirect(url_for("console.account", done="removed"), 303)


def _check_password(mine: AccountView, form: FactorForm) -> None:
    if not is_password(mine, form.password.data or ""):
        raise SurveyError("factor.invalid", "invalid", [Problem("password.old", field="password")])


def _page(refusal: Refusal | None = None) -> str:
    draft = _draft(current_user.account.name)
    return render_template(
        "console/second_factor.html", form=FactorForm(formdata=None), draft=draft, picture=_picture(draft.address),
        refusal=refusal,
    )  # fmt: skip


def _draft(name: str) -> Draft:
    """The same as long as it is not taken into use, so that a page may be loaded again after it was scanned."""
    app = here()
    secret = app.settings.secret
    found = second_factor.find_draft(name=name, sealed=session.get(DRAFT, ""), secret=secret)
    if found is None:
        found = second_factor.draft_factor(name=name, secret=secret, draw=app.draw)
        session[DRAFT] = found.sealed
    return found


def _codes_page(codes: tuple[str, ...], *, fresh: bool) -> str:
    return render_template("console/recovery_codes.html", codes=codes, fresh=fresh)


def _picture(address: str) -> str:
    """The address as a QR code that stands in the page itself."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(address).encode()).decode()}"
