"""How other form tools lay out their exports: data, by which files are read and can be written again."""

from surveys.imports.layouts.library import find_layout, get_layout, layout_names
from surveys.imports.layouts.model import Layout, Numbers
from surveys.imports.layouts.recognising import recognise

__all__ = ["Layout", "Numbers", "find_layout", "get_layout", "layout_names", "recognise"]
