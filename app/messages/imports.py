"""What mappings and imports of responses say when they refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext

TEXTS = {
    "mapping.malformed": lazy_gettext("映射文件无法读取"),
    "mapping.shape": lazy_gettext("映射文件的写法不符合要求"),
    "mapping.invalid": lazy_gettext("映射文件有误，没有存入任何答卷"),
    "mapping.needed": lazy_gettext("文件 %(filename)s 有些列对不上问卷，需要映射文件；没有存入任何答卷"),
    "mapping.column_unknown": lazy_gettext("数据文件里没有这一列。文件里有：%(expected)s"),
    "mapping.column_unmapped": lazy_gettext("数据文件里的这一列没有写进映射：请对应到题目，或列入 ignore"),
    "mapping.column_twice": lazy_gettext("这一列既对应了题目，又列入了 ignore"),
    "mapping.group_unknown": lazy_gettext("本次调查没有这个群体。可用：%(expected)s"),
    "mapping.paper_unknown": lazy_gettext("本次调查没有这份问卷。可用：%(expected)s"),
    "mapping.school": lazy_gettext("column 和 code 要写一个，且只写一个"),
    "mapping.comment_unasked": lazy_gettext("问卷没有意见栏，不能导入意见"),
    "mapping.comment_twice": lazy_gettext("意见所在的这一列又对应了题目，或列入了 ignore"),
    "mapping.language": lazy_gettext("问卷没有这种语言。可用：%(expected)s"),
    "mapping.item_unknown": lazy_gettext("问卷里没有这个题目。相近的有：%(expected)s"),
    "mapping.paper_unanswered": lazy_gettext("没有一列对应这份问卷的题目"),
    "mapping.scale_unknown": lazy_gettext("问卷里没有这种选项组。可用：%(expected)s"),
    "mapping.label_open": lazy_gettext("这个选项还没有填编码。可用：%(expected)s"),
    "mapping.label_twice": lazy_gettext("这个选项与另一个只差标点或大小写，编码却不同"),
    "mapping.label_several": lazy_gettext("这里选了几项，而这道题只选一项：请改原文件，或写 blank（按未答）"),
    "mapping.code_unknown": lazy_gettext("没有这个选项编码。可用：%(expected)s"),
    "import.invalid": lazy_gettext("文件 %(filename)s 有误，没有存入任何答卷"),
    "import.no_rows": lazy_gettext("文件里没有一行答卷"),
    "import.group": lazy_gettext("看不出是哪个群体。映射里写的有：%(expected)s"),
    "import.paper": lazy_gettext("看不出是哪份问卷。映射里写的有：%(expected)s"),
    "import.paper_undecided": lazy_gettext("群体 %(group)s 的问卷定不下来（%(expected)s），请在映射里写 paper"),
    "import.school_unknown": lazy_gettext("抽样框里没有这所学校。相近的有：%(expected)s"),
    "import.school_not_found": lazy_gettext(
        "抽样框里没有这所学校，也没有相近的（文件里是代码就写 by: code，是名称就写 by: name）"
    ),
    "import.school_is_code": lazy_gettext("这是抽样框里学校的代码，不是名称：请在映射的 school 里写 by: code"),
    "import.school_is_name": lazy_gettext("这是抽样框里学校的名称，不是代码：请在映射的 school 里写 by: name"),
    "import.school_ambiguous": lazy_gettext("有几所学校同名（代码 %(expected)s），请按学校代码对应"),
    "import.school_without_group": lazy_gettext("抽样框里这所学校没有群体 %(group)s"),
    "import.label": lazy_gettext("不是这道题的选项，应为：%(expected)s"),
    "import.blank": lazy_gettext("必答题没有回答"),
    "import.answered_twice": lazy_gettext("题目 %(item)s 在这一行已有另一列作答"),
    "import.not_on_paper": lazy_gettext("问卷 %(paper)s 没有这道题，这一格应为空"),
    "import.empty_row": lazy_gettext("这一行没有任何回答（要跳过这种行，请在映射里写 empty_rows: skip）"),
    "import.key_blank": lazy_gettext("唯一编号不能为空"),
    "import.key_repeated": lazy_gettext(
        "唯一编号和第 %(first)s 行的相同：映射里的 key 要换成（或再加上）能区分每份答卷的列；没有这样的列就不写 key"
    ),
    "import.column_doubtful": lazy_gettext("这一列像是 %(expected)s，但不能确定"),
    "import.column_unmatched": lazy_gettext("这一列没有对上任何题目"),
    "import.label_open": lazy_gettext("不认识的选项文字"),
    "import.group_open": lazy_gettext("不能确定是哪个群体：%(expected)s"),
    "import.options_as_numbers": lazy_gettext(
        "选项写成了数字或代号，读作 %(expected)s。请对照原问卷确认；如果导出的是分数，就不能这样读，请改为导出选项文字"
    ),
    "layout.unknown": lazy_gettext("没有名为“%(name)s”的工具。可用：%(expected)s"),
    "layout.paper_unknown": lazy_gettext("本次调查没有问卷“%(name)s”，或者它有几个版本。可用：%(expected)s"),
    "layout.too_wide": lazy_gettext("共有 %(found)s 列，最多 %(limit)s 列"),
    "layout.malformed": lazy_gettext("读不懂这份导出格式"),
    "layout.shape": lazy_gettext("导出格式的写法不符合要求"),
}
