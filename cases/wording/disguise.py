"""Spellings that stand for a plain word: look-alikes, slang, pinyin.

A forbidden word stays forbidden when it is written in pinyin, with a letter of another
alphabet, or with a character that only looks or sounds like the right one. Everything
here gives a piece of text back in the words the rules are written in.
"""

import re

# Letters and characters that look like another one, one to one.
LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһοανρτκειυ鈈钚芣吥伓菅",
        "aeopcyxijsdhoavptkeiu不不不不不管",
        strict=True,
    )
)

# Sounds like it, or is said so on the net or in a dialect. Longer ones first.
SPELLINGS = {
    r"卜(?=[归知能行办予可受收清会给是管让许])": "不",
    r"[布步部](?=知道|归我|归俺|清楚|晓得)": "不",
    r"布吉岛": "不知道",
    r"(?<!你)不造(?=[,。.!?;:\n啊呀哦]|$)": "不知道",
    r"(?<![树林乔灌草花原积实红楠檀])木有": "没有",
    r"木(?=办法|法子|戏)": "没",
    r"莫得|冒得": "没有",
    r"莫(?=法|办法)": "没",
    r"[伐勿](?=晓得|来事|清爽|好办)": "不",
    r"[不伐勿]来事": "不行",
    r"晓不得": "不知道",
    r"要不得": "不行",
    r"辨(?=不[了成到])": "办",
    r"(?<=[没无])[板半](?=法)": "办",
    r"肿么": "怎么",
    r"神马": "什么",
    r"偶(?=[不没])": "我",
}
# Asked first whether one can begin here at all: most characters begin none.
_FIRST = "卜布步部不木莫冒伐勿晓要辨板半肿神偶"
SPELLING = f"(?=[{_FIRST}])(?:{'|'.join(SPELLINGS)})"


def spelled(found: str, /) -> str:
    """The plain word for what `SPELLING` found; what looks round it was seen before."""
    for pattern, word in SPELLINGS.items():
        bare = re.sub(r"\(\?<?[!=][^()]*\)", "", pattern)
        if re.fullmatch(bare, found):
            return word
    return found


# Latin letters one by one, "n-o-t m.y", and a nought for an o inside a word.
SPACED_LATIN = r"(?<![a-z])[a-z](?:[^a-z0-9\n]{1,2}[a-z](?![a-z])){3,}"
NOUGHT = r"(?<=[a-z])0(?=[a-z])"
# The same letter or figure after each character: 不x知x道.
INTERLEAVED = r"([a-z\d])(?<=[\u4e00-\u9fff].)[\u4e00-\u9fff](?:\1[\u4e00-\u9fff])+"

# The characters a syllable stands for where somebody is turned away; others stay Latin.
_TABLE = (
    "bu不 mei没 bie别 wu无 gui归 wo我 men们 guan管 zhi知 dao道 ban办 liao了 le了 "
    "fa法 xing行 neng能 qing清 chu楚 shou受 li理 hui回 qu去 wen问 zhao找 ren人 "
    "xia下 ming明 tian天 zai再 lai来 deng等 tong通 ni你 nin您 shui谁 shi是 "
    "dong懂 you有 ke可 yi以 de的 gei给 kan看 cai材 liang料 quan全 qi齐 zi自 ji己 "
    "hao好 shuo说 gun滚 ben笨 dan蛋 sha傻 hua话 fei废 fan烦 kuai快 dian点 yao要 "
    "zou走 kai开 ba吧 a啊 ma吗 zhe这 ge个 na那 dou都 ye也 jiu就 guo过 jiao交 "
    "qian签 zhang章 duo多 shao少 tui退 ju拒 jue绝 yu予 xu许 zhun准 cuo错 dui对 "
    "gao告 tou投 su诉 xi戏 kong空 chong充 bi闭 zui嘴 fu负 ze责 xiao晓 zhei这 er儿 "
)
_SYLLABLES = {pair[:-1]: pair[-1] for pair in _TABLE.split()}
_SYLLABLE = (
    r"(?:[bpmf]?(?:a|o|ai|ei|ao|an|en|ang|eng)|[bpmf]?(?:i|u|ie|iao|ian|in|ing)|mou|miu"
    r"|fou|pou|(?:[dtnlgkhrzcs]|[zcs]h)(?:a|e|ai|ei|ao|ou|an|en|ang|eng|ong|u|uo|ui|uan|un)"
    r"|[gkh](?:ua|uai|uang)|[zcs]h(?:i|ua|uai|uang)|[zcsr]i"
    r"|[dtnl](?:i|ie|ia|iao|iu|ian|in|iang|ing|v|ve)"
    r"|[jqx](?:i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ue|uan|un)"
    r"|y(?:a|e|i|ao|ou|an|in|ang|ing|ong|u|ue|uan|un|o)|w(?:a|o|ai|ei|an|en|ang|eng|u)"
    r"|e|er|en|ei|ou)"
)
# Words in Latin letters, with or without the number of a tone.
LATIN_RUN = r"[a-z]+[1-5]?(?:[ ,.!?'-]{1,2}[a-z]+[1-5]?)*"
# The longest Latin word tried; nobody writes more syllables without a blank.
_LONGEST = 24
# "Mei" alone is a name.
_SAYS_NO = re.compile(r"bu|mei[1-5]? ?(?:you|ban|fa|kong|xi|men)")
_WORD = re.compile(rf"(?:{_SYLLABLE})+[1-5]?")
_ONE = re.compile(_SYLLABLE)


def from_pinyin(run: str, /) -> str:
    """A run of Latin words in characters, if it is Chinese and says no; else as is."""
    words = re.findall(r"[a-z]+[1-5]?", run)
    if not _SAYS_NO.search(run) or not all(
        len(word) <= _LONGEST and _WORD.fullmatch(word) for word in words
    ):
        return run
    syllables = [part for word in words for part in _cut(word.rstrip("12345"))]
    if len(syllables) < 2 or not {"bu", "mei"} & set(syllables):
        return run
    return "".join(_SYLLABLES.get(part, f" {part} ") for part in syllables)


def _cut(word: str) -> list[str]:
    """A word in syllables, those we know by preference: "buzhidao", bu zhi dao."""
    parts: list[str] = []
    while word:
        sizes = range(min(6, len(word)), 0, -1)
        known = [n for n in sizes if word[:n] in _SYLLABLES]
        other = [n for n in sizes if _ONE.fullmatch(word[:n])]
        size = next(
            (n for n in known + other if n == len(word) or _WORD.fullmatch(word[n:])),
            len(word),
        )
        parts.append(word[:size])
        word = word[size:]
    return parts
