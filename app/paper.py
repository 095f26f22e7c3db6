"""Paper forms in people's words: shared by the doors that print them."""

from __future__ import annotations

from collections.abc import Sequence

from app.edge import here
from app.i18n import local_time
from app.kit import address_of
from app.sending import chinese_groups
from surveys.campaigns import CampaignView, Paper
from surveys.paper import PrintedForm
from surveys.reports.forms import FormCode, FormHeader, make_forms, make_specimens


def print_forms(campaign: CampaignView, printed: PrintedForm, *, large: bool) -> bytes:
    """A form for each code, as a PDF."""
    school = printed.codes[0].school_name
    header = _header(campaign, school, printed.paper.group, large=large)
    codes = [FormCode(address_of(code), code.typed, code.position) for code in printed.codes]
    return make_forms(header, printed.paper.instrument, codes)


def print_specimens(campaign: CampaignView, papers: Sequence[Paper], *, large: bool) -> bytes:
    """A form without a code for each paper, as a PDF."""
    header = _header(campaign, None, papers[0].group, large=large)
    return make_specimens(header, [paper.instrument for paper in papers])


def _header(campaign: CampaignView, school: str | None, group: str, *, large: bool) -> FormHeader:
    return FormHeader(
        title=campaign.title,
        organiser=campaign.organiser,
        approval=campaign.approval,
        contact=campaign.contact,
        closes=local_time(campaign.closes_at),
        place=school or campaign.county_name,
        group={"zh-CN": chinese_groups().get(group, group)},
        base_url=f"{here().settings.base_url}/r",
        simulated=campaign.simulated,
        large=large,
    )
