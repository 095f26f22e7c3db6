"""Making reports at the edge: facts read, a serial for each, words in its language, and a file.

What takes long, the setting of the pages, is done outside every transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from flask_babel import force_locale
from flask_babel import gettext as _

from app.edge import here
from app.i18n import LANGUAGES, local_time
from app.pack.county import county_blocks
from app.pack.method import method_facts
from app.pack.public import public_blocks
from app.pack.school import school_blocks
from app.pack.wording import KINDS, label, marks_of, said
from app.words import word
from surveys.errors import SurveyError, shorten
from surveys.reports.archive import File, file_stem
from surveys.reports.pack.document import Block, Document, Seal
from surveys.reports.pack.facts import Facts
from surveys.reports.pack.gathering import Sources, county_facts, public_facts, read_sources, school_facts
from surveys.reports.pack.pdf import make_pdf
from surveys.reports.pack.word import make_docx
from surveys.reports.pack.workbook import make_xlsx
from surveys.reports.registry import Content, IssuedReport, issue, spaced

Format = Literal["docx", "pdf", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
OFFERED: dict[str, tuple[Format, ...]] = {
    "county": ("docx", "pdf", "xlsx"),
    "public": ("docx", "pdf"),
    "school": ("pdf",),
}
BLOCKS: dict[str, Callable[[Facts], Iterator[Block]]] = {
    "county": county_blocks,
    "public": public_blocks,
    "school": school_blocks,
}
START = 12  # characters of a digest that are enough to compare by eye


@dataclass(frozen=True)
class Report:
    """One report that has its serial; its file is set only when it is asked for."""

    facts: Facts
    issued: IssuedReport
    format: Format
    filename: str

    def content(self) -> bytes:
        """The file. The same report gives the same bytes."""
        with force_locale(LANGUAGES[self.facts.language]):
            document = lay_out(self.facts, self.issued)
            notes = tuple(method_facts(self.facts)) if self.format == "xlsx" else ()
            name = _("说明")
        if self.format == "xlsx":
            return make_xlsx(document, notes, notes_name=name)
        return make_docx(document) if self.format == "docx" else make_pdf(document)


def make_report(
    *, name: str, kind: str, format: str, language: str, by: str, school: str | None = None, number: int | None = None
) -> Report:
    """One report of the newest settled evaluation of campaign `name`, or of that number.

    Raises SurveyError(`report.offered`), `report.no_school`, `score.not_yet`, `campaign.unknown`.
    """
    wanted = _check(kind, format, language)
    sources = _read(name, number)
    (report,) = _issue([_facts(sources, kind, language, school)], sources, wanted, by)
    return report


def make_sheets(*, name: str, language: str, by: str, number: int | None = None) -> tuple[File, ...]:
    """The sheet of every school, in the order of their codes; each is set when it is asked for."""
    wanted = _check("school", "pdf", language)
    sources = _read(name, number)
    codes = [str(figure.school) for figure in sources.publication.schools]
    if not codes:
        raise SurveyError("report.no_schools", "missing")
    facts = [school_facts(sources, language=language, school=code) for code in codes]
    reports = _issue(facts, sources, wanted, by)
    digits = len(str(len(reports)))
    files = []
    for place, report in enumerate(reports, 1):
        stem = file_stem(f"{place:0{digits}}", report.facts.school or "", report.facts.name or "")
        files.append(File(f"{stem}.pdf", _apart(report)))
    return tuple(files)


def lay_out(facts: Facts, issued: IssuedReport) -> Document:
    """The report in the language that is spoken."""
    brief = facts.kind != "county"
    return Document(
        language=facts.language,
        title=_title(facts),
        subtitle=said(facts.campaign["title"]),
        marks=marks_of(facts),
        facts=tuple(_facts_lines(facts, issued)),
        made_at=issued.made_at.astimezone(here().settings.timezone),
        foot=f"{spaced(issued.serial)[:11]}… · {facts.digest[:START]}",
        blocks=(*BLOCKS[facts.kind](facts), _seal(facts, issued)),
        table_word=_("表"),
        chart_word=_("图"),
        contents=_("目录"),
        brief=brief,
        author=said(facts.campaign["organiser"]),
    )


def address_of(serial: str) -> str:
    """Where anybody can verify the report with this serial."""
    return f"{here().settings.base_url}/v/{serial}"


def _check(kind: str, format: str, language: str) -> Format:
    if format not in OFFERED.get(kind, ()) or language not in LANGUAGES:
        raise SurveyError("report.offered", "invalid", wanted=shorten(f"{kind} {format} {language}"))
    return next(each for each in FORMATS if each == format)


def _read(name: str, number: int | None) -> Sources:
    app = here()
    with app.database.read() as session:
        return read_sources(session, name=name, now=app.clock(), zone=app.settings.timezone, number=number)


def _facts(sources: Sources, kind: str, language: str, school: str | None) -> Facts:
    if kind == "school":
        return school_facts(sources, language=language, school=school or "")
    return (county_facts if kind == "county" else public_facts)(sources, language=language)


def _issue(found: Sequence[Facts], sources: Sources, format: Format, by: str) -> list[Report]:
    app, contents = here(), [_content(each) for each in found]
    with app.database.begin() as session:
        issued = issue(
            session, campaign_id=sources.campaign.id, contents=contents, now=app.clock(), by=by, draw=app.draw
        )
    return [Report(facts, each, format, _filename(facts, format)) for facts, each in zip(found, issued, strict=True)]


def _content(facts: Facts) -> Content:
    return Content(facts.evaluation, facts.kind, facts.school, facts.language, facts.digest)


def _filename(facts: Facts, format: Format) -> str:
    """Such as demo-report-county-2-zh-CN-simulated.docx."""
    mark = ("simulated",) if facts.campaign["simulated"] else ()
    draft = ("draft",) if facts.draft else ()
    parts = (facts.campaign["name"], "report", facts.kind, facts.school or "", str(facts.evaluation), facts.language)
    stem = "-".join("".join(sign for sign in part if sign.isascii() and (sign.isalnum() or sign in "-_"))
                    for part in (*parts, *draft, *mark) if part)  # fmt: skip
    return f"{stem}.{format}"


def _apart(report: Report) -> Callable[[], bytes]:
    """The file in a thread of its own, which knows nothing of the application around it."""
    app = here()

    def content() -> bytes:
        with app.app_context():
            return report.content()

    return content


def _title(facts: Facts) -> str:
    county = facts.campaign["county"]
    if facts.kind == "county":
        return str(_("%(county)s义务教育社会认可度调查报告", county=county))
    if facts.kind == "public":
        return str(_("%(county)s的义务教育，大家满意吗？", county=county))
    return str(_("%(school)s：社会认可度反馈单", school=label(facts.schools[0])))


def _facts_lines(facts: Facts, issued: IssuedReport) -> Iterator[tuple[str, str]]:
    campaign = facts.campaign
    yield _("组织单位"), said(campaign["organiser"])
    yield _("调查时间"), _period(facts)
    if facts.kind == "county" and campaign["approval"]:
        yield _("批准文号"), campaign["approval"]
    yield _("报告"), _("%(kind)s，第 %(number)s 次测评", kind=word(KINDS, facts.kind), number=facts.evaluation)
    if facts.kind == "county":
        yield _("生成时间"), local_time(issued.made_at, "%Y-%m-%d")
        yield _("核验编号"), spaced(issued.serial)
        yield _("内容指纹"), facts.digest


def _period(facts: Facts) -> str:
    return " – ".join(facts.campaign[name] for name in ("opens", "closes") if facts.campaign[name])


def _seal(facts: Facts, issued: IssuedReport) -> Seal:
    words = (
        _("扫码，或在下面的网址输入编号，可以核对这份报告是不是真的、有没有更新的版本。"),
        _("内容指纹：%(digest)s", digest=facts.digest),
        _("生成时间：%(day)s", day=local_time(issued.made_at, "%Y-%m-%d")),
    )
    return Seal(address_of(issued.serial), spaced(issued.serial), words)
