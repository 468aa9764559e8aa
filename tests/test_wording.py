"""What a clerk may tell the person at the counter (R7.01 to R7.08)."""

import io
import json
import os
import random
import re
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.wording import Finding, Kind, check, chinese, english
from cases.wording.judge import _EMPTY, _PROPOSALS
from cases.wording.script import SIMPLIFIED, TRADITIONAL

DATA = Path(__file__).parent / "data"


def phrases(name: str) -> list[str]:
    """The lines of one of our own collections."""
    text = (DATA / f"wording_{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


BAD, GOOD = phrases("bad_dev"), phrases("good_dev")
BAD_UNSEEN, GOOD_UNSEEN = phrases("bad_holdout"), phrases("good_holdout")
BAD_FRESH, GOOD_FRESH = phrases("bad_fresh"), phrases("good_fresh")
FULLER = str.maketrans(dict(zip(SIMPLIFIED, TRADITIONAL, strict=True)))
ON = "，因为房屋还没有验收；可以先到二楼B12号窗口办理临时登记"


def kinds(text: str) -> set[str]:
    return {finding.kind.value for finding in check(text).findings}


# ------------------------------------------------------------------- the collections


def test_what_put_people_off_is_refused() -> None:
    """R7.04, R7.05: rude, dismissive, vague or bare, in whatever script."""
    assert [text for text in BAD if check(text).ok] == []


def test_what_helps_is_let_through() -> None:
    """R7.03, R7.07: courteous and useful answers, also those that hold a no."""
    refused = [text for text in GOOD if not check(text).ok]
    assert refused == []


def test_unseen_phrases_are_judged_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """The halves kept aside while the words were collected; nobody tuned on them."""
    missed = sum(check(text).ok for text in BAD_UNSEEN)
    wrong = sum(not check(text).ok for text in GOOD_UNSEEN)
    with capsys.disabled():
        print(
            f"\nwording, unseen: {len(BAD_UNSEEN) - missed} of {len(BAD_UNSEEN)} bad "
            f"refused, {wrong} of {len(GOOD_UNSEEN)} good refused"
        )
    assert missed <= 0.05 * len(BAD_UNSEEN)
    assert wrong <= 0.03 * len(GOOD_UNSEEN)


def test_fresh_phrases_hold_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Written after the rules, judged once, and never looked at to change them.

    Of seven such batches at first contact the rules of that day refused 81 to 98 % of
    the bad and 7 to 17 % of the good; these are the last.
    """
    missed = sum(check(text).ok for text in BAD_FRESH)
    wrong = sum(not check(text).ok for text in GOOD_FRESH)
    with capsys.disabled():
        print(
            f"\nwording, fresh: {len(BAD_FRESH) - missed} of {len(BAD_FRESH)} bad "
            f"refused, {wrong} of {len(GOOD_FRESH)} good refused"
        )
    assert missed <= 0.05 * len(BAD_FRESH)
    assert wrong <= 0.08 * len(GOOD_FRESH)


def test_no_whole_sentence_is_written_into_the_rules() -> None:
    """Words and classes only: otherwise the check would know only what it was told."""
    tables = Path(chinese.__file__).read_text(encoding="utf-8")
    tables += Path(english.__file__).read_text(encoding="utf-8")
    every = BAD + BAD_UNSEEN + BAD_FRESH + GOOD + GOOD_UNSEEN + GOOD_FRESH
    whole = [t for t in every if len(t) > 7]
    assert [text for text in whole if text.lower() in tables] == []


def test_traditional_characters_change_no_verdict() -> None:
    for text in BAD + GOOD:
        fuller = text.translate(FULLER)
        assert check(fuller).ok == check(text).ok, fuller


# ------------------------------------------------------------- R7.2, way by way


@pytest.mark.parametrize(
    "remedy",
    [
        "，依据《城市规划条例》第九条，您可以改选二号地块",
        "，请到三楼C05号窗口，我陪您过去",
        "，由民政局办，地址和平路6号，电话0826-2345678",
        "，我请示主任后今天下班前给您打电话",
        "，五个工作日内书面答复您",
        "，已报备，编号2026-031，批准后告知书寄给您",
        "，还缺一份租赁合同和一张照片，都写在一次性告知单上",
    ],
)
def test_a_no_passes_with_any_of_the_five_ways_on(remedy: str) -> None:
    """R7.2 a to e; R1.05, R1.07, R3.18, R3.30."""
    for no in ("这里不能办", "这件事办不了", "不予受理"):
        assert not check(no).ok
        assert check(no + remedy).ok, no + remedy


@pytest.mark.parametrize(
    "text",
    [
        "对不起，这个不能办，请您谅解",
        "很抱歉，按照规定办不了，请原谅",
        "先生，不好意思，我们这里不受理",
        "对不起，材料不全，请您准备好再来",
        "请您到别的窗口问一下",
        "请您联系有关部门",
        "对不起，经办人不在，请您改天再来",
        "对不起，我不清楚",
    ],
)
def test_courtesy_alone_saves_no_refusal(text: str) -> None:
    """R7.2: "please excuse" is no next step, and "another unit" is no destination."""
    assert not check(text).ok


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你怎么这么笨", Kind.RUDE),
        ("不归我管", Kind.NOT_MINE),
        ("我不知道", Kind.UNKNOWN),
        ("问别人去", Kind.PUT_OFF),
        ("系统坏了", Kind.EXCUSE),
        ("材料不齐", Kind.MISSING),
        ("办不了", Kind.BARE_NEGATIVE),
        ("大概吧", Kind.VAGUE),
        ("哎", Kind.RUDE),
        ("按规定办", Kind.EXCUSE),
        ("这样", Kind.TOO_SHORT),
    ],
)
def test_a_finding_says_which_words_and_of_what_kind(text: str, kind: Kind) -> None:
    (first, *_) = check(f"  {text}。").findings
    assert first.kind == kind
    assert first.words in text
    assert f"  {text}。"[first.start : first.end] == first.words


def test_every_kind_has_a_proposal_that_names_the_words() -> None:
    """The page translates the sentence, then fills in the words."""
    assert set(_PROPOSALS) == set(Kind)
    for proposal in _PROPOSALS.values():
        assert "不知道" in proposal % {"words": "不知道"}
    assert _EMPTY % {} == _EMPTY


@pytest.mark.parametrize(
    ("bare", "more"),
    [
        ("经办人不在", "，请您留下电话"),
        ("不予受理", "，备案号2026-031"),
        ("材料不全", "，请您带上租赁合同"),
        ("系统故障", "，预计二十分钟恢复"),
        ("系统故障", "，请您稍候"),
        ("不能刷卡", "，但可以微信支付"),
        ("填错了", "，请您把名字重新写一遍"),
        ("快点说", "，我马上帮您办"),
        ("It cannot be done here", "; window B12 on the second floor does it."),
        ("We cannot decide this today", "; I will ask and call you by 5 pm."),
        ("We cannot register it", " because the law forbids it; you can appeal."),
        ("Your papers are incomplete", ": still missing is the lease."),
        ("The system is down", "; please leave your number."),
        ("The system is down", "; please wait."),
        ("Maybe", " ten days."),
        ("It is not allowed", ". This was approved by Li Jun, case number 2026-31."),
        ("It is not possible at this counter", ", but you can use the machine."),
        ("Your form is wrong", "; please sign it again below."),
    ],
)
def test_each_remedy_counts_by_itself(bare: str, more: str) -> None:
    assert not check(bare).ok
    assert check(bare + more).ok


def test_rudeness_is_not_made_good_by_help() -> None:
    """R7.04: the help stays, the insult goes."""
    verdict = check("你怎么这么笨，请到二楼B12号窗口，我带您过去")
    assert not verdict.ok
    assert [finding.kind for finding in verdict.findings] == [Kind.RUDE]


def test_a_vague_word_passes_with_a_number_or_a_check_back() -> None:
    """R7.01, R7.2: "大约" with minutes is an answer, alone it is none."""
    assert not check("大约吧").ok
    assert not check("可能要补材料").ok
    assert check("大约十五分钟").ok
    assert check("可能要补一份材料，我问清楚后今天告诉您").ok


def test_a_vague_word_in_a_useful_answer_is_only_advice() -> None:
    """R7.2: a warning, not a refusal, where the rest holds."""
    verdict = check("还差结婚证复印件，可能要盖章，写在这张告知单上")
    assert verdict.ok
    assert [(f.words, f.refuses) for f in verdict.findings] == [("可能", False)]


# ----------------------------------------------------------------- other people's words


def test_what_others_said_is_not_held_against_the_clerk() -> None:
    for text in (
        "您说“工作人员答复不知道”，我现在就核实",
        "您反映窗口说办不了，我马上查清，今天下班前给您电话",
        "来信写道：「不歸我管」，我們已核實並向您道歉，三日內書面答覆您",
        'You said the clerk told you "not my job"; I will check and call you today.',
    ):
        assert check(text).ok, text


def test_a_quotation_is_no_cover_for_a_bare_no() -> None:
    assert not check("“不知道”").ok
    assert not check("我只能说“不知道”").ok
    assert not check("经办人说“办不了”").ok
    assert not check("您说“别人能办”，我们不办").ok


# -------------------------------------------------- phrases on the border, each decided


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        # A rule but no way on: enough in the old service rules, not without a veto.
        ("很抱歉，根据××条例，您这项××不能办，请您谅解", False),
        # The missing paper is named, so the person knows the whole of what to bring.
        ("抱歉，材料不全，请您把××证明备齐后再来，可以吗", True),
        # A count of papers is no list: nobody can bring "×× items" (R1.07).
        ("您的手续还缺××项，请您备齐后再来一趟", False),
        # Leaves the calling to the person and names neither a time nor an owner.
        ("麻烦您过一会儿再打来好吗", False),
        # Somebody's absence is no ground to send anybody away (R2.62, R7.06).
        ("抱歉，经办的同事不在，请您改天再打电话来", False),
        # Vague, but somebody checks and answers today.
        ("贵单位或许要补一份章程，我核实以后今天答复您", True),
        # Vague, but a number and the paper that binds are given.
        ("大概要五个工作日，以受理通知书写的日子为准", True),
        # The clerk repeats what the person heard elsewhere, and acts on it.
        ("您说“前台讲不清楚”，我马上去核实", True),
    ],
)
def test_border_phrases_are_decided(text: str, ok: bool) -> None:
    assert check(text).ok is ok


# ---------------------------------------------------------------------- honest letters

LETTERS = [
    "李女士：您好。您11月20日申请的食品经营许可，经现场核查，操作间面积不足、没有独立的"
    "冷藏设施，不符合《食品经营许可和备案管理办法》第十五条的要求，目前不能发证。这不是最终"
    "结论：您可以在十个工作日内整改，把操作间隔墙打通并添置一台冷藏柜，整改后电话告知我们"
    "（0826-2345678，王芳），我们在两个工作日内上门复查，合格的当场出证。如果您不打算整改，"
    "也可以改办小餐饮备案，材料只要身份证和租赁合同，在二楼B12号窗口办理。对这一意见不服的，"
    "可以自收到书面决定之日起六十日内申请行政复议。",
    "您询问的独生子女父母奖励金，我们窗口原先不清楚新旧政策怎么衔接，所以没有当场答复您，"
    "很抱歉。现已请示区卫健局家庭发展科（登记编号20261122-015），答复如下：2016年1月1日前"
    "领取证件的继续享受，之后生育的不再新增。您家属于第一种情况，可能还需要单位出具一份未"
    "享受证明，这份证明由我们向您原单位调取，不用您来回跑。预计12月5日前办结，每人每月标准"
    "以发放通知为准，届时短信通知您；期间有疑问请拨打2886611找刘洋。",
    "您反映的小区电梯停用一事，不属于大厅任何一个窗口的职责，涉及住建局、市场监管局和物业"
    "公司三家。我们没有让您自己去找：今天上午已提请管委会协调，由住建局物业科牵头，市场监管"
    "局特种设备科配合，文号为管协〔2026〕17号。初步情况是维修资金尚未通过业主表决，因此不能"
    "直接动用；牵头单位将在三个工作日内到现场，五个工作日内拿出方案并书面答复您。在此期间，"
    "八十岁以上老人上下楼由社区安排人员协助，联系人张敏，电话2233445。首问责任人仍是我，您"
    "随时可以找我问进展。",
    "王先生，這次申請資料有三處需要補正：一、戶口名簿影本缺最後一頁；二、委託書沒有受託人"
    "簽名；三、照片不符合規格，須為白底一寸。其餘資料已收下並登錄，收件編號26-000-457-8。"
    "您不必再跑一趟，前兩項可以線上補傳，照片可在一樓自助機免費拍攝。補齊當日即為您受理，"
    "承諾七個工作日內辦結；如逾十個工作日未補，我們會先打電話提醒，不會直接退件。",
    "We cannot register your shop at this address yet, because Article 12 of the "
    "measures forbids a kitchen in a dwelling. You can use the incubator address "
    "instead; the form is attached and window B12 on the second floor takes it without "
    "an appointment. I do not know yet whether the fee is waived in your case: I have "
    "asked the finance bureau (case number 20261122) and will call you before 27 "
    "November. If you disagree you may ask for administrative review within 60 days.",
]


@pytest.mark.parametrize("letter", LETTERS)
def test_long_honest_answers_pass(letter: str) -> None:
    """A reasoned letter may say 不能, 不清楚, 可能: it says why and what next."""
    assert check(letter).findings == ()


# ---------------------------------------------------------------------- hostile input


@pytest.mark.parametrize(
    "disguise",
    [
        "不 知 道",
        "不\u3000知\u3000道",
        "不.知.道",
        "不.知道",
        "不·知·道",
        "不，知，道",
        "不\u200b知\u200d道",
        "\u202e不知道\u202c",
        "不\x00知\x00道",
        "不😀知😀道",
        "不-知_道",
        "不\u0301知道",
        "唔　知",
        "ｎｏｔ ｍｙ ｊｏｂ",
        "NOT  MY\tJOB",
        "I don’t know",
        "bu gui wo guan",
        "Bù zhīdào",
        "buzhidao",
        "mei4 ban4 fa3",
        "这个 bu gui wo guan",
        "鈈归我管",
        "卜归我管",
        "不归我菅",
        "布知道",
        "木有办法",
        "莫得办法",
        "辨不了",
        "不造啊",
        "不(归)我(管)",
        "不x归x我x管",
        "不1归1我1管",
        "不\n归\n我\n管",
        "n o t  m y  j o b",
        "n-o-p-e",
        "n0t my j0b",
        "nоt my jоb",
    ],
)
def test_a_forbidden_word_cannot_be_disguised(disguise: str) -> None:
    verdict = check(disguise)
    assert not verdict.ok
    for finding in verdict.findings:
        assert disguise[finding.start : finding.end] == finding.words


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000\u200b", "？？？", "😀", "\x00", "\n\n"]
)
def test_saying_nothing_is_no_answer(text: str) -> None:
    assert kinds(text) == {"too_short"}
    assert not check(text).ok


def cost(text: str) -> float:
    """Milliseconds of this process alone for one text, the best of five."""
    best = 9000.0
    for _ in range(5):
        began = time.process_time()
        check(text)
        best = min(best, (time.process_time() - began) * 1000)
    return best


@pytest.mark.benchmark
def test_a_long_text_takes_time_in_proportion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Four times the text, some four times the time: the desk cannot be tied up."""
    check("先编译好")
    check("compile first")
    prose = "".join(f"第{i}项：{text}，" for i, text in enumerate(GOOD + BAD))
    shuffled = random.Random(7)
    texts = {
        "prose": prose,
        "negations": "".join(shuffled.choices("不没无未去问你办可,了", k=20_000)),
        "cantonese": "".join(shuffled.choices("唔冇嘅係喺度咁睇啲你", k=20_000)),
        "blanks": "".join(shuffled.choices("不没 .-,知", k=20_000)),
        "english": " ".join(
            shuffled.choices(["not", "my", "job", "can't", "ask", "back"], k=5000)
        ),
        "pinyin": " ".join(
            shuffled.choices(["bu", "gui", "wo", "guan", "mei", "ban"], k=5000)
        ),
    }
    for name, text in texts.items():
        part, half, whole = (cost(text[:size]) for size in (5_000, 10_000, 20_000))
        with capsys.disabled():
            print(
                f"\nwording, 10,000 characters of {name}: {half:.1f} ms; "
                f"four times the text takes {whole / part:.1f} times as long"
            )
        assert whole < 8 * max(part, 2), name
        assert half < 150, name


@pytest.mark.benchmark
def test_saying_it_a_thousand_times_costs_no_more() -> None:
    """Endless repetition is read some times only: under 20 ms for 10,000 signs."""
    check("先编译好")
    check("compile first")
    for piece in (
        "营业执照变更需要申请书和章程，",
        "一",
        "不",
        "去",
        "不归",
        "唔",
        "说“不”",
        "请到窗口，",
        "a ",
        "tell ",
        "n-o-",
        "bu gui wo guan ",
        "不\u200b",
        "不\n",
    ):
        text = piece * (10_000 // len(piece))
        assert cost(text) < 20, piece
        assert cost(text * 4) < 8 * max(cost(text), 2), piece


def test_repetition_changes_no_verdict() -> None:
    """What is left out is only what stands there already; the places stay right."""
    letter = "您还缺结婚证复印件，写在这张告知单上，后天下午三点前交到二楼B12号窗口。"
    assert check(letter * 400).ok
    rude = letter * 400 + "你怎么这么笨。" + letter * 400
    verdict = check(rude)
    assert not verdict.ok
    (finding,) = verdict.findings
    assert rude[finding.start : finding.end] == finding.words
    assert finding.words in "你怎么这么笨"
    assert not check("办不了，" * 4000).ok
    assert not check("不" * 9000).ok


def test_advice_does_not_hide_a_refusal() -> None:
    useful = "还缺结婚证复印件，写在这张告知单上。"
    assert check(useful + "可能要盖章。" * 30).ok
    assert not check(useful + "可能要盖章。" * 30 + "你怎么这么笨。").ok
    assert not check(useful + "可能要盖章。" * 30 + " This is your own fault.").ok


def test_an_english_name_in_a_chinese_text_is_no_answer_in_english() -> None:
    assert check("您好，小程序的名字是 No Queue，扫这个码就能用").ok


def test_findings_are_few_enough_to_read() -> None:
    assert 0 < len(check("不能办。" * 2_500).findings) <= 20


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
@example("\ud800")
@example("×" * 50)
@example("說「" * 40)
def test_it_never_raises_and_points_into_the_text(text: str) -> None:
    verdict = check(text)
    assert verdict.ok == (not any(finding.refuses for finding in verdict.findings))
    end = 0
    for finding in verdict.findings:
        assert end <= finding.start <= finding.end <= len(text)
        assert text[finding.start : finding.end].strip() == finding.words.strip()
        assert isinstance(finding, Finding)
        assert finding.proposal % finding.params
        end = finding.end


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        ["不能办", "办不了", "不予受理", "这里不受理", "不行", "唔得", "辦唔到"]
    ),
    st.integers(1, 9),
    st.integers(1, 99),
    st.sampled_from(["营业执照", "医保转移", "户口迁移", "公积金提取"]),
)
def test_a_bare_no_passes_with_reason_window_and_next_step(
    no: str, floor: int, window: int, item: str
) -> None:
    """R7.2 a and b."""
    assert not check(no).ok
    way = f"，因为{item}已经下放；请到{floor}楼{window}号窗口，可以当场办理"
    assert check(no + way).ok


