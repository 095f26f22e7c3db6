"""What a phone loads before the first question is there, and how long that takes an old one on a slow network."""

from __future__ import annotations

import gzip
import json
import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys import campaigns, codes
from surveys.demo import county as demo
from surveys.instruments.library import library_document
from surveys.instruments.parsing import read_instrument
from surveys.instruments.versions import publish_instrument
from tests.benchmarks import slow_phone
from tests.benchmarks.findings import Facts, met
from tests.benchmarks.intake import Intake, Service, serve_intake
from tests.benchmarks.load import HEAD_END, get, is_whole
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import ZONE, Workplace

MOST = 14 * 1024  # bytes: what the first round trip of a new TCP connection carries
GROUP, QUESTIONS = "teacher", 20
PAPER = "teacher-twenty"
BORROWED = "school_safety"  # the question of the parents' paper that makes the teachers' nineteen twenty
STYLE, SCRIPT = (re.compile(rf"<{tag}\b[^>]*>(.*?)</{tag}>", re.DOTALL) for tag in ("style", "script"))
ELSEWHERE = re.compile(
    r"""<(?:link|script|img|iframe|source)\b[^>]*(?:src|href)="(?!data:)|url\((?!["']?data:)|@import"""
)


def run(size: Size, place: Workplace) -> Iterator[Facts]:
    service = serve_intake(place, "sqlite")
    path = _path_of(place.once("twenty questions", lambda: nullcontext(_open_twenty(service.intake))))
    yield Facts("weight", _bytes(service, path))
    yield slow_phone.look(service, path, size)


def _open_twenty(intake: Intake) -> Intake:
    """A survey in which teachers get twenty questions: another campaign of the same county."""
    now = datetime.now(UTC)
    document = (demo.HERE / "campaign.yaml").read_text("utf-8")
    document = document.replace('campaign: "demo"', f'campaign: "{PAPER}"').replace('["teacher"]', f'["{PAPER}"]')
    with intake.database.begin() as session:
        publish_instrument(session, content=json.dumps(_paper()), now=now)
        opens = f'opens: "{(now - timedelta(days=1)).isoformat()}"\n'
        campaign = campaigns.create_campaign(session, content=document + opens, now=now, timezone=ZONE)
        options: dict[str, Any] = {"secret": intake.settings.secret, "draw": secrets.token_bytes}
        codes.issue_open(session, campaign_id=campaign.id, now=now, today=now.astimezone(ZONE).date(), **options)
    return replace(intake, campaign=campaign)


def _paper() -> dict[str, Any]:
    paper, other = (read_instrument(library_document(name)) for name in (GROUP, "parent"))
    borrowed = next(item for section in other["sections"] for item in section["items"] if item["id"] == BORROWED)
    next(section for section in paper["sections"] if section["id"] == "school")["items"].append(borrowed)
    return {**paper, "instrument": PAPER}


def _path_of(intake: Intake) -> str:
    questions = len(intake.papers(GROUP)[0].instrument.items)
    if questions != QUESTIONS:
        raise SystemExit(f"the paper has {questions} questions")
    return intake.path(intake.posters(GROUP)[0])


def _bytes(service: Service, path: str) -> Mapping[str, str]:
    head, body = _fetch(service.ours.port, path)
    page = gzip.decompress(body).decode()
    style, script = ("".join(found.findall(page)) for found in (STYLE, SCRIPT))
    more = len(ELSEWHERE.findall(page))
    whole = len(head) + len(body)
    return {
        "did": f"the first view of a paper of {QUESTIONS} questions in Chinese, behind an open code, gzip",
        "page": f"{_length(page):,} bytes, of them style {_length(style):,} and script {_length(script):,}",
        "sent": f"{len(body):,} bytes of body and {len(head):,} of head, {whole:,} together; asked for at most "
        f"{MOST:,}: {met(whole <= MOST)}",
        "requests": f"{1 + more}, the page and {more} things it names; asked for one: {met(more == 0)}",
    }


def _fetch(port: int, path: str) -> tuple[bytes, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(get(path))
        answer = b""
        while not is_whole(answer):
            answer += line.recv(65536) or b"never: the server closed the connection"
    head, _, body = answer.partition(HEAD_END)
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the page did not come: {head[:40]!r}")
    return head + HEAD_END, body


def _length(text: str) -> int:
    return len(text.encode())
