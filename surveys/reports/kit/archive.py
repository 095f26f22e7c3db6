"""The kits of a whole county: one PDF for each school, one for what is not a school's, in a ZIP made as it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from surveys.reports.archive import File, file_stem, zip_files
from surveys.reports.kit.model import KitCode, KitEnvelope, KitHeader
from surveys.reports.kit.printing import check_kit, make_kit

COUNTY_WIDE = "全县"

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
    return zip_files(File(kit.filename, kit.pdf) for kit in kits)


def _recipient(part: KitCode | KitEnvelope) -> Recipient:
    return part.school_code, part.school


def _of(recipients: Iterable[Recipient], parts: Sequence[Part]) -> dict[Recipient, list[Part]]:
    found: dict[Recipient, list[Part]] = {recipient: [] for recipient in recipients}
    for part in parts:
        found.get(_recipient(part), []).append(part)
    return found


def _filename(place: int, of: int, recipient: Recipient) -> str:
    """Such as 01-P01-第一小学.pdf, in the order of the list."""
    names = [part for part in recipient if part] or [COUNTY_WIDE]
    return f"{file_stem(f'{place:0{len(str(of))}}', *names)}.pdf"
