"""Responses that another form tool collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from surveys.digests import SHORT, keyed
from surveys.responses.storing import add_comments, count_added

BATCH = 2_000


@dataclass(frozen=True)
class ImportedResponse:
    """One row of a source. `key` says which row it is, so that importing it again changes nothing."""

    key: str
    group: str
    school_id: int | None
    version_id: int
    answers: bytes  # checked: see check_answers
    language: str
    received_on: date
    pace: int | None = None
    comment: str | None = field(default=None, repr=False)  # tidied: see check_sheet


def add_imported(session: Session, *, campaign_id: int, rows: Iterable[ImportedResponse], secret: bytes) -> int:
    """Store the rows that are new to the campaign. Gives how many were."""
    waiting, added = iter(rows), 0
    while batch := list(islice(waiting, BATCH)):
        added += count_added(session, list(_rows(campaign_id, batch, secret)))
        add_comments(session, sorted(_comments(campaign_id, batch, secret), key=lambda row: row["id"]))
    return added


def _rows(campaign_id: int, batch: Sequence[ImportedResponse], secret: bytes) -> Iterator[dict[str, Any]]:
    for each in batch:
        yield {
            "campaign_id": campaign_id,
            "id": keyed(secret, "imported", campaign_id, each.key)[:SHORT],
            "group": each.group,
            "school_id": each.school_id,
            "version_id": each.version_id,
            "answers": each.answers,
            "language": each.language,
            "channel": "import",
            "received_on": each.received_on,
            "pace": each.pace,
            "repeat_device": False,
        }


def _comments(campaign_id: int, batch: Sequence[ImportedResponse], secret: bytes) -> Iterator[dict[str, Any]]:
    """Apart from the answers: under an id that tells nothing of theirs."""
    for each in batch:
        if each.comment is not None:
            number = keyed(secret, "imported-comment", campaign_id, each.key)[:SHORT]
            yield {"campaign_id": campaign_id, "id": number, "group": each.group, "text": each.comment}
