"""What a page hands back signed: the form's token before the answers, the receipt's token after them.

Neither is stored. Both are signed with the installation's secret.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from itsdangerous import BadData, URLSafeSerializer

from app.edge import here
from surveys.errors import SurveyError

KEY_BYTES = 16
RECEIPT_SALT = b"respond.receipt"


@dataclass(frozen=True)
class Form:
    """One opened page: the random key of its submission, the paper it shows, its language, and when it was opened."""

    key: str
    version_id: int
    language: str
    opened_at: int  # seconds since 1970


@dataclass(frozen=True)
class ReceiptSlip:
    """What the receipt page shows. The campaign is its name; the answers are not known here."""

    campaign: str
    number: str
    day: date
    language: str


def new_form(*, version_id: int, language: str, now: datetime) -> Form:
    """A page opened now. Its key is what makes every repeat of its submission one response."""
    key = base64.urlsafe_b64encode(here().draw(KEY_BYTES)).rstrip(b"=").decode()
    return Form(key, version_id, language, int(now.timestamp()))


def seal_form(form: Form, *, code_id: bytes) -> str:
    return str(_form_signer(code_id).dumps([form.key, form.version_id, form.language, form.opened_at]))


def open_form(sealed: str | None, *, code_id: bytes) -> Form:
    """The form behind a token that was sealed for this very code; a token moved to another code does not open.

    Raises SurveyError(`answers.no_key`) and SurveyError(`answers.bad_key`).
    """
    if not sealed:
        raise SurveyError("answers.no_key", "invalid")
    try:
        key, version_id, language, opened_at = _form_signer(code_id).loads(sealed)
    except (BadData, ValueError, UnicodeError):
        raise SurveyError("answers.bad_key", "invalid") from None
    return Form(key, version_id, language, opened_at)


def seal_receipt(slip: ReceiptSlip) -> str:
    return str(_signer(RECEIPT_SALT).dumps([slip.campaign, slip.number, slip.day.isoformat(), slip.language]))


def open_receipt(sealed: str) -> ReceiptSlip:
    """Raises SurveyError(`receipt.unknown`)."""
    try:
        campaign, number, day, language = _signer(RECEIPT_SALT).loads(sealed)
    except (BadData, ValueError, UnicodeError):
        raise SurveyError("receipt.unknown", "missing") from None
    return ReceiptSlip(campaign, number, date.fromisoformat(day), language)


def _form_signer(code_id: bytes) -> URLSafeSerializer:
    """The code's id goes into the signing key, not into the page: a signature is worth nothing at another code."""
    return _signer(b"respond.form." + code_id)


def _signer(salt: bytes) -> URLSafeSerializer:
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(here().settings.secret, salt=salt, signer_kwargs=options)
