"""Many files in one ZIP that is made while it is sent: nothing of it lies on the disk, and little in memory."""

from __future__ import annotations

import io
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LONGEST_STEM = 40  # characters of a name in that of its file: 120 bytes of the 255 that systems take
MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP knows: the same files give the same bytes
AT_ONCE = 2
FASTEST = 1  # what is in a PDF is packed already


@dataclass(frozen=True)
class File:
    """The name of a file, and what makes it when it is its turn."""

    filename: str
    content: Callable[[], bytes] = field(repr=False)


def zip_files(files: Iterable[File]) -> Iterator[bytes]:
    """The ZIP in parts, one for each file and one for the list at its end; no more than two are held at a time."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:
        for filename, content in _made(files):
            entry = ZipInfo(filename, MOMENT)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
            yield sink.taken()
    yield sink.taken()


def file_stem(*parts: str) -> str:
    """Such as 01-P01-第一小学: without what some system takes for a sign of its own."""
    return "-".join(_safe(part) for part in parts if part)


def _made(files: Iterable[File]) -> Iterator[tuple[str, bytes]]:
    """The files in order. While typst sets one, without the interpreter, the data of the next one are made."""
    waiting: deque[tuple[str, Future[bytes]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as makers:
        for file in files:
            waiting.append((file.filename, makers.submit(file.content)))
            if len(waiting) == AT_ONCE:
                filename, content = waiting.popleft()
                yield filename, content.result()
        for filename, content in waiting:
            yield filename, content.result()


class _Sink(io.RawIOBase):
    """What was written since it was last taken. It cannot go back, and so nothing has to be kept."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _safe(text: str) -> str:
    kept = "".join(sign for sign in text if sign.isalnum() or sign in "（）()-_ " or unicodedata.category(sign) == "Mn")
    return " ".join(kept.split())[:LONGEST_STEM].strip(" -") or "_"
