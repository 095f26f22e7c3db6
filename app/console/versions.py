"""The versions of a score and who signed which, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.i18n import local_time
from app.review import REVIEW_STAGES
from app.words import who, word
from surveys.evaluations import VersionView
from surveys.publication import Publication
from surveys.review import Signature, Standing


@dataclass(frozen=True)
class Version:
    """One line of the list of versions."""

    number: int
    made_at: datetime
    responses: int
    signed: str
    here: bool
    near: int | None  # the one because of which it is not shown


@dataclass(frozen=True)
class Versions:
    """All versions, the newest first, and what has to be said of the one on the page."""

    lines: tuple[Version, ...]
    newest: int
    warnings: tuple[str, ...]


def tell_versions(
    versions: Sequence[VersionView], standing: Standing, published: Publication, near: Mapping[int, int]
) -> Versions:
    """The list, with a warning where a newer version exists or another one was signed; `near` as `Shown` has it."""
    here, newest = published.evaluation.number, versions[0].number
    signed = standing.signed
    warnings = []
    if here != newest:
        warnings.append(_("这是第 %(here)s 次测评；之后又有第 %(newest)s 次。", here=here, newest=newest))
    if signed is not None and signed != here:
        warnings.append(_("已经签字的是第 %(signed)s 次测评，不是这一次。", signed=signed))
    lines = (
        Version(
            each.number,
            each.made_at,
            each.responses,
            _signed_by(each.number, standing),
            each.number == here,
            near.get(each.number),
        )
        for each in versions
    )
    return Versions(tuple(lines), newest, tuple(warnings))


def tell_standing(standing: Standing, published: Publication) -> str:
    """Who signed the evaluation on the page, else where the review stands."""
    signed = _signed_by(published.evaluation.number, standing)
    return signed or str(_("尚未签字；%(stage)s", stage=tell_stage(standing)))


def tell_stage(standing: Standing) -> str:
    """Where the review stands."""
    stage = word(REVIEW_STAGES, standing.stage)
    if standing.stage == "submitted":
        return stage
    if standing.state == "returned":
        return str(_("已退回到：%(stage)s", stage=stage))
    return str(_("现在轮到：%(stage)s", stage=stage))


def _signed_by(number: int, standing: Standing) -> str:
    return str(_("；")).join(_sign(each) for each in standing.signatures if each.evaluation == number)


def _sign(signature: Signature) -> str:
    return str(
        _(
            "%(stage)s：%(who)s 已签，%(when)s",
            stage=word(REVIEW_STAGES, signature.stage),
            who=who(signature.by),
            when=local_time(signature.at, "%Y-%m-%d"),
        )
    )
