"""What became of a file of responses, in people's words: shared by the doors that take one."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

LEFT = ("repeated", "unfinished", "empty", "comments")  # of a report, what is said beside the number of new responses


def left_out(counts: Mapping[str, int]) -> list[str]:
    """A line for what was there before or was not taken for responses, and for the comments, where there is any."""
    lines = {
        "repeated": _("以前已导入的：%(count)s 份。这些没有再存，答案和意见都没有改动。", count=counts.get("repeated")),
        "unfinished": _("没有提交、没有导入的行：%(count)s。", count=counts.get("unfinished")),
        "empty": _("一题未答、没有导入的行：%(count)s。", count=counts.get("empty")),
        "comments": _(
            "文件里带有意见的答卷：%(count)s 份；新存入的，意见与答案分开保存。", count=counts.get("comments")
        ),
    }
    return [line for kind, line in lines.items() if counts.get(kind, 0) > 0]
