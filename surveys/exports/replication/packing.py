"""The ZIP: the same files give the same bytes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP knows
SUMS = "SHA256SUMS"
PIECE = 1 << 20  # bytes
READABLE = 0o644 << 16


def pack(path: Path, files: Mapping[str, bytes | Path], *, folder: str) -> None:
    """Write `files` (their content, or where it lies) in the order of their names, and their digests, into a ZIP."""
    sums = "".join(f"{digest_of(files[name])}  {name}\n" for name in sorted(files))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted({**files, SUMS: sums.encode()}.items()):
            entry = ZipInfo(f"{folder}/{name}", MOMENT)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, READABLE
            with archive.open(entry, "w", force_zip64=isinstance(content, Path)) as target:
                if isinstance(content, Path):
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, target, PIECE)
                else:
                    target.write(content)


def digest_of(content: bytes | Path) -> str:
    """SHA-256."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    found = hashlib.sha256()
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
