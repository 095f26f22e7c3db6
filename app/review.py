"""A review in people's words, for every door: who is to do what next, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.words import Words, who, word
from surveys.review.reading import Review

REVIEW_STAGES: Words = {
    "county": lazy_gettext("县级自评"),
    "city": lazy_gettext("市级复核"),
    "province": lazy_gettext("省级评估"),
    "submitted": lazy_gettext("上报"),
}
CATEGORIES: Words = {
    "codes": lazy_gettext("答题码的发放"),
    "told": lazy_gettext("有人规定、暗示怎样作答"),
    "frame": lazy_gettext("人数和名册"),
    "returns": lazy_gettext("回收和应答率"),
    "data": lazy_gettext("数据和录入"),
    "scoring": lazy_gettext("计分和报告"),
    "other": lazy_gettext("其他"),
}
SEVERITIES: Words = {"must": lazy_gettext("签署前必须整改"), "note": lazy_gettext("提示")}
FINDING_STATES: Words = {
    "noted": lazy_gettext("已提示"),
    "open": lazy_gettext("待整改"),
    "submitted": lazy_gettext("待审"),
    "not_mended": lazy_gettext("未整改到位"),
    "mended": lazy_gettext("已整改"),
    "overruled": lazy_gettext("说明理由后放行"),
    "withdrawn": lazy_gettext("已收回"),
}
MENDINGS: Words = {
    "submitted": lazy_gettext("提交整改材料"),
    "accepted": lazy_gettext("通过"),
    "refused": lazy_gettext("不通过"),
    "overruled": lazy_gettext("说明理由后放行"),
    "withdrawn": lazy_gettext("收回"),
}
POINTS: Words = {
    "posters": lazy_gettext("海报张贴在师生和家长看得到的地方"),
    "sealed": lazy_gettext("答题条密封发到本人手里，没有拆开或留存"),
    "classes": lazy_gettext("发放的班级和人数与抽签名单一致"),
    "pupils": lazy_gettext("抽中班级的学生证实自己拿到、自己填写"),
    "untold": lazy_gettext("没有人规定或暗示怎样作答，没有人代填、查看答案"),
    "people": lazy_gettext("各类对象的人数与抽样框一致"),
}
ANSWERS: Words = {
    "yes": lazy_gettext("是"),
    "no": lazy_gettext("否"),
    "not_applicable": lazy_gettext("不适用"),
}
FIELDS: Words = {
    "statement": lazy_gettext("声明"),
    "unvisited": lazy_gettext("没有走完的理由"),
    "reason": lazy_gettext("理由"),
    "share": lazy_gettext("比例"),
    "visited_on": lazy_gettext("核查日期"),
    "visitors": lazy_gettext("核查人"),
    "remark": lazy_gettext("其他情况"),
    "category": lazy_gettext("类别"),
    "severity": lazy_gettext("轻重"),
    "text": lazy_gettext("内容"),
    "school": lazy_gettext("学校"),
    "owner": lazy_gettext("责任人"),
    "due": lazy_gettext("期限"),
    "files": lazy_gettext("文件"),
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    at: datetime
    by: str
    what: str
    said: str = ""


def name_field(field: str) -> str:
    """What a form calls a field; the points of a visit by their words."""
    kind, dot, point = field.partition(".")
    if dot and kind in ("points", "remarks"):
        return word(POINTS, point)
    return word(FIELDS, field)


def next_step(review: Review) -> str:
    """What is to be done next, and by whom."""
    stage = next(each for each in review.stages if each.stage == review.standing.stage)
    if stage.stage == "submitted":
        return str(_("各级都已签署，已经上报。签署的数字不会再变；重新计算得出的是另一次测评，与它并列。"))
    if stage.region is None:
        return str(_("行政区里没有省一级，没有人能评估。请系统管理员补上行政区和评估人员的账号。"))
    words = {"region": stage.region, "stage": word(REVIEW_STAGES, stage.stage)}
    if not stage.staffed:
        return str(_("轮到%(stage)s，但%(region)s没有能签署的账号。请系统管理员邀请。", **words))
    if stage.stage == "county":
        if review.standing.state == "returned":
            return str(_("已退回。%(region)s的县级管理员看过理由、整改以后重新签署，也可以签署另一次测评。", **words))
        return str(_("%(region)s的县级管理员核对得分，写下自评声明并签署。", **words))
    if stage.stage == review.visiting:
        return str(_("%(region)s的评估人员抽取不少于 40%% 的学校实地核查，逐校录入，再签署或退回。", **words))
    return str(_("%(region)s的评估人员查看下一级的签署、核查和整改，再签署或退回。", **words))


def what_holds_up(review: Review) -> list[str]:
    """What stands in the way of the next signature."""
    if review.standing.stage == "submitted":
        return []
    lines = []
    if not review.evaluations:
        lines.append(_("还没有可以签署的得分。"))
    if review.blocking:
        numbers = _("、").join(f"#{each.number}" for each in review.blocking)
        lines.append(_("必须整改的问题还没有办结：%(numbers)s", numbers=numbers))
    if review.standing.stage == review.visiting:
        if not review.draws:
            lines.append(_("还没有抽取要实地核查的学校。"))
        elif review.unvisited:
            lines.append(_("还有 %(count)s 所抽中的学校没有核查。", count=len(review.unvisited)))
    return [str(line) for line in lines]


def warnings(review: Review) -> list[str]:
    """What whoever signs, or relies on a signature, must know."""
    lines = []
    for each in review.verification.checked:
        if not each.agrees:
            lines.append(_("第 %(number)s 次测评与签署时不一样了：摘要应为 %(digest)s，现在是 %(again)s。",
                           number=each.evaluation, digest=each.digest, again=each.again or "—"))  # fmt: skip
    if review.verification.same_data is False:
        lines.append(
            _("签署以后，答卷或剔除规则变了。签署的数字没有变；要按现在的答卷计算，请重新测评，再由各级签署。")
        )
    if review.newer is not None:
        lines.append(_("签署的是第 %(signed)s 次测评；第 %(newer)s 次是后来算出的，没有签署。",
                       signed=review.standing.signed, newer=review.newer))  # fmt: skip
    lines += [
        _("第 %(number)s 次抽取的学校与从种子重抽的结果不同，或者抽样框变了。", number=each.draw.number)
        for each in review.audits
        if not each.agrees
    ]
    return [str(line) for line in lines + _redraws(review)]


def _redraws(review: Review) -> list[str]:
    """Draws that took the place of an earlier one: a school where little was in order may have dropped out."""
    lines = []
    for before, draw in pairwise(review.draws):
        visited = {visit.school for visit in review.visits if visit.at < draw.at and visit.school in before.schools}
        words = {"number": draw.number, "reason": draw.reason or "—", "visited": len(visited)}
        words["gone"] = len(visited - set(draw.schools))
        if visited:
            lines.append(_("第 %(number)s 次抽签是在核查了 %(visited)s 所学校以后重抽的，其中 %(gone)s 所没有再抽中。"
                           "理由：%(reason)s", **words))  # fmt: skip
        else:
            lines.append(_("学校重抽过：第 %(number)s 次。理由：%(reason)s", **words))
    return lines


def history(review: Review) -> list[Event]:
    """Everything that was done, the newest first."""
    return sorted(_events(review), key=lambda event: event.at, reverse=True)


def _events(review: Review) -> Iterator[Event]:
    for act in review.acts:
        stage = word(REVIEW_STAGES, act.stage)
        if act.kind == "signed":
            what = _("%(stage)s签署第 %(number)s 次测评", stage=stage, number=act.evaluation)
        else:
            what = _("%(stage)s退回", stage=stage)
        yield Event(act.at, who(act.by), str(what), act.text)
        if act.unvisited:
            yield Event(act.at, who(act.by), str(_("没有走完抽中的学校就签署的理由")), act.unvisited)
    for draw in review.draws:
        what = _("第 %(number)s 次抽取核查学校：%(schools)s 所", number=draw.number, schools=len(draw.schools))
        yield Event(draw.at, who(draw.by), str(what), draw.reason or "")
    for visit in review.visits:
        school = review.schools[visit.school].name if visit.school in review.schools else visit.school
        yield Event(visit.at, who(visit.by), str(_("核查已录入：%(school)s", school=school)))
    for finding in review.findings:
        about = _("提出第 %(number)s 号问题", number=finding.number)
        yield Event(finding.at, who(finding.by), str(about), finding.text)
        for each in finding.mendings:
            done = _("第 %(number)s 号问题：%(what)s", number=finding.number, what=word(MENDINGS, each.kind))
            yield Event(each.at, who(each.by), str(done), each.text)
