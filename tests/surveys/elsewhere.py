"""A questionnaire asked with another tool, and the file that the tool exports: as the tool lays it out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import openpyxl

from surveys.instruments.model import Instrument

SKIPPED, LEFT_OUT = "skipped", "left out"
Answer = int | str  # the place of an option in the order shown, from 1; or one of the above


@dataclass(frozen=True)
class Person:
    """Somebody who answered: `answers` in the order of the paper."""

    school: str
    answers: Sequence[Answer]
    comment: str = ""
    finished: bool = True


Grid = list[list[str]]


def wjx(paper: Instrument, people: Sequence[Person], *, numbers: bool = False, first: int = 1) -> Grid:
    """问卷星: the tool's own six columns first, the total last."""
    questions = [f"{number}、{item.text['zh-CN']}" for number, item in enumerate(paper.items, 2)]
    box = [] if paper.comment is None else [f"{len(paper.items) + 2}、{paper.comment.text['zh-CN']}"]
    own = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    rows = [[*own, "1、您孩子就读的学校：", *questions, *box, "总分"]]
    words: Mapping[Answer, str] = {SKIPPED: "-3" if numbers else "(跳过)", LEFT_OUT: "-2" if numbers else "(空)"}
    for number, person in enumerate(people, first):
        moment = f"2026/5/{number % 28 + 1} 8:0{number % 10}:09"
        cells = [number, moment, "143秒", "微信", "N/A", "192.0.2.7(山东-某市)", person.school]
        cells += [
            words.get(each) or (each if numbers else _text(paper, at, each)) for at, each in enumerate(person.answers)
        ]
        cells += [person.comment or words[LEFT_OUT]] if box else []
        rows.append([str(cell) for cell in (*cells, 0)])
    return rows


def tencent(paper: Instrument, people: Sequence[Person], *, second_line: bool = False) -> Grid:
    """腾讯问卷: many columns of its own, options with letters, blank cells for everything else."""
    own = ["编号", "开始答题时间", "结束答题时间", "答题时长", "语言", "清洗数据结果", "智能清洗数据无效概率"]
    own += ["地理位置国家和地区", "地理位置省", "地理位置市", "用户类型", "用户标识", "昵称", "自定义字段"]
    after = ["IP", "UA", "Referrer", "中奖信息"]
    questions = [f"{number}.{item.text['zh-CN']}" for number, item in enumerate(paper.items, 2)]
    box = [] if paper.comment is None else [f"{len(paper.items) + 2}.{paper.comment.text['zh-CN']}"]
    rows = [[*own, "1.学校名称", *questions, *box, *after]]
    if second_line:
        rows.append([*[""] * len(own), "填空", *["选项"] * len(questions), *["填空"] * len(box), *[""] * len(after)])
    for number, person in enumerate(people, 1):
        mine = [str(number), f"2026-05-12 10:0{number % 10}:00", f"2026-05-12 10:1{number % 10}:00", "600"]
        mine += ["简体中文", "有效", "0.01", "中国", "山东", "某市", "微信", "openid-of-somebody", "小明的妈妈", ""]
        cells = [_lettered(paper, at, each) for at, each in enumerate(person.answers)]
        comment = [person.comment] if box else []
        rows.append([*mine, person.school, *cells, *comment, "192.0.2.7", "Mozilla/5.0", "https://example.org/", ""])
    return rows


