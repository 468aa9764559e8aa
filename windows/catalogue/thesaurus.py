"""From spoken to official words, and what a person wants done with a matter."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from . import sounds
from .text import letters, said

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "thesaurus.csv"
ACTIONS_GROUP = "动作"
"""The group whose words say what is to be done, not with what."""

STRENGTHS: Final = {ACTIONS_GROUP: 0.6, "泛称": 0.35}
"""Words of these groups say little on their own (公司, 孩子, 补贴)."""

GAP = "…"
"""Stands in a wording for a few other words (户口…迁)."""

_BETWEEN = re.compile(r"[、,，;；]")

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "new": tuple(
        "设立 新办 核发 成立 初次 首次 新申请 新增 申领 初领 配发 取证 新设 新建".split()
    ),
    "change": tuple("变更 更正 修改 更名 更改 修订".split()),
    "cancel": tuple("注销 终止 取消 销户 解除 缴销 作废 核销 歇业 退出 免职".split()),
    "renew": tuple("延续 延期 换证 换发 换领 续期 期满 续借 再次注册 再注册".split()),
    "replace": tuple("遗失 补办 补领 补发 挂失 补证 补换 增补发 补打".split()),
    "move": tuple("过户 转移 转让 转入 转出 迁出 迁入 迁移 转接 迁址".split()),
    "pause": tuple("停业 暂停 报停 暂拆 停止".split()),
    "resume": tuple("恢复 复业".split()),
    "look": tuple(
        "查询 查阅 公示 公布 发布 名录 目录 检索 核验 查看 查找 下载 解读 公告 查（借）阅 到档查询 "
        "信息查询 资讯 验证".split()
    ),
    "advise": tuple("咨询 指南 须知 问答".split()),
    "progress": tuple("进度 进度查询".split()),
    "book": ("预约",),
    "report": ("举报",),
    "complain": tuple("投诉 申诉 异议 复核".split()),
    "reward": tuple("表彰 奖励 奖".split()),
    "check": tuple("校验 年检 年度审验 复审 复查".split()),
    "branch": tuple("分公司 分支机构 分社 子公司".split()),
    "notary": ("公证",),
    "abroad": tuple("境外 外国 外商 香港 澳门 台湾 港澳 外籍 军警 跨省 异地".split()),
    "office": ("机关事业",),
    "exam": ("考试",),
    "promote": tuple("宣传 培训 科普 竞赛 大赛 研究".split()),
    "rule": tuple("规范性文件 法规 解读 办法查询 方案查询 规划查询".split()),
}
"""What a name says is done. An item that does something else than was asked for
follows after the ones that do what was asked."""

_ACTION_OF: Final = {word: kind for kind, words in ACTIONS.items() for word in words}


def actions_of(text: str) -> frozenset[str]:
    """Return the kinds of doing that an official wording names."""
    return frozenset(
        kind
        for kind, words in ACTIONS.items()
        if any(letters_once(word) in text for word in words)
    )


@lru_cache(maxsize=1024)
def letters_once(word: str) -> str:
    """Return `letters` of a fixed word."""
    return letters(word)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thesaurus."""

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
    """What a spoken wording stands for."""

    spoken: str
    words: tuple[str, ...]
    actions: frozenset[str]
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """A spoken wording found in a query, at places of its text."""

    meaning: Meaning
    places: tuple[int, ...]
    strength: float
    how: str


