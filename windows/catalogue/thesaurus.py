"""From spoken to official words, and what a person wants done with a matter."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from . import sounds
from .text import letters, said

SHIPPED: Final = Path(__file__).resolve().parent.parent / "data" / "thesaurus.csv"

GAP: Final = "…"
"""Stands in a wording for a few other words (户口…迁)."""

DEEDS_GROUP: Final = "动作"
"""The group whose words say what is to be done, not with what."""

STRENGTHS: Final[Mapping[str, float]] = {DEEDS_GROUP: 0.6, "泛称": 0.35}
"""Words of these groups say little on their own (补贴; 公司, 孩子)."""

DEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(words.split())
    for kind, words in {
        "new": "设立 新办 核发 成立 初次 首次 新申请 新增 申领 初领 配发 取证 新设 "
        "新建",
        "change": "变更 更正 修改 更名 更改 修订",
        "cancel": "注销 终止 取消 销户 解除 缴销 作废 核销 歇业 退出 免职",
        "renew": "延续 延期 换证 换发 换领 续期 期满 续借 再次注册 再注册",
        "replace": "遗失 补办 补领 补发 挂失 补证 补换 补打",
        "move": "过户 转移 转让 转入 转出 迁出 迁入 迁移 转接 迁址",
        "pause": "停业 暂停 报停 暂拆 停止",
        "resume": "恢复 复业",
        "look": "查询 查阅 公示 公布 发布 名录 目录 检索 核验 查看 查找 下载 解读 公告 "
        "查借阅 到档查询 资讯 验证",
        "advise": "咨询 指南 须知 问答",
        "progress": "进度",
        "book": "预约",
        "report": "举报",
        "complain": "投诉 申诉 异议 复核",
        "reward": "表彰 奖励 奖",
        "check": "校验 年检 年度审验 复审 复查",
        "branch": "分公司 分支机构 分社 子公司",
        "notary": "公证",
        "abroad": "境外 外国 外商 香港 澳门 台湾 港澳 外籍 军警 跨省 异地",
        "office": "机关事业",
        "exam": "考试",
        "promote": "宣传 培训 科普 竞赛 大赛 研究",
        "rule": "规范性文件 法规 解读 办法查询 方案查询 规划查询",
    }.items()
}
"""What a name says is done. An item that does something else than was asked for
follows after the ones that do what was asked."""

ONLY_DEEDS: Final = DEEDS.keys() - {"abroad", "notary"}
"""Those whose words say only what is to be done; 台湾 and 公证 say what with, too."""

_DEED_OF: Final = {word: kind for kind, words in DEEDS.items() for word in words}
_ENDINGS: Final = "了咯咗嘅的吗嘛哈啊"
_LONGEST_SOUND: Final = 6
_BETWEEN = re.compile(r"[、,，;；]")


def deeds_of(text: str) -> frozenset[str]:
    """Return the kinds of doing that an official wording names."""
    return frozenset(
        kind for kind, words in DEEDS.items() if any(word in text for word in words)
    )


def deed_places(text: str, kinds: Iterable[str] = DEEDS) -> Iterator[int]:
    """Yield the places of words that say that one of `kinds` is done."""
    for kind in kinds:
        for word in DEEDS[kind]:
            at = text.find(word)
            while at >= 0:
                yield from range(at, at + len(word))
                at = text.find(word, at + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thesaurus: a wording and the official words for it."""

    group: str
    spoken: str
    official: tuple[str, ...]


def split_words(text: str) -> tuple[str, ...]:
    """Return the official words of one cell."""
    return tuple(word.strip() for word in _BETWEEN.split(text) if word.strip())


@lru_cache(maxsize=1)
def shipped() -> tuple[Line, ...]:
    """Return the thesaurus that comes with the project."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return tuple(
            Line(row["group"], row["spoken"], split_words(row["official"]))
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a spoken wording stands for: official words, and what is to be done."""

    spoken: str
    words: tuple[str, ...]
    deeds: frozenset[str]
    strength: float = 1.0


