"""The score rows as CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.console.scoreboard import Row, Scoreboard
from app.i18n import local_time
from app.spreadsheets import Cell, write_csv
from app.words import DIMENSIONS, GROUPS, word
from surveys.campaigns import CampaignView
from surveys.hiding import SMALLEST


def score_csv(campaign: CampaignView, board: Scoreboard) -> bytes:
    """A line for each row; hidden ones say why they are hidden."""
    facts = _facts(campaign, board)
    return write_csv(_heads(), ((*_cells(row), *facts) for row in board.rows))


def _heads() -> list[str]:
    return [
        _("层次"), _("调查对象"), _("维度"), _("题目编号"), _("题目"), _("学校代码"), _("学校"),
        _("得分"), _("标准误"), _("区间下限"), _("区间上限"), "n", _("有效 n"), _("不公布的原因"),
        _("权重"), _("人数"), _("答卷数"), _("应答率"), _("不了解占比"), _("未答占比"),
        _("批次"), _("计分方案"), _("测评编号"), _("测评时间"), _("数据性质"),
    ]  # fmt: skip


def _cells(row: Row) -> Iterator[Cell]:
    item = row.kind == "item"
    yield _kind(row)
    yield word(GROUPS, row.group)
    yield word(DIMENSIONS, row.dimension)
    yield row.item if item else ""
    yield row.label if item else ""
    yield row.school or ""
    yield row.label if row.kind == "school" else ""
    yield from (_settled(value) for value in (row.value, row.se, row.low, row.high))
    yield row.n
    yield _settled(row.n_eff)
    yield {"": "", "small": f"n < {SMALLEST}", "withheld": _("防止推算")}[row.hidden]
    yield from (row.weight, row.population, row.responses)
    yield from (_settled(value) for value in (row.rate, row.dont_know, row.missing))


def _settled(value: float | None) -> float | None:
    """Without the noise of binary arithmetic."""
    return None if value is None else round(value, 6)


def _kind(row: Row) -> str:
    words = {
        "composite": _("全县综合"),
        "pooled": _("全部答卷合并"),
        "beside": _("对照：%(what)s", what=row.label),
        "group": _("调查对象"),
        "dimension": _("维度"),
        "item": _("题目"),
        "school": _("学校"),
    }
    crossed = row.group is not None and row.kind != "group"
    return str(_("%(kind)s × 调查对象", kind=words[row.kind]) if crossed else words[row.kind])


def _facts(campaign: CampaignView, board: Scoreboard) -> tuple[Cell, ...]:
    """What every row must say of itself, wherever it is copied to."""
    made = board.evaluation
    return (
        campaign.name,
        f"{made.scorecard}@{made.scorecard_number}",
        made.number,
        local_time(made.made_at),
        _("模拟数据") if campaign.simulated else "",
    )
