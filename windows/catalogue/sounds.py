"""How words sound: syllables, sounds that people mix up, and initials.

A person who cannot write a word types it as it sounds, and an input method offers the
wrong character of the right sound. Sounds that dialects do not tell apart (z/zh, n/l,
in/ing) are folded into one.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

_SEVERAL_READINGS: Final = frozenset(
    "行长重调传藏校会乐率降弹还单朝参血宿省系车卡泊解给曾都区地得着了查盖石露折"
    "载术折种仇厦塞什伯薄剥秘呆奇沈盛识似熟属宿炮便臭"
)
"""Characters whose sound depends on the word they stand in."""

_NO_SYLLABLES: Final = frozenset({"m", "n", "ng", "hm", "hng", "r"})
_LONGEST_SYLLABLE: Final = 6


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable of Mandarin without its tone."""
    plain = {
        to_normal(readings.split(",")[0]).replace("ü", "v")
        for readings in pinyin_dict.values()
    }
    return frozenset(
        part for part in plain - _NO_SYLLABLES if part.isascii() and part.isalpha()
    )


@lru_cache(maxsize=8192)
def _alone(char: str) -> str:
    readings = pinyin_dict.get(ord(char))
    return to_normal(readings.split(",")[0]).replace("ü", "v") if readings else ""


@lru_cache(maxsize=1024)
def fold(syllable: str) -> str:
    """Return a syllable without the differences that many speakers do not hear."""
    if syllable[:2] in {"zh", "ch", "sh"}:
        syllable = syllable[0] + syllable[2:]
    if syllable[:1] == "l":
        syllable = "n" + syllable[1:]
    if syllable.endswith("ng") and syllable[-3:-2] in {"a", "e", "i"}:
        syllable = syllable[:-1]
    return syllable


@lru_cache(maxsize=32768)
def spell(text: str) -> tuple[str, ...]:
    """Return one syllable a character, "" for what is not Han."""
    if not _SEVERAL_READINGS.isdisjoint(text):
        # What is no Han character comes back as one piece: then go by characters.
        heard = lazy_pinyin(text)
        if len(heard) == len(text):
            return tuple(
                part if part.isascii() and part.isalpha() else "" for part in heard
            )
    return tuple(_alone(char) for char in text)


def of_text(text: str) -> list[str]:
    """Return one folded syllable a character, "" for what is not Han."""
    return [fold(part) if part else "" for part in spell(text)]


def first_letters(text: str) -> str:
    """Return the initials of words as they are typed (sfz for 身份证)."""
    return "".join(
        part[0] if part else char for part, char in zip(spell(text), text, strict=True)
    )


def cut(letters: str, usual: Callable[[str, str], float]) -> list[str] | None:
    """Cut Latin letters into folded syllables, or return None where they are none.

    `usual` tells how usual a syllable is after another ("" at the start), which decides
    where both xi'an and xian are possible. An unfinished last syllable is dropped:
    people stop typing when they see what they want.
    """
    known = syllables()
    best: list[tuple[float, list[str]] | None] = [(0.0, [])]
    for end in range(1, len(letters) + 1):
        best.append(None)
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before = best[start]
            if before is None or letters[start:end] not in known:
                continue
            now = fold(letters[start:end])
            last = before[1][-1] if before[1] else ""
            cost = before[0] + 4.0 - usual(last, now)
            held = best[end]
            if held is None or cost < held[0]:
                best[end] = (cost, [*before[1], now])
    for end in range(len(letters), max(len(letters) - 3, 1), -1):
        found = best[end]
        if found is not None and found[1]:
            return found[1]
    return None
