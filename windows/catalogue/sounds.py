"""How words sound: syllables, sounds that people mix up, and initials.

A person who cannot write a word types it as it sounds, and an input method offers the
wrong character of the right sound. Sounds that dialects do not tell apart (z/zh, n/l,
in/ing) are folded into one.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

_FINALS: Final = (
    "a o e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing iong u ua uo "
    "uai ui uan un uang v ve ue er"
).split()


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable of Mandarin without its tone."""
    found: set[str] = set()
    for readings in pinyin_dict.values():
        for reading in readings.split(",")[:1]:
            plain = to_normal(reading).replace("ü", "v")
            if plain.isascii() and plain.isalpha():
                found.add(plain)
    return frozenset(found - {"m", "n", "ng", "hm", "hng", "hng", "r"})


@lru_cache(maxsize=8192)
def fold(syllable: str) -> str:
    """Return a syllable without the differences that speakers do not hear."""
    folded = syllable
    if folded[:2] in {"zh", "ch", "sh"}:
        folded = folded[0] + folded[2:]
    if folded[:1] == "l":
        folded = "n" + folded[1:]
    if folded.endswith("ng") and folded[-3:-2] in {"a", "e", "i"}:
        folded = folded[:-1]
    return folded


def of_text(text: str) -> list[str]:
    """Return one folded syllable a character, "" for what is not Han."""
    if not text:
        return []
    heard = lazy_pinyin(text, errors=lambda chars: [""] * len(chars))
    if len(heard) != len(text):
        heard = [
            (lazy_pinyin(char, errors=lambda _chars: [""]) or [""])[0] for char in text
        ]
    return [fold(part) if part else "" for part in heard]


def initials(folded: Iterable[str]) -> str:
    """Return the first letters of syllables, "." where there is none."""
    return "".join(part[:1] or "." for part in folded)


def cut(letters: str, known: frozenset[str], weight: "Weigh") -> list[str] | None:
    """Cut Latin letters into syllables, preferring pairs that the catalogue uses.

    Returns None where the letters are not pinyin. A last unfinished syllable is
    dropped: people stop typing when they see what they want.
    """
    best: list[tuple[float, list[str]] | None] = [None] * (len(letters) + 1)
    best[0] = (0.0, [])
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            part = letters[start:end]
            if before is None or part not in known:
                continue
            folded = fold(part)
            cost = before[0] + 4.0 - weight(before[1][-1:], folded)
            now = best[end]
            if now is None or cost < now[0]:
                best[end] = (cost, [*before[1], folded])
    for end in range(len(letters), max(len(letters) - 3, 1), -1):
        found = best[end]
        if found is not None and found[1]:
            return found[1]
    return None


class Weigh:
    """How usual a syllable is after another one, by pairs of the catalogue."""

    def __init__(self, pairs: dict[str, int], singles: set[str]) -> None:
        self._pairs = pairs
        self._singles = singles

    def __call__(self, before: Sequence[str], now: str) -> float:
        usual = 1.0 if now in self._singles else 0.0
        if before and f"{before[0]} {now}" in self._pairs:
            usual += 2.0
        return usual


def first_letters(text: str) -> str:
    """Return the initials of words as they are typed (sfz for 身份证)."""
    return "".join(
        part[:1] for part in lazy_pinyin(text, errors=lambda chars: list(chars))
    ).lower()
