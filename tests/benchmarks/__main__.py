"""`python -m tests.benchmarks [NAME …] [--quick]`: ratios to yardsticks measured in the same run, and peak memory."""

from __future__ import annotations

import argparse
import os
import platform
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import (
    cockpit,
    evaluating,
    exports,
    imports,
    kit,
    latency,
    pages,
    raking,
    reports,
    score_page,
    scoring,
    steady,
    submissions,
    weight,
)
from tests.benchmarks.size import FULL, QUICK
from tests.benchmarks.workplace import ZONE, disk_words, workplace

BENCHMARKS = {
    "submissions": submissions.run,
    "pages": pages.run,
    "latency": latency.run,
    "weight": weight.run,
    "scoring": scoring.run,
    "raking": raking.run,
    "evaluation": evaluating.run,
    "exports": exports.run,
    "kit": kit.run,
    "reports": reports.run,
    "imports": imports.run,
    "cockpit": cockpit.run,
    "score_page": score_page.run,
    "steady": steady.run,
}
ONLY_NAMED = {"steady"}  # too long for every day
WHICH = f"which of {', '.join(BENCHMARKS)}; without any, all but {', '.join(ONLY_NAMED)}"
SHOWN = ("Flask", "granian", "SQLAlchemy", "numpy", "typst", "qrcode")


def main() -> None:
    asked = _arguments()
    begun = time.monotonic()
    with workplace() as place:
        _show_machine(place.folder)
        for name in asked.names or [each for each in BENCHMARKS if each not in ONLY_NAMED]:
            for finding in BENCHMARKS[name](QUICK if asked.quick else FULL, place):
                print(f"\n{finding}", flush=True)
    print(f"\n{time.monotonic() - begun:.0f} seconds in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=WHICH)
    parser.add_argument("--quick", action="store_true", help="smaller and sooner; the ratios spread more")
    asked = parser.parse_args()
    strange = set(asked.names) - set(BENCHMARKS)
    if strange:
        parser.error(f"no such benchmark: {', '.join(sorted(strange))}; there are {', '.join(BENCHMARKS)}")
    return asked


def _show_machine(folder: Path) -> None:
    """What the numbers depend on; the load says whether the machine had other things to do."""
    parts = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    print(f"{datetime.now(ZONE):%Y-%m-%d %H:%M}   Python {platform.python_version()}, {parts}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; disk: {disk_words(folder)}")


if __name__ == "__main__":
    main()
