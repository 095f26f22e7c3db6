"""What templates of the console may do with a number, and with the name of whoever did something."""

from __future__ import annotations

from app.console.door import blueprint
from app.numbers import count, fixed, percent
from app.words import who

for _filter in (count, fixed, percent, who):
    blueprint.add_app_template_filter(_filter)
