"""How the score was made, what it cannot say, and the scoring rule in full."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from app.evidence import list_cuts
from app.i18n import current_language
from app.numbers import count
from app.pack.wording import Outline, level_of, said, threshold_of
from app.weights import weights_line
from surveys.reports.pack.document import Block, Cell, Column, Paragraph, Table, Verbatim
from surveys.reports.pack.facts import Facts

TEXTS = ("title", "reason", "source")


def limits(facts: Facts) -> Iterator[str]:
    """What nobody should read out of the numbers."""
    yield _(
        "没有一份我们能读到的公开文件规定这个百分数怎样计算；换一种算法，得分就会不同。本报告用的算法见“计分方案全文”。"
    )
    yield _("得分说的是人们怎样看，不是学校办得怎样；原因要到现场去看。")
    yield _("区间只包括由谁作答带来的误差，不包括有人不敢说真话、有人没有被列入抽样框等误差。")
    yield _("没有作答的人可能想法不同；“结论有多可靠”一节说明，他们要差多少，结论才会变。")
    yield _("各校、各题的数字多，总有几个会偏高或偏低；单看一个数字，不要下结论。")
    if facts.campaign["simulated"]:
        yield _("本县、学校和答卷都是虚构的，不代表任何真实的地方。")


def method(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("方法说明"))
    yield Paragraph(
        _(
            "每一道题先算各类对象的得分，再按计分方案的权重合成。误差用线性化方差：按城乡和学段分层，以学校为群"
            "（县级对象以个人为群），第一阶段按有放回处理，置信水平 %(level)s。"
            "数字一律四舍五入，只在印出时取舍，计算中不取舍。",
            level=level_of(facts),
        )
    )
    rows = tuple((Cell(name), Cell(words)) for name, words in method_facts(facts))
    columns = (Column(_("事项"), width=1.1), Column(_("内容"), width=3.4))
    yield Table(_("方法"), _("这次测评的凭据"), columns, rows)


def method_facts(facts: Facts) -> Iterator[tuple[str, str]]:
    """Everything that it takes to derive the numbers again."""
    about, result = facts.about.data, facts.whole.data
    cuts = list_cuts(result, current_language()) if result.get("excluded") else []
    yield _("测评"), _("第 %(number)s 次", number=about["number"])
    yield _("计分方案"), f"{about['scorecard']}@{about['scorecard_number']}"
    yield _("门槛"), f"{'>' if result['comparison'] == '>' else '≥'} {threshold_of(facts)}"
    yield _("答卷"), count(about["responses"])
    yield _("加权"), weights_line(result.get("weights"))
    yield _("剔除的答卷"), "; ".join(cuts) or _("没有")
    yield _("发布规则"), str(facts.rule.data["name"])
    yield _("软件版本"), about["code_version"]
    yield _("答卷的指纹（SHA-256）"), about["data_digest"]
    yield _("计分方案的指纹（SHA-256）"), str(about["recipe"]["scorecard_digest"])
    yield _("报告内容的指纹（SHA-256）"), facts.digest


def scorecard_text(facts: Facts) -> Iterator[Block]:
    """Its reasons in words, and then the document itself, as the machine reads it."""
    card: Any = {} if facts.card is None else facts.card.data
    for key in TEXTS:
        if key in card:
            yield Paragraph(said(card[key]))
    yield Verbatim("\n".join(_yaml({key: value for key, value in card.items() if key not in TEXTS})))


def _yaml(data: Any, depth: int = 0) -> Iterator[str]:
    """Maps line by line, whatever is short on one."""
    indent = "  " * depth
    for key, value in data.items():
        flat = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict) and len(flat) > 60:
            yield f"{indent}{key}:"
            yield from _yaml(value, depth + 1)
        else:
            yield f"{indent}{key}: {flat}"
