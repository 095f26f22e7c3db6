"""What was worked out beside the score, and a line where it was not."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.pack.wording import Outline
from app.words import Words
from surveys.reports.pack.document import Block, Paragraph
from surveys.reports.pack.facts import Facts

STUDIES: Words = {
    "schools": lazy_gettext("学校之间的差别"),
    "certainty": lazy_gettext("换一种做法，得分会差多少"),
    "changes": lazy_gettext("与以往相比"),
    "drivers": lazy_gettext("什么影响总体评价"),
}


def study_blocks(facts: Facts, outline: Outline) -> Iterator[Block]:
    """A section for each study that was made; one sentence names those that were not."""
    yield outline.section(_("进一步的分析"))
    missing = [str(name) for kind, name in STUDIES.items() if kind not in facts.studies]
    if missing:
        yield Paragraph(_("这次测评没有做这些分析，本报告不包括：%(names)s。", names=_("、").join(missing)), "note")
