"""Results that were seen or taken away, told to the trail before they leave."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, make_response, request
from flask_login import current_user

from app.console.door import find_campaign
from app.deeds import tell
from app.edge import here
from surveys.trail import SEEN as SEEN
from surveys.trail import TAKEN as TAKEN

View = TypeVar("View", bound=Callable[..., Any])
NOT_MODIFIED = 304  # whoever is told so looks at what the browser kept


def noted(action: str) -> Callable[[View], View]:
    """For a view that shows results: the trail says who saw what (SEEN), or took it along as a file (TAKEN).

    It is told in a transaction of its own once the answer is made and before it is sent: what cannot be told is not
    shown. Of a view of /campaigns/<name>/… the campaign's trail tells, of any other the installation's, with the
    region of the account. Stands below `allow`, or above what lays the results out where a view has other pages too;
    on POST as well, where a refused form comes back with the results around it. Redirections show nothing, and HEAD
    asks for nothing to see.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def told(*args: Any, **given: Any) -> Any:
            answer = make_response(view(*args, **given))
            if _shows(answer):
                _tell((request.view_args or {}).get("name"), action)
            return answer

        told.noted = action  # type: ignore[attr-defined]
        return told  # type: ignore[return-value]

    return wrap


def note(**facts: str | int) -> None:
    """What else the trail should say of what this answer shows, such as the number of the `evaluation`."""
    g.setdefault("noted", {}).update(facts)


def _shows(answer: Response) -> bool:
    moved = 300 <= answer.status_code < 400 and answer.status_code != NOT_MODIFIED
    return request.method != "HEAD" and not moved


def _tell(name: str | None, action: str) -> None:
    facts = {"what": str(request.endpoint).rpartition(".")[2], **g.get("noted", {})}
    with here().database.begin() as session:
        if name is None:
            tell(session, action, region=current_user.account.region, **facts)
        else:
            tell(session, action, campaign_id=find_campaign(session, name).id, **facts)
