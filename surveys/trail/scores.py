"""A kept score in the trail: its digest, so that a number that was changed later is found."""

from __future__ import annotations

from datetime import UTC

from surveys.models import Evaluation
from surveys.trail.model import digest_canonical

SEALED = (
    "number",
    "provisional",
    "responses",
    "scorecard_version_id",
    "frame_id",
    "data_digest",
    "code_version",
    "recipe",
    "result",
)


def digest_score(kept: Evaluation) -> str:
    """SHA-256 of all that an evaluation says: its result, its recipe and how it is filed."""
    content = {name: getattr(kept, name) for name in SEALED}
    return digest_canonical({**content, "made_at": kept.made_at.astimezone(UTC).isoformat()})
