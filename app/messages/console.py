"""Texts of what the console itself refuses."""

from flask_babel import lazy_gettext

TEXTS = {
    "score.not_closed": lazy_gettext("调查还没有结束，不能计分。边收边看得分，会让人误以为已经达标。"),
    "score.no_such": lazy_gettext("这次调查没有第 %(number)s 次测评，或者它不能作为得分。"),
    "score.not_yet": lazy_gettext("这次调查还没有得分，请先在得分页面计算。"),
}
