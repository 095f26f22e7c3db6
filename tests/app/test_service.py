"""The service when a process of the server starts."""

from __future__ import annotations

import gc

from app.edge import Renke
from app.service import Service


def test_what_is_there_at_the_start_is_never_looked_through_for_garbage(app: Renke) -> None:
    service = Service(app)
    service.__rsgi_init__(None)
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        service.__rsgi_del__(None)
