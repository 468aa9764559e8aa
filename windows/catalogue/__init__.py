"""The lookup in the person's own words.

`text`, `sounds`, `thesaurus` make words comparable; `vocabulary` knows what a catalogue
talks about; `asked` takes a query apart; `compare` lays an item beside it; `index` puts
them in order; `live` keeps the index of the database. Only `live` knows Django.
"""

from .compare import Why
from .index import Hit, Index
from .live import because, current_index, look_up, record_miss
from .thesaurus import Line, shipped
from .vocabulary import Entry

__all__ = [
    "Entry",
    "Hit",
    "Index",
    "Line",
    "Why",
    "because",
    "current_index",
    "look_up",
    "record_miss",
    "shipped",
]
