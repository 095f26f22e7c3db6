"""ZIPs that are the same bytes whenever they are made: no time, and no rights of the machine they were made on."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP knows
PIECE = 1 << 20  # bytes
READABLE = 0o644 << 16


def put(archive: ZipFile, name: str, content: bytes | Path) -> None:
    """Add a file: its content, or where it lies."""
    entry = ZipInfo(name, MOMENT)
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, READABLE
    with archive.open(entry, "w", force_zip64=isinstance(content, Path)) as target:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, target, PIECE)
        else:
            target.write(content)
