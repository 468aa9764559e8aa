"""What the parts of a match are worth. Found by trying on half of the own queries.

None of these is critical: each can be moved by a fifth with no visible change. What
decides is the thesaurus.
"""

from collections.abc import Mapping
from typing import Final

RARITY_POWER: Final = 0.8
"""How strongly a rare gram counts more than a common one."""

TRIGRAM: Final = 0.5
"""A third letter in a row, against a pair of letters."""

BRACKETED: Final = 0.4
"""A letter of a name that stands in brackets."""

NAME_UNSAID: Final = 0.5
"""What is left of a score if nothing of the name was said but all is explained."""

STORY: Final = (60.0, 0.4)
"""From this worth on a query is a story, of which only a share is to be explained."""

SOUND: Final = 0.8
"""A pair that only sounds the same."""

SKIPPED: Final = 0.6
"""A pair with one letter wrong, missing or too many between."""

SINGLE: Final = 0.4
"""One letter on its own; only in queries of at most `FEW_LETTERS` letters."""

FEW_LETTERS: Final = 14

UNKNOWN: Final = 2.0
"""A letter of the query that the catalogue does not know."""

DEED: Final = 0.9
"""A letter of a word that says what is to be done; `DONE` weighs those."""

SPOKEN: Final = 0.95
"""A spoken word that stands in the name itself, against its best official word."""

LATER_WORD: Final = 0.95
"""Each official word of a line, against the one before it."""

WORD: Final = (1.4, 0.4)
"""An official word: a fixed part, and a part for each of its first four letters."""

PARENT: Final = 0.5
"""An official word that stands in the main item's name only."""

DEPARTMENT: Final = 0.4
"""An official word that stands in the department's name only."""

PARENT_PAIR: Final = 0.35
"""A pair of letters that stands in the main item's name only."""

FIELDS: Final[Mapping[str, float]] = {
    "parent": 0.40,
    "theme": 0.15,
    "department": 0.15,
    "material": 0.12,
}
"""A pair of letters in another field, in the rough score."""

DONE: Final = 1.3
"""An item that does what was asked for."""

NOT_DONE: Final = 0.85
"""An item that does not, where something particular was asked for."""

DONE_AND_OTHER: Final = 0.93
"""Each other thing that an item does beside what was asked for."""

OTHER: Final = 0.75
"""Each thing that an item does and nobody asked for."""

FIRST_TIME: Final = 1.06
"""The first issue of something, where nothing particular was asked for."""

LIKELY: Final = (0.3, 0.42)
"""From this score on a hit is shown as what was meant, below it as a mere perhaps.

The second holds for queries of at most `SHORT` letters, where one common word is soon
half of what was said. Of the right first hits of our own queries fewer than one in
thirty lies below it, of the first hits of queries that no item answers three in four.
"""

SHORT: Final = 8

INITIALS: Final = (0.25, 0.6, 0.1)
"""Typed initials: a fixed part, the share of the name, and the name's start."""

INITIALS_WORD: Final = (0.45, 0.8)
"""A thesaurus wording found by its initials; one that also stands in a name."""
