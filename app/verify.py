"""Verifying a report: a page for everybody who holds one, without a session, a cookie or a script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from app.access import allow
from app.edge import here
from app.i18n import in_language, local_time
from app.marks import shown
from app.numbers import fixed, tell_apart
from app.pack.wording import KINDS, SIGNERS
from app.respond.reader import address, page
from app.respond.reception import reception
from app.words import LANGUAGES, VERDICTS, word
from surveys import crockford
from surveys.publication import Publication
from surveys.reports.registry import LENGTH, spaced
from surveys.reports.verifying import Verified, verify

DAY = "%Y-%m-%d"
LONGEST = 100  # characters of what is shown again

blueprint = Blueprint("verify", __name__, url_prefix="/v")


@blueprint.errorhandler(TooManyRequests)
def refuse_guessing(error: TooManyRequests) -> Response:
    """Serials cannot be guessed; whoever tries keeps nobody else waiting."""
    response = _form(_("这个网络上试得太多了，请等一分钟再试。"), status=429)
    response.headers["Retry-After"] = "60"
    return response


@blueprint.get("")
@allow("public")
def ask() -> AnyResponse:
    """Type the serial, for people who cannot scan."""
    typed = request.args.get("serial", "")
    serial = crockford.normalise(typed)
    if not typed.strip():
        return _form("")
    if len(serial) != LENGTH or not crockford.is_spelled(serial):
        return _form(_("编号是 %(count)s 个数字和字母，请再核对一遍。", count=LENGTH), typed[:LONGEST], status=422)
    return redirect(url_for(".confirm", serial=serial) + address(), 303)


@blueprint.get("/<serial>")
@allow("public")
def confirm(serial: str) -> Response:
    """What the report with this serial must say, and whether a newer one has taken its place."""
    limits = reception().limits
    limits.check_serials()
    with here().database.read() as session:
        found = verify(session, typed=serial, now=here().clock())
    if found is None:
        limits.count_serial()
        problem = _("没有这个编号的报告。请核对编号；编号无误而查不到的，就不是本系统生成的报告。")
        return _form(problem, serial[:LONGEST], status=404)
    g.campaign = found.campaign
    return page("verify/report.html", heading=_heading(found), found=found, **_laid_out(found))


def _form(problem: str, typed: str = "", *, status: int = 200) -> Response:
    return page("verify/ask.html", heading=lazy_gettext("核验报告"), status=status, problem=problem, typed=typed)


def _heading(found: Verified) -> object:
    if found.issued.replaced is not None:
        return lazy_gettext("这份报告已有更新的版本")
    return lazy_gettext("这是一份草案") if found.draft else lazy_gettext("这份报告是真的")


def _laid_out(found: Verified) -> dict[str, Any]:
    issued, replaced = found.issued, found.issued.replaced
    return {
        "title": in_language(found.campaign.title),
        "kind": word(KINDS, issued.content.kind),
        "language_name": LANGUAGES[issued.content.language],
        "made": local_time(issued.made_at, DAY),
        "newer": None if replaced is None else (local_time(replaced.made_at, DAY), replaced),
        "serial": spaced(issued.serial),
        "signed": [(word(SIGNERS, each.stage), local_time(each.at, DAY)) for each in found.signatures],
        "score": None if found.publication is None else _score(found.publication),
    }


def _score(publication: Publication) -> dict[str, str]:
    """The county's score, as every report of this evaluation has it."""
    figure, facts = publication.composite, publication.facts
    if figure.hidden or figure.value is None:
        return {"value": shown(figure), "interval": "", "verdict": "", "threshold": f"{facts['threshold']:g}"}
    return {
        "value": tell_apart(figure.value, facts["threshold"], figure.decimals),
        "interval": "" if figure.low is None else _interval(figure.low, figure.high, figure.decimals),
        "level": f"{facts['level'] * 100:g}%",
        "verdict": word(VERDICTS, facts["verdict"]),
        "threshold": f"{facts['threshold']:g}",
    }


def _interval(low: float, high: float | None, decimals: int) -> str:
    return f"{fixed(low, decimals)} – {fixed(high, decimals)}"
