"""The domain's words as people read them: one place, in the order in which they are always shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from surveys.accounts import STRANGER
from surveys.trail import AT_THE_SHELL

Words = Mapping[str, LazyString]

GROUPS: Words = {
    "student": lazy_gettext("学生"),
    "parent": lazy_gettext("家长"),
    "teacher": lazy_gettext("教师"),
    "principal": lazy_gettext("校长"),
    "npc_deputy": lazy_gettext("人大代表"),
    "cppcc_member": lazy_gettext("政协委员"),
    "public": lazy_gettext("其他群众"),
}
STAGES: Words = {
    "primary": lazy_gettext("小学"),
    "junior": lazy_gettext("初中"),
    "nine_year": lazy_gettext("九年一贯制学校"),
    "complete_secondary": lazy_gettext("完全中学"),
    "special": lazy_gettext("特殊教育学校"),
    "teaching_point": lazy_gettext("教学点"),
}
LOCALITIES: Words = {
    "urban": lazy_gettext("城区"),
    "town": lazy_gettext("镇区"),
    "rural": lazy_gettext("乡村"),
}
DIMENSIONS: Words = {
    "moral_education": lazy_gettext("落实立德树人"),
    "equity_policy": lazy_gettext("教育公平政策"),
    "resource_sharing": lazy_gettext("优质资源共享"),
    "regulated_schooling": lazy_gettext("规范办学行为"),
    "quality_education": lazy_gettext("实施素质教育"),
    "exam_reform": lazy_gettext("考试评价改革"),
    "education_quality": lazy_gettext("提高教育质量"),
    "lighter_burden": lazy_gettext("减轻课业负担"),
}
STATES: Words = {
    "draft": lazy_gettext("草稿"),
    "scheduled": lazy_gettext("待开放"),
    "open": lazy_gettext("进行中"),
    "closed": lazy_gettext("已结束"),
}
VERDICTS: Words = {
    "met": lazy_gettext("达标"),
    "not_met": lazy_gettext("未达标"),
    "not_enough_evidence": lazy_gettext("证据不足"),
}
ROLES: Words = {
    "administrator": lazy_gettext("系统管理员"),
    "officer": lazy_gettext("县级管理员"),
    "evaluator": lazy_gettext("评估人员"),
    "analyst": lazy_gettext("数据分析人员"),
    "interviewer": lazy_gettext("访问员"),
    "liaison": lazy_gettext("学校联络员"),
    "auditor": lazy_gettext("审计人员"),
}
CHANNELS: Words = {
    "open": lazy_gettext("公开码（海报）"),
    "personal": lazy_gettext("个人码（答题条）"),
    "sms": lazy_gettext("短信链接"),
    "paper": lazy_gettext("纸质问卷"),
    "phone": lazy_gettext("电话访问"),
    "import": lazy_gettext("外部导入"),
}
CALLS: Words = {
    "not_reached": lazy_gettext("没有接通"),
    "other": lazy_gettext("约好改时间再打"),
    "refused": lazy_gettext("拒绝访问"),
    "not_eligible": lazy_gettext("不是调查对象"),
    "unknown": lazy_gettext("空号，或号码不对"),
}
MISUSE: Words = {
    "told": lazy_gettext("有人规定或暗示怎么选"),
    "answered_for": lazy_gettext("有人替别人填"),
    "watched": lazy_gettext("有人看着填，或者要看填好的答案"),
    "collected": lazy_gettext("有人收走答题码，或者不发答题码"),
    "other": lazy_gettext("别的情况"),
}
STUDIES: Words = {
    "schools": lazy_gettext("各校"),
    "certainty": lazy_gettext("有多可靠"),
    "changes": lazy_gettext("历年变化"),
    "drivers": lazy_gettext("为什么"),
}
SCOPES: Words = {  # of tokens
    "instruments:read": lazy_gettext("问卷和计分方案"),
    "fieldwork:read": lazy_gettext("调查进度"),
    "results:read": lazy_gettext("结果（按发布规则）"),
    "microdata:read": lazy_gettext("微观数据"),
}
SHELL, STRANGERS = lazy_gettext("命令行"), lazy_gettext("没有登录的人")
LANGUAGES = {"zh-CN": "中文", "en": "English"}  # each in its own words


def who(by: str) -> str:
    """Whoever did something, as the trail has it: an account, a command on the machine itself, or nobody we know."""
    return str({AT_THE_SHELL: SHELL, STRANGER: STRANGERS}.get(by, by))


def word(words: Words, key: str | None) -> str:
    """The word for `key`; the key itself where users have added one that we have no word for."""
    return "" if key is None else str(words.get(key, key))
