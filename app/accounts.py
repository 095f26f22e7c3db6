"""Sign-in by Flask-Security over the accounts of the domain."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import LoginForm, RoleMixin, Security, UserMixin, UsernameUtil
from flask_security.datastore import UserDatastore

from app.edge import here
from surveys import accounts
from surveys.accounts import AccountView

LONGEST_TRY = 1000  # characters: of a password that is typed


class Role(RoleMixin):
    """Flask-Security wants a model; our roles are words of the account."""

    name: str

    def __init__(self, name: str) -> None:
        self.name = name


class User(UserMixin):
    """The account in front of us, in the shape Flask-Security knows."""

    fs_uniquifier: str = ""
    username: str = ""
    email: str = ""

    def __init__(self, account: AccountView) -> None:
        self.account = account
        self.id = account.id
        self.username = account.name
        self.password = account.password
        self.active = account.active
        self.fs_uniquifier = account.session_token
        self.roles = [Role(account.role)]


class Accounts(UserDatastore):
    """What Flask-Security asks of storage, answered by the domain; each call is one transaction."""

    def __init__(self) -> None:
        super().__init__(User, Role)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> User | None:
        keys = {"username": "name", "fs_uniquifier": "session_token"}
        query = {keys[key]: str(value) for key, value in wanted.items() if key in keys}
        if not query or any("\x00" in value for value in query.values()):
            return None
        with here().database.read() as session:
            account = accounts.find_account(session, **query)
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


class SignIn(LoginForm):
    """A password that is typed is cut where the library would fail; none of ours comes near."""

    def validate(self, **options: Any) -> bool:
        self.password.data = (self.password.data or "")[:LONGEST_TRY]
        return bool(super().validate(**options))


class Names(UsernameUtil):
    """Which names there are is for the domain to say; at sign-in any may be tried, also 王 or li.ming."""

    def normalize(self, username: str) -> str:
        return username.strip()

    def validate(self, username: str | None) -> tuple[None, str | None]:
        """A form without the field at all gives None."""
        return None, (username or "").strip() or None


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
    Security(app, Accounts(), register_blueprint=True, username_util_cls=Names, login_form=SignIn)
