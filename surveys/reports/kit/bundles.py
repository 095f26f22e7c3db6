"""Which codes are handed over together, in which envelopes, and on which pages they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from surveys.reports.kit.model import KitCode, KitEnvelope, Text

SLIPS_PER_SHEET = 10
ENVELOPES_PER_PAGE = 2

Recipient = tuple[str | None, str | None, str]  # school code, school, group


@dataclass
class Envelope:
    """The slips of one class by sheet, or of the whole group where there are no classes."""

    form: Text
    size: int
    positions: tuple[int, ...]
    slips: list[KitCode]
    spare: bool = False  # what is left once every class has its own
    first_sheet: int = 0

    @property
    def sheets(self) -> list[list[KitCode]]:
        """A sheet never mixes envelopes, so that a stack can be cut and put into its envelope as it is."""
        return [self.slips[start : start + SLIPS_PER_SHEET] for start in range(0, len(self.slips), SLIPS_PER_SHEET)]


@dataclass
class Bundle:
    """What one school, or the county, gets for one group; pages are counted from the first after the cover sheet."""

    school: str | None
    school_code: str | None
    group: Text
    posters: list[KitCode] = field(default_factory=list)
    slips: list[KitCode] = field(default_factory=list)
    classes: list[KitEnvelope] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    first_envelope: int = 0
    last_envelope: int = 0
    first_poster: int = 0

    @property
    def printed(self) -> list[KitCode]:
        return [code for code in self.slips if not code.spent]

    @property
    def sheets(self) -> list[list[KitCode]]:
        return [sheet for envelope in self.envelopes for sheet in envelope.sheets]


def gather_bundles(
    posters: Sequence[KitCode], slips: Sequence[KitCode], envelopes: Sequence[KitEnvelope] = ()
) -> list[Bundle]:
    """The bundles with their codes in order of position, schools and groups in the order in which they first occur."""
    found: dict[Recipient, Bundle] = {}
    for code in posters:
        _bundle_of(code, found).posters.append(code)
    for code in slips:
        _bundle_of(code, found).slips.append(code)
    for envelope in envelopes:
        if (recipient := _recipient(envelope)) in found:
            found[recipient].classes.append(envelope)
    schools = list(dict.fromkeys(recipient[:2] for recipient in found))
    order = {school: place for place, school in enumerate(schools)}
    bundles = [found[recipient] for recipient in sorted(found, key=lambda recipient: order[recipient[:2]])]
    for bundle in bundles:
        bundle.posters.sort(key=_position)
        bundle.slips.sort(key=_position)
        bundle.envelopes = list(_fill(bundle)) if bundle.printed else []
    _number_pages(bundles)
    return bundles


def _recipient(part: KitCode | KitEnvelope) -> Recipient:
    return part.school_code, part.school, str(sorted(part.group.items()))


def _bundle_of(code: KitCode, found: dict[Recipient, Bundle]) -> Bundle:
    return found.setdefault(_recipient(code), Bundle(code.school, code.school_code, code.group))


def _fill(bundle: Bundle) -> Iterator[Envelope]:
    """The slips in order of position, as many to each class as it has places; what is left over is spare."""
    slips = iter(bundle.slips)
    for each in bundle.classes:
        yield Envelope(each.form, each.size, each.positions, _unspent(islice(slips, len(each.positions))))
    rest = _unspent(slips)
    if rest:
        yield Envelope({}, 0, (), rest, spare=bool(bundle.classes))


def _unspent(slips: Iterator[KitCode]) -> list[KitCode]:
    return [code for code in slips if not code.spent]


def _number_pages(bundles: Sequence[Bundle]) -> None:
    """Envelopes two to a page, whatever their bundle; then the posters, then the sheets of slips."""
    count = 0
    for bundle in bundles:
        bundle.first_envelope = count // ENVELOPES_PER_PAGE + 1
        count += len(bundle.envelopes)
        bundle.last_envelope = -(-count // ENVELOPES_PER_PAGE)
    page = -(-count // ENVELOPES_PER_PAGE) + 1
    for bundle in bundles:
        bundle.first_poster = page
        page += len(bundle.posters)
    for envelope in (each for bundle in bundles for each in bundle.envelopes):
        envelope.first_sheet = page
        page += len(envelope.sheets)


def _position(code: KitCode) -> int:
    return code.position
