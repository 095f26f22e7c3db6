"""`flask responses …`: responses from other form tools and in their layouts, and counts of what was answered."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import REFUSED, at_edge, check_writable, read_file, table, write_file
from app.deeds import tell
from app.edge import here
from app.i18n import current_language, in_language
from app.imported import LEFT, left_out
from app.spreadsheets import write_csv
from app.words import GROUPS
from surveys import campaigns, counts, imports

responses = AppGroup("responses", help="Responses: from other form tools and back, and counts of what was answered.")
TOOLS = click.Choice(imports.layout_names())


@responses.command("import")
@click.argument("name", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="From columns and labels to items.")
@click.option("--draft", "draft_file", type=click.Path(path_type=Path), help="Write the proposed mapping here.")
@click.option("--from", "tool", type=TOOLS, help="The tool FILE comes from; told from its headings if left out.")
@at_edge
def import_file(name: str, file: Path, mapping_file: Path | None, draft_file: Path | None, tool: str | None) -> None:
    """Import FILE (CSV or XLSX) into campaign ID.

    Without --mapping a mapping is proposed from the file; it is used only where nothing in it is doubtful.
    """
    content = read_file(file)
    mapping = None if mapping_file is None else read_file(mapping_file).decode("utf-8-sig", "replace")
    app = here()
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        papers = campaigns.papers_of(session, campaign_id=campaign.id)
        if mapping is None:
            table_read = imports.read_table(content, filename=file.name)
            codes = imports.school_codes(session, frame_id=campaign.frame_id)
            layout, language = imports.find_layout(tool), current_language()
            draft = imports.propose_mapping(table_read, papers, layout, schools=codes, language=language)
            _say_what_was_found(draft)
            if draft_file is not None or not draft.complete:
                _hand_over(draft.text, draft_file)
            mapping = draft.text
        report = imports.import_responses(
            session,
            campaign=campaign,
            papers=papers,
            content=content,
            filename=file.name,
            mapping=mapping,
            today=app.today(),
            secret=app.settings.secret,
        )
        if report.added:
            tell(session, "responses.imported", campaign_id=campaign.id, rows=report.rows, added=report.added)
    _say_what_was_done(report)


def _say_what_was_found(draft: imports.Draft) -> None:
    """Which tool the file is from, and which of its columns are not read."""
    if draft.layout is not None:
        click.echo(_("识别为“%(tool)s”的导出文件。", tool=in_language(draft.layout.title)), err=True)
    if draft.ignored:
        click.echo(_("不导入的列：%(columns)s", columns=_("、").join(draft.ignored)), err=True)


def _say_what_was_done(report: imports.ImportReport) -> None:
    click.echo(
        _(
            "读到 %(rows)s 行，新存入 %(added)s 份答卷。",
            rows=report.rows,
            added=report.added,
        )
    )
    for line in left_out({kind: getattr(report, kind) for kind in LEFT}):
        click.echo(line)
    click.echo(table([(GROUPS.get(group, group), count) for group, count in report.by_group.items()]))


def _hand_over(draft: str, file: Path | None) -> None:
    """Give the officer the draft to check, and stop: nothing is imported on a guess."""
    if file is None:
        click.echo(draft)
    else:
        write_file(file, draft.encode())
    click.echo(_("这是映射草稿。请核对后用 --mapping 再导入；现在没有存入任何答卷。"), err=True)
    sys.exit(REFUSED)


@responses.command("export")
@click.argument("name", metavar="ID")
@click.option("--layout", "tool", type=TOOLS, required=True, help="The tool whose export the file is to look like.")
@click.option(
    "--paper", required=True, help="The questionnaire: NAME, or NAME@NUMBER where there are several versions."
)
@click.option("--answers", type=click.Choice(("labels", "numbers")), default="labels", show_default=True)
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="The file to write: .csv or .xlsx.")
@at_edge
def export_file(name: str, tool: str, paper: str, answers: imports.Answers, file: Path) -> None:
    """Write the responses of the closed campaign ID to one questionnaire, without comments, as another tool would.

    They are answers of single people: keep the file as such.
    """
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise click.UsageError(_("文件名应以 .csv 或 .xlsx 结尾"))
    check_writable(file)
    app, layout = here(), imports.get_layout(tool)
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        laid = imports.lay_out(session, campaign=campaign, layout=layout, paper=paper, answers=answers)
        told = {"paper": laid.paper, "layout": tool, "rows": len(laid.rows)}
        tell(session, "responses.exported", campaign_id=campaign.id, **told)
    as_csv = file.suffix.lower() == ".csv"
    write_file(file, write_csv(laid.header, laid.rows, laid.delimiter) if as_csv else imports.as_workbook(laid))
    click.echo(_("%(count)s 份答卷，逐份的答案：请妥善保管，用完即删。", count=len(laid.rows)))


@responses.command("count")
@click.argument("name", metavar="ID")
@at_edge
def count_answers(name: str) -> None:
    """Count what was answered in campaign ID, for `flask score ID --preview`.

    While the campaign is open, answers of today wait for tomorrow: counts of one hour beside the answers of the next
    would tell who came in between.
    """
    app = here()
    with app.database.read() as session:  # counting may take seconds, in which nobody has to wait
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        fresh = counts.take_counts(session, campaign_id=campaign.id, now=app.clock(), today=app.today())
    with app.database.begin() as session:
        counts.keep_counts(session, fresh)
        stored = counts.load_counts(session, campaign_id=campaign.id)
    click.echo(_("已统计 %(count)s 份答卷。", count=stored.stamp.responses))
    if stored.stale:
        waiting = stored.stored - stored.stamp.responses
        click.echo(_("另有 %(count)s 份是今天收到的：为保护答卷人，调查结束前当天的答卷次日才统计。", count=waiting))
