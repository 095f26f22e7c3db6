"""The print kit in people's words: shared by the doors that hand it out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale

from app.edge import here
from app.i18n import LANGUAGES, local_time
from app.words import GROUPS
from surveys.campaigns import CampaignView
from surveys.codes import Slip
from surveys.reports.kit import KitCode, KitHeader, make_kit

PRINTED = ("poster", "slip")  # codes that go as messages or on forms must not be handed out a second time


def print_kit(campaign: CampaignView, slips: Sequence[Slip]) -> bytes:
    """Posters for the open codes, slips for the personal ones that are still to be used, as a PDF."""
    header = KitHeader(
        title=campaign.title,
        organiser=campaign.organiser,
        county=campaign.county_name,
        opens=local_time(campaign.opens_at),
        closes=local_time(campaign.closes_at),
        contact=campaign.contact,
        base_url=f"{here().settings.base_url}/r",
        simulated=campaign.simulated,
        languages=tuple(LANGUAGES),
        approval=campaign.approval,
    )
    usable = [slip for slip in slips if slip.voided_on is None and slip.used_on is None and slip.way in PRINTED]
    names = {group: _in_every_language(group) for group in {slip.group for slip in usable}}
    codes = [_code(slip, names[slip.group]) for slip in usable]
    posters = [code for code in codes if code.kind == "open"]
    return make_kit(header, posters, [code for code in codes if code.kind == "personal"])


def address_of(slip: Slip) -> str:
    """What the QR code of a slip says."""
    return f"{here().settings.base_url}/r/{slip.token}"


def _code(slip: Slip, group: dict[str, str]) -> KitCode:
    return KitCode(
        url=address_of(slip),
        typed=slip.typed,
        kind=slip.kind,
        group=group,
        school=slip.school_name,
        position=slip.position,
        school_code=slip.school_code,
    )


def _in_every_language(group: str) -> dict[str, str]:
    words = {}
    for tag, locale in LANGUAGES.items():
        with force_locale(locale):
            words[tag] = str(GROUPS.get(group, group))
    return words