PADDING = st.text(alphabet=" \t\u3000\u200b\u2060\ufeff\n", max_size=6)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(BAD + GOOD), PADDING, PADDING)
def test_blanks_around_a_text_change_no_verdict(
    text: str, before: str, after: str
) -> None:
    assert check(before + text + after).ok == check(text).ok


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(BAD + GOOD), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_form_of_unicode_changes_no_verdict(
    text: str, form: "unicodedata._NormalizationForm"
) -> None:
    assert check(unicodedata.normalize(form, text)).ok == check(text).ok


# ------------------------------------------------------------- ways round the check


@pytest.mark.parametrize(
    "text",
    [
        # registered, but with no number, no owner and no time
        "已登记。不归我们管，请回吧",
        "已登记在册，不归我们管",
        "已备案，就这样吧",
        "编号1，不归我管",
        # a number alone: whose, and what for
        "电话6688123",
        "电话：66881234",
        "打电话问，88251234",
        "不归我管，打66881234",
        "有问题打12345",
        # the office speaks, and says no
        "窗口无此业务",
        "本窗口无该项业务",
        "窗口无权办理",
        "超出本窗口职能",
        "非本窗口业务",
        # a promise of no day
        "我们会研究的",
        "尽快给您办",
        "有结果了自然会告诉您",
        "请您放心，我们会尽快处理",
        "已阅",
        # nothing in hand, in words no list knows
        "我就是个临时工",
        "手机上的事",
        # the offer is inside the refusal
        "我们从来不办这个",
        "病历不能随便给您看",
        # an offer in name only, beside the refusal
        "可以，不归我管",
        "免费的，不办",
        "我现在告诉您，不行",
        "我负责任地告诉您，办不了",
        "帮您问过了，不行",
        "我们研究过了，不行",
        "办不了，可以回去了",
        "不归我管，您可以走了",
        "依据规定，办不了，请坐",
        "No problem, but not my job",
        # Latin letters
        "nope",
        "Nope, not our dept",
        "Sorry, no.",
        "Out of order",
        "I'm just the receptionist",
    ],
)
def test_there_is_no_cheap_way_round(text: str) -> None:
    """R1.05, R7.01, R7.02: evidence in name only is none."""
    assert not check(text).ok


