"""Handing in: from what a browser posted to a sheet, and from its receipt to the answer that leads on to it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from app.edge import Renke
from app.headers import IN_FRONT
from app.respond import tokens
from app.respond.reader import Reader
from app.respond.submission import Submission
from surveys.campaigns import Paper
from surveys.codes import Door
from surveys.errors import SurveyError
from surveys.responses import Receipt, Sheet, fill_sheet, ticket_of

DEVICE_COOKIE = "answered"  # yes or no for one poster: its path is the poster's address
WAITED = "respond.waited"  # in the environ, where the database could not take it: nobody need wait for it again
HALF_A_YEAR = 182 * 24 * 3600
Headers = list[tuple[str, str]]


def fill(front: Renke, door: Door, form: tokens.Form, sent: Submission, reader: Reader, *, marked: bool) -> Sheet:
    """The sheet to be stored; `marked` is whether this phone says that it has answered this poster before.

    Raises SurveyError; what was stored before is for the caller to ask, by the key of the form.
    """
    now = front.clock()
    return fill_sheet(
        door,
        ticket_of(door.campaign.id, form.key, front.settings.secret),
        version_id=form.version_id,
        raw=sent.raw,
        comment=sent.comment,
        language=form.language,
        pace=_pace(find_paper(door, form), form, now),
        repeat_device=marked and door.kind == "open" and not reader.shared,
        now=now,
        today=front.today(),
    )


def find_paper(door: Door, form: tokens.Form) -> Paper:
    """The paper that was open in the browser, which may be older than the one shown today."""
    for paper in door.papers:
        if paper.version_id == form.version_id:
            return paper
    raise SurveyError("answers.wrong_paper", "invalid")


def lead_to_receipt(
    front: Renke, door: Door, form: tokens.Form, stored: Receipt, reader: Reader, *, path: str
) -> Headers:
    """The headers of a 303 to the receipt.

    On a device that many use no mark is left, and a poster's receipt knows the way to the next respondent.
    """
    poster = door.kind == "open"
    again = path.rpartition("/")[2] if poster and reader.shared else ""
    slip = tokens.ReceiptSlip(door.campaign.id, stored.number, stored.day, form.language, door.school_id, again)
    location = f"/r/receipt/{tokens.seal_receipt(slip, secret=front.settings.secret)}"
    headers = [("Location", location), ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "0"), *IN_FRONT]
    return [*headers, ("Set-Cookie", _mark(path, front.is_secure))] if poster and not reader.shared else headers


def _mark(path: str, secure: bool) -> str:
    """A yes, for half a year, told only to this poster."""
    ending = "; Secure" if secure else ""
    return f"{DEVICE_COOKIE}=1; Max-Age={HALF_A_YEAR}; HttpOnly; Path={quote(path)}; SameSite=Lax{ending}"


def _pace(paper: Paper, form: tokens.Form, now: datetime) -> int | None:
    """Whole seconds a question since the page was opened."""
    items = len(paper.instrument.items)
    return None if items == 0 else int(now.timestamp() - form.opened_at) // items
