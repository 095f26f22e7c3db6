"""Results that were seen or taken away, told to the trail before they leave."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import make_response, request
from flask_login import current_user

from app.console.door import find_campaign
from app.edge import here
from surveys import trail

View = TypeVar("View", bound=Callable[..., Any])
OK = 200
SEEN, TAKEN = "results.seen", "results.taken"


def noted(action: str) -> Callable[[View], View]:
    """For a view of /campaigns/<name>/…: the trail says who saw what (SEEN), or took it along as a file (TAKEN).

    It is told in a transaction of its own once the answer is made and before it is sent: what cannot be told is not
    shown. Stands below `allow`.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def told(name: str, **more: Any) -> Any:
            answer = make_response(view(name=name, **more))
            if answer.status_code == OK:
                _tell(name, action)
            return answer

        return told  # type: ignore[return-value]

    return wrap


def _tell(name: str, action: str) -> None:
    with here().database.begin() as session:
        campaign = find_campaign(session, name)
        trail.record(
            session,
            campaign_id=campaign.id,
            now=here().clock(),
            by=current_user.account.name,
            action=action,
            what=str(request.endpoint).removeprefix("console."),
        )
