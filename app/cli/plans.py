"""`flask plan …`: how many people a rule asks, of which group, at which school."""

from __future__ import annotations

from flask.cli import AppGroup

plan = AppGroup("plan", help="Who is asked: the rule, its quotas, the draw.")