@pytest.mark.parametrize(
    "text",
    [
        "没带原件也能先办，电子证照我们能调取",
        "原件没带可以先受理，取证时带来核对",
        "您不识字也没关系，我念，您听，同意再按手印",
        "无法上网的老人可以打电话预约，号码是2200110",
        "窗口没有人的时候按铃，我马上过来",
        "没关系，写错了换一张重新写",
        "您不用再来，办好寄给您",
        "“爱办不办”这种话绝不是我们的态度，三日内给您处理结果",
        "说不准具体哪天，但不会晚于12月5日，晚了我打电话向您说明",
        "往来港澳通行证由出入境管理支队签发",
        "收据不要扔，取证时要看",
        "Ms Li Mei will help you at window B12",
        "请找 Mei Li，电话 6688-1234，她在公证处",
        "草木有本心小学在科技路12号",
        "占卜用品店的执照在二楼B03窗口办",
    ],
)
def test_a_negation_that_leads_to_a_yes_is_none(text: str) -> None:
    """R7.2: "even without it", "if not, then", and another person's words."""
    assert check(text).ok


# ------------------------------------------------------------------------- the command


def run_command(monkeypatch: pytest.MonkeyPatch, given_bytes: bytes) -> list[dict]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given_bytes)))
    out = io.StringIO()
    call_command("check_wording", "-", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_answers_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check 49: a blank line is a text too, so the count of lines is kept."""
    lines = "不知道\n\n您好\r\n大概吧\u2028是吧\n没有换行".encode()
    answers = run_command(monkeypatch, lines)
    assert [answer["ok"] for answer in answers] == [False, False, True, False, False]
    assert answers[0]["text"] == "不知道"
    assert answers[1]["text"] == ""
    assert answers[2] == {"text": "您好", "ok": True, "findings": []}
    (finding,) = answers[0]["findings"]
    assert finding["words"] == "不知道"
    assert finding["kind"] == "unknown"
    assert "不知道" in finding["proposal"]


def test_the_command_survives_bytes_that_are_no_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = run_command(monkeypatch, b"\xff\xfe\x00\n" + "不行".encode() + b"\n")
    assert [answer["ok"] for answer in answers] == [False, False]


def test_the_command_reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes("\ufeff办不了\n".encode())
    out = io.StringIO()
    call_command("check_wording", str(file), stdout=out)
    assert json.loads(out.getvalue())["text"] == "办不了"
    with pytest.raises(CommandError):
        call_command("check_wording", str(tmp_path / "none.txt"))


def test_the_command_needs_no_database_and_speaks_utf_8(tmp_path: Path) -> None:
    """In a terminal that knows only ASCII, with no server anywhere."""
    environment = os.environ | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "HALL_DATA_DIR": str(tmp_path),
    }
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "manage.py", "check_wording", "-"],
        input="唔知呀\n".encode(),
        cwd=root,
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert '"text": "唔知呀", "ok": false' in done.stdout.decode("utf-8")
    assert not list(tmp_path.glob("**/postmaster.pid"))


def test_the_check_is_plain_python() -> None:
    """No Django and no pattern compiled while it is being imported."""
    code = (
        "import sys, cases.wording as w; "
        "assert not any(m.split('.')[0] == 'django' for m in sys.modules); "
        "assert not w.judge._pattern.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_the_tables_hold_no_empty_alternative() -> None:
    """An empty alternative would match everywhere and refuse everything."""
    for language in (chinese, english):
        tables = [value for name, value in vars(language).items() if name.isupper()]
        texts = [t for t in tables if isinstance(t, str)]
        texts += list(language.EVIDENCE.values()) + list(language.CLASSES.values())
        for text in texts:
            assert not re.search(r"(?<!\\)\|\||\(\?:\||(?<!\\)\|\)", text), text[:60]