def limesurvey(
    paper: Instrument, people: Sequence[Person], *, headings: str = "code", codes: bool = False, array: bool = False
) -> Grid:
    """LimeSurvey: `headings` are code, text or both; `codes` for answer codes in place of full answers."""
    own = {"id": "Response ID", "submitdate": "Date submitted", "lastpage": "Last page"}
    own |= {"startlanguage": "Start language", "seed": "Seed", "token": "Access code", "startdate": "Date started"}
    own |= {"datestamp": "Date last action", "ipaddr": "IP address", "refurl": "Referrer URL"}
    asked = {"schoolname": "学校名称"} | {_limed(item.id): item.text["zh-CN"] for item in paper.items}
    if paper.comment:
        asked["comment"] = paper.comment.text["zh-CN"]
    coded = {_limed(item.id) for item in paper.items}
    rows = [[_heading(code, text, headings, array and code in coded) for code, text in (own | asked).items()]]
    for number, person in enumerate(people, 1):
        done = "2026-05-12 10:20:30" if person.finished else ""
        mine = [str(number), done, "3", "zh-Hans", str(1_000_000 + number), "abcTOKEN123", "2026-05-12 10:10:30"]
        mine += ["2026-05-12 10:20:30", "192.0.2.7", "https://example.org/"]
        cells = [_coded(paper, at, each) if codes else _full(paper, at, each) for at, each in enumerate(person.answers)]
        rows.append([*mine, person.school, *cells, *([person.comment] if paper.comment else [])])
    return rows


def kobotoolbox(
    paper: Instrument, people: Sequence[Person], *, labels: bool = True, groups: bool = True, tags: bool = False
) -> Grid:
    """KoboToolbox: `labels` in headings and cells or XML names; `groups` in headings; `tags` in a line below them."""
    asked = []
    for section in paper.sections:
        front = (section.title["zh-CN"] if labels else section.id) + "/" if groups else ""
        asked += [front + (item.text["zh-CN"] if labels else item.id) for item in section.items]
    if paper.comment:
        asked.append(paper.comment.text["zh-CN"] if labels else "comment")
    after = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"]
    rows = [
        ["start", "end", "deviceid", "学校" if labels else "school", *asked, *after, "__version__", "_tags", "_index"]
    ]
    if tags:
        rows.append(["", "", "", "#adm+school", *["#indicator"] * len(asked), *[""] * (len(after) + 3)])
    for number, person in enumerate(people, 1):
        cells = [
            _full(paper, at, each) if labels else _own_code(paper, at, each) for at, each in enumerate(person.answers)
        ]
        comment = [person.comment] if paper.comment else []
        mine = [
            str(700 + number),
            f"48583952-1892-4931-8d9c-{number:012}",
            "2026-05-12T09:41:19",
            "",
            "",
            "submitted_via_web",
        ]
        begun = ["2026-05-12T09:40:39.000+08:00", "2026-05-12T09:41:13.000+08:00", "device-of-somebody", person.school]
        rows.append([*begun, *cells, *comment, *mine, "collector", "vXyz12", "", str(number)])
    return rows


def _limed(name: str) -> str:
    """A code as LimeSurvey takes it: letters and digits, no more than twenty."""
    first, *rest = name.split("_")
    return "".join([first, *(part.capitalize() for part in rest)])[:20]


def _text(paper: Instrument, at: int, place: Answer) -> str:
    return paper.items[at].scale.options[int(place) - 1].text["zh-CN"]


def _full(paper: Instrument, at: int, place: Answer) -> str:
    return "" if isinstance(place, str) else _text(paper, at, place)


def _lettered(paper: Instrument, at: int, place: Answer) -> str:
    return "" if isinstance(place, str) else f"{'ABCDEFGH'[place - 1]}.{_text(paper, at, place)}"


def _coded(paper: Instrument, at: int, place: Answer) -> str:
    return "" if isinstance(place, str) else f"AO{place:02}"


def _own_code(paper: Instrument, at: int, place: Answer) -> str:
    return "" if isinstance(place, str) else str(paper.items[at].scale.options[place - 1].code)


def _heading(code: str, text: str, headings: str, in_array: bool) -> str:
    """In an array, the code of its row stands in brackets after that of the array."""
    spelled = f"Q2[{code}]" if in_array and headings != "text" else code
    return {"code": spelled, "text": text, "both": f"{spelled}. {text}"}[headings]


# Files


def as_csv(grid: Grid, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(grid)
    return text.getvalue().encode(encoding)


def as_xlsx(grid: Grid) -> bytes:
    """Numbers as numbers, as such tools write them."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in grid:
        sheet.append([int(cell) if cell.lstrip("-").isdigit() else cell or None for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