Patterns = dict[str, list[tuple[tuple[str, ...], Meaning]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A spoken wording found at places of a query; `how` is text or sound."""

    meaning: Meaning
    places: tuple[int, ...]
    strength: float
    how: str = "text"


class Thesaurus:
    """Finds spoken wordings in what was said, by letters, by sound, by initials."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._whole: dict[str, Meaning] = {}
        self._literal: dict[str, Meaning] = {}
        self._apart: Patterns = {}
        self._literally_apart: Patterns = {}
        self._by_sound: dict[str, list[Meaning]] = {}
        self._by_initials: dict[str, list[Meaning]] = {}
        for line in lines:
            if GAP in line.spoken:
                self._learn_apart(line)
            else:
                self._learn(line)
        self._longest = max(map(len, (*self._whole, *self._literal)), default=1)
        for key, meaning in (*self._whole.items(), *self._literal.items()):
            if len(key) > 1 and not key.isascii():
                self._hear(key, meaning)
                self._by_initials.setdefault(sounds.first_letters(key), []).append(
                    meaning
                )
        for word, kind in _DEED_OF.items():
            if word not in self._whole and len(word) > 1:
                self._hear(word, Meaning(word, (), frozenset((kind,))))

    def _hear(self, key: str, meaning: Meaning) -> None:
        self._by_sound.setdefault(" ".join(sounds.of_text(key)), []).append(meaning)

    def _learn(self, line: Line) -> None:
        key, learnt = letters(line.spoken), self._literal
        if not key:
            return
        if not _is_literal(key):
            key, learnt = said(key).squeezed, self._whole
        deeds = frozenset(_DEED_OF[word] for word in line.official if word in _DEED_OF)
        words = tuple(filter(None, map(letters, line.official)))
        if line.group == DEEDS_GROUP:
            words = tuple(word for word in words if word not in _DEED_OF)
        strength = STRENGTHS.get(line.group, 1.0)
        known = learnt.get(key)
        if known is not None:
            words = tuple(dict.fromkeys(known.words + words))
            deeds |= known.deeds
            strength = max(strength, known.strength)
        learnt[key] = Meaning(letters(line.spoken), words, deeds, strength)

    def _learn_apart(self, line: Line) -> None:
        as_said = tuple(filter(None, map(letters, line.spoken.split(GAP))))
        squeezed = tuple(said(part).squeezed for part in as_said)
        words = tuple(filter(None, map(letters, line.official)))
        if len(as_said) > 1 and words:
            is_literal = any(map(_is_literal, as_said))
            parts = as_said if is_literal else squeezed
            deeds = frozenset().union(*map(deeds_of, words))
            patterns = self._literally_apart if is_literal else self._apart
            patterns.setdefault(parts[0], []).append(
                (parts, Meaning(line.spoken, words, deeds))
            )

    def __contains__(self, wording: str) -> bool:
        return wording in self._whole or wording in self._literal

    def meanings(self) -> Iterator[Meaning]:
        """Yield what every wording stands for."""
        yield from self._whole.values()
        yield from self._literal.values()
        for patterns in (*self._apart.values(), *self._literally_apart.values()):
            for _parts, meaning in patterns:
                yield meaning

    def deeds_in(self, text: str) -> frozenset[str]:
        """Return what is to be done according to a spoken wording."""
        what = said(text)
        found = (
            *self.find(what.squeezed, what.places),
            *self.find_literally(what.text),
        )
        return deeds_of(what.text).union(*(part.meaning.deeds for part in found))

    def by_initials(self, first: str) -> list[Meaning]:
        """Return what wordings with these initials stand for."""
        return self._by_initials.get(first, [])

    def find_literally(self, text: str) -> Iterator[Found]:
        """Yield the wordings of `text` that small words belong to: 去世, 丢了."""
        for start in range(len(text)):
            for end in range(start + 2, min(len(text), start + self._longest) + 1):
                meaning = self._literal.get(text[start:end])
                if meaning is not None:
                    places = tuple(range(start, end))
                    yield Found(meaning, places, meaning.strength)
        yield from _find_apart(self._literally_apart, text, range(len(text)))

    def find(self, text: str, places: tuple[int, ...]) -> Iterator[Found]:
        """Yield the wordings in squeezed `text`.

        A wording inside a longer one that was found counts less: 饭馆 says hardly
        more than 开饭馆 did.
        """
        taken_to = 0
        for start in range(len(text)):
            for end in range(min(len(text), start + self._longest), start, -1):
                meaning = self._whole.get(text[start:end])
                if meaning is None:
                    continue
                inside = end <= taken_to
                single = end - start == 1
                if inside and single:
                    break
                strength = meaning.strength * (0.6 if inside else 1.0)
                yield Found(meaning, places[start:end], strength * (1 - 0.3 * single))
                taken_to = max(taken_to, end)
        yield from _find_apart(self._apart, text, places)

    def find_sounds(
        self, heard: list[str], text: str, places: tuple[int, ...]
    ) -> Iterator[Found]:
        """Yield wordings that only sound like a part of squeezed `text`."""
        for size in range(_LONGEST_SOUND, 1, -1):
            for start in range(len(heard) - size + 1):
                if text[start : start + size] in self._whole:
                    continue
                for meaning in self._by_sound.get(
                    " ".join(heard[start : start + size]), ()
                ):
                    yield Found(
                        meaning,
                        places[start : start + size],
                        meaning.strength * (0.85 if size > 2 else 0.6),
                        "sound",
                    )


def _is_literal(wording: str) -> bool:
    """Say whether a wording is only found as it is said, with its small words.

    Squeezed, 去世 would be 世, 得了个儿子 any 儿子, and 我爸不在了 any 我爸不.
    """
    squeezed = said(wording).squeezed
    return (
        len(squeezed) * 2 <= len(wording)
        or wording[0] != squeezed[0]
        or wording.rstrip(_ENDINGS)[-1:] != squeezed[-1]
    )


def _find_apart(
    patterns: Patterns, text: str, places: Sequence[int]
) -> Iterator[Found]:
    for first, meanings in patterns.items():
        start = text.find(first)
        while start >= 0:
            for parts, meaning in meanings:
                at = _places_of(text, parts, start)
                if at:
                    yield Found(meaning, tuple(places[i] for i in at), 1.0)
            start = text.find(first, start + 1)


def _places_of(text: str, parts: tuple[str, ...], start: int) -> list[int]:
    """Return the places of `parts` in `text` from `start`, with short gaps only."""
    end = start + len(parts[0])
    at = list(range(start, end))
    for before, part in pairwise(parts):
        gap = 4 if len(before) == len(part) == 1 else 8
        found = text.find(part, end, end + gap + len(part))
        if found < 0:
            return []
        end = found + len(part)
        at.extend(range(found, end))
    return at


@lru_cache(maxsize=2)
def thesaurus_of(lines: tuple[Line, ...]) -> Thesaurus:
    """Return the finder for these lines, made once."""
    return Thesaurus(lines)
