"""Guessing what the columns of an export are, and being honest about which guesses are sure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from surveys.campaigns.model import Paper
from surveys.imports.labels import fold, question_parts
from surveys.instruments.model import Item
from surveys.tables import Table

LONGEST_CODE = 20  # letters that the code of a question may have in LimeSurvey
ALIKE = 0.72  # from here on, two questions may be one
CLOSE_ENOUGH_SCHOOL = 12  # a longer header with 学校 in it is a question about the school


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split(","))


# What form tools add by themselves. Times, addresses and names of people are never stored.
BY_THE_TOOL = _words(
    "序号,编号,答卷编号,答题序号,提交答卷时间,提交时间,开始时间,开始答题时间,结束时间,结束答题时间,答题时间,填写时间,所用时间,"
    "答题时长,用时,来源,来源详情,来源渠道,答题渠道,来自IP,IP,IP地址,IP所在地,地理位置,省份,城市,国家,浏览器,操作系统,设备,终端,"
    "昵称,微信昵称,微信OpenID,openid,unionid,用户ID,自定义字段,扩展属性,总分,答卷状态,标签,备注,姓名,您的姓名,手机,手机号,"
    "手机号码,联系电话,电话,身份证号,邮箱,"
    "id,no,response id,respondent id,timestamp,submitted at,submission time,start time,completion time,started,"
    "completed,duration,time taken,time spent,source,ip address,location,browser,device,name,email,phone,"
    "user agent,total score"
)
SCHOOL_HEADERS = _words(
    "学校,学校名称,所在学校,就读学校,任教学校,您的学校,您所在的学校,学校代码,学校标识码,您孩子就读的学校,孩子就读学校,"
    "school,school name,school code,your school"
)
GROUP_HEADERS = ("身份", "群体", "对象", "人群", "角色", "您是", "group", "role", "respondenttype", "youare")
GROUP_WORDS: Mapping[str, frozenset[str]] = {
    "student": _words("学生,小学生,初中生,中小学生,在校学生,student,pupil"),
    "parent": _words("家长,学生家长,家长或监护人,parent,parents"),
    "teacher": _words("教师,老师,任课教师,teacher"),
    "principal": _words("校长,学校校长,principal,head teacher"),
    "npc_deputy": _words("人大代表,县人大代表,people's deputy,npc deputy,deputy"),
    "cppcc_member": _words("政协委员,县政协委员,cppcc member,committee member"),
    "public": _words("其他群众,群众,社会群众,社会公众,公众,居民,市民,社区居民,public,member of the public"),
}
Parts = Callable[[str], tuple[str, ...]]  # the ways to read a heading as a question
GROUP_OF = {word: group for group, words in GROUP_WORDS.items() for word in words}


@dataclass(frozen=True)
class Match:
    """A column that seems to ask `item`; `share` is how alike the two are, 1 where they are the same question."""

    column: str
    item: Item
    share: float

    @property
    def sure(self) -> bool:
        return self.share == 1.0


@dataclass(frozen=True)
class SchoolGuess:
    column: str
    by: Literal["name", "code"]
    sure: bool


def match_items(header: Sequence[str], papers: Sequence[Paper], parts: Parts = question_parts) -> dict[str, Match]:
    """The item each column asks: the very questions first, then the likest; each item once, some columns none."""
    items = {item.id: item for paper in papers for item in paper.instrument.items}
    found = match_same(header, papers, parts)
    taken = {match.item.id for match in found.values()}
    rest = {column: parts(column) for column in header if column not in found}
    open_items = [item for paper in papers for item in paper.instrument.items if item.id not in taken]
    readings = {(each, item.id) for item in open_items for each in _readings(item)}
    pairs = [pair for reading, item in readings for pair in _likenesses(rest, reading, item)]
    place = {column: number for number, column in enumerate(header)}
    for share, column, item in sorted(pairs, key=lambda pair: (-pair[0], place[pair[1]], pair[2])):
        if share >= ALIKE and column not in found and item not in taken:
            found[column] = Match(column, items[item], share)
            taken.add(item)
    return found


def match_same(header: Sequence[str], papers: Sequence[Paper], parts: Parts = question_parts) -> dict[str, Match]:
    """The columns that ask the very question of an item, or have its id."""
    items = {item.id: item for paper in papers for item in paper.instrument.items}
    readings = {(each, item.id) for paper in papers for item in paper.instrument.items for each in _readings(item)}
    same: dict[str, str] = {**_cut_codes(items), **dict(sorted(readings, reverse=True))}
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for column in header:
        item = next((same[part] for part in parts(column) if same.get(part, "") not in taken | {""}), None)
        if item is not None:
            found[column] = Match(column, items[item], 1.0)
            taken.add(item)
    return found


def _cut_codes(items: Iterable[str]) -> dict[str, str]:
    """Ids as tools cut them that have shorter codes, where that leaves no doubt."""
    cut: dict[str, list[str]] = {}
    for item in items:
        cut.setdefault(fold(item)[:LONGEST_CODE], []).append(item)
    return {code: found[0] for code, found in cut.items() if len(found) == 1}


def best_papers(header: Sequence[str], papers: Sequence[Paper], parts: Parts = question_parts) -> list[Paper]:
    """The papers that the header is most like: one for each group that shares it, more where several are as like."""
    likeness: dict[str, float] = {}
    for name in dict.fromkeys(paper.instrument.name for paper in papers):
        sharing = [paper for paper in papers if paper.instrument.name == name]
        likeness[name] = sum(match.share for match in match_items(header, sharing, parts).values())
    best = max(likeness.values(), default=0.0)
    return [paper for paper in papers if best and likeness[paper.instrument.name] == best]


def answered_papers(header: Sequence[str], papers: Sequence[Paper], parts: Parts = question_parts) -> list[Paper]:
    """The papers without those all of whose questions in the header are on another paper of the group that has more."""
    asked = {paper.instrument.name: _sure_columns(header, paper, parts) for paper in papers}
    return [
        paper
        for paper in papers
        if not any(
            asked[paper.instrument.name] < asked[other.instrument.name]
            for other in papers
            if other.group == paper.group
        )
    ]


def _sure_columns(header: Sequence[str], paper: Paper, parts: Parts) -> frozenset[str]:
    readings = {each for item in paper.instrument.items for each in _readings(item)}
    return frozenset(column for column in header if not readings.isdisjoint(parts(column)))


def guess_group_column(table: Table, columns: Iterable[str]) -> str | None:
    """The column that says who a respondent is: named so, and with at least one cell that names a group."""
    for column in columns:
        if any(word in fold(column) for word in GROUP_HEADERS) and GROUP_OF.keys() & set(
            map(fold, table.column(column))
        ):
            return column
    return None


def guess_school_column(columns: Iterable[str], parts: Parts = question_parts) -> SchoolGuess | None:
    """The column that names the school."""
    for column in columns:
        word = next((part for part in parts(column) if part in SCHOOL_HEADERS), question_parts(column)[0])
        by: Literal["name", "code"] = "code" if "代码" in word or "标识码" in word or word.endswith("code") else "name"
        if word in SCHOOL_HEADERS:
            return SchoolGuess(column, by, sure=True)
        if ("学校" in word or "school" in word) and len(word) <= CLOSE_ENOUGH_SCHOOL:
            return SchoolGuess(column, by, sure=False)
    return None


def by_cells(guess: SchoolGuess, table: Table, codes: Collection[str]) -> SchoolGuess:
    """By code where most cells are codes of the frame, whatever the column is called."""
    cells, known = [fold(cell) for cell in table.column(guess.column) if cell], set(map(fold, codes))
    return replace(guess, by="code") if sum(cell in known for cell in cells) * 2 > len(cells) else guess


def is_by_the_tool(column: str) -> bool:
    """Whether a form tool adds this column to every export."""
    return bool(BY_THE_TOOL & set(question_parts(column)))


def _readings(item: Item) -> set[str]:
    return {fold(item.id), *(fold(text) for text in item.text.values())}


def _likenesses(columns: Mapping[str, tuple[str, ...]], reading: str, item: str) -> Iterator[tuple[float, str, str]]:
    """How alike each column is to one reading of an item, where the two may be one."""
    matcher = SequenceMatcher(None, "", reading, autojunk=False)  # takes the reading apart once for all columns
    for column, parts in columns.items():
        for part in parts:
            matcher.set_seq1(part)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                yield min(matcher.ratio(), 0.99), column, item  # sure is what is the same, or was taken by another
