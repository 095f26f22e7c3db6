"""A process of its own that makes one file: `python -m surveys.exports`, with its task as JSON on standard input.

The task holds the address of the database and the secret, which belong into no list of processes. The lock on the key
is an open file that this process inherits: it is let go when the process ends, however that may be.
"""

from __future__ import annotations

import ctypes
import json
import sys
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from surveys.db import Database
from surveys.errors import SurveyError
from surveys.exports.making import load_extract, shelve, shelve_package
from surveys.exports.ordering import Order
from surveys.exports.shelf import Shelf
from surveys.turns import Turn


def main(task: dict[str, Any]) -> int:
    """Make the file, or leave on the shelf why not; 0 where there is one."""
    shelf, key, order = Shelf(Path(task["folder"])), task["key"], Order(**task["order"])
    now, secret = datetime.fromisoformat(task["now"]), bytes.fromhex(task["secret"])
    try:
        with Turn(shelf.folder / "turn"):  # one at a time: each takes some hundred megabytes
            shelf.clear(now=now)
            with Database(task["database"]).read() as session:
                if order.what == "package":
                    zone = ZoneInfo(task["zone"])
                    shelve_package(session, shelf, key, order=order, now=now, zone=zone, secret=secret)
                    return 0
                extract = load_extract(session, order=order, now=now, secret=secret)
            _give_back()
            shelve(shelf, key, extract, order=order)
    except SurveyError as error:
        shelf.fail(key, code=error.code, params=error.params)
        return 1
    except Exception:
        traceback.print_exc()
        shelf.fail(key, code="export.broken", params={})
        return 1
    return 0


def _give_back() -> None:
    """Of a million forms, reading leaves a hundred megabytes with the C library, which writing could do without."""
    with suppress(OSError, AttributeError):  # only that of GNU has it
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
