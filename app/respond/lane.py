"""The short way, past Flask: to a questionnaire that is printed already, and from a good sheet to its receipt.

Nearly every request to the front is one of these two. Whatever is in the least special (a code that is used, a choice
of papers, an answer that is missing, words in an address) is nothing for this lane: it steps aside, and the views
decide as if it had not been there. They may always do so, because the same sheet twice is one response.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from werkzeug.http import parse_cookie

from app.edge import Renke
from app.respond import tokens
from app.respond.handing import DEVICE_COOKIE, WAITED, Headers, hand_in, lead_to_receipt
from app.respond.questionnaire import key_of
from app.respond.reader import Reader, language_for, read_reader
from app.respond.reception import reception_of
from app.respond.submission import FORM_TYPE, LARGEST_BODY, parse_submission
from surveys.campaigns import Paper
from surveys.codes import Door
from surveys.db import UnavailableError
from surveys.responses import check_open

BELOW = "/r/"
Environ = dict[str, Any]
Answer = tuple[str, Headers, bytes]


class Lane:
    """A WSGI application before the front's own."""

    def __init__(self, front: Renke) -> None:
        self._front, self._flask = front, front.wsgi_app
        self._reception = reception_of(front)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        answer = self._answer(environ)
        if answer is None:
            return self._flask(environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return [body]

    def _answer(self, environ: Environ) -> Answer | None:
        method, code = environ["REQUEST_METHOD"], environ["PATH_INFO"][len(BELOW) :]
        if not code or "/" in code:
            return None
        self._reception.intake.gate.pass_through()
        try:
            if method == "GET" and not environ.get("QUERY_STRING"):
                return self._show(code, environ)
            if method == "POST" and environ.get("CONTENT_TYPE", "").partition(";")[0] == FORM_TYPE:
                return self._take(code, environ)
        except UnavailableError as error:
            environ[WAITED] = error
        except Exception:  # noqa: S110 - whatever it is, the view meets it too, and has a page for it
            pass
        return None

    # A page

    def _show(self, code: str, environ: Environ) -> Answer | None:
        now = self._front.clock()
        door = self._reception.doors.find_scanned(code, to_read=True)
        if door is None or door.used_on is not None or len(door.papers) != 1:
            return None
        check_open(door.campaign, now=now)
        return self._stamp(door, door.papers[0], read_reader(environ), now, environ)

    def _stamp(self, door: Door, paper: Paper, reader: Reader, now: datetime, environ: Environ) -> Answer | None:
        language = language_for(paper.instrument, reader)
        printed = self._reception.prints.find(key_of(door, paper, language, reader), door.place)
        if printed is None:
            return None
        form = tokens.new_form(self._front.draw, version_id=paper.version_id, language=language, now=now)
        token = tokens.seal_form(form, code_id=door.code_id, secret=self._front.settings.secret)
        return printed.stamp(token, gzip="gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""))

    # A sheet

    def _take(self, code: str, environ: Environ) -> Answer | None:
        body = _read_body(environ)
        if body is None:
            return None
        sent = parse_submission(body)
        if sent.redraw:
            return None
        front, reader = self._front, read_reader(environ)
        door = self._reception.doors.find_scanned(code, to_read=False)
        if door is None:
            return None
        form = tokens.open_form(sent.token, code_id=door.code_id, secret=front.settings.secret)
        marked = DEVICE_COOKIE in parse_cookie(environ.get("HTTP_COOKIE"))
        receipt = hand_in(front, door, form, sent, reader, marked=marked)
        path, secure = environ["PATH_INFO"], environ.get("wsgi.url_scheme") == "https"
        return "303 SEE OTHER", lead_to_receipt(front, door, form, receipt, reader, path=path, secure=secure), b""


def _read_body(environ: Environ) -> bytes | None:
    """The body, left in place for whoever reads it next; nothing where its length is not announced, or too large."""
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit() and int(length) < LARGEST_BODY):
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
