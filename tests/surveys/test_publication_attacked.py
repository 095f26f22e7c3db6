"""Nobody works out what is hidden: a reader with linear programmes tries, on counties of every shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from surveys.disclosure.versions import library_rule
from surveys.publication import Figure, Publication, publish
from tests.surveys.attacker import ALL, Attack, Cell, interval_of
from tests.surveys.published import County, evaluation_of, printed

RULE = library_rule("renke-default")
AT_SCHOOL, ELSEWHERE = ("student", "parent", "teacher", "principal"), ("npc_deputy", "public")
FAR = 1e5
NEAR = 1e-4
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Sizes as they are (a principal, some teachers, many parents) and sizes that are made to leak.
people = some.one_of(some.integers(0, 3), some.integers(7, 12), some.integers(13, 60), some.integers(61, 450))
moods = some.sampled_from((0.0, 0.5, 0.85, 0.9, 0.97, 1.0))


@some.composite
def counties(draw: some.DrawFn) -> County:
    schools = [f"S{number}" for number in range(draw(some.integers(1, 5)))]
    groups = draw(some.lists(some.sampled_from(AT_SCHOOL), min_size=1, max_size=4, unique=True))
    outside = draw(some.lists(some.sampled_from(ELSEWHERE), max_size=2, unique=True))
    usual = draw(some.booleans())
    n: dict[Cell, int] = {}
    for place in [*((school, group) for school in schools for group in groups), *((None, each) for each in outside)]:
        count = draw(some.integers(1, 2)) if usual and place[1] == "principal" else draw(people)
        if count:
            n[place] = count
    mood = draw(moods)
    satisfied = {place: draw(some.integers(round(count * mood), count)) for place, count in n.items()}
    each = {place: draw(some.sampled_from((1.0, 1.25, 2.0))) for place in n}
    return County(n, satisfied, each if draw(some.booleans()) else dict.fromkeys(n, 1.0))


def county_of(table: Mapping[str, Mapping[str, tuple[int, int]]]) -> County:
    """school -> group -> (people, satisfied); "" is no school."""
    cells = {(school or None, group): each for school, row in table.items() for group, each in row.items()}
    n = {cell: count for cell, (count, _satisfied) in cells.items()}
    return County(n, {cell: yes for cell, (_count, yes) in cells.items()}, dict.fromkeys(n, 1.0))


# Two principals and the teachers beside them all of one mind; a county of seven principals; a lone school.
OF_ONE_MIND = county_of(
    {
        "S0": {"student": (200, 170), "teacher": (30, 30), "principal": (1, 1)},
        "S1": {"student": (90, 80), "teacher": (22, 22), "principal": (1, 1)},
        "S2": {"student": (150, 120), "teacher": (12, 11), "principal": (1, 0)},
        "": {"public": (60, 50)},
    }
)
LONE = county_of({"S0": {"student": (40, 31), "teacher": (12, 12), "principal": (1, 0)}})


def shown_n(attack: Attack, cells: Iterable[Cell], count: int | None) -> None:
    if count is not None:
        attack.learn(dict.fromkeys(cells, 1.0), count, count)


def attack_counts(county: County, shown: Publication) -> Attack:
    """What a reader of the page knows of how many answered where: all counts that stand on it."""
    attack = Attack(list(county.n), dict.fromkeys(county.n, FAR))
    for figure in shown.cells:
        shown_n(attack, [(figure.school, str(figure.group))], figure.n)
    for figure in shown.schools:
        shown_n(attack, county.some(school=figure.school), figure.n)
    for figure in shown.groups:
        shown_n(attack, county.some(group=figure.group), figure.n)
    shown_n(attack, county.n, shown.composite.n)
    shown_n(attack, county.n, shown.pooled.n)
    return attack


def attack_answers(county: County, shown: Publication, *, schools: bool = True) -> Attack:
    """What an officer with every list knows of the satisfied: figures as printed, and what each person weighs.

    Without `schools`: what the figures of the county say by themselves, where those of groups are known exactly.
    """
    mass = {cell: county.weight[cell] * n for cell, n in county.n.items()}
    attack = Attack(list(county.n), mass)

    def learn(figure: Figure, parts: Mapping[Cell, float], *, exact: float | None = None) -> None:
        """`parts`: how much of the figure, from 0 to 1, each satisfied person of a cell makes."""
        if figure.value is not None and parts:
            low, high = interval_of(printed(figure), people=figure.n or 0, fewest=RULE.fewest)
            low, high = (low, high) if exact is None else (exact, exact)
            attack.learn(parts, low / ALL, high / ALL)

    def share(cells: list[Cell]) -> dict[Cell, float]:
        return dict.fromkeys(cells, 1 / max(sum(mass[cell] for cell in cells), 1e-9))

    for figure in shown.cells if schools else ():
        learn(figure, share([(figure.school, str(figure.group))]))
    for figure in shown.schools if schools else ():
        learn(figure, share(county.some(school=figure.school)))
    for figure in shown.groups:
        cells = county.some(group=figure.group)
        learn(figure, share(cells), exact=None if schools else county.value(cells))
    learn(shown.pooled, share(list(county.n)))
    by_group = {cell: weight for group in county.groups for cell, weight in share(county.some(group=group)).items()}
    learn(shown.composite, {cell: county.group_weights[cell[1]] * weight for cell, weight in by_group.items()})
    return attack


def hidden_cells(shown: Publication) -> list[Cell]:
    return [(each.school, str(each.group)) for each in shown.cells if each.hidden]


def is_secret(county: County, cell: Cell) -> bool:
    return county.n[cell] < RULE.smallest or cell[1] in RULE.withhold


@EXAMPLES
@given(counties())
@example(OF_ONE_MIND)
@example(LONE)
def test_how_many_answered_stays_open_wherever_it_is_hidden(county: County) -> None:
    shown = publish(evaluation_of(county.result()), RULE)
    attack = attack_counts(county, shown)
    of_county = {str(each.group): each for each in shown.groups}
    for cell in hidden_cells(shown):
        if of_county[cell[1]].hidden or len(county.some(group=cell[1])) > 1:  # else the county's figure is its own
            low, high = attack.range_of(cell)
            assert high - low >= 2 * RULE.protection - NEAR, (cell, low, high)


@EXAMPLES
@given(counties())
@example(OF_ONE_MIND)
@example(LONE)
def test_what_they_said_stays_open_even_for_who_knows_everything_else(county: County) -> None:
    shown = publish(evaluation_of(county.result()), RULE)
    attack, beforehand = attack_answers(county, shown), attack_answers(county, shown, schools=False)
    for cell in hidden_cells(shown):
        if is_secret(county, cell):
            (low, high), (least, most) = attack.range_of(cell), beforehand.range_of(cell)
            wanted = min(min(county.n[cell], RULE.fewest) * county.weight[cell], most - least)
            assert high - low >= wanted - NEAR, (cell, low, high, wanted)


# The rule before this one: every line of the table by itself, with all figures told exactly.


def hide_line(counts: dict[Cell, int]) -> set[Cell]:
    hidden = {cell for cell, n in counts.items() if 0 < n < 10}
    rest = sorted((cell for cell, n in counts.items() if n >= 10), key=lambda cell: counts[cell])
    while hidden and rest and sum(counts[cell] for cell in hidden) < 10:
        hidden.add(rest.pop(0))
    return hidden


def hide_by_lines(county: County) -> set[Cell]:
    hidden: set[Cell] = set()
    while True:
        lines = [county.some(school=school) for school in county.schools]
        lines += [county.some(group=group) for group in county.groups]
        more = {cell for line in lines for cell in hide_line({cell: county.n[cell] for cell in line})}
        for line in lines:
            inside = [cell for cell in line if cell in hidden | more]
            rest = sorted(set(line) - set(inside), key=lambda cell: county.n[cell])
            while inside and rest and sum(county.n[cell] for cell in inside) < 10:
                inside.append(rest.pop(0))
            more |= set(inside)
        if more <= hidden:
            return hidden
        hidden |= more


def attack_lines(county: County, hidden: set[Cell], values: Mapping[Cell, int], most: float) -> Attack:
    """All sums of schools and of groups, and all cells that are not hidden, exactly."""
    attack = Attack(list(county.n), dict.fromkeys(county.n, most))
    lines = [[cell] for cell in county.n if cell not in hidden]
    lines += [county.some(school=school) for school in county.schools]
    lines += [county.some(group=group) for group in county.groups]
    for line in lines:
        total = sum(values[cell] for cell in line)
        attack.learn(dict.fromkeys(line, 1.0), total, total)
    return attack


LEAKY = county_of(
    {
        "S0": {"student": (6, 5), "parent": (7, 2), "teacher": (3, 1), "principal": (40, 30)},
        "S1": {"student": (6, 4), "parent": (7, 5), "teacher": (50, 31), "principal": (50, 42)},
        "S2": {"student": (60, 50), "parent": (60, 51), "teacher": (6, 3), "principal": (7, 4)},
        "S3": {"student": (70, 60), "parent": (70, 61), "teacher": (7, 3), "principal": (6, 4)},
    }
)


def test_the_attacker_is_good_enough_to_break_the_rule_before() -> None:
    """Else the tests above would prove nothing. What each line by itself hides, its lines together tell."""
    hidden = hide_by_lines(LEAKY)
    assert {cell for cell, n in LEAKY.n.items() if n < 10} <= hidden
    counts = attack_lines(LEAKY, hidden, LEAKY.n, FAR)
    low, high = counts.range_of(("S0", "teacher"))
    assert (round(low), round(high)) == (3, 3)
    answers = attack_lines(OF_ONE_MIND, hide_by_lines(OF_ONE_MIND), OF_ONE_MIND.satisfied, FAR)
    principal = ("S0", "principal")
    answers.most = {cell: float(n) for cell, n in OF_ONE_MIND.n.items()}
    low, high = answers.range_of(principal)
    assert high - low < NEAR, "the teachers beside a principal all said the same"


def test_nothing_whole_is_left_to_list_either() -> None:
    """All tables of whole people that fit a tiny county: no hidden cell is the same in all of them."""
    county = county_of(
        {
            "S0": {"parent": (6, 4), "teacher": (11, 8)},
            "S1": {"parent": (12, 9), "teacher": (5, 3)},
        }
    )
    shown = publish(evaluation_of(county.result()), RULE)
    attack = attack_answers(county, shown)
    assert hidden_cells(shown)
    for cell in hidden_cells(shown):
        assert len(attack.count_solutions(cell)) > min(county.n[cell], RULE.fewest)
