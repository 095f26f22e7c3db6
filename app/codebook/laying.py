"""A codebook in the words of the interface: every text in all its languages, the reader's first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.i18n import current_language, in_language
from app.numbers import NOTHING, count, fixed, percent
from app.words import DIMENSIONS, GROUPS, LANGUAGES, STAGES, Words, word
from surveys.exports.codebook import Codebook, Part, dimensions_of, parts_of
from surveys.exports.dictionary import digest_dictionary
from surveys.exports.frequencies import Count, Frequencies, Numbers, Tally
from surveys.exports.model import Universe, Value, Variable, Wording
from surveys.instruments.model import Text
from surveys.reports.codebook.document import Block, Chapter, Leaf, OptionRow, Question, Spoken, VersionRow

ROLES: Words = {
    "item": lazy_gettext("计分题"),
    "overall": lazy_gettext("总体评价"),
    "conduct": lazy_gettext("有无人教答案，不计分"),
    "background": lazy_gettext("背景，不计分"),
    "design": lazy_gettext("样本设计"),
    "weight": lazy_gettext("权重"),
    "replicate": lazy_gettext("复制权重"),
    "flag": lazy_gettext("答题过程"),
    "figure": lazy_gettext("汇总数字"),
}
KINDS: Words = {
    "code": lazy_gettext("编码"),
    "integer": lazy_gettext("整数"),
    "decimal": lazy_gettext("小数"),
    "text": lazy_gettext("文字"),
}
FACTS: Words = {  # of the file, in the order in which they are shown
    "evaluation": lazy_gettext("测评"),
    "scorecard": lazy_gettext("计分方案"),
    "weighting": lazy_gettext("加权办法"),
    "excluded": lazy_gettext("被排除的答卷"),
    "data_digest": lazy_gettext("数据指纹"),
    "forms_digest": lazy_gettext("答卷指纹"),
    "code_version": lazy_gettext("程序版本"),
}
RIGHT_TO_LEFT = frozenset({"ar", "ug", "fa", "ur", "he"})  # and whatever is written in the Arabic script
MOST_DIGITS = 4  # decimals of means and weights


def lay_out(codebook: Codebook) -> Leaf:
    """The codebook in the language that is spoken."""
    frequencies = codebook.frequencies
    return Leaf(
        language=current_language(),
        title=in_language(codebook.study.title),
        subtitle=_("编码手册"),
        marks=(_("模拟数据"),) if codebook.study.simulated else (),
        facts=tuple(_facts(codebook)),
        notes=tuple(_notes(codebook)),
        versions=tuple(_versions(codebook)),
        chapters=tuple(_chapters(codebook)),
        dimensions=tuple(
            (word(DIMENSIONS, dimension), tuple(each.name for each in variables))
            for dimension, variables in dimensions_of(codebook.dictionary).items()
        ),
        weighted=frequencies is not None and frequencies.weight is not None,
        counted=frequencies is not None,
        words=_words(),
    )


def _words() -> dict[str, str]:
    """What templates say around the values."""
    return {
        "contents": _("目录"),
        "by_dimension": _("按维度"),
        "versions": _("问卷版本"),
        "version": _("版本"),
        "paper": _("问卷"),
        "groups": _("调查对象"),
        "items": _("题数"),
        "digest": _("内容指纹"),
        "code": _("编码"),
        "label": _("含义"),
        "count": _("份数"),
        "share": _("占有效回答"),
        "weighted": _("加权后"),
        "reads": _("这一版的选项写法"),
        "top": _("回到目录"),
        "figures": _("数字概况"),
    }


def _facts(codebook: Codebook) -> Iterator[tuple[str, str]]:
    study = codebook.study
    yield _("代号"), study.id
    if study.organiser:
        yield _("组织单位"), in_language(study.organiser)
    if study.place:
        yield _("调查的县"), study.place
    if study.opens or study.closes:
        yield _("调查时间"), " – ".join(_day(each) for each in (study.opens, study.closes))
    yield _("变量"), count(len(codebook.dictionary.variables))
    if codebook.frequencies is not None:
        yield _("答卷"), count(codebook.frequencies.rows)
    for key, words in FACTS.items():
        if codebook.facts.get(key):
            yield str(words), codebook.facts[key]
    languages = (LANGUAGES.get(each, each) for each in codebook.dictionary.languages)
    yield _("语言"), _("、").join(languages)
    yield _("数据字典指纹"), digest_dictionary(codebook.dictionary)


def _day(day: date | None) -> str:
    return NOTHING if day is None else day.isoformat()


def _notes(codebook: Codebook) -> Iterator[str]:
    yield _("变量名由题目的代号而来，在问卷的各个版本、各次调查里都一样。")
    yield _("小于 0 的编码不是回答：−9 未作答，−8 本卷未问，−7 未知。")
    yield _("标着“不清楚或不想说”的编码不是意见：不计分，除非计分方案另有规定。")
    frequencies = codebook.frequencies
    if frequencies is None:
        yield _("这本手册只说明变量和选项，不含任何数据。")
        return
    yield _("百分数以有回答的答卷为分母，“不清楚或不想说”算一种回答。")
    if frequencies.weight is not None:
        yield _(
            "加权的百分数用最终权重 %(weight)s，有权重的答卷 %(count)s 份；没有区间，不宜用来判断差别。",
            weight=frequencies.weight,
            count=count(frequencies.weighted),
        )
    yield _("频数里有只涉及少数人的数字：只供可以看逐份数据的人使用，请妥善保管。")


def _versions(codebook: Codebook) -> Iterator[VersionRow]:
    for each in codebook.dictionary.versions:
        groups = _("、").join(word(GROUPS, group) for group in each.instrument.groups)
        title = in_language(each.instrument.title)
        yield VersionRow(each.id, title, groups, count(len(each.instrument.items)), each.digest)


def _chapters(codebook: Codebook) -> Iterator[Chapter]:
    titles = {each.id: in_language(each.instrument.title) for each in codebook.dictionary.versions}
    places = {
        (version.id, item.id): place
        for version in codebook.dictionary.versions
        for place, item in enumerate(version.instrument.items, 1)
    }
    before = ""
    for number, part in enumerate(parts_of(codebook.dictionary), 1):
        paper = titles.get(part.version, "") if part.version != before and len(titles) > 1 else ""
        before = part.version
        blocks = tuple(_blocks(part, codebook.frequencies, places))
        yield Chapter(f"part-{number}", paper, _titles(part), blocks)


def _titles(part: Part) -> tuple[Spoken, ...]:
    if part.title is None:
        return (_said(_("答案以外的变量")),)
    return _every(part.title)


def _blocks(part: Part, frequencies: Frequencies | None, places: Mapping[tuple[str, str], int]) -> Iterator[Block]:
    replicates = [each for each in part.variables if each.role == "replicate"]
    for each in part.variables:
        if each.role != "replicate":
            yield _block(each, frequencies, places)
        elif each is replicates[0]:
            yield _replicates(each.name, replicates[-1].name, len(replicates))


def _replicates(first: str, last: str, number: int) -> Block:
    """As many variables that differ in nothing but their number."""
    name = first if first == last else f"{first} – {last}"
    facts = ((_("类型"), word(KINDS, "decimal")), (_("个数"), count(number)))
    return Block(f"v-{first}", name, (_said(word(ROLES, "replicate")),), facts, (), (), (), False)


def _block(variable: Variable, frequencies: Frequencies | None, places: Mapping[tuple[str, str], int]) -> Block:
    found = None if frequencies is None else frequencies.of.get(variable.name)
    tally = found if isinstance(found, Tally) else None
    return Block(
        id=f"v-{variable.name}",
        name=variable.name,
        labels=_every(variable.label),
        facts=tuple(_about(variable)),
        questions=tuple(_questions(variable, places)),
        options=tuple(_options(variable.values, tally)) if variable.kind == "code" else (),
        figures=tuple(_figures(found)) if isinstance(found, Numbers) else (),
        counted=tally is not None,
    )


def _about(variable: Variable) -> Iterator[tuple[str, str]]:
    yield _("类型"), word(KINDS, variable.kind)
    yield _("用途"), word(ROLES, variable.role)
    if variable.kind != "code" and variable.missing:
        yield _("不是回答的编码"), _("、").join(f"{each.code} {in_language(each.label)}" for each in variable.missing)
    if variable.dimension is not None:
        yield _("维度"), word(DIMENSIONS, variable.dimension)
    if variable.scale is not None:
        yield _("量表"), variable.scale
    if variable.item is not None and variable.direction < 0:
        yield _("方向"), _("反向题：编码大表示不好")
    if variable.item is not None and not variable.required:
        yield _("是否必答"), _("可以不答")
    if variable.item not in (None, variable.name):
        yield _("题目代号"), str(variable.item)
    if variable.universe is not None:
        yield _("问了谁"), _asked(variable.universe)


def _asked(universe: Universe) -> str:
    comma = _("、")
    groups = comma.join(word(GROUPS, each) for each in universe.groups)
    stages = comma.join(word(STAGES, each) for each in universe.stages) or _("任何学段")
    versions = ", ".join(universe.versions)
    return str(_("%(groups)s；%(stages)s；%(versions)s", groups=groups, stages=stages, versions=versions))


def _questions(variable: Variable, places: Mapping[tuple[str, str], int]) -> Iterator[Question]:
    """Each wording once, with all versions that have it."""
    found: dict[Question, list[tuple[str, str]]] = {}
    for each in variable.wordings:
        place = places.get((each.version, variable.item or ""))
        section = in_language(each.section)
        number = "" if place is None else _("第 %(place)s 题", place=place)
        where = f"{section} · {number}" if number else section
        texts = () if dict(each.text) == dict(variable.label) else _every(each.text)
        asked = Question((), texts, () if each.note is None else _every(each.note), tuple(_reads(each)))
        found.setdefault(asked, []).append((each.version, where))
    return (replace(each, asked=tuple(asked)) for each, asked in found.items())


def _reads(wording: Wording) -> Iterator[OptionRow]:
    return (OptionRow(str(each.code), _every(each.label), "", False) for each in wording.options if not each.missing)


def _options(values: tuple[Value, ...], tally: Tally | None) -> Iterator[OptionRow]:
    counts = {} if tally is None else {each.code: each for each in tally.counts}
    for value in values:
        remark = _("不是回答") if value.missing else _("不清楚或不想说") if value.dont_know else ""
        yield _option(value, remark, counts.get(value.code))


def _option(value: Value, remark: str, found: Count | None) -> OptionRow:
    labels = _every(value.label)
    if found is None:
        return OptionRow(str(value.code), labels, remark, value.missing)
    share, weighted = ("" if each is None else percent(each) for each in (found.share, found.weighted_share))
    bar = 100 * (found.share if found.weighted_share is None else found.weighted_share) if found.share else 0.0
    return OptionRow(str(value.code), labels, remark, value.missing, count(found.n), share, weighted, round(bar, 1))


def _figures(found: Numbers) -> Iterator[tuple[str, str]]:
    yield _("有数的"), count(found.valid)
    yield _("没有数的"), count(sum(found.missing.values()))
    for term, value in (
        (_("均值"), found.mean),
        (_("标准差"), found.sd),
        (_("最小"), found.least),
        (_("下四分位"), found.lower),
        (_("中位"), found.median),
        (_("上四分位"), found.upper),
        (_("最大"), found.most),
        (_("加权均值"), found.weighted_mean),
        (_("加权标准差"), found.weighted_sd),
    ):
        if value is not None:
            yield term, _short(value)


def _short(value: float) -> str:
    return count(int(value)) if value == int(value) else fixed(value, MOST_DIGITS)


def _every(text: Text) -> tuple[Spoken, ...]:
    """A text in all its languages, that of the reader first."""
    spoken = current_language()
    return tuple(_spoken(tag, text[tag]) for tag in sorted(text, key=lambda tag: tag != spoken))


def _said(words: str) -> Spoken:
    return _spoken(current_language(), words)


def _spoken(tag: str, words: str) -> Spoken:
    parts = tag.split("-")
    rtl = "Arab" in parts or (parts[0] in RIGHT_TO_LEFT and "Latn" not in parts and "Cyrl" not in parts)
    return Spoken(tag, "rtl" if rtl else "ltr", words)
