"""What a proposed mapping says beside its lines, in the language of whoever asked for it."""

from __future__ import annotations

from collections.abc import Mapping

CHINESE = {
    "head": """\
# 导入映射：左边是文件里的列名和选项文字，右边是问卷的题目编号和选项编码。
# 标有“请核对”的行是猜测或未知，请逐行确认或改正；“?”和 null 必须填好。
# 提交时间、用时、IP、来源、姓名、电话等列不导入，也不保存。意见文字与答案分开保存。
""",
    "check": "请核对",
    "colon": "：",
    "source": "# 文件来自：{tool}",
    "no_paper": "没有对上任何问卷",
    "papers": "# paper: 一个群体有几种问卷（{names}）时按学校学段判断，判断不了的行会列出",
    "no_school": "# school: {{column: 列名, by: name}}   （没有找到学校列；by 可为 name 或 code）",
    "key": "合起来认出一份答卷，重复导入时不再存入",
    "no_key": "# key: 列名   （每份答卷的唯一编号所在的列；不写则按整行内容识别重复导入）",
    "submitted": "这一列为空的行没有提交，不导入",
    "empty": "一题未答的行不导入",
    "blank": "空白按未答处理；refuse 表示必答题不得空白",
    "not_asked": "没有问到这一题，不算未答",
    "options": "{options}；blank 表示未答",
    "several": "选了几项，这里每题只选一项：请改原文件，或写 blank",
    "open": "取值太多，像是填空题",
    "alike": "相似 {share:.0%}，题目是“{text}”",
    "unmatched": "没有对上题目",
}
ENGLISH = {
    "head": """\
# Mapping: on the left the columns and options of the file, on the right ids of questions and codes of options.
# Lines with "please check" are guesses or unknown: confirm or correct each. "?" and null must be filled in.
# Times, durations, addresses, sources, names and telephone numbers are neither imported nor stored.
# Comments are kept apart from the answers.
""",
    "check": "please check",
    "colon": ": ",
    "source": "# The file comes from: {tool}",
    "no_paper": "no questionnaire matches",
    "papers": "# paper: where a group has several ({names}), the stage of the school decides; other rows are listed",
    "no_school": "# school: {{column: NAME, by: name}}   (no column with the school was found; by is name or code)",
    "key": "together these know a response again, which is then not stored twice",
    "no_key": "# key: NAME   (the column that numbers the responses; without it the whole row is what it is known by)",
    "submitted": "rows where this is blank were never submitted and are left out",
    "empty": "rows without any answer are left out",
    "blank": "blank counts as left out; with refuse no required question may be blank",
    "not_asked": "the question was not asked, and does not count as left out",
    "options": "{options}; blank means no answer",
    "several": "several choices, and each question takes one: mend the file, or write blank",
    "open": "too many different cells: this looks like an open question",
    "alike": "{share:.0%} alike, the question is “{text}”",
    "unmatched": "no question matches",
}
REMARKS: Mapping[str, Mapping[str, str]] = {"zh-CN": CHINESE, "en": ENGLISH}


class Remarks:
    """The sentences of one language; Chinese for any that there is none of."""

    def __init__(self, language: str) -> None:
        self._said = REMARKS.get(language, CHINESE)

    def say(self, what: str, **params: object) -> str:
        return self._said[what].format(**params)

    def check(self, what: str = "") -> str:
        """The end of a line that somebody has to look at, and why."""
        return f"   # {self._said['check']}" + (f"{self._said['colon']}{what}" if what else "")
