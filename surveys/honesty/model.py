"""Evidence and decisions about it, as others read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class EvidenceView:
    """One look at a campaign's answers. `recipe` and `result` are plain data, see `surveys.honesty.evidence`."""

    campaign: str
    number: int
    made_at: datetime
    data_digest: str
    code_version: str
    recipe: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class ExclusionView:
    """A rule that was decided, with who and why; withdrawn, where `withdrawn_at` is set, and never deleted."""

    number: int
    rule: str
    digest: str
    document: Mapping[str, Any]
    reason: str
    decided_at: datetime
    decided_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
