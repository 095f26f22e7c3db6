"""The trail: who did what, and when. What is done is told in the transaction that does it, in chains of digests."""

from surveys.trail.model import (
    AT_THE_SHELL,
    EVERYWHERE,
    INSTALLATION,
    SCORE_KEPT,
    SCORE_PREVIEWED,
    SEEN,
    TAKEN,
    Deed,
    Head,
    plain,
)
from surveys.trail.reading import Page, Wanted, list_deeds, read_deeds, stream_deeds
from surveys.trail.recording import record
from surveys.trail.scores import digest_score
from surveys.trail.verifying import Checked, Fault, list_heads, verify_chain, verify_trail

__all__ = [
    "AT_THE_SHELL",
    "EVERYWHERE",
    "INSTALLATION",
    "SCORE_KEPT",
    "SCORE_PREVIEWED",
    "SEEN",
    "TAKEN",
    "Checked",
    "Deed",
    "Fault",
    "Head",
    "Page",
    "Wanted",
    "digest_score",
    "list_deeds",
    "list_heads",
    "plain",
    "read_deeds",
    "record",
    "stream_deeds",
    "verify_chain",
    "verify_trail",
]
