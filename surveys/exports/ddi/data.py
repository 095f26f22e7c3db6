"""What a DDI document says of the variables: labels, questions, codes, universe, and how often each value occurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from surveys.exports.codebook import Codebook, dimensions_of, parts_of
from surveys.exports.ddi.study import FILE, listed
from surveys.exports.ddi.tree import Element, element, spoken
from surveys.exports.frequencies import Count, Frequencies, Numbers, Tally
from surveys.exports.model import Universe, Value, Variable, Wording
from surveys.exports.words import LANGUAGES, label_of, study_words
from surveys.instruments.model import Text

ORDINAL = ("satisfaction-", "frequency-")  # scales whose codes have an order
FORMATS = {"code": "F5.0", "integer": "F10.0", "decimal": "F14.6"}  # as SPSS shows them
DECIMALS = {"code": "0", "integer": "0", "decimal": "6"}
Orders = Mapping[tuple[str, str | None], int]  # version, item -> its place on the paper


def describe_data(codebook: Codebook) -> Element:
    """Groups by section and dimension, then every variable."""
    orders: Orders = {
        (version.id, item.id): place
        for version in codebook.dictionary.versions
        for place, item in enumerate(version.instrument.items, 1)
    }
    variables = codebook.dictionary.variables
    names = {each.name for each in variables}
    return element(
        "dataDscr",
        _groups(codebook),
        (_variable(each, orders, codebook.frequencies, names) for each in variables),
    )


def identity(name: str) -> str:
    """The ID of a variable in the document."""
    return f"V_{name}"


def _groups(codebook: Codebook) -> Iterator[Element]:
    for place, part in enumerate(parts_of(codebook.dictionary), 1):
        title = part.title or study_words("parts", "beside")
        yield _group(f"S{place}", "section", title, part.variables, part.version or None)
    for dimension, variables in dimensions_of(codebook.dictionary).items():
        yield _group(f"D_{dimension}", "subject", study_words("dimensions", dimension), variables, dimension)


def _group(id: str, type: str, title: Text, variables: tuple[Variable, ...], name: str | None) -> Element:
    members = " ".join(identity(each.name) for each in variables)
    return element("varGrp", spoken("labl", title), ID=id, type=type, name=name, var=members)


def _variable(variable: Variable, orders: Orders, frequencies: Frequencies | None, names: set[str]) -> Element:
    found = None if frequencies is None else frequencies.of.get(variable.name)
    weight = frequencies.weight if frequencies is not None and frequencies.weight in names else None
    weighs = variable.role in ("weight", "replicate")
    by = None if weight is None or variable.role == "design" or weighs else identity(weight)
    return element(
        "var",
        spoken("labl", variable.label),
        (_question(variable, place, each, orders) for place, each in enumerate(variable.wordings, 1)),
        _range("valrng", [each for each in variable.values if not each.missing]),
        _range("invalrng", list(variable.missing)),
        spoken("universe", _universe(variable.universe), clusion="I") if variable.universe else None,
        _summary(found, by),
        (_category(variable, each, found, by) for each in variable.values),
        spoken("concept", study_words("dimensions", variable.dimension), vocab="dimension")
        if variable.dimension
        else None,
        _format(variable),
        _notes(variable),
        ID=identity(variable.name),
        name=variable.name,
        files=None if frequencies is None else FILE,
        dcml=DECIMALS.get(variable.kind),
        intrvl="contin" if variable.kind in ("integer", "decimal") else "discrete",
        wgt="wgt" if weighs else None,
        wgt_var=by,
        nature=_nature(variable),
        representationType={"code": "code", "text": "text"}.get(variable.kind, "numeric"),
    )


def _question(variable: Variable, place: int, wording: Wording, orders: Orders) -> Element:
    order = orders.get((wording.version, variable.item))
    return element(
        "qstn",
        spoken("preQTxt", wording.section),
        spoken("qstnLit", wording.text),
        None if wording.note is None else spoken("ivuInstr", wording.note),
        ID=f"Q{place}_{variable.name}",
        seqNo=None if order is None else str(order),
        responseDomainType="code",
        elementVersion=wording.version,
    )


def _range(name: str, values: list[Value]) -> Element | None:
    return element(name, *(element("item", VALUE=str(each.code)) for each in values)) if values else None


def _universe(universe: Universe) -> Text:
    groups = [label_of("groups", each) for each in universe.groups]
    stages = [label_of("stages", each) for each in universe.stages] or [study_words("study", "all_stages")]
    versions = ", ".join(universe.versions)
    return {tag: f"{listed(groups, tag)}; {listed(stages, tag)}; {versions}" for tag in LANGUAGES}


def _summary(found: Tally | Numbers | None, by: str | None) -> Iterator[Element]:
    if found is None:
        return
    missing = found.missing if isinstance(found, Tally) else sum(found.missing.values())
    yield element("sumStat", str(found.valid), type="vald")
    yield element("sumStat", str(missing), type="invd")
    if isinstance(found, Numbers):
        named = (("min", found.least), ("max", found.most), ("mean", found.mean), ("medn", found.median))
        for type, value in (*named, ("stdev", found.sd)):
            yield from _statistic(value, type)
        for other, value in (("lower_quartile", found.lower), ("upper_quartile", found.upper)):
            yield from _statistic(value, "other", otherType=other)
        for type, value in (("mean", found.weighted_mean), ("stdev", found.weighted_sd)):
            yield from _statistic(value, type, wgtd="wgtd", wgt_var=by)


def _statistic(value: float | None, type: str, **more: str | None) -> Iterator[Element]:
    if value is not None:
        yield element("sumStat", _number(value), type=type, **more)


def _category(variable: Variable, value: Value, found: Tally | Numbers | None, by: str | None) -> Element:
    others = (
        label
        for wording in variable.wordings
        for each in wording.options
        if each.code == value.code
        for label in spoken("labl", each.label, level=wording.version)
    )
    counts = {each.code: each for each in found.counts} if isinstance(found, Tally) else {}
    return element(
        "catgry",
        element("catValu", str(value.code)),
        spoken("labl", value.label),
        others,
        spoken("txt", study_words("study", "dont_know")) if value.dont_know else None,
        _statistics(counts[value.code], by) if counts else None,
        missing="Y" if value.missing else None,
        missType=value.reason or None,
    )


def _statistics(count: Count, by: str | None) -> Iterator[Element]:
    yield element("catStat", str(count.n), type="freq")
    if count.share is not None:
        yield element("catStat", _number(100 * count.share), type="percent")
    if by is not None:
        yield element("catStat", _number(count.weighted), type="freq", wgtd="wgtd", wgt_var=by)
        if count.weighted_share is not None:
            yield element("catStat", _number(100 * count.weighted_share), type="percent", wgtd="wgtd", wgt_var=by)


def _format(variable: Variable) -> Element:
    if variable.kind == "text":
        return element("varFormat", type="character", schema="other")
    return element("varFormat", type="numeric", schema="SPSS", formatname=FORMATS[variable.kind])


def _notes(variable: Variable) -> Iterator[Element]:
    yield from spoken("notes", study_words("roles", variable.role), type="role", subject=variable.role)
    if variable.scale is not None:
        yield element("notes", variable.scale, type="scale")
    if variable.item is not None and variable.direction < 0:
        yield from spoken("notes", study_words("study", "reversed"), type="direction")
    if variable.item is not None and not variable.required:
        yield from spoken("notes", study_words("study", "optional"), type="required")


def _nature(variable: Variable) -> str | None:
    if variable.kind == "code":
        return "ordinal" if (variable.scale or "").startswith(ORDINAL) else "nominal"
    return None if variable.kind == "text" else "ratio"


def _number(value: float) -> str:
    """As short as it can be with six decimals."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
