"""The index over the catalogue, and how hits are ranked.

First every item that shares letters, sounds or thesaurus words with the query gets a
rough score from posting lists; then the best are compared closely.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from . import weights
from .asked import Asked, take_apart
from .compare import Why, closely, reasons
from .text import official
from .thesaurus import Line, thesaurus_of
from .vocabulary import Entry, Vocabulary

CLOSELY: Final = 140
"""Items that are compared closely."""

FIRST: Final = 5
"""Places before items of a name that was shown already are put in again."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that fits, with a score from 0 to 1."""

    key: int
    score: float
    why: tuple[Why, ...]
    is_likely: bool
    """Whether it is likely meant; else it only shares a word or a sound."""


class Index:
    """All items of a catalogue, ready to be looked up in a person's own words."""

    def __init__(self, entries: Iterable[Entry], thesaurus: Iterable[Line]) -> None:
        self._thesaurus = thesaurus_of(tuple(thesaurus))
        self._known = Vocabulary(entries, self._thesaurus)
        self._codes = defaultdict[str, list[int]](list)
        for number, item in enumerate(self._known.items):
            self._codes[_as_code(item.entry.code)].append(number)
        # The first query would pay for the tables that are read when first needed.
        take_apart("xian 身分證", self._known, self._thesaurus)

    def __len__(self) -> int:
        return len(self._known.items)

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the items that fit what was said, best first, at most `limit`.

        What is the code of an item means that item alone; of codes that differ only
        in width or size of letters, the one that is spelled so comes first.
        """
        if numbers := self._codes.get(_as_code(query)):
            entries = [self._known.items[number].entry for number in numbers]
            entries.sort(key=lambda entry: entry.code != query.strip())
            return [
                Hit(
                    entry.key,
                    1.0,
                    (Why("code", entry.code, entry.code),),
                    is_likely=True,
                )
                for entry in entries[: max(limit, 0)]
            ]
        asked = take_apart(query, self._known, self._thesaurus)
        rough = self._roughly(asked)
        best = nlargest(CLOSELY, rough.items(), key=lambda pair: (pair[1], -pair[0]))
        scored = sorted(
            ((closely(asked, number, self._known), -number) for number, _ in best),
            reverse=True,
        )
        items = self._known.items
        likely = weights.LIKELY[len(asked.text) <= weights.SHORT]
        return [
            Hit(
                items[-number].entry.key,
                round(min(score, 1.0), 4),
                reasons(asked, -number, self._known),
                score >= likely,
            )
            for score, number in self._spread(scored)[: max(limit, 0)]
            if score > 0
        ]

    def _spread(self, scored: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Keep items of one name from filling the first places."""
        seen: Counter[str] = Counter()
        first: list[tuple[float, int]] = []
        later: list[tuple[float, int]] = []
        for score, number in scored:
            name = official(self._known.items[-number].entry.name).text
            seen[name] += 1
            (first if seen[name] == 1 else later).append((score, number))
        return first[:FIRST] + sorted(first[FIRST:] + later, reverse=True)

    def _roughly(self, asked: Asked) -> dict[int, float]:
        """Return a rough score for each item that shares something with the query."""
        rough: dict[int, float] = defaultdict(float)
        for numbers, value in self._shared(asked):
            for number in numbers:
                rough[number] += value
        for _part, words in asked.words:
            best: dict[int, float] = {}
            for word, value in sorted(words, key=lambda pair: pair[1]):
                best.update(dict.fromkeys(self._known.words[word], value))
            for number, value in best.items():
                rough[number] += value
        return rough

    def _shared(self, asked: Asked) -> Iterable[tuple[Iterable[int], float]]:
        """Yield items that share something with the query, and what it is worth."""
        known = self._known
        for gram, value in self._letters(asked):
            yield known.grams[gram], value
        for pair in asked.heard:
            yield known.pairs_heard[pair], known.sound_rarity[pair] * weights.SOUND
        for name, weight in weights.FIELDS.items():
            postings = known.fields[name]
            for gram in asked.grams:
                if gram in postings:
                    yield postings[gram], weight * known.rarity.get(gram, 3.0)
        if asked.initials:
            for number, text in enumerate(known.initials):
                if asked.initials in text:
                    yield (number,), 3.0

    def _letters(self, asked: Asked) -> Iterable[tuple[str, float]]:
        """Yield pairs and threes of letters, and single ones in a short query."""
        rarity, text = self._known.rarity, asked.text
        for gram in asked.grams:
            if gram in rarity:
                yield gram, rarity[gram]
        for start, end in asked.said.runs:
            for i in range(start, end - 2):
                gram = text[i : i + 3]
                if gram in rarity:
                    yield gram, rarity[gram] * weights.TRIGRAM
        if len(asked.singles) <= 4:
            for char in asked.singles:
                if char in rarity:
                    yield char, rarity[char] * weights.SINGLE


def _as_code(text: str) -> str:
    """Return a code as it is compared: full or half width, great or small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
