"""The kits of a whole county: one PDF for each school, one for what is not a school's, in a ZIP made as it is sent."""

from __future__ import annotations

import io
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surveys.reports.kit.model import KitCode, KitEnvelope, KitHeader
from surveys.reports.kit.printing import check_kit, make_kit

COUNTY_WIDE = "全县"
LONGEST_STEM = 40  # characters of a school's name in that of its file: 120 bytes of the 255 that systems take
MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP knows: the same kits give the same bytes
AT_ONCE = 2
FASTEST = 1  # what is in a PDF is packed already

Recipient = tuple[str | None, str | None]  # school code, school
Part = TypeVar("Part", KitCode, KitEnvelope)


@dataclass(frozen=True)
class SchoolKit:
    """What goes to one school, and the name of its file; it is set only when its PDF is asked for."""

    filename: str
    header: KitHeader
    posters: tuple[KitCode, ...] = field(repr=False)
    slips: tuple[KitCode, ...] = field(repr=False)
    envelopes: tuple[KitEnvelope, ...]

    def pdf(self) -> bytes:
        return make_kit(self.header, self.posters, self.slips, self.envelopes)


def split_kits(
    header: KitHeader, posters: Sequence[KitCode], slips: Sequence[KitCode], envelopes: Sequence[KitEnvelope] = ()
) -> tuple[SchoolKit, ...]:
    """A kit for each school that has something to print, in the order of their codes; the county's comes last.

    Raises SurveyError(`kit.empty`), SurveyError(`kit.language`).
    """
    check_kit(header, [*posters, *slips])
    recipients = {_recipient(code) for code in [*posters, *slips] if not code.spent}
    ordered = sorted(recipients, key=lambda each: (each == (None, None), each[0] or "", each[1] or ""))
    own_posters, own_slips, own_envelopes = _of(ordered, posters), _of(ordered, slips), _of(ordered, envelopes)
    return tuple(
        SchoolKit(
            _filename(place, len(ordered), each),
            header,
            tuple(own_posters[each]),
            tuple(own_slips[each]),
            tuple(own_envelopes[each]),
        )
        for place, each in enumerate(ordered, 1)
    )


def zip_kits(kits: Iterable[SchoolKit]) -> Iterator[bytes]:
    """The ZIP in parts, one for each kit and one for the list at its end; no more than two kits are held at a time."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:
        for filename, pdf in _set(kits):
            entry = ZipInfo(filename, MOMENT)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, pdf)
            yield sink.taken()
    yield sink.taken()


def _set(kits: Iterable[SchoolKit]) -> Iterator[tuple[str, bytes]]:
    """The files in order. While typst sets one kit, without the interpreter, the codes of the next one are made."""
    waiting: deque[tuple[str, Future[bytes]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as setters:
        for kit in kits:
            waiting.append((kit.filename, setters.submit(kit.pdf)))
            if len(waiting) == AT_ONCE:
                filename, pdf = waiting.popleft()
                yield filename, pdf.result()
        for filename, pdf in waiting:
            yield filename, pdf.result()


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


def _recipient(part: KitCode | KitEnvelope) -> Recipient:
    return part.school_code, part.school


def _of(recipients: Iterable[Recipient], parts: Sequence[Part]) -> dict[Recipient, list[Part]]:
    found: dict[Recipient, list[Part]] = {recipient: [] for recipient in recipients}
    for part in parts:
        found.get(_recipient(part), []).append(part)
    return found


def _filename(place: int, of: int, recipient: Recipient) -> str:
    """Such as 01-P01-第一小学.pdf: in the order of the list, without what some system takes for a sign of its own."""
    parts = [f"{place:0{len(str(of))}}", *(_safe(part) for part in recipient if part)]
    return "-".join(parts if any(recipient) else [*parts, COUNTY_WIDE]) + ".pdf"


def _safe(text: str) -> str:
    kept = "".join(sign for sign in text if sign.isalnum() or sign in "（）()-_ " or unicodedata.category(sign) == "Mn")
    return " ".join(kept.split())[:LONGEST_STEM].strip(" -") or "_"
