"""How often a password or a code may be tried: the door's side of `surveys.accounts.guessing`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import Response, after_this_request, g, request
from flask_security import verify_password

from app.edge import here
from app.limits import address_of_visitor
from app.passwords import normalized
from surveys.accounts import AccountView, devices, guessing
from surveys.accounts.guessing import Admission, Source, Step
from surveys.errors import SurveyError

COOKIE = "device"
PATH = "/console"
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Turn:
    """One try: how long it has to wait, or it is judged and then closed."""

    source: Source
    admission: Admission

    @property
    def wait(self) -> timedelta:
        return self.admission.wait

    def close(self, *, right: bool) -> None:
        with here().database.begin() as session:
            if right:
                guessing.settle(session, admission=self.admission)
                g.known_browser = self.admission.known
            else:
                guessing.refuse(session, admission=self.admission, source=self.source, now=here().clock())


def admit(name: str, step: Step = "password") -> Turn:
    """Count a try to sign in as `name` before it is judged."""
    app = here()
    device = devices.find_device(name=name, cookie=_cookie(), secret=app.settings.secret)
    source = Source(name, address_of_visitor(), device, step)
    with app.database.begin() as session:
        admission = guessing.admit(session, source=source, now=app.clock(), secret=app.settings.secret)
    return Turn(source, admission)


def is_password(account: AccountView, typed: str) -> bool:
    """Whether somebody who is signed in knows the password too. Guessing it is counted as at sign-in."""
    turn = admit(account.name)
    if turn.wait:
        raise SurveyError("sign_in.wait", "forbidden", minutes=minutes(turn.wait))
    right = bool(typed) and verify_password(normalized(typed), account.password)
    turn.close(right=right)
    return right


def remember_browser(name: str) -> None:
    """This browser has signed in as `name`; what it fails from now on counts for itself."""
    app = here()
    if g.get("known_browser"):
        return
    word = devices.add_device(name=name, cookie=_cookie(), secret=app.settings.secret, draw=app.draw)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            COOKIE, word, max_age=A_YEAR, path=PATH, secure=app.is_secure, httponly=True, samesite="Lax"
        )
        return response


def seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))


def minutes(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds() / 60))


def _cookie() -> str:
    return request.cookies.get(COOKIE, "")
