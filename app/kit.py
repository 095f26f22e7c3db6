"""The print kit in people's words: shared by the doors that hand it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import force_locale
from flask_babel import gettext as _

from app.edge import here
from app.i18n import LANGUAGES, local_time
from app.words import GROUPS, STAGES, who, word
from surveys import kits
from surveys.campaigns import CampaignView
from surveys.codes import Slip
from surveys.plans.positions import Envelope
from surveys.reports.kit import KitCode, KitEnvelope, KitHeader, SchoolKit, check_kit, make_kit, split_kits

BOTH = tuple(LANGUAGES)
Text = dict[str, str]  # language -> text


@dataclass(frozen=True)
class Printable:
    """Everything that is to be printed, in words."""

    header: KitHeader
    posters: tuple[KitCode, ...]
    slips: tuple[KitCode, ...]
    envelopes: tuple[KitEnvelope, ...]

    def check(self) -> None:
        """Raises SurveyError(`kit.empty`) and the others of `check_kit`."""
        check_kit(self.header, [*self.posters, *self.slips])

    def pdf(self) -> bytes:
        """All of it as one PDF."""
        return make_kit(self.header, self.posters, self.slips, self.envelopes)

    def by_school(self) -> tuple[SchoolKit, ...]:
        """A PDF for each school."""
        return split_kits(self.header, self.posters, self.slips, self.envelopes)


def lay_out(campaign: CampaignView, kit: kits.Kit, languages: Sequence[str] = BOTH) -> Printable:
    """Posters for the open codes, slips for the personal ones that are still to be used, labels for envelopes."""
    groups = {slip.group for slip in kit.slips} | {envelope.group for envelope in kit.envelopes}
    names = {group: _in_every_language(partial(word, GROUPS, group)) for group in groups}
    schools = {slip.school_code: slip.school_name for slip in kit.slips}
    codes = [_code(slip, names[slip.group]) for slip in kit.slips]
    return Printable(
        _header(campaign, languages),
        tuple(code for code in codes if code.kind == "open"),
        tuple(code for code in codes if code.kind == "personal"),
        tuple(_envelope(each, schools, names) for each in kit.envelopes if each.school_code in schools),
    )


def address_of(slip: Slip) -> str:
    """What the QR code of a slip says."""
    return f"{here().settings.base_url}/r/{slip.token}"


def printed_before(before: kits.Print) -> str:
    """What it means that the same codes were printed already."""
    said: str = _(
        "这些答题码 %(when)s 已由 %(who)s 印过。两次印的是同样的答题码，不会变多：请销毁先印的一份，不要两份都发。",
        when=local_time(before.at),
        who=who(before.by),
    )
    return said


def _header(campaign: CampaignView, languages: Sequence[str]) -> KitHeader:
    return KitHeader(
        title=campaign.title,
        organiser=campaign.organiser,
        county=campaign.county_name,
        opens=local_time(campaign.opens_at),
        closes=local_time(campaign.closes_at),
        contact=campaign.contact,
        base_url=f"{here().settings.base_url}/r",
        simulated=campaign.simulated,
        languages=tuple(languages),
        approval=campaign.approval,
    )


def _code(slip: Slip, group: Text) -> KitCode:
    return KitCode(
        url=address_of(slip),
        typed=slip.typed,
        kind=slip.kind,
        group=group,
        school=slip.school_name,
        position=slip.position,
        school_code=slip.school_code,
        spent=slip.used_on is not None,
    )


def _envelope(envelope: Envelope, schools: Mapping[str | None, str | None], groups: Mapping[str, Text]) -> KitEnvelope:
    return KitEnvelope(
        school=schools[envelope.school_code],
        school_code=envelope.school_code,
        group=groups[envelope.group],
        form=_in_every_language(partial(_class_name, envelope)),
        size=envelope.size,
        positions=envelope.positions,
    )


def _class_name(envelope: Envelope) -> str:
    if envelope.grade is None:
        return word(STAGES, envelope.band)
    name: str = _("%(grade)s 年级 %(number)s 班", grade=envelope.grade, number=envelope.number)
    return name


def _in_every_language(say: Callable[[], str]) -> Text:
    words = {}
    for tag, locale in LANGUAGES.items():
        with force_locale(locale):
            words[tag] = say()
    return words
