"""The trail: who did what, and when. What is done is told in the transaction that does it, in chains of digests."""

from surveys.trail.model import AT_THE_SHELL, INSTALLATION, SCORE_PREVIEWED, Deed
from surveys.trail.reading import list_deeds
from surveys.trail.recording import record

__all__ = ["AT_THE_SHELL", "INSTALLATION", "SCORE_PREVIEWED", "Deed", "list_deeds", "record"]
