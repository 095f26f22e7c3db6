"""What stands in a comment where something was taken out."""

from __future__ import annotations

import re

NAME, PHONE, PAPERS, MAIL, ACCOUNT, CLASS, PLATE, ADDRESS = (
    "〔姓名〕", "〔电话〕", "〔证件号〕", "〔邮箱〕", "〔账号〕", "〔班级〕", "〔车牌〕", "〔地址〕",
)  # fmt: skip
LABELS = re.compile("〔(?:姓名|电话|证件号|邮箱|账号|班级|车牌|地址)〕")
