"""The shelf of files that were made: each under the key of its order, being made by one process, or there.

Files lie in a folder of the installation. Whoever makes one holds a lock on it, which the kernel gives back if that
process dies: no page waits for somebody who is gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """A file that is there. `digest` is its SHA-256."""

    path: Path
    size: int
    rows: int
    digest: str


@dataclass(frozen=True)
class Underway:
    """A file that a process makes just now: `done` of `rows`; both 0 while it waits for another, or reads."""

    done: int
    rows: int


@dataclass(frozen=True)
class Failed:
    """Why the last try made none: the code of a SurveyError, with what fills its text."""

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Shelf:
    """The files in a folder."""

    folder: Path

    def find(self, key: str) -> Kept | Underway | Failed | None:
        """What there is of the file under a key; None where nobody has ordered it."""
        about = self._read(key, "kept")
        path = self.folder / about["file"] if about else None
        if about and path is not None and path.is_file():
            return Kept(path, about["size"], about["rows"], about["digest"])
        if self._is_held(key):
            underway = self._read(key, "progress") or {}
            return Underway(underway.get("done", 0), underway.get("rows", 0))
        failed = self._read(key, "failed")
        return Failed(failed["code"], failed["params"]) if failed else None

    def claim(self, key: str) -> IO[bytes] | None:
        """The lock on a key: a file that is locked while any process has it open; None where another one has it."""
        self._make_folder()
        lock = self._path(key, "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        for kind in ("progress", "failed"):
            self._path(key, kind).unlink(missing_ok=True)
        return lock

    def tell(self, key: str, *, done: int, rows: int) -> None:
        """How far it is."""
        self._write(key, "progress", {"done": done, "rows": rows})

    def fail(self, key: str, *, code: str, params: Mapping[str, object]) -> None:
        """It will not be made; why."""
        plain = {name: value if isinstance(value, int | float) else str(value) for name, value in params.items()}
        self._write(key, "failed", {"code": code, "params": plain})

    def put(self, key: str, *, suffix: str, write: Callable[[Path], int]) -> Kept:
        """The file that `write` makes, saying how many rows it has; it is there when it is whole."""
        self._make_folder()
        draft, path = self._path(key, "part"), self._path(key, suffix)
        try:
            draft.touch(mode=0o600)
            rows = write(draft)
            digest = digest_file(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        kept = Kept(path, path.stat().st_size, rows, digest)
        self._write(key, "kept", {"file": path.name, "size": kept.size, "rows": rows, "digest": digest})
        return kept

    def clear(self, *, now: datetime) -> None:
        """Take away what nobody makes and what was made more than a week ago."""
        before = (now - KEPT_FOR).timestamp()
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.is_file() and path.stat().st_mtime < before and not self._is_held(path.name.partition(".")[0]):
                path.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, key: str, kind: str) -> Path:
        return self.folder / f"{key}.{kind}"

    def _read(self, key: str, kind: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._path(key, kind).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found

    def _write(self, key: str, kind: str, content: Mapping[str, Any]) -> None:
        self._make_folder()
        draft = self._path(key, f"{kind}.new")
        draft.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        draft.replace(self._path(key, kind))

    def _is_held(self, key: str) -> bool:
        try:
            with self._path(key, "lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False


def digest_file(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
