"""Files of data at the edge: finding what was made, and a process of its own for what takes long."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from threading import Thread
from typing import Any

from flask import Response as Answer
from flask import request, send_file
from flask_babel import lazy_gettext

from app.config import ROOT
from app.edge import here
from app.words import Words
from surveys import exports
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.exports import FORMATS, Failed, Kept, Order, Shelf, Underway
from surveys.publication import get_publication

FORMAT_WORDS: Words = {
    "csv": lazy_gettext("CSV（Excel 可直接打开）"),
    "csv-plain": lazy_gettext("CSV（不带 BOM，给程序用）"),
    "xlsx": lazy_gettext("Excel 工作簿"),
    "sav": lazy_gettext("SPSS 文件（.sav）"),
    "dta": lazy_gettext("Stata 文件（.dta）"),
    "parquet": lazy_gettext("Parquet 文件"),
    "r": lazy_gettext("R（CSV 加读入脚本，ZIP）"),
}
PACKAGE_WORD = lazy_gettext("复现包（ZIP）")


@dataclass(frozen=True)
class Ordered:
    """An order with the evaluation that it is of, the key of its file, and what there is of it."""

    order: Order
    key: str
    state: Kept | Underway | Failed | None


def look_up(*, campaign: CampaignView, what: str, number: int | None = None, **wanted: str) -> Ordered:
    """What was ordered, of the newest evaluation that is shown or of `number`.

    Raises SurveyError(`export.options`; `score.not_yet`, `score.no_such`, `score.too_near`).
    """
    app = here()
    with app.database.read() as session:
        published = get_publication(session, name=campaign.name, now=app.clock(), number=number)
        made = published.evaluation
        order = exports.read_order(campaign=campaign.name, evaluation=made.number, what=what, **wanted)
        beside = exports.find_beside(session, order=order, campaign=campaign, rule=published.rule)
    key = exports.key_of(order, made, beside=beside)
    return Ordered(order, key, shelf().find(key))


def shelf() -> Shelf:
    """The files of this installation."""
    return Shelf(here().settings.home / "exports")


def make_now(ordered: Ordered) -> Kept:
    """The file of an order that is quickly made."""
    if isinstance(ordered.state, Kept):
        return ordered.state
    app, order = here(), ordered.order
    shelf().clear(now=app.clock())
    with app.database.read() as session:
        extract = exports.load_extract(session, order=order, now=app.clock(), secret=app.settings.secret)
    return exports.shelve(shelf(), ordered.key, extract, order=order)


def begin(ordered: Ordered) -> None:
    """Start the process that makes the file, unless one does already, or it is there.

    The process inherits the lock on the key, so that it is held from now until the process ends.
    """
    lock = None if isinstance(ordered.state, Kept) else shelf().claim(ordered.key)
    if lock is None:
        return
    with lock:
        process = subprocess.Popen(
            [sys.executable, "-m", "surveys.exports"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[lock.fileno()],
            start_new_session=True,  # it goes on when the server is started anew
        )
    Thread(target=process.communicate, args=[json.dumps(_task(ordered)).encode()], daemon=True).start()


def _task(ordered: Ordered) -> dict[str, Any]:
    app = here()
    return {
        "database": app.database.address,
        "secret": app.settings.secret.hex(),
        "folder": str(shelf().folder),
        "now": app.clock().isoformat(),
        "zone": app.settings.timezone.key,
        "key": ordered.key,
        "order": asdict(ordered.order),
    }


def refusal_of(failed: Failed) -> SurveyError:
    """Why a file was not made, as it was refused."""
    return SurveyError(failed.code, "conflict", **failed.params)


def send_kept(kept: Kept, ordered: Ordered, *, campaign: CampaignView) -> Answer:
    """The file, or the part of it that was asked for; a browser that has it already hears so."""
    order, mark = ordered.order, "-simulated" if campaign.simulated else ""
    if not _asks_for_part(kept.size):
        request.environ.pop("HTTP_RANGE", None)  # the library would refuse what is to be ignored (RFC 9110, 14.2)
    form = FORMATS.get(order.format)
    name = f"{order.campaign}-{order.what}-{order.evaluation}{mark}{kept.path.suffix}"
    answer = send_file(
        kept.path,
        mimetype=form.kind if form else "application/zip",
        as_attachment=True,
        download_name=name,
        etag=kept.digest,
        conditional=True,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _asks_for_part(size: int) -> bool:
    """Whether one range of bytes is asked for, and not the last of more than there are, which are the whole."""
    asked = request.range if request.method == "GET" else None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return False
    first, _end = asked.ranges[0]
    return first >= -size
