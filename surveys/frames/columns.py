"""The columns of a frame file, and the words that people write in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.groups import COUNTY_GROUPS, SCHOOL_GROUPS


@dataclass(frozen=True)
class Column:
    """`words` are the headers that are understood, the first Chinese one being the one that is shown."""

    key: str
    words: tuple[str, ...]
    required: bool = True
    most: int = 0  # the largest number that is believed; 0 for columns of text

    @property
    def title(self) -> str:
        return f"{self.words[0]} / {self.key}"


COLUMNS = (
    Column("code", ("学校代码", "学校标识码")),
    Column("name", ("学校名称",)),
    Column("township", ("乡镇街道", "乡镇", "所属乡镇", "乡镇(街道)"), required=False),
    Column("stage", ("学段", "学校类别", "办学类型")),
    Column("locality", ("城乡", "城乡类型", "城乡分类")),
    Column("pupils", ("学生数", "在校生数"), most=30_000),
    Column("teachers", ("教师数", "专任教师数"), most=3_000),
    Column("student", ("受访学生", "受访学生数"), most=30_000),
    Column("parent", ("家长", "家长数"), most=60_000),
    Column("teacher", ("受访教师", "受访教师数"), most=3_000),
    Column("principal", ("校长", "校长数"), most=100),
    Column("npc_deputy", ("人大代表", "人大代表数"), required=False, most=10_000),
    Column("cppcc_member", ("政协委员", "政协委员数"), required=False, most=10_000),
    Column("public", ("其他群众", "群众", "其他群众数"), required=False, most=5_000_000),
)
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
SCHOOL_NUMBERS = ("pupils", "teachers", *SCHOOL_GROUPS)
SCHOOL_ONLY = ("township", "stage", "locality", *SCHOOL_NUMBERS)
COUNTY_ONLY = COUNTY_GROUPS

# The first word of each is the one that templates and refusals show.
STAGE_WORDS: Mapping[str, tuple[str, ...]] = {
    "primary": ("小学", "完全小学"),
    "junior": ("初中", "初级中学"),
    "nine_year": ("九年一贯制", "九年一贯", "九年一贯制学校", "九年制"),
    "complete_secondary": ("完全中学", "完中"),
    "special": ("特殊教育", "特教", "特殊教育学校"),
    "teaching_point": ("教学点", "小学教学点"),
}
LOCALITY_WORDS: Mapping[str, tuple[str, ...]] = {"urban": ("城区",), "town": ("镇区",), "rural": ("乡村", "农村")}
COUNTY_WORDS = frozenset(("全县", "全区", "全市", "县级", "县", "county"))
EXAMPLES: Mapping[str, re.Pattern[str]] = {  # how the rows of the template are known that must not be imported
    "code": re.compile(r"示例|example", re.IGNORECASE),
    "name": re.compile(r"(示例|example)\s*[:：]", re.IGNORECASE),
}
NOT_APPLICABLE = frozenset(("", "-", "--", "—", "——", "–", "/", "无"))


def fold(text: str) -> str:
    """`text` as words are compared: one width, one case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def accepted(words: Mapping[str, tuple[str, ...]]) -> str:
    """What a refusal says is expected: 小学 (primary), 初中 (junior), …"""
    return ", ".join(f"{known[0]} ({code})" for code, known in words.items())


def find_code(words: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """The code for a word, in Chinese or the code itself."""
    wanted = fold(text)
    return next((code for code, known in words.items() if wanted == code or wanted in map(fold, known)), None)


def find_column(header: str) -> Column | None:
    """The column that a header names, in Chinese or English."""
    wanted = fold(header)
    return next((each for each in COLUMNS if wanted == each.key or wanted in map(fold, each.words)), None)
