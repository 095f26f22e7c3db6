"""`flask comments …`: the words of open comments, and where a word stands; without names, and none of a few."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, cell_width, check_writable, table, write_file
from app.deeds import tell
from app.edge import here
from app.numbers import MINUS, NOTHING, count, fixed, percent
from app.wording import csv_of, method_sentence, p_of, plain, share_of_rest
from app.words import GROUPS, word
from surveys import comments as left
from surveys.campaigns import CampaignView, get_campaign
from surveys.comments import Concordance, KeyWord, KeyWords, WordShelf
from surveys.errors import SurveyError
from surveys.trail import SEEN, TAKEN

SUREST, COMMONEST = 20, 30  # words that are printed; JSON and CSV have all

comments = AppGroup("comments", help="Open comments after closing: key words, and where a word stands.")
GROUP = click.option("--group", help="Only of this group, such as parent.")


@comments.command("words")
@click.argument("name", metavar="ID")
@GROUP
@click.option("--json", "as_json", is_flag=True, help="Every word with its numbers, as JSON.")
@click.option("--out", type=click.Path(path_type=Path), help="Write every word of every group to this CSV file.")
@at_edge
def words(name: str, group: str | None, as_json: bool, out: Path | None) -> None:
    """Count the words of all comments of campaign ID, which is closed; half a minute for a hundred thousand."""
    if out is not None:
        check_writable(out)
    with here().database.read() as session:
        found = get_campaign(session, name=name, now=here().clock())
        _refuse_group(group, left.list_groups(session, campaign_id=found.id))
        key_words = left.list_key_words(session, campaign_id=found.id, now=here().clock(), most=None)
    with here().database.begin() as session:
        tell(session, SEEN if out is None else TAKEN, campaign_id=found.id, what="keywords_page")
    if out is not None:
        write_file(out, csv_of(found, key_words))
    elif as_json:
        click.echo(json.dumps(plain(found, key_words, group), ensure_ascii=False, indent=2))
    else:
        click.echo(_text(found, key_words, group))


@comments.command("lines")
@click.argument("name", metavar="ID")
@click.argument("wanted", metavar="WORD")
@GROUP
@click.option("--page", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@at_edge
def lines(name: str, wanted: str, group: str | None, page: int) -> None:
    """Show WORD where it stands in comments of campaign ID, a line for each comment."""
    if not wanted.strip():
        raise click.UsageError(_("要找的词（WORD）不能是空的"))
    with here().database.read() as session:
        found = get_campaign(session, name=name, now=here().clock())
        asked = {"campaign_id": found.id}
        _refuse_group(group, left.list_groups(session, **asked))
        shown = left.list_lines(session, **asked, now=here().clock(), word=wanted, group=group, page=page)
        fewest = left.fewest_shown(session, **asked)
    if shown.count is None:
        raise SurveyError("comments.few_lines", "missing", word=shown.word, fewest=fewest)
    with here().database.begin() as session:
        tell(session, SEEN, campaign_id=found.id, what="concordance_page")
    click.echo(_lines(shown, page))


def _refuse_group(group: str | None, known: tuple[str, ...]) -> None:
    if group is not None and group not in known:
        raise SurveyError("comments.no_group", "missing", group=group, expected=", ".join(known) or NOTHING)


def _text(campaign: CampaignView, found: KeyWords, group: str | None) -> str:
    shelves = ["\n".join(_shelf(each, found.fewest)) for each in found.shelves if group in (None, each.group)]
    mark = [_("【模拟数据】")] if campaign.simulated else []
    return "\n\n".join([*mark, *(shelves or [_("没有人留言。")]), method_sentence(found)])


def _shelf(shelf: WordShelf, fewest: int) -> Iterator[str]:
    name = word(GROUPS, shelf.group)
    if shelf.count is None:
        yield _("%(group)s：留言不到 %(fewest)s 条，不列词。", group=name, fewest=fewest)
        return
    yield _("%(group)s：%(count)s 条留言，看了 %(tests)s 个词", group=name, count=count(shelf.count), tests=shelf.tests)
    if shelf.characteristic:
        yield _("比其他对象更常说")
        yield _table(shelf.characteristic[:SUREST])
    elif shelf.rest:
        yield _("没有一个词的差别大到可以排除巧合（看了 %(tests)s 个词）。", tests=shelf.tests)
    if shelf.words:
        yield _("最常说")
        yield _table(shelf.words[:COMMONEST])


def _table(found: tuple[KeyWord, ...]) -> str:
    rows: list[tuple[object, ...]] = [
        (_("词"), _("留言"), _("占比"), _("区间下限"), _("区间上限"), _("其他对象"), "z", _("校正后的 p"))
    ]
    for each in found:
        shares = (percent(share) for share in (each.share, each.low, each.high))
        z = fixed(each.z).replace("-", MINUS)
        rows.append((each.word, each.count, *shares, share_of_rest(each), z, p_of(each)))
    return table(rows)


def _lines(shown: Concordance, page: int) -> str:
    """The word of all lines in one column."""
    widest = max((cell_width(each.before) for each in shown.lines), default=0)
    rows = [
        f"{' ' * (widest - cell_width(each.before))}{each.before} [{each.hit}] {each.after}  {word(GROUPS, each.group)}"
        for each in shown.lines
    ]
    head = _("%(count)s 行", count=count(shown.count))
    return "\n".join([*rows, f"{head}  {_('第 %(page)s 页，共 %(pages)s 页', page=page, pages=shown.pages)}"])
