"""Passwords that people choose: long enough, and not among the first that anybody would guess. No other rules."""

from __future__ import annotations

from surveys.accounts.model import AccountView
from surveys.errors import Problem, SurveyError

SHORTEST, LONGEST = 10, 1000  # characters
JUDGED = 72  # characters; longer ones are not guessed, and take long to judge
GUESSES = 10**8
# what passwords are made of here and the library's word lists do not have
FAMILIAR = ("renke", "woaini", "aini", "1314", "520", "5201314", "mima", "jiaoyu", "jiaoyuju", "xuexiao", "laoshi")


def check_password(password: str, again: str, *, account: AccountView) -> None:
    """Refuse a password that was mistyped, is short, or is easily guessed by who knows the account."""
    raise_problems(problems_of(password, again, known=(account.name, account.region, account.region_name)))


def raise_problems(problems: list[Problem]) -> None:
    if problems:
        raise SurveyError("password.invalid", "invalid", problems)


def problems_of(password: str, again: str, *, known: tuple[str, ...]) -> list[Problem]:
    """Every problem with a password; what was typed is in none of them."""
    fits = SHORTEST <= len(password) <= LONGEST
    checks = (
        (not fits, Problem("password.length", field="password", params={"least": SHORTEST, "most": LONGEST})),
        (fits and is_easy(password, known=known), Problem("password.easy", field="password")),
        (password != again, Problem("password.again", field="again")),
    )
    return [problem for wrong, problem in checks if wrong]


def is_easy(password: str, *, known: tuple[str, ...]) -> bool:
    """Whether fewer than a hundred million tries find it, beginning with the commonest and what people `known` say.

    Zxcvbn's estimate (Wheeler 2016), which knows the commonest passwords, dates, keyboards and repetitions.
    """
    from zxcvbn import zxcvbn  # its word lists are read when somebody chooses a password: see decision 0011

    part = password[:JUDGED]
    return bool(zxcvbn(part, user_inputs=[*known, *FAMILIAR])["guesses"] < GUESSES)
