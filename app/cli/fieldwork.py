"""`flask fieldwork …`: what an officer records and watches while a campaign runs."""

from __future__ import annotations

from flask.cli import AppGroup

fieldwork = AppGroup("fieldwork", help="Fieldwork: what became of those who were asked, and how far the answers are.")
