"""How well one item fits what was asked, and why.

Two shares make the score: how much of what was said the item explains, and how much of
the item's name was said. What the person wants done then moves variants of one item
apart (变更, 注销, 补领).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import weights
from .asked import Asked
from .thesaurus import deed_places, deeds_of
from .vocabulary import Item, Vocabulary, Wording

_REASONS = 3
_ALWAYS_THERE = frozenset({"new", "look", "notary", "abroad", "office"})
"""Deeds that an item may lack without being put back for it."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an item was found.

    `kind` is one of code, name, alias, thesaurus, pinyin, initials, typo, parent,
    theme, material, department; `said` is what the person said, `found` what it met.
    """

    kind: str
    said: str
    found: str


class Comparison:
    """One wording of an item laid beside what was asked.

    `mark` tells for each place of the name, `gain` for each place of the query, how
    well the other side explains it.
    """

    __slots__ = ("_asked", "_item", "_known", "_wording", "gain", "mark")

    def __init__(
        self, asked: Asked, item: Item, wording: Wording, known: Vocabulary
    ) -> None:
        self._asked = asked
        self._item = item
        self._wording = wording
        self._known = known
        self.mark = [0.0] * len(wording.text)
        self.gain = [0.0] * len(asked.text)
        self._pairs()
        self._words()
        if len(asked.singles) <= weights.FEW_LETTERS:
            self._singles()
        self._parent()

    def _meet(
        self, name: tuple[int, ...], query: tuple[int, ...], share: float, value: float
    ) -> None:
        """Say that places of the name and of the query explain each other."""
        for i in name:
            self.mark[i] = max(self.mark[i], share)
        for i in query:
            self.gain[i] = max(self.gain[i], value)

    def _pairs(self) -> None:
        asked, wording, rarity = self._asked, self._wording, self._known.rarity
        text, heard = wording.text, wording.heard
        mark, gain = self.mark, self.gain
        for i in range(len(text) - 1):
            gram = text[i : i + 2]
            places = asked.grams.get(gram)
            if places:
                mark[i] = mark[i + 1] = 1.0
                value = rarity[gram]
                for at in places:
                    gain[at] = max(gain[at], value)
                    gain[at + 1] = max(gain[at + 1], value)
                continue
            if asked.heard:
                pair = f"{heard[i]} {heard[i + 1]}"
                if pair in asked.heard:
                    value = self._known.sound_rarity[pair] * weights.SOUND
                    for at in asked.heard[pair]:
                        self._meet((i, i + 1), (at, at + 1), weights.SOUND, value)
                    continue
            for at in asked.skips.get(gram, ()):
                value = rarity[gram] * weights.SKIPPED
                self._meet((i, i + 1), (at, at + 2), weights.SKIPPED, value)
        self._skips()

    def _skips(self) -> None:
        """Meet pairs that have one wrong or additional letter between them."""
        asked, text, rarity = self._asked, self._wording.text, self._known.rarity
        share = weights.SKIPPED
        for i in range(len(text) - 2):
            gram = text[i] + text[i + 2]
            for at in asked.grams.get(gram, ()):
                value = rarity.get(gram, 3.0) * share
                self._meet((i, i + 2), (at, at + 1), share, value)
            for at in asked.skips.get(gram, ()):
                self._meet((i, i + 2), (at, at + 2), share, 3.0 * share)

    def _words(self) -> None:
        text, fields = self._wording.text, self._item.fields
        mark, gain = self.mark, self.gain
        for i in deed_places(text, self._asked.wants & self._item.deeds):
            mark[i] = 1.0
        for part, words in self._asked.words:
            top = 0.0
            for word, value in words:
                at = text.find(word)
                if at >= 0:
                    for i in range(at, at + len(word)):
                        mark[i] = max(mark[i], part.strength)
                    top = max(top, value)
                elif word in fields["parent"]:
                    top = max(top, value * weights.PARENT)
                elif word in fields["department"]:
                    top = max(top, value * weights.DEPARTMENT)
            if top:
                top /= len(part.places)
                for i in part.places:
                    gain[i] = max(gain[i], top)

    def _singles(self) -> None:
        share, rarity = weights.SINGLE, self._known.rarity
        for i, char in enumerate(self._wording.text):
            if not self.mark[i] and char in self._asked.singles:
                self._meet((i,), self._asked.singles[char], share, rarity[char] * share)

    def _parent(self) -> None:
        parent, rarity = self._item.fields["parent"], self._known.rarity
        if parent:
            for gram, places in self._asked.grams.items():
                if gram in parent:
                    value = rarity.get(gram, 3.0) * weights.PARENT_PAIR
                    for at in places:
                        self._meet((), (at, at + 1), 0.0, value)

    def said(self) -> float:
        """Return the share of this wording that was said, from 0 to 1."""
        worth = self._wording.worth
        said = sum(mark * value for mark, value in zip(self.mark, worth, strict=True))
        return said / (sum(worth) or 1.0)


def _explained(asked: Asked, gain: Iterable[float]) -> float:
    return sum(
        min(value * weight, worth)
        for value, weight, worth in zip(
            gain, asked.said.weights, asked.worth, strict=True
        )
    )


def _to_explain(asked: Asked) -> float:
    """Return the worth of a query; what a long story tells beside counts less."""
    fixed, share = weights.STORY
    total = sum(asked.worth)
    return min(total, fixed) + share * max(0.0, total - fixed) + 0.001


def _in_fields(
    asked: Asked, item: Item, gain: Sequence[float], known: Vocabulary
) -> float:
    """Return what only the theme, department and materials explain."""
    found = 0.0
    for name in ("theme", "department", "material"):
        value = item.fields[name]
        if value:
            for gram, places in asked.grams.items():
                if gram in value and not gain[places[0]]:
                    found += weights.FIELDS[name] * known.rarity.get(gram, 3.0)
    return found


def closely(asked: Asked, number: int, known: Vocabulary) -> float:
    """Return how well an item fits what was asked; about 0 to 1."""
    item = known.items[number]
    compared = [Comparison(asked, item, wording, known) for wording in item.wordings]
    gain = [max(values) for values in zip(*(one.gain for one in compared), strict=True)]
    whole = _explained(asked, gain)
    in_fields = _in_fields(asked, item, gain, known)
    unsaid = weights.NAME_UNSAID
    score = (whole + in_fields) / _to_explain(asked)
    score *= unsaid + (1 - unsaid) * max(one.said() for one in compared)
    if asked.initials:
        score = max(score, _by_initials(asked.initials, known.initials[number]))
    return score * _deeds_factor(asked.wants, item)


def _deeds_factor(wants: frozenset[str], item: Item) -> float:
    factor = 1.0
    does = item.deeds
    done = (wants & does) - {"new"}
    if done:
        factor *= weights.DONE
    other = min(len(does - wants - {"new"}), 3)
    factor *= (weights.DONE_AND_OTHER if done else weights.OTHER) ** other
    if "new" in does and not wants - {"new"}:
        factor *= weights.FIRST_TIME
    if wants - does - item.deeds_of_aliases - _ALWAYS_THERE:
        factor *= weights.NOT_DONE
    return factor


def _by_initials(typed: str, initials: str) -> float:
    best = 0.0
    fixed, share, start = weights.INITIALS
    for text in initials.split("\n"):
        at = text.find(typed)
        if at >= 0:
            score = fixed + share * len(typed) / len(text)
            best = max(best, score + (start if at == 0 else 0.0))
    return best


def reasons(asked: Asked, number: int, known: Vocabulary) -> tuple[Why, ...]:
    """Return why an item was found, the strongest reason first."""
    item = known.items[number]
    same = list(_letter_reasons(asked, item, known))
    strong = [*same, *_word_reasons(asked, item, [why.found for _, why in same])]
    strong.sort(key=lambda pair: -pair[0])
    weak = _weak_reasons(asked, item, known.initials[number])
    found: list[Why] = []
    for why in (*(why for _value, why in strong), *weak):
        if len(found) < _REASONS and not any(why.found in one.found for one in found):
            found.append(why)
    return tuple(found)


def _letter_reasons(
    asked: Asked, item: Item, known: Vocabulary
) -> Iterator[tuple[float, Why]]:
    """Yield the longest part that a wording shares with the query, and its value."""
    for wording in item.wordings:
        at, size = _common(asked.text, wording.text)
        same = asked.text[at : at + size]
        if size > 1:
            kind = "alias" if wording.is_alias else "name"
            value = sum(known.rarity[same[i : i + 2]] for i in range(size - 1))
            if deeds_of(same):
                value *= weights.DEED
            said = asked.typed or same
            found = wording.text if wording.is_alias else same
            yield value, Why("pinyin" if asked.typed else kind, said, found)


def _word_reasons(
    asked: Asked, item: Item, same: list[str]
) -> Iterator[tuple[float, Why]]:
    """Yield official words of the thesaurus that the item holds, with their value.

    What was said in so many words needs no thesaurus.
    """
    kinds = {"sound": "typo", "initials": "initials"}
    for part, words in asked.words:
        places = part.places
        spoken = asked.text[places[0] : places[-1] + 1].replace(" ", "")
        for word, value in words:
            if word != spoken and any(word in one for one in same):
                break
            if word != spoken and any(word in one.text for one in item.wordings):
                kind = "pinyin" if asked.typed else kinds.get(part.how, "thesaurus")
                met = part.meaning.spoken if part.how == "initials" else word
                yield value, Why(kind, asked.typed or spoken, met)
                break


def _weak_reasons(asked: Asked, item: Item, initials: str) -> Iterator[Why]:
    """Yield what is said only where nothing better is to be said."""
    wording = item.wordings[0]
    text, heard = wording.text, wording.heard
    if asked.initials and asked.initials in initials:
        yield Why("initials", asked.initials, item.entry.name)
    for i in range(len(text) - 1):
        for at in asked.heard.get(f"{heard[i]} {heard[i + 1]}", ()):
            kind = "pinyin" if asked.typed else "typo"
            said = asked.typed or asked.text[at : at + 2]
            yield Why(kind, said, text[i : i + 2])
    for name, value in item.fields.items():
        yield from (Why(name, gram, gram) for gram in asked.grams if gram in value)
    for i in range(len(text) - 2):
        gram = text[i] + text[i + 2]
        for at in (*asked.skips.get(gram, ()), *asked.grams.get(gram, ())):
            yield Why("typo", asked.text[at : at + 3], text[i : i + 3])
    for gram, places in asked.skips.items():
        if gram in text:
            yield Why("typo", asked.text[places[0] : places[0] + 3], gram)
    yield from (Why("name", char, char) for char in asked.singles if char in text)


def _common(one: str, other: str) -> tuple[int, int]:
    """Return place and length of the longest part of `one` that both share."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    match = matcher.find_longest_match()
    return match.a, match.size
