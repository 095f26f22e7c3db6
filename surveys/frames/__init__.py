"""The sampling frame: how many people of each group each school, or the county, has."""

from surveys.frames.classes import ClassReport, SchoolClass, import_classes, list_classes
from surveys.frames.importing import FrameReport, import_frame
from surveys.frames.reading import FrameContent, SchoolRow, read_frame
from surveys.frames.template import frame_template
from surveys.frames.views import CellView, FrameView, find_latest_frame, get_frame, list_cells

__all__ = [
    "CellView",
    "ClassReport",
    "FrameContent",
    "FrameReport",
    "FrameView",
    "SchoolClass",
    "SchoolRow",
    "find_latest_frame",
    "frame_template",
    "get_frame",
    "import_classes",
    "import_frame",
    "list_cells",
    "list_classes",
    "read_frame",
]
