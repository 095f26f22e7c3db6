"""Kits: what is printed for each school, and codes that are voided because they were lost, leaked or left over."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.archives import send_archive
from app.console.door import WRITERS, blueprint, find_campaign
from app.console.forms import VoidCodes
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.errors import STATUS
from app.kit import BOTH, Printable, lay_out, printed_before
from app.words import LANGUAGES
from surveys import kits as kits_of
from surveys.campaigns import CampaignView
from surveys.codes.naming import Which, read_positions
from surveys.codes.voiding import list_voids, reissue_slips, void_slips
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.reports.kit import zip_kits

MENDABLE = {
    "codes.not_voided",
    "codes.none_to_void",
    "codes.too_many",
    "codes.which",
    "codes.positions",
    "codes.reason",
    "codes.closed",
    "campaign.sealed",
}


@blueprint.get("/campaigns/<name>/kits")
@allow(*WRITERS)
def kits(name: str) -> str:
    """What there is to print, who printed it before, and what was voided."""
    return _page(name, VoidCodes())


@blueprint.get("/campaigns/<name>/kit.pdf")
@allow(*WRITERS)
def kit(name: str) -> Answer:
    """One PDF: all, or a part; a kit is a bunch of keys, so only for those who hand it out."""
    campaign, printable = _take(name)
    answer = Answer(printable.pdf(), mimetype="application/pdf")
    filename = _filename(campaign, request.args.get("school"), "pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


@blueprint.get("/campaigns/<name>/kit.zip")
@allow(*WRITERS)
def kit_archive(name: str) -> Answer:
    """A PDF for each school, made while it is sent: codes in plain text never lie on the disk of the server."""
    campaign, printable = _take(name)
    found = printable.by_school()
    return send_archive(zip_kits(found), len(found), _filename(campaign, None, "zip"))


@blueprint.post("/campaigns/<name>/codes/void")
@allow(*WRITERS)
def void_codes(name: str) -> Response | tuple[str, int]:
    """Void codes, and issue others in their place where that is wanted: all that are named, or none."""
    form, app = VoidCodes(), here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            deed: dict[str, Any] = {
                "campaign_id": campaign.id,
                "secret": app.settings.secret,
                "which": _which(form),
                "reason": form.reason.data or "",
                "today": app.today(),
                "now": app.clock(),
                "by": current_user.account.name,
            }
            if form.reissue.data:
                done = reissue_slips(session, draw=app.draw, **deed)
                told: dict[str, Any] = {
                    "done": "reissued",
                    "deed": done.number,
                    "count": done.count,
                    "keyed": done.keyed,
                }
            else:
                places = void_slips(session, **deed)
                told = {"done": "voided", "count": sum(each.count for each in places)}
                told["keyed"] = sum(each.keyed for each in places)
    except SurveyError as error:
        if error.code not in MENDABLE:
            raise
        return _page(name, form, refuse(error)), STATUS[error.kind]
    return redirect(url_for("console.kits", name=name, **told), 303)


def _take(name: str) -> tuple[CampaignView, Printable]:
    """The kit that was asked for, and an entry in the trail that it was handed out."""
    app = here()
    keys: dict[str, Any] = {"secret": app.settings.secret}
    deed = request.args.get("deed", type=int)
    with app.database.read() as session:
        campaign = find_campaign(session, name)
        kit = (
            kits_of.read_kit(session, campaign_id=campaign.id, part=_part(), **keys)
            if deed is None
            else kits_of.read_reissued(session, campaign_id=campaign.id, number=deed, **keys)
        )
    printable = lay_out(campaign, kit, _languages())
    printable.check()
    with app.database.begin() as session:
        kits_of.record_print(session, campaign_id=campaign.id, kit=kit, now=app.clock(), by=current_user.account.name)
    return campaign, printable


def _part() -> kits_of.Part:
    kind = request.args.get("kind")
    return kits_of.Part(kind if kind in ("open", "personal") else None, None, request.args.get("school"))


def _languages() -> tuple[str, ...]:
    return tuple(request.args.get("languages", ",".join(BOTH)).split(","))


def _filename(campaign: CampaignView, school: str | None, ending: str) -> str:
    own = "".join(sign for sign in school or "" if sign.isalnum() and sign.isascii())
    parts = [campaign.name, "kit", own, "simulated" if campaign.simulated else ""]
    return "-".join(part for part in parts if part) + f".{ending}"


def _which(form: VoidCodes) -> Which:
    if form.group.data in GROUPS:
        how = form.how.data
        positions = read_positions(form.positions.data or "") if how == "positions" else ()
        return Which((), form.group.data, form.school.data or None, positions, how == "unused", how == "poster")
    return Which((form.typed.data or "").splitlines())


def _page(name: str, form: VoidCodes, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        lines = kits_of.list_kits(session, campaign_id=campaign.id)
        voids = list_voids(session, campaign_id=campaign.id)
        before = kits_of.find_print(kits_of.list_prints(session, campaign_id=campaign.id), kits_of.Part())
    choices = _choices(campaign)
    asked = ",".join(_languages())
    return render_template(
        "console/kits.html",
        campaign=campaign,
        simulated=campaign.simulated,
        lines=lines,
        voids=voids,
        before=printed_before(before) if before else None,
        form=form,
        refusal=refusal,
        choices=choices,
        languages=asked if asked in dict(choices) else choices[0][0],
        done=request.args.get("done"),
        count=request.args.get("count", 0, type=int),
        keyed=request.args.get("keyed", 0, type=int),
        made=next(
            (each for each in voids if each.reissued and each.number == request.args.get("deed", type=int)), None
        ),
    )


def _choices(campaign: CampaignView) -> list[tuple[str, str]]:
    """The languages a kit can be printed in, and what the choice is called: Chinese, or another beside it."""
    others = ["en", *(tag for tag in campaign.title if tag in campaign.organiser and tag not in BOTH)]
    chinese = LANGUAGES["zh-CN"]
    beside = [(f"zh-CN,{tag}", f"{chinese} + {LANGUAGES.get(tag, tag)}") for tag in others]
    return [*beside, ("zh-CN", _("只有中文"))]
