"""The index over the catalogue, and how hits are ranked.

First every item that shares letters, sounds or thesaurus words with the query gets a
rough score from posting lists; then the best are compared closely: how much of what
was said does the item explain, and how much of the item's name was said. An item that
does something else with the matter (cancels, looks up) than was asked for is put back.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final

from . import sounds
from .text import Official, Said, letters, official, plain, said
from .thesaurus import ACTIONS, Found, Line, Meaning, Thesaurus, actions_of

CLOSELY: Final = 140
"""Items that are compared closely."""

FIELDS: Final = {"parent": 0.40, "theme": 0.15, "department": 0.15, "material": 0.12}
_LATIN = re.compile(r"[a-z]+(?: +[a-z]+)*")
W: Final = {
    "idf_power": 0.8,
    "base_cover": 0.45,
    "trigram": 0.5,
    "light": 0.4,
    "want_hit": 1.35,
    "want_miss": 0.85,
    "other": 0.80,
    "sound": 0.8,
    "skip": 0.6,
    "single": 0.3,
    "field": 0.35,
    "new": 1.06,
    "unknown": 1.2,
    "qpow": 1.0,
    "short": 1.4,
    "longer": 0.4,
    "spoken": 0.9,
    "hit_other": 0.95,
    "deed": 0.6,
    "many": 14,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the lookup sees it."""

    key: int
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    department: str = ""
    theme: str = ""
    materials: tuple[str, ...] = ()
    parent_name: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an item was found: by what kind of match, what was said, what it met."""

    kind: str
    said: str
    found: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that fits, with a score from 0 to 1."""

    key: int
    score: float
    why: tuple[Why, ...]


@dataclass(slots=True)
class _Wording:
    """A name or an alias of an item, with what its places are worth."""

    text: str
    heard: list[str]
    worth: list[float]
    alias: bool


@dataclass(slots=True)
class _Item:
    entry: Entry
    wordings: list[_Wording]
    fields: dict[str, str]
    actions: frozenset[str]
    same: str


@dataclass(slots=True)
class _Query:
    """A query taken apart."""

    said: Said
    text: str
    grams: dict[str, tuple[int, ...]]
    heard: dict[str, tuple[int, ...]]
    skips: dict[str, tuple[int, ...]]
    singles: dict[str, tuple[int, ...]]
    found: list[Found]
    worth: list[float]
    wants: frozenset[str]
    first: str = ""
    typed_sounds: bool = False
    words: list[tuple[Found, list[tuple[str, float]]]] = field(default_factory=list)


