"""Import of a catalogue from a workbook (xlsx) or a CSV file.

`tables` turns a file into rows of text and refuses what is hostile or too large;
`columns` knows the names of columns and reads cells; `plans` compares the rows with
the catalogue; `applying` writes a plan, all of it or nothing. An item that is missing
from a file stays, and an empty cell says nothing: an import never takes away.
"""

from .applying import (
    STILL_TO_DO,
    NothingSavedError,
    apply_run,
    confirm,
    import_table,
    take_preview,
)
from .plans import Plan, make_plan
from .tables import ImportRefusedError, Table, read_table

__all__ = [
    "STILL_TO_DO",
    "ImportRefusedError",
    "NothingSavedError",
    "Plan",
    "Table",
    "apply_run",
    "confirm",
    "import_table",
    "make_plan",
    "read_table",
    "take_preview",
]
