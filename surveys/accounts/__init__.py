"""Accounts: who may sign in, as what, and for which part of the tree."""

from surveys.accounts.authority import GRANTS, check_reach, get_person, list_people, may_administer
from surveys.accounts.links import (
    LinkView,
    end_link,
    get_link,
    invite,
    join,
    list_links,
    offer_reset,
    reset_password,
)
from surveys.accounts.model import ROLES, STRICT, AccountView
from surveys.accounts.passwords import LONGEST, SHORTEST, check_password
from surveys.accounts.register import (
    STRANGER,
    activate,
    add_account,
    deactivate,
    find_account,
    get_account,
    is_name,
    list_accounts,
    record,
    renew_password,
    set_password,
    upgrade_password,
)

__all__ = [
    "GRANTS",
    "LONGEST",
    "ROLES",
    "SHORTEST",
    "STRANGER",
    "STRICT",
    "AccountView",
    "LinkView",
    "activate",
    "add_account",
    "check_password",
    "check_reach",
    "deactivate",
    "end_link",
    "find_account",
    "get_account",
    "get_link",
    "get_person",
    "invite",
    "is_name",
    "join",
    "list_accounts",
    "list_links",
    "list_people",
    "may_administer",
    "offer_reset",
    "record",
    "renew_password",
    "reset_password",
    "set_password",
    "upgrade_password",
]
