"""What became of a file of responses, in people's words: shared by the doors that take one."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

LEFT = ("repeated", "unfinished", "empty", "comments")  # of a report, what is said beside the number of new responses


def left_out(counts: Mapping[str, int]) -> list[str]:
    """A line for what was there before or was not taken for responses, and for the comments, where there is any."""
    lines = {
        "repeated": _("%(count)s 份以前已导入，没有重复存入。", count=counts.get("repeated")),
        "unfinished": _("%(count)s 行没有提交，没有导入。", count=counts.get("unfinished")),
        "empty": _("%(count)s 行一题未答，没有导入。", count=counts.get("empty")),
        "comments": _("%(count)s 份带有意见，与答案分开保存。", count=counts.get("comments")),
    }
    return [line for kind, line in lines.items() if counts.get(kind, 0) > 0]
