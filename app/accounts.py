"""Sign-in by Flask-Security over the accounts of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import user_logged_out
from flask_security import LoginForm, RoleMixin, Security, UserMixin, UsernameUtil
from flask_security.datastore import UserDatastore
from flask_security.tf_plugin import TfPlugin
from werkzeug.wrappers import Response as Answer

from app import guesses
from app.browsers import describe_browser
from app.edge import here
from surveys import accounts
from surveys.accounts import AccountView, sessions

LONGEST_TRY = accounts.LONGEST  # characters: of a password that is typed
SIGN_IN = "security.login"
OK, NOT_SIGNED_IN, TOO_MANY = 200, 422, 429
SECOND_STEP = "second_step"  # in the browser's session: whose password was right, and when


class Role(RoleMixin):
    """Flask-Security wants a model; our roles are words of the account."""

    name: str

    def __init__(self, name: str) -> None:
        self.name = name


class User(UserMixin):
    """The account in front of us, in the shape Flask-Security knows.

    `fs_uniquifier`, by which the browser's session names its user, is the token of this one sign-in, so that a session
    can be ended by itself.
    """

    fs_uniquifier: str = ""
    username: str = ""
    email: str = ""

    def __init__(self, account: AccountView, token: str = "", session_number: int | None = None) -> None:
        self.account = account
        self.id = account.id
        self.username = account.name
        self.password = account.password
        self.active = account.active
        self.fs_uniquifier = token
        self.session_number = session_number
        self.roles = [Role(account.role)]


class Accounts(UserDatastore):
    """What Flask-Security asks of storage, answered by the domain; each call is one transaction."""

    def __init__(self) -> None:
        super().__init__(User, Role)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> User | None:
        """By the name that was typed, or by the token of a sign-in."""
        name, token = wanted.get("username"), wanted.get("fs_uniquifier")
        if token is not None:
            return _resume(str(token))
        if name is None:
            return None
        with here().database.read() as session:
            account = accounts.find_account(session, name=str(name))
        return None if account is None else User(account)

    def find_role(self, role: str) -> Role:
        return Role(role)

    def put(self, model: User) -> User:
        """Called when a hash was renewed at sign-in."""
        with here().database.begin() as session:
            accounts.upgrade_password(session, account_id=model.account.id, password=model.password or "")
        return model

    def commit(self) -> None:
        """Each call above has committed already."""


def _resume(token: str) -> User | None:
    app = here()
    with app.database.read() as session:
        found = sessions.find_session(session, token=token, now=app.clock(), secret=app.settings.secret)
    if found is None:
        return None
    if found.stale:
        with app.database.begin() as session:
            sessions.note_use(session, number=found.number, now=app.clock())
    return User(found.account, token, found.number)


class SignIn(LoginForm):
    """The library judges name and password; how often that may be tried is ours.

    A password that is typed is cut where the library would fail; none of ours comes near.
    """

    def validate(self, **options: Any) -> bool:
        self.password.data = (self.password.data or "")[:LONGEST_TRY]
        name = (self.username.data or "").strip()
        if not name or not self.password.data:
            return bool(super().validate(**options))
        turn = guesses.admit(name)
        if turn.wait:
            g.sign_in_wait, g.sign_in_minutes = turn.wait, guesses.minutes(turn.wait)
            return False
        right = bool(super().validate(**options))
        turn.close(right=right)
        return right


class Names(UsernameUtil):
    """Which names there are is for the domain to say; at sign-in any may be tried, also 王 or li.ming."""

    def normalize(self, username: str) -> str:
        return username.strip()

    def validate(self, username: str | None) -> tuple[None, str | None]:
        """A form without the field at all gives None."""
        return None, (username or "").strip() or None


class SecondStep(TfPlugin):
    """Where the library goes on after a right password: to our second step, or in."""

    def tf_enter(
        self, user: UserMixin, remember_me: bool | None, primary_authn_via: str, next_loc: str | None
    ) -> Answer | None:
        assert isinstance(user, User)
        if user.account.second_factor:
            session.clear()
            session[SECOND_STEP] = [user.account.name, here().clock().timestamp()]
            return redirect(url_for("console.second_step", next=request.form.get("next") or None))
        begin_session(user)
        return None


def begin_session(user: User) -> None:
    """A sign-in of its own, in a browser's session that has nothing of before, and a browser that is known from now on.

    `login_user` of the library comes next.
    """
    app = here()
    session.clear()
    with app.database.begin() as opened:
        user.fs_uniquifier = sessions.begin_session(
            opened,
            account=user.account,
            browser=describe_browser(request.user_agent.string),
            now=app.clock(),
            secret=app.settings.secret,
            draw=app.draw,
        )
    guesses.remember_browser(user.account.name)


def _end_session(app: Flask, user: Any, **_more: Any) -> None:
    if isinstance(getattr(user, "account", None), AccountView):
        with here().database.begin() as session:
            sessions.sign_out(session, account=user.account, number=user.session_number, now=here().clock())


def _say_refused(response: Response) -> Response:
    """A sign-in that does not lead on was refused, which the library shows as a page like any other."""
    if request.endpoint == SIGN_IN and request.method == "POST" and response.status_code == OK:
        wait = g.get("sign_in_wait")
        response.status_code = TOO_MANY if wait else NOT_SIGNED_IN
        if wait:
            response.headers["Retry-After"] = str(guesses.seconds(wait))
    return response


def init_accounts(app: Flask) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the hash
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": str.strip, "case_insensitive": False}}],
        SECURITY_LOGIN_URL="/console/sign-in",
        SECURITY_LOGOUT_URL="/console/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/console/",
        SECURITY_POST_LOGOUT_VIEW="/console/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="console/sign_in.html",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_CLI_USERS_NAME=False,  # accounts are managed by `flask account`
        SECURITY_CLI_ROLES_NAME=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    security = Security(app, Accounts(), register_blueprint=True, username_util_cls=Names, login_form=SignIn)
    security.two_factor_plugins = SecondStep()
    user_logged_out.connect(_end_session, app)
    app.after_request(_say_refused)
