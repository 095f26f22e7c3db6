"""Texts about how sure a score is, and what it goes with."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "scheme.no_head_counts": lazy_gettext("分母是发出的问卷或名册上的人数，这次调查没有这个数"),
    "scheme.no_group": lazy_gettext("它计分的人群（%(groups)s）在这次调查里没有"),
    "scheme.impossible": lazy_gettext("这些答卷算不了（需要 %(expected)s）"),
}