@dataclass(slots=True)
class Thesaurus:
    """Finds spoken wordings in what was said, by letters, by sound, by initials."""

    by_text: dict[str, Meaning] = field(default_factory=dict)
    by_sound: dict[str, list[Meaning]] = field(default_factory=dict)
    by_initials: dict[str, list[Meaning]] = field(default_factory=dict)
    apart: dict[str, list[tuple[tuple[str, ...], Meaning]]] = field(
        default_factory=dict
    )
    longest: int = 1

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Thesaurus":
        """Build the finder from lines; later lines win."""
        self = cls()
        for line in lines:
            self._add(line)
        for word, kind in _ACTION_OF.items():
            text = letters(word)
            if text not in self.by_text and len(text) > 1:
                meaning = Meaning(text, (), frozenset((kind,)))
                self.by_sound.setdefault(" ".join(sounds.of_text(text)), []).append(
                    meaning
                )
        return self

    def _add(self, line: Line) -> None:
        if GAP in line.spoken:
            self._add_apart(line)
            return
        squeezed = said(line.spoken).squeezed
        key = squeezed if len(squeezed) > 1 else letters(line.spoken)
        if not key:
            return
        actions = frozenset(
            _ACTION_OF[word] for word in line.official if word in _ACTION_OF
        )
        words = tuple(filter(None, (letters(word) for word in line.official)))
        if line.group == ACTIONS_GROUP:
            words = tuple(w for w in words if w not in _ACTION_OF)
        meaning = Meaning(
            letters(line.spoken), words, actions, STRENGTHS.get(line.group, 1.0)
        )
        known = self.by_text.get(key)
        if known is not None:
            meaning = Meaning(
                meaning.spoken,
                tuple(dict.fromkeys(known.words + words)),
                known.actions | actions,
                max(known.strength, meaning.strength),
            )
        self.by_text[key] = meaning
        self.longest = max(self.longest, len(key))
        if not key.isascii() and len(key) > 1:
            heard = sounds.of_text(key)
            self.by_sound.setdefault(" ".join(heard), []).append(meaning)
            first = sounds.first_letters(key)
            self.by_initials.setdefault(first, []).append(meaning)

    def _add_apart(self, line: Line) -> None:
        parts = tuple(
            filter(None, (said(part).squeezed for part in line.spoken.split(GAP)))
        )
        words = tuple(filter(None, (letters(word) for word in line.official)))
        if len(parts) > 1 and words:
            actions = frozenset().union(*(actions_of(word) for word in words))
            meaning = Meaning(line.spoken, words, actions)
            self.apart.setdefault(parts[0], []).append((parts, meaning))

    def meanings(self) -> Iterator[Meaning]:
        """Yield what every wording stands for."""
        yield from self.by_text.values()
        for patterns in self.apart.values():
            for _parts, meaning in patterns:
                yield meaning

    def find(self, text: str, places: tuple[int, ...]) -> Iterator[Found]:
        """Yield wordings in squeezed `text`, the longest at each place first.

        A wording inside a longer one that was found counts less: 饭馆 says hardly
        more than 开饭馆 did.
        """
        taken_to = 0
        size = len(text)
        for start in range(size):
            for end in range(min(size, start + self.longest), start, -1):
                meaning = self.by_text.get(text[start:end])
                if meaning is None:
                    continue
                inside = end <= taken_to
                if inside and end - start == 1:
                    break
                strength = meaning.strength * (0.6 if inside else 1.0)
                if end - start == 1:
                    strength *= 0.7
                yield Found(meaning, places[start:end], strength, "thesaurus")
                taken_to = max(taken_to, end)
        yield from self._find_apart(text, places)

    def _find_apart(self, text: str, places: tuple[int, ...]) -> Iterator[Found]:
        for first, patterns in self.apart.items():
            start = text.find(first)
            while start >= 0:
                for parts, meaning in patterns:
                    at = _places_of(text, parts, start)
                    if at:
                        yield Found(
                            meaning, tuple(places[i] for i in at), 1.0, "thesaurus"
                        )
                start = text.find(first, start + 1)

    def find_sounds(
        self, heard: list[str], text: str, places: tuple[int, ...]
    ) -> Iterator[Found]:
        """Yield wordings that only sound like a part of squeezed `text`."""
        for size in (6, 5, 4, 3, 2):
            for start in range(len(heard) - size + 1):
                part = text[start : start + size]
                if part in self.by_text:
                    continue
                for meaning in self.by_sound.get(
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
    at = list(range(start, start + len(parts[0])))
    end = start + len(parts[0])
    for before, part in pairwise(parts):
        gap = 4 if len(before) == len(part) == 1 else 8
        found = text.find(part, end, end + gap + len(part))
        if found < 0:
            return []
        end = found + len(part)
        at.extend(range(found, end))
    return at
