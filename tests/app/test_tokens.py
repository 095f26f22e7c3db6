"""Tokens: what was sealed once opens for ever, and nothing else opens."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.respond import tokens
from surveys.errors import SurveyError
from tests.factories import SECRET

CODE = bytes(range(16))
FORM = tokens.Form("AAECAwQFBgcICQoLDA0ODw", 7, "zh-CN", 1778551200)
RECEIPT = tokens.ReceiptSlip(3, "7K3Q-M0XW-9ABC", date(2026, 5, 12), "en", 12, "9F3K0000000000000000000A")
REPORT = tokens.ReportSlip(3, None)

# Sealed by releases that have been. Pages of theirs may still be open on somebody's phone: never change a line here.
OF_FORMER_RELEASES = [
    (FORM, "1~AAECAwQFBgcICQoLDA0ODw~7~zh-CN~1778551200.kQ41uUIuHEh1-Zi5OxCbjvPjTKbVhjoWT6X70iFscCA"),
]
RECEIPTS_OF_FORMER_RELEASES = [
    (
        RECEIPT,
        "1~3~7K3Q-M0XW-9ABC~2026-05-12~en~12~9F3K0000000000000000000A.4DrJaYI_uuUe3F_eB0biGmKJh6FolpAa3U12iWfiNe4",
    ),
]
REPORTS_OF_FORMER_RELEASES = [(REPORT, "1~3~.FStoJax_gJ2Y-DGwX9JXuvQ-Sa-L2_L5lng8hr8G5ZE")]


@pytest.mark.parametrize(("form", "sealed"), OF_FORMER_RELEASES)
def test_a_form_of_a_former_release_opens(form: tokens.Form, sealed: str) -> None:
    assert tokens.open_form(sealed, code_id=CODE, secret=SECRET) == form


@pytest.mark.parametrize(("slip", "sealed"), RECEIPTS_OF_FORMER_RELEASES)
def test_a_receipt_of_a_former_release_opens(slip: tokens.ReceiptSlip, sealed: str) -> None:
    assert tokens.open_receipt(sealed, secret=SECRET) == slip


@pytest.mark.parametrize(("slip", "sealed"), REPORTS_OF_FORMER_RELEASES)
def test_a_report_of_a_former_release_opens(slip: tokens.ReportSlip, sealed: str) -> None:
    assert tokens.open_report(sealed, secret=SECRET) == slip


def test_today_s_tokens_open_too() -> None:
    assert tokens.open_form(tokens.seal_form(FORM, code_id=CODE, secret=SECRET), code_id=CODE, secret=SECRET) == FORM
    assert tokens.open_receipt(tokens.seal_receipt(RECEIPT, secret=SECRET), secret=SECRET) == RECEIPT
    assert tokens.open_report(tokens.seal_report(REPORT, secret=SECRET), secret=SECRET) == REPORT


def test_a_token_holds_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    sealed = tokens.seal_form(FORM, code_id=CODE, secret=SECRET)
    assert CODE.hex() not in sealed
    print(FORM, RECEIPT)
    assert FORM.key not in capsys.readouterr().out
    assert RECEIPT.again not in capsys.readouterr().out


SEALED = OF_FORMER_RELEASES[-1][1]


@example("::")  # a decoder of base64 reads over it
@example("=")
@given(st.one_of(st.text(min_size=4), st.integers(0, len(SEALED) - 2), st.text(min_size=1, max_size=3)))
def test_nothing_else_opens(change: str | int) -> None:
    if isinstance(change, int):
        changed = SEALED[:change] + ("B" if SEALED[change] == "A" else "A") + SEALED[change + 1 :]
    else:
        changed = change if len(change) > 3 else SEALED + change
    for sealed, secret, code in ((changed, SECRET, CODE), (SEALED, b"another", CODE), (SEALED, SECRET, b"another")):
        with pytest.raises(SurveyError) as caught:
            tokens.open_form(sealed, code_id=code, secret=secret)
        assert caught.value.code in ("answers.bad_key", "answers.no_key")


def test_a_token_of_one_use_is_worth_nothing_in_another() -> None:
    receipt, report = tokens.seal_receipt(RECEIPT, secret=SECRET), tokens.seal_report(REPORT, secret=SECRET)
    for sealed in (SEALED, report):
        with pytest.raises(SurveyError, match=r"receipt\.unknown"):
            tokens.open_receipt(sealed, secret=SECRET)
    for sealed in (SEALED, receipt):
        with pytest.raises(SurveyError, match=r"report\.unknown"):
            tokens.open_report(sealed, secret=SECRET)
