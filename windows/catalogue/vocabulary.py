"""The items of a catalogue with the grams, sounds and words they hold."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from . import sounds, weights
from .text import letters, official
from .thesaurus import Thesaurus, deeds_of

_MATERIALS_READ = 20


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
class Wording:
    """A name or an alias of an item, and what each of its places is worth."""

    text: str
    heard: list[str]
    worth: list[float]
    is_alias: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An entry made comparable."""

    entry: Entry
    wordings: list[Wording]
    fields: dict[str, str]
    deeds: frozenset[str]
    deeds_of_aliases: frozenset[str]


class Vocabulary:
    """What a catalogue talks about, and in which items."""

    def __init__(self, entries: Iterable[Entry], thesaurus: Thesaurus) -> None:
        self.items: list[Item] = []
        self.grams: dict[str, list[int]] = {}
        self.pairs_heard: dict[str, list[int]] = {}
        self.fields: dict[str, dict[str, list[int]]] = {
            name: {} for name in weights.FIELDS
        }
        self.initials: list[str] = []
        self.words: dict[str, tuple[int, ...]] = {}
        self.word_worth: dict[str, float] = {}
        self._readings: dict[str, Counter[str]] = defaultdict(Counter)
        self._pairs: Counter[str] = Counter()
        for entry in entries:
            self._add(entry, thesaurus)
        self.count = max(1, len(self.items))
        self.rarity = {
            gram: self._rarity(len(held)) for gram, held in self.grams.items()
        }
        self.sound_rarity = {
            pair: self._rarity(len(held)) for pair, held in self.pairs_heard.items()
        }
        self._single_sounds = {
            part for pair in self.pairs_heard for part in pair.split(" ")
        }
        self._learn_words(thesaurus)
        for item in self.items:
            for wording in item.wordings:
                self._weigh(wording)

    def _add(self, entry: Entry, thesaurus: Thesaurus) -> None:
        number = len(self.items)
        wordings = []
        grams: set[str] = set()
        pairs: set[str] = set()
        for at, name in enumerate((entry.name, *entry.aliases)):
            form = official(name)
            text, heard = form.text, sounds.of_text(form.text)
            worth = [weights.BRACKETED if light else 1.0 for light in form.bracketed]
            wordings.append(Wording(text, heard, worth, at > 0))
            grams.update(text)
            grams.update(text[i : i + 2] for i in range(len(text) - 1))
            grams.update(text[i : i + 3] for i in range(len(text) - 2))
            pairs.update(
                f"{heard[i]} {heard[i + 1]}"
                for i in range(len(text) - 1)
                if heard[i] and heard[i + 1]
            )
            self._remember(text, heard)
        fields = {
            "parent": letters(entry.parent_name),
            "theme": letters(entry.theme),
            "department": letters(entry.department),
            "material": "\n".join(map(letters, entry.materials[:_MATERIALS_READ])),
        }
        does = deeds_of(wordings[0].text)
        others = frozenset[str]().union(*map(thesaurus.deeds_in, entry.aliases))
        self.items.append(Item(entry, wordings, fields, does, others - does))
        _post(self.grams, grams, number)
        _post(self.pairs_heard, pairs, number)
        for name, value in fields.items():
            two = {value[i : i + 2] for i in range(len(value) - 1)}
            _post(self.fields[name], two, number)
        self.initials.append("\n".join(sounds.first_letters(w.text) for w in wordings))

    def _remember(self, text: str, heard: Iterable[str]) -> None:
        """Learn which characters a sound is written with, and what follows what."""
        for char, sound in zip(text, heard, strict=True):
            if sound:
                self._readings[sound][char] += 1
        self._pairs.update(text[i : i + 2] for i in range(len(text) - 1))

    def _learn_words(self, thesaurus: Thesaurus) -> None:
        """Find the items that hold each official word of the thesaurus."""
        for meaning in thesaurus.meanings():
            for word in meaning.words:
                self.holds(word)
            if meaning.spoken.isalnum() and not meaning.spoken.isascii():
                self._remember(meaning.spoken, sounds.of_text(meaning.spoken))

    def holds(self, word: str) -> bool:
        """Say whether an item has this word, remembering which ones and its worth."""
        if word not in self.words:
            self.words[word] = held = self._holding(word)
            parts = [
                self.rarity.get(word[i : i + 2], 0.0) for i in range(len(word) - 1)
            ] or [self.rarity.get(word, 0.0)]
            rare = (sum(parts) / len(parts) + self._rarity(max(1, len(held)))) / 2
            fixed, each = weights.WORD
            self.word_worth[word] = rare * (fixed + each * min(len(word), 4))
        return bool(self.words[word])

    def _holding(self, word: str) -> tuple[int, ...]:
        if len(word) <= 3:
            return tuple(self.grams.get(word, ()))
        lists = [self.grams.get(word[i : i + 3], []) for i in range(len(word) - 2)]
        return tuple(
            number
            for number in min(lists, key=len)
            if any(word in wording.text for wording in self.items[number].wordings)
        )

    def _weigh(self, wording: Wording) -> None:
        """Make places of rare letters worth more than 办理 and 审批."""
        text, worth = wording.text, wording.worth
        rare = [self.rarity.get(text[i : i + 2], 0.0) for i in range(len(text) - 1)]
        for i in range(len(text)):
            near = rare[max(0, i - 1) : i + 1] or [1.0]
            worth[i] *= sum(near) / len(near)

    def _rarity(self, holders: int) -> float:
        return float(math.log(1 + self.count / holders) ** weights.RARITY_POWER)

    def usual(self, before: str, now: str) -> float:
        """Tell how usual a syllable is after another one in this catalogue."""
        return (1.0 if now in self._single_sounds else 0.0) + (
            2.0 if f"{before} {now}" in self.pairs_heard else 0.0
        )

    def write(self, heard: Iterable[str]) -> str:
        """Return the characters that this catalogue most likely means by sounds."""
        best: dict[str, tuple[float, str]] = {"": (0.0, "")}
        for sound in heard:
            options = self._readings.get(sound) or Counter({sound[:1]: 1})
            now: dict[str, tuple[float, str]] = {}
            for char, count in options.most_common(25):
                alone = 0.2 * math.log(1 + count)
                score, before = max(
                    (known + alone + self._link(last + char), text)
                    for last, (known, text) in best.items()
                )
                now[char] = (score, before + char)
            best = now
        return max(best.values())[1]

    def _link(self, pair: str) -> float:
        count = self._pairs.get(pair, 0)
        return 2.0 + 2.0 * math.log(1 + count) if count else 0.0


def _post(postings: dict[str, list[int]], keys: Iterable[str], number: int) -> None:
    for key in keys:
        held = postings.get(key)
        if held is None:
            postings[key] = [number]
        else:
            held.append(number)
