"""Every code that is drawn reads back, by a decoder that is not the encoder, as exactly its address."""

from __future__ import annotations

import re

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from surveys import qr
from surveys.errors import SurveyError

CODE = "7ZJ4QK0M2XWD93RTHVCB5NPA"
URL = f"https://renke.example.gov.cn/r/{CODE}"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def decode(modules: np.ndarray) -> list[str]:
    """What the decoder reads in a picture of `modules`, dark where True, at four pixels a module."""
    picture = np.where(np.kron(modules, np.ones((4, 4), dtype=bool)), 0, 255).astype(np.uint8)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def framed(matrix: qr.Matrix) -> np.ndarray:
    return np.pad(np.array(matrix, dtype=bool), qr.QUIET)


def painted(svg: str) -> np.ndarray:
    """The modules that the last path of `svg` fills."""
    side = int(re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)[1])
    modules = np.zeros((side, side), dtype=bool)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        modules[int(y), int(x) : int(x) + int(width)] = True
    return modules


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("mask", [None, *range(8)])
@pytest.mark.parametrize("url", [URL, URL.lower(), f"http://127.0.0.1:8000/r/{CODE}", "https://认可.example/r/x"])
def test_a_matrix_reads_back(url: str, mask: int | None, level: qr.Level) -> None:
    assert decode(framed(qr.qr_matrix(url, level=level, mask=mask))) == [url]


@given(
    code=st.text(ALPHABET, min_size=1, max_size=40),
    host=st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=1, max_size=60),
)
def test_any_code_at_any_host_reads_back(code: str, host: str) -> None:
    url = f"https://{host}/r/{code}"
    assert decode(framed(qr.qr_matrix(url, mask=qr.FIXED_MASK))) == [url]


def test_codes_of_one_campaign_are_all_the_same_size() -> None:
    rng = np.random.default_rng(20260511)
    codes = ["".join(rng.choice(list(ALPHABET), 24)) for _ in range(40)] + ["0" * 24, "Z" * 24]
    assert {len(qr.qr_matrix(f"https://renke.example.gov.cn/r/{code}", mask=2)) for code in codes} == {33}


def test_capitals_make_a_smaller_code() -> None:
    assert len(qr.qr_matrix(URL, level="Q")) < len(qr.qr_matrix(URL.lower() + "x" * 12, level="Q"))
    assert len(qr.qr_matrix("/r/" + CODE * 2)) < len(qr.qr_matrix("/r/" + CODE.lower() * 2))


def test_the_svg_keeps_its_quiet_zone_and_reads_back() -> None:
    modules = painted(qr.qr_svg(URL))
    assert decode(modules) == [URL]
    rows, columns = np.nonzero(modules)
    assert rows.min() == columns.min() == qr.QUIET
    assert modules.shape[0] - 1 - rows.max() == modules.shape[1] - 1 - columns.max() == qr.QUIET


def test_the_svg_has_nothing_of_the_address_in_it() -> None:
    assert CODE not in qr.qr_svg(URL)
    assert "script" not in qr.qr_svg('https://x.example/"><script>')


PALETTE = {16: 0, 231: 255}  # black and white of the fixed part of the 256 colours, which themes leave alone
HALVES = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def screen(text: str, *, ink: int, paper: int) -> np.ndarray:
    """The pixels of a terminal with these default colours after printing `text`, a pixel for each half cell."""
    lines, colours = [], (ink, paper)
    for line in text.split("\n"):
        upper, lower = [], []
        for escape, character in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            if character:
                top, bottom = HALVES[character]
                upper.append(colours[0] if top else colours[1])
                lower.append(colours[0] if bottom else colours[1])
            elif escape == "0":
                colours = (ink, paper)
            else:
                fore, back = re.fullmatch(r"38;5;(\d+);48;5;(\d+)", escape).groups()
                colours = (PALETTE[int(fore)], PALETTE[int(back)])
        lines += [upper + [paper] * 20, lower + [paper] * 20]
    shown = np.array(lines, dtype=np.uint8)
    return np.pad(shown, ((10, 10), (0, 0)), constant_values=paper)


@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:8000/r/" + CODE])
@pytest.mark.parametrize(("ink", "paper"), [(255, 0), (0, 255), (200, 40)])
def test_a_terminal_of_any_colour_shows_a_code_that_reads(url: str, ink: int, paper: int) -> None:
    picture = np.kron(screen(qr.qr_terminal(url), ink=ink, paper=paper), np.ones((4, 4), dtype=np.uint8))
    found = zxingcpp.read_barcodes(picture, try_invert=False)
    assert [barcode.text for barcode in found] == [url]


def test_the_terminal_code_is_narrower_than_a_terminal() -> None:
    lines = re.sub(r"\x1b\[[\d;]*m", "", qr.qr_terminal(URL)).split("\n")
    assert {len(line) for line in lines} == {33 + 2 * qr.QUIET}
    assert not any(line.strip() for line in (lines[0], lines[1], lines[-1]))


def test_an_address_too_long_to_print_is_refused() -> None:
    assert qr.qr_matrix("https://x.example/" + "a" * (qr.LONGEST - 18))
    with pytest.raises(SurveyError) as refused:
        qr.qr_matrix("https://x.example/" + "a" * qr.LONGEST)
    assert (refused.value.code, refused.value.kind) == ("qr.too_long", "invalid")
    assert refused.value.params == {"length": qr.LONGEST + 18, "longest": qr.LONGEST}
