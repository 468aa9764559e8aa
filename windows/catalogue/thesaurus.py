"""From spoken to official words, and what a person wants done with a matter."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
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

_DEED_OF: Final = {word: kind for kind, words in DEEDS.items() for word in words}
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
        self._apart: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        self._by_sound: dict[str, list[Meaning]] = {}
        self._by_initials: dict[str, list[Meaning]] = {}
        for line in lines:
            if GAP in line.spoken:
                self._learn_apart(line)
            else:
                self._learn(line)
        self._longest = max(map(len, self._whole), default=1)
        for key, meaning in self._whole.items():
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
        squeezed = said(line.spoken).squeezed
        key = squeezed if len(squeezed) > 1 else letters(line.spoken)
        if not key:
            return
        deeds = frozenset(_DEED_OF[word] for word in line.official if word in _DEED_OF)
        words = tuple(filter(None, map(letters, line.official)))
        if line.group == DEEDS_GROUP:
            words = tuple(word for word in words if word not in _DEED_OF)
        strength = STRENGTHS.get(line.group, 1.0)
        known = self._whole.get(key)
        if known is not None:
            words = tuple(dict.fromkeys(known.words + words))
            deeds |= known.deeds
            strength = max(strength, known.strength)
        self._whole[key] = Meaning(letters(line.spoken), words, deeds, strength)

    def _learn_apart(self, line: Line) -> None:
        parts = tuple(
            filter(None, (said(part).squeezed for part in line.spoken.split(GAP)))
        )
        words = tuple(filter(None, map(letters, line.official)))
        if len(parts) > 1 and words:
            deeds = frozenset().union(*map(deeds_of, words))
            self._apart.setdefault(parts[0], []).append(
                (parts, Meaning(line.spoken, words, deeds))
            )

    def __contains__(self, wording: str) -> bool:
        return wording in self._whole

    def meanings(self) -> Iterator[Meaning]:
        """Yield what every wording stands for."""
        yield from self._whole.values()
        for patterns in self._apart.values():
            for _parts, meaning in patterns:
                yield meaning

    def by_initials(self, first: str) -> list[Meaning]:
        """Return what wordings with these initials stand for."""
        return self._by_initials.get(first, [])

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
        yield from self._find_apart(text, places)

    def _find_apart(self, text: str, places: tuple[int, ...]) -> Iterator[Found]:
        for first, patterns in self._apart.items():
            start = text.find(first)
            while start >= 0:
                for parts, meaning in patterns:
                    at = _places_of(text, parts, start)
                    if at:
                        yield Found(meaning, tuple(places[i] for i in at), 1.0)
                start = text.find(first, start + 1)

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
