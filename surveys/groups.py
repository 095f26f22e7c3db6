"""The groups that are asked (调查对象), in the order in which they are always shown."""

SCHOOL_GROUPS = ("student", "parent", "teacher", "principal")
COUNTY_GROUPS = ("npc_deputy", "cppcc_member", "public")
GROUPS = SCHOOL_GROUPS + COUNTY_GROUPS
