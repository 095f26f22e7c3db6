"""An order for a file: what is wanted of which evaluation, in which format. The same order gives the same file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

from surveys import VERSION
from surveys.documents import digest_of
from surveys.errors import Problem, SurveyError, shorten
from surveys.evaluations import EvaluationView
from surveys.exports.files import FORMATS
from surveys.exports.microdata import MOST_REPLICATES
from surveys.exports.words import LANGUAGES

What = Literal["microdata", "results", "package"]
FEWEST_REPLICATES = 2
PACKAGE = "zip"  # the one format of a replication package


@dataclass(frozen=True)
class Order:
    """`replicates` are of microdata only; `language` is that of the labels, which a package has in both."""

    campaign: str
    evaluation: int
    what: What
    format: str
    language: str
    replicates: int = 0


def read_order(*, campaign: str, evaluation: int, what: str, format: str, language: str, replicates: str) -> Order:
    """The order that somebody typed. Raises SurveyError(`export.options`) with everything that is wrong with it."""
    number = int(replicates) if replicates.isascii() and replicates.isdigit() and len(replicates) < 6 else -1
    most = MOST_REPLICATES if what == "microdata" else 0
    formats = (PACKAGE,) if what == "package" else tuple(FORMATS)
    checks = (
        (what in get_args(What), "what", what, ", ".join(get_args(What))),
        (format in formats, "format", format, ", ".join(formats)),
        (language in LANGUAGES, "language", language, ", ".join(LANGUAGES)),
        (number == 0 or FEWEST_REPLICATES <= number <= most, "replicates", replicates, f"0, 2–{most}" if most else "0"),
    )
    problems = [
        Problem(f"export.{field}", field=field, value=shorten(value), params={"expected": expected})
        for right, field, value, expected in checks
        if not right
    ]
    if problems:
        raise SurveyError("export.options", "invalid", problems)
    return Order(campaign, evaluation, cast(What, what), format, language, number)


def key_of(order: Order, made: EvaluationView, *, beside: Mapping[str, Any]) -> str:
    """The name of the file that an order gives: of all that it follows from, `beside` the evaluation too."""
    content: dict[str, Any] = {"order": asdict(order), "recipe": dict(made.recipe), "code_version": VERSION}
    return digest_of({**content, "beside": dict(beside)})[:32]
