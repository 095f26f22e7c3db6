"""The short way, past Flask: to a questionnaire that is printed already, and from a good sheet to its receipt.

Nearly every request to the front is one of these two. Whatever is in the least special (a code that is used, a choice
of papers, an answer that is missing, words in an address) is nothing for this lane: it steps aside, and the views
decide as if it had not been there. They may always do so, because the same sheet twice is one response.

Here requests wait without a thread, and nothing may keep the others: what can take long is gathered, or left to Flask.
"""

from __future__ import annotations

from datetime import datetime

from werkzeug.http import parse_cookie

from app.bodies import Body
from app.edge import Renke
from app.respond import tokens
from app.respond.handing import DEVICE_COOKIE, Headers, fill, lead_to_receipt
from app.respond.questionnaire import key_of
from app.respond.reader import Reader, language_for, reader_of
from app.respond.reception import reception_of
from app.respond.submission import FORM_TYPE, parse_submission
from app.rsgi import Scope
from surveys.campaigns import Paper
from surveys.codes import Door
from surveys.db import UnavailableError
from surveys.responses import check_open

BELOW = "/r/"
Answer = tuple[int, Headers, bytes]


class Lane:
    """Answers what is not special."""

    def __init__(self, front: Renke) -> None:
        self._front, self._reception = front, reception_of(front)

    async def answer(self, scope: Scope, body: Body) -> Answer | None:
        """Status, headers and body; None for Flask. Raises UnavailableError when waiting again would be in vain."""
        code = scope.path.removeprefix(BELOW)
        if not code or "/" in code:
            return None
        try:
            if scope.method == "GET" and not scope.query_string:
                return await self._show(code, scope)
            if scope.method == "POST" and _is_form(scope) and body.length == len(body.data):
                return await self._take(code, scope, body.data)
        except UnavailableError:
            raise
        except Exception:  # noqa: S110 - whatever it is, the view meets it too, and has a page for it
            pass
        return None

    def close(self) -> None:
        self._reception.close()

    # A page

    async def _show(self, code: str, scope: Scope) -> Answer | None:
        now = self._front.clock()
        door = await self._reception.doors.find_scanned(code, to_read=True)
        if door is None or door.used_on is not None or len(door.papers) != 1:
            return None
        check_open(door.campaign, now=now)
        return self._stamp(door, door.papers[0], _reader(scope), now, scope)

    def _stamp(self, door: Door, paper: Paper, reader: Reader, now: datetime, scope: Scope) -> Answer | None:
        language = language_for(paper.instrument, reader)
        printed = self._reception.prints.find(key_of(door, paper, language, reader), door.place)
        if printed is None:
            return None
        form = tokens.new_form(self._front.draw, version_id=paper.version_id, language=language, now=now)
        token = tokens.seal_form(form, code_id=door.code_id, secret=self._front.settings.secret)
        self._reception.turnstile.count_opened(door.place, now)
        return printed.stamp(token, gzip="gzip" in (scope.headers.get("accept-encoding") or ""))

    # A sheet

    async def _take(self, code: str, scope: Scope, body: bytes) -> Answer | None:
        sent, front, reader = parse_submission(body), self._front, _reader(scope)
        if sent.redraw:
            return None
        door = await self._reception.doors.find_scanned(code, to_read=False)
        if door is None:
            return None
        form = tokens.open_form(sent.token, code_id=door.code_id, secret=front.settings.secret)
        sheet = fill(front, door, form, sent, reader, marked=DEVICE_COOKIE in parse_cookie(_cookie(scope)))
        receipt = await self._reception.intake.store_soon(sheet)
        if not receipt.repeated:
            self._reception.turnstile.count_completed(door.place, front.clock())
        return 303, lead_to_receipt(front, door, form, receipt, reader, path=scope.path), b""


def _is_form(scope: Scope) -> bool:
    return (scope.headers.get("content-type") or "").partition(";")[0] == FORM_TYPE


def _reader(scope: Scope) -> Reader:
    return reader_of(scope.query_string, _cookie(scope), scope.headers.get("accept-language") or "")


def _cookie(scope: Scope) -> str:
    return "; ".join(scope.headers.get_all("cookie"))
