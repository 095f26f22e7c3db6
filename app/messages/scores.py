"""The score page, and what stands beside its figures."""

from flask_babel import lazy_gettext

TEXTS = {
    "score.no_version": lazy_gettext("这次调查没有第 %(number)s 次测评，或者它不作数。"),
    "score.too_near": lazy_gettext(
        "第 %(number)s 次测评已经保存，但不显示：某类对象或某所学校的答卷与第 %(other)s 次相差不到 %(smallest)s 份，"
        "两次的得分一比，就知道这几份答了什么。"
    ),
    "caveat.low_rate": lazy_gettext("应答率或参与率低于 %(least_rate)s：没有作答的人要是想法不同，结果会不一样"),
    "caveat.low_precision": lazy_gettext("人数少或区间宽，精度低，只供参考"),
    "caveat.few_schools": lazy_gettext("只来自少数几所学校，误差本身也估计得不准"),
}
