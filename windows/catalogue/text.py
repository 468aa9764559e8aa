"""How words are made comparable: width, case, script, filler and small words."""

import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import zhconv

LONGEST_QUERY = 240
"""Characters of a query that are read; the rest of a very long story adds nothing."""

READ_AT_MOST = 2000
"""Characters looked at before cleaning, so that the work is bounded for any input."""

_NOT_WORDS = re.compile(r"[^0-9a-z㐀-鿿𠀀-𯿿]+")

_LEVEL = re.compile(
    r"\((?:[省市县区]级[^()]{0,6}|[省市县]级/[省市县]级|转链接|承诺件|即办件|指引"
    r"|据[^()]*|根据[^()]*|含中外合资)\)"
)
"""Remarks in brackets that do not tell one item from another."""

_FILLER_WORDS = """
请问一下 请问下 请问 你好 您好 师傅 同志 麻烦您 麻烦你 麻烦 劳驾 不好意思 谢谢 多谢
帮我看看 帮我看下 帮我看一下 帮我 帮忙 我是想 我想要 我们想要 我们想 我想 我要 我们要
想要 需要 打算 准备 我来 怎么个 怎么办理 怎么办手续 怎么办 怎么弄 怎么搞 怎么做
怎么申请 怎么领 怎么报 怎么 怎样 如何办理 如何 咋个办 咋个弄 咋个整 咋个搞 咋办 咋弄
咋整 咋个 啷个办 啷个 郎个 点样办 点样 点搞 点办 点做 搞啊 要啥子手续 要啥子 要啥 啥子
啥 要什么手续 要什么材料 要哪些材料 要哪些手续 要什么条件 要什么 什么 哪些 要办咩嘢
要办咩 咩嘢 乜嘢 在哪里办理 在哪里办 在哪里弄 在哪办理 在哪办 在哪儿办 在哪搞 在哪开
在哪里开 在哪里搞 在哪领 在哪里领 在哪里交 去哪里办 去哪办 去哪儿办 去哪里报 去哪报
去哪交 去哪里交 去哪里领 去哪领 去哪里 去哪儿 去哪 到哪里办 到哪办 到哪里去办 到哪里
到哪去 边度办 边度 哪里办 哪里报 哪里领 哪里交 哪儿办 哪个窗口 几号窗口 找哪个窗口
窗口 找谁办 找谁 找哪个 哪个来 哪个部门 什么部门 手续 材料 流程 程序 可以吗 可不可以
行不行 能不能 可以不 可以 是不是 有没有 有冇 要不要 用不用 应该 现在 听说 听讲 听人说
知道 晓得 不晓得 不知道 问哈 问下 问一下 想问 请教 一下 一哈 的话 就是 然后 因为 所以
但是 还是 还要 这个 那个 哪个 哪种 这种 那种 这边 那边 这里 那里 我们 你们 他们 咱们
自己 人家 一个 办一下 弄一下 搞一下 办理一下 办个 办理手续 明天 今天 昨天 后天 多少
几点 哪里 哪儿 家里 啥时候 什么时候 几时 咋回事 怎么回事 先办哪个 要办啥 办啥 咋样
先办 我跟你说 跟你说 该咋 点算 吗 呢 吧 啊 呀 嘛 哦 喔 噻 哈 咯 嘅 咗 啦 喎
"""
_FILLER = re.compile(
    "|".join(sorted(_FILLER_WORDS.split(), key=len, reverse=True))
    + "|(?<!其)[他她它]|[我你您咱俺冇想]"
)
_SMALL = frozenset(
    "的了个下点些把给得着过这那要去和跟与就都也还又很在有是俩咯嘅咗哈啊呢吗嘛"
)
_SMALL_WEIGHT = 0.15


@cache
def _simplified() -> dict[int, str]:
    with warnings.catch_warnings():
        # zhconv leaves its dictionary's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        words: dict[str, str] = zhconv.zhconv.getdict("zh-hans")
    return {ord(old): new for old, new in words.items() if len(old) == len(new) == 1}


def simplify(text: str) -> str:
    """Return traditional characters as simplified ones, one for one."""
    return text.translate(_simplified())


def plain(text: str) -> str:
    """Return text in one width, case and script, still with its signs."""
    return simplify(unicodedata.normalize("NFKC", text[:READ_AT_MOST])).lower()


@lru_cache(maxsize=32768)
def letters(text: str) -> str:
    """Return only the letters, digits and Han characters of an official wording."""
    return _NOT_WORDS.sub("", plain(text))


@dataclass(frozen=True, slots=True)
class Official:
    """An official name ready to compare; `bracketed` marks what says less."""

    text: str
    bracketed: tuple[bool, ...]


@lru_cache(maxsize=16384)
def official(name: str) -> Official:
    """Return the letters of a name, and which of them stood in brackets."""
    kept: list[str] = []
    bracketed: list[bool] = []
    depth = 0
    for char in _LEVEL.sub("", plain(name)):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(0, depth - 1)
        elif not _NOT_WORDS.match(char):
            kept.append(char)
            bracketed.append(depth > 0)
    return Official("".join(kept), tuple(bracketed))


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, cleaned.

    `weights` tells for each place of `text` how much it counts (filler nothing, small
    words little), `runs` are the stretches between fillers, and `squeezed` is the text
    without small words, each of whose characters stands at one of `places` in `text`.
    """

    text: str
    weights: tuple[float, ...]
    runs: tuple[tuple[int, int], ...]
    squeezed: str
    places: tuple[int, ...]


def said(query: str) -> Said:
    """Clean what a person said."""
    text = _NOT_WORDS.sub(" ", plain(query)).strip()[:LONGEST_QUERY]
    weights = [0.0 if char == " " else 1.0 for char in text]
    for match in _FILLER.finditer(text):
        for at in range(*match.span()):
            weights[at] = 0.0
    for at, char in enumerate(text):
        if char in _SMALL:
            weights[at] = min(weights[at], _SMALL_WEIGHT)
    kept = [at for at, char in enumerate(text) if char not in _SMALL and char != " "]
    return Said(
        text,
        tuple(weights),
        tuple(_runs(weights)),
        "".join(text[at] for at in kept),
        tuple(kept),
    )


def _runs(weights: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the stretches that are neither filler nor blank."""
    start = None
    for at, weight in enumerate(weights):
        if weight and start is None:
            start = at
        elif not weight and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(weights)
