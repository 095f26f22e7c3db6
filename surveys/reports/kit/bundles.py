"""Which codes are handed over together, and on which pages they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from surveys.reports.kit.model import KitCode, Text

SLIPS_PER_SHEET = 10

Recipient = tuple[str | None, str | None, str]  # school code, school, group


@dataclass
class Bundle:
    """What one school, or the county, gets for one group; pages are counted from the first after the cover sheet."""

    school: str | None
    school_code: str | None
    group: Text
    posters: list[KitCode] = field(default_factory=list)
    slips: list[KitCode] = field(default_factory=list)
    first_poster: int = 0
    first_sheet: int = 0

    @property
    def sheets(self) -> list[list[KitCode]]:
        """The slips by sheet; a sheet never mixes bundles, so that a stack can be handed over as it is."""
        return [self.slips[start : start + SLIPS_PER_SHEET] for start in range(0, len(self.slips), SLIPS_PER_SHEET)]


def gather_bundles(posters: Sequence[KitCode], slips: Sequence[KitCode]) -> list[Bundle]:
    """The bundles with their codes in order of position, schools and groups in the order in which they first occur."""
    found: dict[Recipient, Bundle] = {}
    for code in posters:
        _bundle_of(code, found).posters.append(code)
    for code in slips:
        _bundle_of(code, found).slips.append(code)
    schools = list(dict.fromkeys(recipient[:2] for recipient in found))
    order = {school: place for place, school in enumerate(schools)}
    bundles = [found[recipient] for recipient in sorted(found, key=lambda recipient: order[recipient[:2]])]
    _number_pages(bundles)
    return bundles


def _bundle_of(code: KitCode, found: dict[Recipient, Bundle]) -> Bundle:
    recipient = (code.school_code, code.school, str(sorted(code.group.items())))
    return found.setdefault(recipient, Bundle(code.school, code.school_code, code.group))


def _number_pages(bundles: Sequence[Bundle]) -> None:
    page = 1
    for bundle in bundles:
        bundle.posters.sort(key=_position)
        bundle.first_poster = page
        page += len(bundle.posters)
    for bundle in bundles:
        bundle.slips.sort(key=_position)
        bundle.first_sheet = page
        page += len(bundle.sheets)


def _position(code: KitCode) -> int:
    return code.position
