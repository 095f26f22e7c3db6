"""The score rows as CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.evidence import name_beside
from app.i18n import in_language, local_time
from app.marks import HIDDEN, sayings
from app.rates import RATES
from app.spreadsheets import Cell, write_csv
from app.words import DIMENSIONS, GROUPS, word
from surveys.campaigns import CampaignView
from surveys.publication import Figure, Publication

BOUNDS = {"": "", "above": ">", "below": "<"}


def score_csv(campaign: CampaignView, published: Publication) -> bytes:
    """A line for each figure; hidden ones say why they are hidden, others what must be known of them."""
    facts = _facts(campaign, published)
    return write_csv(_heads(), ((*_cells(figure, published), *facts) for figure in published))


def _heads() -> list[str]:
    return [
        _("层次"), _("调查对象"), _("维度"), _("题目编号"), _("题目"), _("学校代码"), _("学校"),
        _("得分"), _("标准误"), _("区间下限"), _("区间上限"), "n", _("有效 n"), _("界限"),
        _("不公布的原因"), _("须知"),
        _("权重"), _("人数"), _("答卷数"), _("应答率或参与率"), _("是哪一种"), _("不了解占比"), _("未答占比"),
        _("批次"), _("计分方案"), _("测评编号"), _("测评时间"), _("发布规则"),
        _("数据性质"),
    ]  # fmt: skip


def _cells(figure: Figure, published: Publication) -> Iterator[Cell]:
    item = figure.kind == "item"
    yield _kind(figure, published)
    yield word(GROUPS, figure.group)
    yield word(DIMENSIONS, figure.dimension)
    yield figure.item if item else ""
    yield in_language(figure.text or {}) if item else ""
    yield figure.school or ""
    yield figure.name or ""
    yield from (_settled(value) for value in (figure.value, figure.se, figure.low, figure.high))
    yield figure.n
    yield _settled(figure.n_eff)
    yield BOUNDS[figure.bound]
    yield str(HIDDEN[figure.hidden]) if figure.hidden else ""
    yield "" if figure.hidden else str(_("；")).join(sayings(figure, published))
    yield from (figure.weight, figure.population, figure.responses)
    yield _settled(figure.rate)
    yield "" if figure.rate is None else word(RATES, figure.rate_kind)
    yield from (_settled(value) for value in (figure.dont_know, figure.missing))


def _settled(value: float | None) -> float | None:
    """Without the noise of binary arithmetic."""
    return None if value is None else round(value, 6)


def _kind(figure: Figure, published: Publication) -> str:
    if figure.kind == "beside":
        return str(_("对照：%(what)s", what=name_beside(published.facts)))
    words = {
        "composite": _("全县综合"),
        "pooled": _("全部答卷合并"),
        "term": _("全县综合，只看本县这一次"),
        "group": _("调查对象"),
        "dimension": _("维度"),
        "item": _("题目"),
        "school": _("学校"),
        "cell": _("学校"),
    }
    crossed = figure.group is not None and figure.kind != "group"
    return str(_("%(kind)s × 调查对象", kind=words[figure.kind]) if crossed else words[figure.kind])


def _facts(campaign: CampaignView, published: Publication) -> tuple[Cell, ...]:
    """What every row must say of itself, wherever it is copied to."""
    made = published.evaluation
    return (
        campaign.name,
        f"{made.scorecard}@{made.scorecard_number}",
        made.number,
        local_time(made.made_at),
        published.rule,
        _("模拟数据") if campaign.simulated else "",
    )
