"""What an entry of the trail says, and the digest that ties it to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

AT_THE_SHELL = "command"  # who gives commands on the machine itself has no account
SCORE_PREVIEWED = "score.previewed"
SCORE_KEPT = "score.kept"
SEEN, TAKEN = "results.seen", "results.taken"  # somebody read results, or took them along as a file
INSTALLATION = 0  # the chain of what is about no campaign
EVERYWHERE = "/"  # stands for all regions together
NOTHING = "0" * 64  # what stands before the first entry of a chain


@dataclass(frozen=True)
class Deed:
    """One entry. `facts` are plain data, and never a code or an answer."""

    number: int
    at: datetime
    by: str
    action: str
    facts: Mapping[str, Any]
    digest: str = ""  # of this entry after the one before it


@dataclass(frozen=True)
class Head:
    """Where a chain ends: number and digest of its last entry. `campaign` is its name, None the installation."""

    campaign: str | None
    number: int
    digest: str


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they come back from the database: lists for tuples, texts for every key. No NaN."""
    read: dict[str, Any] = json.loads(json.dumps(facts, allow_nan=False))
    return read


def digest_after(previous: str, *, chain: int, deed: Deed) -> str:
    """SHA-256 of the canonical JSON of an entry together with the digest of the one before it."""
    at = deed.at.astimezone(UTC).isoformat()
    return digest_canonical([previous, chain, deed.number, at, deed.by, deed.action, deed.facts])


def digest_canonical(content: object) -> str:
    """SHA-256 of JSON with its keys in order, no spaces, and an escape for whatever is not ASCII."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
