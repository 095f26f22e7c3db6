"""Printed at 300 dpi in grey and photographed askew, out of focus, in bad light: every code still reads as itself."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from surveys.codes.forms import check_character, is_checked
from surveys.crockford import ALPHABET
from surveys.reports.kit import make_kit
from tests.surveys.test_kit import HEADER, POSTERS, SLIPS

PRINT_DPI = 300
PAPER = 205  # of 255: grey recycled paper
INK = 60  # a printer that saves toner


@dataclass(frozen=True)
class Shot:
    """How somebody holds a phone: turned, from the side, with few pixels, blurred, noisy, dim, packed."""

    angle: float = 0
    lean: float = 0  # how much nearer one edge is than the other
    dpi: int = 150  # what is left of the paper in the picture: a sheet of A4 in four megapixels has 200
    blur: float = 0.7  # pixels
    noise: float = 6  # of 255
    shade: float = 0  # how much darker one corner is
    quality: int = 60  # of JPEG


SHOTS: Mapping[str, Shot] = {
    "straight": Shot(),
    "turned a little": Shot(angle=7),
    "turned": Shot(angle=23),
    "sideways": Shot(angle=90),
    "upside down": Shot(angle=187),
    "from the side": Shot(angle=4, lean=0.18),
    "from the side, turned": Shot(angle=31, lean=0.12),
    "out of focus": Shot(angle=5, blur=1.6),
    "in the dark": Shot(angle=11, noise=14, shade=0.5),
    "from afar": Shot(angle=3, dpi=100, blur=0.5, noise=4),
    "sent on by a chat": Shot(angle=7, quality=25),
    "everything at once": Shot(angle=17, lean=0.08, dpi=140, blur=1.0, noise=12, shade=0.4, quality=45),
}


@pytest.fixture(scope="module")
def printed() -> list[Image.Image]:
    """A poster and a full sheet of slips as they come out of a printer."""
    document = pdfium.PdfDocument(make_kit(HEADER, POSTERS[:1], SLIPS[:10]))
    pages = [document[page].render(scale=PRINT_DPI / 72, grayscale=True).to_pil() for page in (2, 3)]
    document.close()
    return [page.point(lambda value: INK + value * (PAPER - INK) // 255) for page in pages]


def photographed(page: Image.Image, shot: Shot) -> Image.Image:
    width, height = (round(side * shot.dpi / PRINT_DPI) for side in page.size)
    seen = page.resize((width, height), Image.Resampling.BILINEAR)
    seen = seen.rotate(shot.angle, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER // 2)
    seen = _leaning(seen, shot.lean).filter(ImageFilter.GaussianBlur(shot.blur))
    light = (
        np.linspace(1, 1 - shot.shade, seen.width)[None, :] * np.linspace(1, 1 - shot.shade / 2, seen.height)[:, None]
    )
    noise = np.random.default_rng(7).normal(0, shot.noise, (seen.height, seen.width))
    pixels = np.clip(np.asarray(seen) * light + noise, 0, 255).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "JPEG", quality=shot.quality)
    return Image.open(packed)


def _leaning(seen: Image.Image, lean: float) -> Image.Image:
    """As from below: the upper edge is farther away, and so shorter."""
    width, height = seen.size
    inset = width * lean / 2
    corners = ((inset, 0), (width - inset, 0), (width, height), (0, height))
    whole = ((0, 0), (width, 0), (width, height), (0, height))
    equations = [
        row
        for (x, y), (u, v) in zip(corners, whole, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    terms = np.linalg.solve(np.array(equations), np.array(whole, dtype=float).ravel())
    return seen.transform(seen.size, Image.Transform.PERSPECTIVE, tuple(terms), Image.Resampling.BICUBIC, fillcolor=90)


@pytest.mark.parametrize("shot", SHOTS.values(), ids=SHOTS)
def test_every_code_of_a_photograph_reads(printed: list[Image.Image], shot: Shot) -> None:
    for page, codes in zip(printed, (POSTERS[:1], SLIPS[:10]), strict=True):
        found = zxingcpp.read_barcodes(photographed(page, shot), formats=zxingcpp.BarcodeFormat.QRCode)
        assert sorted(each.text for each in found) == sorted(code.url for code in codes)


def test_a_photograph_can_be_too_bad(printed: list[Image.Image]) -> None:
    """Else the strengths above would prove nothing."""
    for hopeless in (Shot(dpi=45), Shot(blur=9), Shot(noise=160, shade=0.8)):
        found = zxingcpp.read_barcodes(photographed(printed[1], hopeless), formats=zxingcpp.BarcodeFormat.QRCode)
        assert len(found) < 10


@pytest.mark.parametrize("number", ["A1B2C3D4E", "000000000", "ZZZZZZZZZ", "7KQ2M9XR4"])
def test_a_typed_code_with_one_wrong_character_is_noticed(number: str) -> None:
    typed = number + check_character(number)
    assert is_checked(typed)
    for place in range(len(typed)):
        for wrong in set(ALPHABET) - {typed[place]}:
            assert not is_checked(typed[:place] + wrong + typed[place + 1 :])


def test_two_characters_that_changed_places_are_noticed() -> None:
    """Of the pairs beside one another only one goes unnoticed: the first and the last sign of the alphabet."""
    missed = set()
    for first in ALPHABET:
        for second in ALPHABET:
            number = f"7K{first}{second}QM9X2"
            typed = number + check_character(number)
            if first != second and is_checked(f"7K{second}{first}" + typed[4:]):
                missed.add(frozenset((first, second)))
    assert missed == {frozenset((ALPHABET[0], ALPHABET[-1]))}
