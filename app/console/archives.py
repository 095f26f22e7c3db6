"""Archives that are made while they are sent: how many files there will be, for the bar of whoever waits."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response as Answer

FILES = "X-Archive-Files"


def send_archive(parts: Iterator[bytes], count: int, filename: str) -> Answer:
    """The answer that streams a ZIP of `count` files."""
    answer = Answer(parts, mimetype="application/zip")
    answer.headers[FILES] = str(count)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
