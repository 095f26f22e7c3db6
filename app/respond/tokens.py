"""What a page hands back signed: the form's token before the answers, the receipt's and the report's after them.

None of them is stored. All are signed with the installation's secret. Pages stay open for days, and over releases:
what was sealed once must open for ever, so a new form of a token gets a new number in front, and the old ones are
still read (tests/app/test_tokens.py keeps one of each).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from itsdangerous import BadSignature, Signer

from surveys.errors import SurveyError

KEY_BYTES = 16
FORM, RECEIPT, REPORT = "respond.form.", "respond.receipt", "respond.report"
FIRST = "1"  # the form of token that is sealed today
GAP = "~"  # in no field of any token, and the same in an address


@dataclass(frozen=True)
class Form:
    """One opened page: the random key of its submission, the paper it shows, its language, and when it was opened."""

    key: str = field(repr=False)
    version_id: int
    language: str
    opened_at: int  # seconds since 1970


@dataclass(frozen=True)
class ReceiptSlip:
    """What the receipt page shows. The campaign is its id; the answers are not known here.

    `again` is where the next respondent begins on a device that many use: the code of a poster, or nothing.
    """

    campaign_id: int
    number: str
    day: date
    language: str
    school_id: int | None
    again: str = field(default="", repr=False)


@dataclass(frozen=True)
class ReportSlip:
    """Where something happened: the campaign, and a school of it. Nothing of a code or an answer."""

    campaign_id: int
    school_id: int | None


def new_form(draw: Callable[[int], bytes], *, version_id: int, language: str, now: datetime) -> Form:
    """A page opened now. Its key is what makes every repeat of its submission one response."""
    return Form(new_key(draw), version_id, language, int(now.timestamp()))


def new_key(draw: Callable[[int], bytes]) -> str:
    """A random key as pages carry it."""
    return base64.urlsafe_b64encode(draw(KEY_BYTES)).rstrip(b"=").decode()


def seal_form(form: Form, *, code_id: bytes, secret: bytes) -> str:
    return _seal(secret, _salt(code_id), FIRST, form.key, form.version_id, form.language, form.opened_at)


def open_form(sealed: str | None, *, code_id: bytes, secret: bytes) -> Form:
    """The form behind a token that was sealed for this very code; a token moved to another code does not open.

    Raises SurveyError(`answers.no_key`) and SurveyError(`answers.bad_key`).
    """
    if not sealed:
        raise SurveyError("answers.no_key", "invalid")
    try:
        _, key, version_id, language, opened_at = _open(secret, _salt(code_id), sealed)
    except (BadSignature, ValueError):
        raise SurveyError("answers.bad_key", "invalid") from None
    return Form(key, int(version_id), language, int(opened_at))


def seal_receipt(slip: ReceiptSlip, *, secret: bytes) -> str:
    place = slip.school_id or ""
    return _seal(
        secret, RECEIPT, FIRST, slip.campaign_id, slip.number, slip.day.isoformat(), slip.language, place, slip.again
    )


def open_receipt(sealed: str, *, secret: bytes) -> ReceiptSlip:
    """Raises SurveyError(`receipt.unknown`)."""
    try:
        _, campaign, number, day, language, school, again = _open(secret, RECEIPT, sealed)
    except (BadSignature, ValueError):
        raise SurveyError("receipt.unknown", "missing") from None
    place = int(school) if school else None
    return ReceiptSlip(int(campaign), number, date.fromisoformat(day), language, place, again)


def seal_report(slip: ReportSlip, *, secret: bytes) -> str:
    return _seal(secret, REPORT, FIRST, slip.campaign_id, slip.school_id or "")


def open_report(sealed: str, *, secret: bytes) -> ReportSlip:
    """Raises SurveyError(`report.unknown`)."""
    try:
        _, campaign, school = _open(secret, REPORT, sealed)
    except (BadSignature, ValueError):
        raise SurveyError("report.unknown", "missing") from None
    return ReportSlip(int(campaign), int(school) if school else None)


def _seal(secret: bytes, salt: str, *fields: object) -> str:
    return _signer(secret, salt).sign(GAP.join(map(str, fields))).decode()


def _open(secret: bytes, salt: str, sealed: str) -> list[str]:
    """The fields under a signature that is there to the letter: decoding one would read over strange characters."""
    value = sealed.rpartition(".")[0]
    if not hmac.compare_digest(_signer(secret, salt).sign(value), sealed.encode("ascii")):
        raise BadSignature("does not match")
    return value.split(GAP)


def _salt(code_id: bytes) -> str:
    """The code's id goes into the signing key, not into the page: a signature is worth nothing at another code."""
    return FORM + code_id.hex()


def _signer(secret: bytes, salt: str) -> Signer:
    return Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