class Index:
    """All items of a catalogue, ready to be looked up in a person's own words."""

    def __init__(self, entries: Iterable[Entry], thesaurus: Iterable[Line]) -> None:
        self._thesaurus = Thesaurus.of(thesaurus)
        self._items: list[_Item] = []
        self._grams: dict[str, list[int]] = {}
        self._sounds: dict[str, list[int]] = {}
        self._fields: dict[str, dict[str, list[int]]] = {name: {} for name in FIELDS}
        self._initials: list[str] = []
        self._words: dict[str, tuple[int, ...]] = {}
        self._word_worth: dict[str, float] = {}
        self._readings: dict[str, Counter[str]] = defaultdict(Counter)
        self._pairs: Counter[str] = Counter()
        texts: dict[str, list[str]] = {}
        for entry in entries:
            self._add(entry, texts)
        self._count = max(1, len(self._items))
        self._learn_words()
        self._weigh()

    # -- building ---------------------------------------------------------------

    def _add(self, entry: Entry, heard_of: dict[str, list[str]]) -> None:
        number = len(self._items)
        wordings = []
        for at, name in enumerate((entry.name, *entry.aliases)):
            form = official(name)
            heard = heard_of.get(form.text)
            if heard is None:
                heard = heard_of[form.text] = sounds.of_text(form.text)
            wordings.append(
                _Wording(
                    form.text,
                    heard,
                    [W["light"] if light else 1.0 for light in form.light],
                    at > 0,
                )
            )
        fields = {
            "parent": letters(entry.parent_name),
            "theme": letters(entry.theme),
            "department": letters(entry.department),
            "material": "\n".join(letters(name) for name in entry.materials[:20]),
        }
        main = wordings[0].text
        self._items.append(_Item(entry, wordings, fields, actions_of(main), main))
        grams: set[str] = set()
        pairs: set[str] = set()
        for wording in wordings:
            text, heard = wording.text, wording.heard
            grams.update(text)
            grams.update(text[i : i + 2] for i in range(len(text) - 1))
            grams.update(text[i : i + 3] for i in range(len(text) - 2))
            pairs.update(f"{heard[i]} {heard[i + 1]}" for i in range(len(text) - 1))
            for char, sound in zip(text, heard, strict=True):
                if sound:
                    self._readings[sound][char] += 1
            self._pairs.update(text[i : i + 2] for i in range(len(text) - 1))
        _post(self._grams, grams, number)
        _post(self._sounds, pairs, number)
        for name, value in fields.items():
            _post(
                self._fields[name],
                {value[i : i + 2] for i in range(len(value) - 1)},
                number,
            )
        self._initials.append("\n".join(sounds.first_letters(w.text) for w in wordings))

    def _learn_words(self) -> None:
        """Find the items that hold each official word of the thesaurus."""
        for meaning in self._thesaurus.meanings():
            for word in meaning.words:
                if word not in self._words:
                    self._words[word] = self._holding(word)
            spoken = meaning.spoken
            if not spoken.isascii():
                heard = sounds.of_text(spoken)
                for char, sound in zip(spoken, heard, strict=True):
                    if sound:
                        self._readings[sound][char] += 1
                self._pairs.update(spoken[i : i + 2] for i in range(len(spoken) - 1))

    def _holding(self, word: str) -> tuple[int, ...]:
        if len(word) <= 3:
            return tuple(self._grams.get(word, ()))
        lists = [self._grams.get(word[i : i + 3]) for i in range(len(word) - 2)]
        if not all(lists):
            return ()
        rarest = min((part for part in lists if part), key=len)
        return tuple(
            number
            for number in rarest
            if any(word in wording.text for wording in self._items[number].wordings)
        )

    def _holds(self, word: str) -> bool:
        """Say whether an item has this word, remembering which ones have."""
        if word not in self._words:
            self._words[word] = self._holding(word)
        return bool(self._words[word])

    def _weigh(self) -> None:
        self._idf = {gram: self._rarity(len(at)) for gram, at in self._grams.items()}
        self._sound_idf = {
            pair: self._rarity(len(at)) for pair, at in self._sounds.items()
        }
        for word in self._words:
            parts = [
                self._idf.get(word[i : i + 2], 0.0) for i in range(len(word) - 1)
            ] or [self._idf.get(word, 0.0)]
            mean = sum(parts) / len(parts)
            own = self._rarity(max(1, len(self._words[word])))
            self._word_worth[word] = (
                (mean + own) / 2 * (W["short"] + W["longer"] * min(len(word), 4))
            )
        for item in self._items:
            for wording in item.wordings:
                text = wording.text
                rare = [
                    self._idf.get(text[i : i + 2], 0.0) for i in range(len(text) - 1)
                ]
                for i in range(len(text)):
                    near = rare[max(0, i - 1) : i + 1] or [1.0]
                    wording.worth[i] *= sum(near) / len(near)
        self._weigher = sounds.Weigh(
            {pair: len(at) for pair, at in self._sounds.items()},
            {part for pair in self._sounds for part in pair.split(" ")},
        )

    def _rarity(self, holders: int) -> float:
        return float(math.log(1 + self._count / holders) ** W["idf_power"])

    # -- asking -----------------------------------------------------------------

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """Return the items that fit what was said, best first, at most `limit`."""
        asked = self._take_apart(query)
        rough = self._roughly(asked)
        if not rough:
            return []
        closely = nlargest(CLOSELY, rough.items(), key=lambda pair: (pair[1], -pair[0]))
        scored = [(self._closely(asked, number), -number) for number, _score in closely]
        scored.sort(reverse=True)
        return [
            Hit(
                self._items[-number].entry.key,
                round(min(score, 1.0), 4),
                self._why(asked, -number),
            )
            for score, number in self._spread(scored)[:limit]
            if score > 0
        ]

    def _spread(self, scored: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Put back the third and later items of one name, so that others are seen."""
        seen: Counter[str] = Counter()
        first: list[tuple[float, int]] = []
        later: list[tuple[float, int]] = []
        for score, number in scored:
            same = self._items[-number].same
            seen[same] += 1
            (first if seen[same] <= 1 else later).append((score, number))
        return first[:5] + sorted(first[5:] + later, reverse=True)

    def _take_apart(self, query: str) -> _Query:
        what = said(query)
        text, typed, first = self._write_out(what.text)
        if typed:
            what = said(text)
            text = what.text
        thesaurus = self._thesaurus
        found = list(thesaurus.find(what.squeezed, what.places))
        heard = sounds.of_text(text)
        squeezed_heard = [heard[at] for at in what.places]
        covered = [set(part.places) for part in found if len(part.places) > 1]
        for part in thesaurus.find_sounds(squeezed_heard, what.squeezed, what.places):
            here = set(part.places)
            if any(here & known and not here > known for known in covered):
                continue
            span = "".join(text[at] for at in part.places)
            if len(span) == 2 and span in self._grams:
                continue
            found.append(part)
        if first:
            for word in thesaurus.by_initials.get(first, ())[:12]:
                found.append(Found(word, tuple(range(len(text))), 0.7, "initials"))
        grams: dict[str, list[int]] = {}
        pairs: dict[str, list[int]] = {}
        skips: dict[str, list[int]] = {}
        singles: dict[str, list[int]] = {}
        for start, end in what.runs:
            for i in range(start, end):
                singles.setdefault(text[i], []).append(i)
                if i + 1 < end:
                    gram = text[i : i + 2]
                    grams.setdefault(gram, []).append(i)
                    if typed or gram not in self._grams:
                        pairs.setdefault(f"{heard[i]} {heard[i + 1]}", []).append(i)
                if i + 2 < end:
                    skips.setdefault(text[i] + text[i + 2], []).append(i)
        wants = frozenset().union(*(part.meaning.actions for part in found))
        asked = _Query(
            what,
            text,
            {k: tuple(v) for k, v in grams.items()},
            {k: tuple(v) for k, v in pairs.items() if k in self._sounds},
            {k: tuple(v) for k, v in skips.items()},
            {k: tuple(v) for k, v in singles.items()},
            found,
            [],
            wants | actions_of(text),
            first,
            typed,
        )
        self._weigh_query(asked)
        return asked

    def _write_out(self, text: str) -> tuple[str, bool, str]:
        """Write typed pinyin as characters; return also initials that were typed."""
        typed = False
        first = ""
        for match in list(_LATIN.finditer(text)):
            word = match.group()
            joined = word.replace(" ", "")
            if joined in self._thesaurus.by_text:
                continue
            if joined in self._grams and len(joined) > 1:
                continue
            parts: list[str] | None = []
            for piece in word.split():
                cut = sounds.cut(piece, sounds.syllables(), self._weigher)
                if cut is None or parts is None:
                    parts = None
                    break
                parts += cut
            if parts and (len(parts) > 1 or len(joined) > 3):
                written = self._characters(parts)
                text = text[: match.start()] + written + text[match.end() :]
                typed = True
                break
            if 2 <= len(joined) <= 12:
                first = joined
        return text, typed, first

    def _characters(self, heard: Sequence[str]) -> str:
        """Return the characters that the catalogue most likely means by sounds."""
        best: dict[str, tuple[float, str]] = {"": (0.0, "")}
        for sound in heard:
            options = self._readings.get(sound) or Counter({sound[:1]: 1})
            now: dict[str, tuple[float, str]] = {}
            for char, count in options.most_common(25):
                alone = math.log(1 + count) * 0.2
                score, before = max(
                    (
                        known[0]
                        + alone
                        + 2.0 * math.log(1 + self._pairs.get(last + char, 0))
                        + (2.0 if last + char in self._pairs else 0.0),
                        known[1],
                    )
                    for last, known in best.items()
                )
                now[char] = (score, before + char)
            best = now
        return max(best.values())[1]

    def _weigh_query(self, asked: _Query) -> None:
        """Fix what each place of the query is worth if it is explained."""
        worth = [0.0] * len(asked.text)
        weights = asked.said.weights
        for start, end in asked.said.runs:
            for i in range(start, end):
                worth[i] = W["unknown"] * weights[i]
        for gram, places in asked.grams.items():
            value = self._idf.get(gram)
            if value:
                for i in places:
                    worth[i] = max(worth[i], value * weights[i])
                    worth[i + 1] = max(worth[i + 1], value * weights[i + 1])
        for pair, places in asked.heard.items():
            value = self._sound_idf[pair] * W["sound"]
            for i in places:
                worth[i] = max(worth[i], value)
                worth[i + 1] = max(worth[i + 1], value)
        for part in asked.found:
            words = [
                (word, self._word_worth[word] * part.strength * (0.95**rank))
                for rank, word in enumerate(part.meaning.words)
                if self._words.get(word)
            ]
            if words:
                spoken = part.meaning.spoken
                if part.how == "thesaurus" and self._holds(spoken):
                    top = max(value for _word, value in words)
                    words.append((spoken, top * W["spoken"]))
                asked.words.append((part, words))
                value = max(value for _word, value in words)
                value /= len(part.places)
                for i in part.places:
                    worth[i] = max(worth[i], value)
            elif part.meaning.actions:
                for i in part.places:
                    worth[i] = min(worth[i], 0.5)
        for i in deed_places(asked.text):
            worth[i] = min(worth[i], W["deed"])
        asked.worth = worth

    def _roughly(self, asked: _Query) -> dict[int, float]:
        rough: dict[int, float] = defaultdict(float)
        idf = self._idf
        for gram in asked.grams:
            value = idf.get(gram)
            if value:
                for number in self._grams[gram]:
                    rough[number] += value
        text = asked.text
        for start, end in asked.said.runs:
            for i in range(start, end - 2):
                value = idf.get(text[i : i + 3])
                if value:
                    value *= W["trigram"]
                    for number in self._grams[text[i : i + 3]]:
                        rough[number] += value
        for pair in asked.heard:
            value = self._sound_idf[pair] * W["sound"]
            for number in self._sounds[pair]:
                rough[number] += value
        for _part, words in asked.words:
            best: dict[int, float] = {}
            for word, value in words:
                for number in self._words[word]:
                    if best.get(number, 0.0) < value:
                        best[number] = value
            for number, value in best.items():
                rough[number] += value
        if len(asked.singles) <= 4:
            for char in asked.singles:
                value = idf.get(char, 0.0) * W["single"]
                if value > 0.5:
                    for number in self._grams[char]:
                        rough[number] += value
        for name, weight in FIELDS.items():
            postings = self._fields[name]
            for gram in asked.grams:
                if gram in postings:
                    value = weight * idf.get(gram, 3.0)
                    for number in postings[gram]:
                        rough[number] += value
        if asked.first:
            for number, text in enumerate(self._initials):
                if asked.first in text:
                    rough[number] += 3.0
        return rough

    def _closely(self, asked: _Query, number: int) -> float:
        item = self._items[number]
        best = 0.0
        for wording in item.wordings:
            best = max(best, self._compare(asked, item, wording))
        wants, does = asked.wants, item.actions
        if does:
            hit = (wants & does) - {"new"}
            if hit:
                best *= W["want_hit"]
            extra = does - wants - {"new"}
            best *= (W["hit_other"] if hit else W["other"]) ** min(len(extra), 3)
            if "new" in does and not (wants - {"new"}):
                best *= W["new"]
        missed = wants - does - {"new", "look", "notary", "abroad", "office"}
        if missed:
            best *= W["want_miss"]
        if asked.first:
            best = max(best, self._by_initials(asked.first, number))
        return best

    def _by_initials(self, first: str, number: int) -> float:
        best = 0.0
        for text in self._initials[number].split("\n"):
            at = text.find(first)
            if at >= 0:
                share = len(first) / len(text)
                best = max(best, 0.25 + 0.6 * share + (0.1 if at == 0 else 0.0))
        return best

    def _compare(self, asked: _Query, item: _Item, wording: _Wording) -> float:
        text, heard = wording.text, wording.heard
        size = len(text)
        mark = [0.0] * size
        gain = [0.0] * len(asked.text)
        worth, idf = asked.worth, self._idf
        weights = asked.said.weights
        grams, pairs, skips = asked.grams, asked.heard, asked.skips
        for i in range(size - 1):
            gram = text[i : i + 2]
            places = grams.get(gram)
            if places:
                mark[i] = mark[i + 1] = 1.0
                value = idf[gram]
                for at in places:
                    if gain[at] < value:
                        gain[at] = value
                    if gain[at + 1] < value:
                        gain[at + 1] = value
                continue
            places = pairs.get(f"{heard[i]} {heard[i + 1]}")
            if places:
                share = W["sound"]
                value = self._sound_idf[f"{heard[i]} {heard[i + 1]}"] * share
                if mark[i] < share:
                    mark[i] = share
                mark[i + 1] = share
                for at in places:
                    gain[at] = max(gain[at], value)
                    gain[at + 1] = max(gain[at + 1], value)
                continue
            if gram in skips:
                share = W["skip"]
                mark[i] = max(mark[i], share)
                mark[i + 1] = share
                for at in skips[gram]:
                    value = idf[gram] * share
                    gain[at] = max(gain[at], value)
                    gain[at + 2] = max(gain[at + 2], value)
            if i + 2 < size:
                gram = text[i] + text[i + 2]
                share = W["skip"]
                if gram in grams or gram in skips:
                    mark[i] = max(mark[i], share)
                    mark[i + 2] = max(mark[i + 2], share)
                    for at in grams.get(gram, ()):
                        value = idf.get(gram, 3.0) * share
                        gain[at] = max(gain[at], value)
                        gain[at + 1] = max(gain[at + 1], value)
                    for at in skips.get(gram, ()):
                        value = 3.0 * share
                        gain[at] = max(gain[at], value)
                        gain[at + 2] = max(gain[at + 2], value)
        parent = item.fields["parent"]
        for part, words in asked.words:
            top = 0.0
            for word, value in words:
                at = text.find(word)
                if at >= 0:
                    share = min(1.0, part.strength)
                    for i in range(at, at + len(word)):
                        if mark[i] < share:
                            mark[i] = share
                    if value > top:
                        top = value
                elif parent and word in parent and value * 0.5 > top:
                    top = value * 0.5
            if top:
                top /= len(part.places)
                for i in part.places:
                    if gain[i] < top:
                        gain[i] = top
        share = W["single"]
        for i in range(size) if len(asked.singles) <= W["many"] else ():
            if not mark[i]:
                places = asked.singles.get(text[i])
                if places:
                    mark[i] = share
                    for at in places:
                        gain[at] = max(gain[at], idf[text[i]] * share)
        if parent:
            share = W["field"]
            for gram, places in grams.items():
                if gram in parent:
                    value = idf.get(gram, 3.0) * share
                    for at in places:
                        gain[at] = max(gain[at], value)
                        gain[at + 1] = max(gain[at + 1], value)
        gained = 0.0
        total = 0.001
        for i, value in enumerate(worth):
            if value:
                total += value
                gained += (
                    min(gain[i], value)
                    if weights[i] >= 1.0
                    else min(gain[i] * weights[i], value)
                )
        for name in ("theme", "department", "material"):
            value = item.fields[name]
            if value:
                for gram, places in grams.items():
                    if gram in value and not gain[places[0]]:
                        gained += FIELDS[name] * idf.get(gram, 3.0)
        said_share = gained / total
        meant = sum(wording.worth) or 1.0
        name_share = (
            sum(m * w for m, w in zip(mark, wording.worth, strict=True)) / meant
        )
        return said_share ** W["qpow"] * (
            W["base_cover"] + (1 - W["base_cover"]) * name_share
        )

    def _why(self, asked: _Query, number: int) -> tuple[Why, ...]:
        return ()


def deed_places(text: str) -> Iterable[int]:
    """Yield the places of words that say what is done; `_closely` weighs those."""
    for words in ACTIONS.values():
        for word in words:
            at = text.find(word)
            while at >= 0:
                yield from range(at, at + len(word))
                at = text.find(word, at + 1)


def _post(postings: dict[str, list[int]], keys: Iterable[str], number: int) -> None:
    for key in keys:
        at = postings.get(key)
        if at is None:
            postings[key] = [number]
        else:
            at.append(number)
