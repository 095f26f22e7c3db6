"""The ZIP: the same files give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from surveys.exports.archive import put
from surveys.exports.shelf import digest_file

SUMS = "SHA256SUMS"


def pack(path: Path, files: Mapping[str, bytes | Path], *, folder: str) -> None:
    """Write `files` (their content, or where it lies) in the order of their names, and their digests, into a ZIP."""
    sums = "".join(f"{digest_of(files[name])}  {name}\n" for name in sorted(files))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted({**files, SUMS: sums.encode()}.items()):
            put(archive, f"{folder}/{name}", content)


def digest_of(content: bytes | Path) -> str:
    """SHA-256."""
    return digest_file(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()
