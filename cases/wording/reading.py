"""Bringing a text into one form before it is judged: script, width, dialect, disguise.

A forbidden word stays forbidden in traditional characters, in Cantonese, in full width,
with spaces or dots between its characters, or with invisible characters inside it. The
reading keeps for every character the place in the original it came from, so a finding
can point at the clerk's own words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from cases.wording import disguise
from cases.wording.script import SIMPLIFIED, TRADITIONAL

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SIMPLER = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
_SIMPLER.update(disguise.LOOK_ALIKES)
_SIMPLER.update({"’": "'", "‘": "'", "ʼ": "'", "\u3000": " "})

# Cantonese to the words the rules are written in; the longest match wins.
CANTONESE = {
    "唔该晒": "谢谢",
    "唔该": "劳驾",
    "唔好意思": "不好意思",
    "唔紧要": "不要紧",
    "唔使": "不用",
    "唔好": "不要",
    "唔得闲": "没空",
    "冇得闲": "没空",
    "得闲": "有空",
    "唔得": "不行",
    "唔系": "不是",
    "唔": "不",
    "冇话": "没说",
    "话你知": "告诉你",
    "话俾": "告诉",
    "话畀": "告诉",
    "冇计": "没办法",
    "冇": "没",
    "系咁": "就这样",
    "咁样": "这样",
    "咁": "这么",
    "噉": "这样",
    "点知": "怎么知道",
    "点会": "怎么会",
    "点解": "为什么",
    "点样": "怎么样",
    "点算": "怎么办",
    "睇下点": "看看",
    "想点": "想怎么样",
    "净系": "只",
    "边个": "谁",
    "边位": "谁",
    "边度": "哪里",
    "边处": "哪里",
    "第二度": "别处",
    "第二个": "别的",
    "第二间": "别的",
    "第二位": "别人",
    "第二处": "别处",
    "第日": "改天",
    "听日": "明天",
    "琴日": "昨天",
    "寻日": "昨天",
    "而家": "现在",
    "宜家": "现在",
    "依家": "现在",
    "返工": "上班",
    "收工": "下班",
    "放工": "下班",
    "放饭": "吃饭",
    "放紧饭": "吃着饭",
    "够钟": "到点",
    "返去": "回去",
    "返嚟": "回来",
    "翻去": "回去",
    "翻嚟": "回来",
    "迟啲": "晚点",
    "早啲": "早点",
    "快啲": "快点",
    "慢啲": "慢点",
    "大声啲": "大声点",
    "快手啲": "快点",
    "快手": "快点",
    "等阵": "等会",
    "等一阵": "等一会",
    "呢啲": "这些",
    "呢度": "这里",
    "呢处": "这里",
    "呢个": "这个",
    "呢样": "这样",
    "呢件": "这件",
    "呢项": "这项",
    "呢张": "这张",
    "呢份": "这份",
    "嗰啲": "那些",
    "嗰度": "那里",
    "嗰": "那",
    "啲": "些",
    "喺度": "在这里",
    "喺": "在",
    "有咩": "有什么",
    "做咩": "干什么",
    "咩嘢": "什么",
    "乜嘢": "什么",
    "乜鬼": "什么",
    "乜野": "什么",
    "乜": "什么",
    "咩": "吗",
    "佢哋": "他们",
    "佢": "他",
    "哋": "们",
    "嘢": "事",
    "睇": "看",
    "揾": "找",
    "谂": "想",
    "攞": "拿",
    "畀": "给",
    "俾": "给",
    "嚟": "来",
    "嘅": "的",
    "咗": "了",
    "仲": "还",
    "晒": "全",
    "几多": "多少",
    "即刻": "立刻",
    "影相": "拍照",
    "慢慢行": "慢走",
    "嘈": "吵",
    "收声": "闭嘴",
    "行开": "走开",
    "鬼叫": "谁叫",
    "盲㗎": "瞎啊",
    "搞掂": "搞定",
    "搞唔掂": "搞不成",
    "唔掂": "不成",
    "钟意": "喜欢",
    "系咪": "是不是",
    "咪": "就",
    "㗎": "啊",
    "喎": "啊",
    "啰": "啰",
    "啩": "吧",
    "啫": "啊",
    "吖": "啊",
    "喇": "啦",
    "冇得倾": "没得谈",
    "啱啱": "刚刚",
    "识唔识": "懂不懂",
    "唔识": "不懂",
    "仲裁": "仲裁",
}
# Seen only in written Cantonese: without one of these the table is not tried, for in
# Mandarin 验收工作 holds no 收工 and 九点会议 no 点会.
_MARKS = (
    "[唔冇嘅咗喺睇嚟佢哋啲嘢㗎喎啩乜咩攞畀俾嗰噉咁揾谂啱咪]"
    "|净系|听日|返去|边个|边度|点解|够钟"
)

_CANTONESE = "|".join(sorted(CANTONESE, key=len, reverse=True))
_H = f"[{HAN}]"
# Each pattern starts at the separator, which is rare, and looks back: quick in long
# texts.
# Between two characters these mean nothing: blanks, dashes, dots in the middle, …
_NOTHING = r"[^\w,.。!?;:、…()\[\]《》“”「」『』\"×\n]"
_LOOSE = rf"{_NOTHING}(?<={_H}.){_NOTHING}*(?={_H})"
# "不.知道": a stop beside a stump of one or two characters is no end of a sentence.
_STUMP = (
    rf"\.(?<=[^{HAN}]{_H}.)\.*(?={_H})|\.(?<=[^{HAN}]{_H}{_H}.)\.*(?={_H})"
    rf"|\.(?<={_H}.)\.*(?={_H}{{1,2}}(?!{_H}))"
)
# "不,知,道": three and more single characters, each cut off from the next.
_SIGN = r"[^\w×\n]"
_SPACED = (
    rf"{_SIGN}(?<=[^{HAN}]{_H}.){_SIGN}{{0,2}}{_H}(?!{_H})"
    rf"(?:{_SIGN}{{1,3}}{_H}(?!{_H}))+"
)
# One character a line, from top to bottom.
_COLUMN = rf"\n(?<=\n{_H}.)(?:{_H}\n)+{_H}(?=\n)"
# Placeholders as printed in model phrases stand for something named.
_BLANKS = r"[×✕╳○◯〇□△]{2,}|(?<![a-z])x{2,}(?![a-z])|\*{2,}|_{2,}"


@lru_cache(maxsize=32)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    """One character in plain form: half width, lower case, simplified; "" if unseen."""
    folded = []
    for part in unicodedata.normalize("NFKD", character):
        if part in "\n\r\t\v\f\x85\u2028\u2029":
            folded.append(" " if part == "\t" else "\n")
        elif unicodedata.category(part) in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            continue
        elif part.isspace():
            folded.append(" ")
        else:
            folded.append(_SIMPLER.get(part, part.lower()))
    return "".join(folded)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in plain form, between two line ends that stand for its edges.

    Plain character i was read from original characters `starts[i]` up to `ends[i]`.
    """

    plain: str
    starts: list[int]
    ends: list[int]
    cantonese: bool = False

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that plain[start:end] was read from."""
        return self.starts[start], self.ends[end - 1]


def _rewrite(
    reading: Reading, pattern: str, rewrite: Callable[[str], str] | None
) -> Reading:
    """Replace what matches, or keep only its Han characters."""
    plain, old_starts, old_ends = reading.plain, reading.starts, reading.ends
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _compiled(pattern).finditer(plain):
        start, end = match.span()
        text = rewrite(match.group()) if rewrite else ""
        if text == match.group():
            continue
        pieces.append(plain[done:start])
        starts += old_starts[done:start]
        ends += old_ends[done:start]
        if rewrite is None:
            kept = [i for i in range(start, end) if "\u3400" <= plain[i] <= "\u9fff"]
            pieces += [plain[i] for i in kept]
            starts += [old_starts[i] for i in kept]
            ends += [old_ends[i] for i in kept]
        else:
            pieces.append(text)
            starts += [old_starts[start]] * len(text)
            ends += [old_ends[end - 1]] * len(text)
        done = end
    if not done:
        return reading
    pieces.append(plain[done:])
    return Reading("".join(pieces), starts + old_starts[done:], ends + old_ends[done:])


def _letters(spaced: str) -> str:
    return re.sub("[^a-z]", "", spaced)


def _one_blank(blanks: str) -> str:
    return "\n" if "\n" in blanks else " "


# From this length on, what is only said over and over is read some times, not always.
_LONG, _OFTEN = 1000, 4
_TIMES = 12
_STUTTER = re.compile(
    rf"(.{{1,4}}?)\1{{{_TIMES},}}|\b((?:[A-Za-z']+ ){{2,6}}?)\2{{{_TIMES},}}"
)
_CLAUSE = re.compile(r"[^,，.。!！?？;；:：\n]*[,，.。!！?？;；:：\n]*")


def _told_once(text: str) -> list[int]:
    """Where the characters stand that are left when endless repetition is taken out.

    To say something for the thousandth time changes no verdict, but would cost time.
    """
    places: list[int] = []
    said: Counter[str] = Counter()
    for clause in _CLAUSE.finditer(text):
        said[clause[0]] += 1
        if said[clause[0]] <= _OFTEN:
            places += range(*clause.span())
    rest = text if len(places) == len(text) else "".join([text[at] for at in places])
    done = 0
    kept: list[int] = []
    for match in _STUTTER.finditer(rest):
        kept += places[done : match.start() + _TIMES * len(match[1] or match[2])]
        done = match.end()
    return kept + places[done:] if done else places


def read(text: str) -> Reading:
    """The text in plain form: simplified, half width, no disguise, no dialect."""
    starts = list(range(len(text)))
    end = len(text)
    if end > _LONG:
        starts = _told_once(text)
        if len(starts) < end:
            text = "".join([text[start] for start in starts])
    folded = list(map(_fold, text))
    if set(map(len, folded)) != {1}:
        starts = [at for at, part in zip(starts, folded, strict=True) for _ in part]
    ends = [start + 1 for start in starts]
    plain = "\n" + "".join(folded) + "\n"
    reading = Reading(plain, [0, *starts, end], [0, *ends, end])
    if _compiled("[a-z]").search(plain):
        reading = _rewrite(reading, disguise.SPACED_LATIN, _letters)
        reading = _rewrite(reading, disguise.NOUGHT, lambda _: "o")
        reading = _rewrite(reading, disguise.LATIN_RUN, disguise.from_pinyin)
    cantonese = False
    if not reading.plain.isascii():
        reading = _rewrite(reading, _BLANKS, lambda _: "某某")
        for pattern in (_COLUMN, _SPACED, _LOOSE, _STUMP, disguise.INTERLEAVED):
            reading = _rewrite(reading, pattern, None)
        reading = _rewrite(reading, disguise.SPELLING, disguise.spelled)
        cantonese = bool(_compiled(_MARKS).search(reading.plain))
        if cantonese:
            reading = _rewrite(reading, _CANTONESE, CANTONESE.__getitem__)
    reading = _rewrite(reading, r" +\n *|\n +| {2,}", _one_blank)
    return replace(reading, cantonese=cantonese)
