"""The lookup in the person's own words: what it understands, and how it stays fresh."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import make_windows as make
from windows import catalogue
from windows.catalogue import Entry, Index, Line, Why, because, live, shipped
from windows.catalogue.live import LONGEST_MISS, without_personal_data
from windows.editing import delete_with_reason, save_with_reason
from windows.models import (
    Clerk,
    Department,
    ItemAlias,
    LookupMiss,
    Material,
    ServiceItem,
    ThesaurusEntry,
)
from windows.models.items import ItemState

NAMES = (
    "居民身份证办理（包括临时）",
    "居民身份证挂失申报、丢失招领",
    "中国内地公民婚姻登记",
    "离婚登记预约",
    "户口登记",
    "户口注销",
    "户口迁移审批",
    "公司设立登记",
    "公司变更登记",
    "公司注销登记",
    "食品(含保健食品)经营许可核发",
    "食品(含保健食品)经营许可变更经营场所（同址变更）",
    "食品(含保健食品)经营许可注销",
    "食品(含保健食品)经营许可延续",
    "食品(含保健食品)经营许可补办",
    "遗属待遇申领",
    "失业保险金申领",
    "林木采伐许可证核发（县级权限）",
    "烟花爆竹经营（零售）许可证核发",
    "学前教育、义务教育阶段入学办理",
    "80周岁以上老年人高龄津贴发放",
    "普通护照签发",
    "换发普通护照办证进度查询",
    "无犯罪记录证明",
    "取水许可证新办审批",
    "社会保障卡挂失",
    "社会保障卡解挂",
    "机动车驾驶证初次申领",
    "机动车驾驶证持境外驾驶证申领",
    "律师执业证书注销审核",
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(
        [Entry(at, f"C{at}", name) for at, name in enumerate(NAMES)], shipped()
    )


def first(index: Index, words: str) -> str:
    hits = index.search(words, 1)
    return NAMES[hits[0].key] if hits else ""


# ------------------------------------------------------------------ what is understood


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("请问户口登记怎么办", "户口登记"),
        ("给刚出生的宝宝上户口", "户口登记"),
        ("老伴走了，丧葬费在哪里领", "遗属待遇申领"),
        ("开小饭馆要办什么证", "食品(含保健食品)经营许可核发"),
        ("娃儿要读一年级咯，咋个报名", "学前教育、义务教育阶段入学办理"),
        ("阿嬷八十几岁，有冇高龄津贴攞", "80周岁以上老年人高龄津贴发放"),
        ("結婚登記", "中国内地公民婚姻登记"),
        ("居民身份證辦理", "居民身份证办理（包括临时）"),
        ("ＳＦＺ", "居民身份证办理（包括临时）"),
        ("sfz", "居民身份证办理（包括临时）"),
        ("shenfenzheng", "居民身份证办理（包括临时）"),
        ("hu kou qian yi", "户口迁移审批"),
        ("hukou qianyi", "户口迁移审批"),
        ("户口千移", "户口迁移审批"),
        ("失业保险金审领", "失业保险金申领"),
        ("失业金", "失业保险金申领"),
        ("林木采罚许可", "林木采伐许可证核发（县级权限）"),
        ("想把自家林子的树砍了卖", "林木采伐许可证核发（县级权限）"),
        ("厂里想打口井抽水用", "取水许可证新办审批"),
    ],
)
def test_the_item_is_found_as_people_say_it(
    index: Index, words: str, name: str
) -> None:
    """Spoken, in dialect, in traditional characters, in pinyin, with errors."""
    assert first(index, words) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("食品经营许可证", "食品(含保健食品)经营许可核发"),
        ("饭馆的食品证到期了", "食品(含保健食品)经营许可延续"),
        ("食品证弄丢了", "食品(含保健食品)经营许可补办"),
        ("饭馆不开了，食品证要退掉", "食品(含保健食品)经营许可注销"),
        (
            "饭馆搬家了食品证要改地址",
            "食品(含保健食品)经营许可变更经营场所（同址变更）",
        ),
        ("公司", "公司设立登记"),
        ("公司开不下去了", "公司注销登记"),
        ("公司换法人", "公司变更登记"),
        ("社保卡又找到了，挂失怎么取消", "社会保障卡解挂"),
        ("我换的护照好了没", "换发普通护照办证进度查询"),
        ("护照", "普通护照签发"),
        ("考驾照", "机动车驾驶证初次申领"),
        ("国外的驾照换成中国的", "机动车驾驶证持境外驾驶证申领"),
    ],
)
def test_what_is_to_be_done_tells_one_matter_apart(
    index: Index, words: str, name: str
) -> None:
    """Without a word of it the main item comes first, not its cancellation."""
    assert first(index, words) == name


def test_a_wording_keeps_the_small_words_it_needs() -> None:
    """得了个儿子 is not found in every 儿子, nor 去世 lost for its small 去."""
    lines = [
        Line("说法", "去世", ("死亡",)),
        Line("说法", "得了个儿子", ("出生",)),
        Line("说法", "爸…去世", ("继承",)),
        Line("生活", "网吧", ("上网服务",)),
    ]
    names = ("甲类死亡登记", "乙类出生登记", "丙类继承登记", "丁类上网服务登记")
    index = Index([Entry(at, f"C{at}", name) for at, name in enumerate(names)], lines)

    def asked(words: str) -> list[str]:
        return [names[hit.key] for hit in index.search(words)]

    assert asked("他去世")[0] == "甲类死亡登记"
    assert "丙类继承登记" in asked("我爸前天去世")
    assert "丙类继承登记" not in asked("我爸前天出世")
    assert asked("得了个儿子") == ["乙类出生登记"]
    assert asked("我儿子") == []
    sure = index.search("网吧")[0]
    assert names[sure.key] == "丁类上网服务登记"
    assert sure.is_likely


def test_the_aliases_of_an_item_explain_a_query_together() -> None:
    """Nobody says one alias only; what each of them explains adds up."""
    index = Index(
        [
            Entry(1, "A", "机构登记", aliases=("开幼儿班", "带老人")),
            Entry(2, "B", "幼儿班审查"),
            Entry(3, "C", "老人审查"),
        ],
        (),
    )
    assert index.search("幼儿班和老人")[0].key == 1


def test_what_an_alias_does_is_no_strange_thing_for_its_item() -> None:
    index = Index(
        [
            Entry(1, "A", "鹦鹉证签注", aliases=("鹦鹉证到期",)),
            Entry(2, "B", "鹦鹉证查验"),
        ],
        shipped(),
    )
    first, second = index.search("鹦鹉证期满")
    assert first.key == 1
    assert first.score > second.score


def test_a_short_query_needs_a_closer_match_to_be_likely() -> None:
    """A lost cat shares 丢了 with every lost paper."""
    index = Index(
        [
            Entry(at, f"C{at}", f"{what}办理", aliases=(f"{what}丢了",))
            for at, what in enumerate(("户口簿", "驾驶证", "营业执照"))
        ],
        shipped(),
    )
    assert not any(hit.is_likely for hit in index.search("我的猫丢了"))
    assert index.search("户口簿丢了")[0].is_likely


def test_of_a_story_not_every_word_needs_to_be_explained(index: Index) -> None:
    story = (
        "年初她还好好的，后来突然就不行了，上个月老伴走了，我们去了派出所，也去了社区，"
        "昨天又打了两回电话，社区的人讲有一笔丧葬费和抚恤金，退休老人去世以后家属可以领，"
        "要带什么"
    )
    best = index.search(story)[0]
    assert NAMES[best.key] == "遗属待遇申领"
    assert best.is_likely


def test_whoever_gives_a_thing_up_wants_its_paper_cancelled() -> None:
    """Also by verbs that no thesaurus lists; 不见了 and 不知道了 give nothing up."""
    index = Index([Entry(1, "A", "鹦鹉证核发"), Entry(2, "B", "鹦鹉证注销")], shipped())
    assert index.search("鹦鹉我不遛了")[0].key == 2
    assert index.search("鹦鹉不打算驯了")[0].key == 2
    assert index.search("鹦鹉的事我不知道了")[0].key == 1
    assert index.search("鹦鹉不叫")[0].key == 1


def test_a_long_story_is_read_for_what_it_is_about(index: Index) -> None:
    story = (
        "师傅你好，我是从乡下过来的，昨天坐了两个小时的车，我女儿在城里上班好几年了，"
        "房子也买了，她叫我跟过来带孙子，现在我想把户口从老家迁到她这里来，"
        "不晓得要带哪些材料，麻烦您帮我看看"
    )
    assert first(index, story) == "户口迁移审批"


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("户口登记", "name", "户口登记"),
        ("开小饭馆", "thesaurus", "食品含保健食品经营许可核发"),
        ("sfz", "initials", "身份证"),
        ("hukou", "pinyin", "户口"),
        ("失叶保险", "typo", "失业"),
    ],
)
def test_a_hit_says_why_it_matched(
    index: Index, words: str, kind: str, found: str
) -> None:
    kinds = {(why.kind, why.found) for why in index.search(words, 1)[0].why}
    assert kind in {one for one, _ in kinds}
    assert any(found in text for _, text in kinds)


def test_every_field_of_an_item_can_be_the_reason() -> None:
    """Names, aliases, main items, departments, papers and themes are looked through."""
    plain = [Entry(at, f"C{at}", name) for at, name in enumerate(NAMES)]
    entry = Entry(
        99,
        "C99",
        "甲乙办理",
        aliases=("小红本",),
        department="蚕桑管理站",
        theme="琉璃",
        materials=("琥珀照片",),
        parent_name="麒麟总项",
    )
    index = Index([*plain, entry], ())
    for words, kind in {
        "小红本": "alias",
        "麒麟": "parent",
        "琉璃": "theme",
        "琥珀": "material",
        "蚕桑": "department",
    }.items():
        (hit,) = index.search(words, 1)
        assert hit.key == 99, words
        assert hit.why[0].kind == kind


def test_items_of_one_name_do_not_fill_the_first_places() -> None:
    """Eight offices with the same item leave room for what else was meant."""
    same = [
        Entry(at, f"S{at}", "律师执业许可", department=f"局{at}") for at in range(8)
    ]
    other = [
        Entry(10 + at, f"O{at}", name)
        for at, name in enumerate(
            ("律师执业变更", "律师事务所设立", "律师协会查询", "律师证补发")
        )
    ]
    keys = [hit.key for hit in Index([*same, *other], ()).search("律师执业许可")]
    assert keys[0] in range(8)
    assert len([key for key in keys[:5] if key < 8]) == 1
    assert len(keys) == 10


def test_a_wording_may_leave_room_for_other_words() -> None:
    """… in a thesaurus entry stands for a few words, not for a whole story."""
    index = Index(
        [Entry(1, "A", "丙丁审批"), Entry(2, "B", "东南审批")],
        [Line("说法", "鹦鹉…飞走", ("丙丁",))],
    )
    assert [hit.key for hit in index.search("我家的鹦鹉昨天飞走了")] == [1]
    assert index.search("鹦鹉" + "叽叽喳喳" * 5 + "飞走") == []


# -------------------------------------------------------------------- hostile input


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
@example("")
@example("\x00")
@example("\u202e\u200fab")
@example("\U0001f469\u200d\U0001f467\ufe0f")
@example("²ⅷ①㈱")
@example("\ud800")
@example("%s{}[]()*+?\\^$|'\";--")
@example("办" * 10_000)
@example("\u0301" * 1000)
@example("a" * 10_000)
def test_no_words_break_the_lookup(index: Index, words: str) -> None:
    """Whatever is typed gives a list, with scores from 0 to 1 in falling order."""
    hits = index.search(words)
    assert len(hits) <= 10
    assert all(0 < hit.score <= 1 for hit in hits)
    assert len({hit.key for hit in hits}) == len(hits)
    for hit in hits:
        assert because(hit.why) or not hit.why


def test_nothing_said_finds_nothing(index: Index) -> None:
    for words in ("", "   ", "？！……", "请问怎么办", "的了吗", "\n\t"):
        assert index.search(words) == []
    assert Index([], shipped()).search("户口") == []
    assert index.search("户口", 0) == []


def test_every_reason_has_a_sentence() -> None:
    kinds = "name alias thesaurus pinyin initials typo parent theme material department"
    with translation.override("en"):
        sentences = {because([Why(kind, "甲", "乙")]) for kind in kinds.split()}
    assert len(sentences) == 10
    assert because([]) == ""


# ---------------------------------------------------------- the index of the database


@dataclass
class Town:
    """An administrator and three items."""

    admin: Clerk
    ids: dict[str, int]


@pytest.fixture
def town(db: None) -> Town:
    admin = make.clerk(make.hall(), name="孙主任")
    office = make.department(name="区公安分局")
    ids = {
        name: make.item(office, name=name).pk
        for name in ("户口登记", "户口注销", "犬类准养证核发")
    }
    return Town(admin, ids)


def names(town: Town, words: str) -> list[str]:
    by_id = {key: name for name, key in town.ids.items()}
    return [by_id[hit.key] for hit in catalogue.look_up(words)]


def test_the_published_items_of_the_database_are_found(town: Town) -> None:
    assert names(town, "养了条狗要上狗证")[0] == "犬类准养证核发"
    assert names(town, "户口")[0] == "户口登记"


def test_seeing_that_the_index_is_fresh_costs_one_statement(town: Town) -> None:
    """Of the four that a lookup may spend."""
    catalogue.look_up("户口")
    with CaptureQueriesContext(
        connection,
    ) as spent:
        catalogue.look_up("狗证")
    assert len(spent) == 1


@pytest.mark.parametrize("what", ["item", "alias", "material", "department", "word"])
def test_a_change_of_the_catalogue_is_found_at_once(town: Town, what: str) -> None:
    """Every source of the index has a history, and each new line makes it anew."""
    assert names(town, "鹦鹉") == []
    dog = town.ids["犬类准养证核发"]
    row: Any
    if what == "item":
        row = ServiceItem.objects.get(pk=dog)
        row.name = "鹦鹉准养证核发"
    elif what == "alias":
        row = ItemAlias(item_id=dog, text="鹦鹉本")
    elif what == "material":
        row = Material(item_id=dog, name="鹦鹉照片")
    elif what == "department":
        row = Department.objects.get()
        row.name = "鹦鹉管理站"
    else:
        row = ThesaurusEntry(group="动物", spoken="鹦鹉", official="犬类")
    save_with_reason(row, by=town.admin, reason="居民这样说")
    found = names(town, "鹦鹉")
    assert found
    assert found[0] == "犬类准养证核发" or what == "department"


def test_what_is_taken_out_is_no_longer_found(town: Town) -> None:
    """A suspended item cannot be picked, a deleted alias no longer leads anywhere."""
    dog = ServiceItem.objects.get(pk=town.ids["犬类准养证核发"])
    alias = make.alias(dog, "鹦鹉本")
    assert names(town, "鹦鹉本") == ["犬类准养证核发"]
    delete_with_reason(alias, by=town.admin, reason="没有人这样说")
    assert names(town, "鹦鹉本") == []
    assert names(town, "犬类准养证") == ["犬类准养证核发"]
    dog.state = ItemState.SUSPENDED
    save_with_reason(dog, by=town.admin, reason="暂停")
    assert "犬类准养证核发" not in names(town, "犬类准养证")


def test_the_administrators_thesaurus_takes_the_place_of_the_shipped_one(
    town: Town,
) -> None:
    assert names(town, "遛狗") == ["犬类准养证核发"]
    entry = ThesaurusEntry(group="动物", spoken="毛孩子", official="犬类，宠物")
    save_with_reason(entry, by=town.admin, reason="居民这样说")
    assert names(town, "养了个毛孩子")[:1] == ["犬类准养证核发"]
    assert names(town, "遛狗") == []


def test_one_request_makes_the_index_anew_while_others_use_the_old_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody at a counter waits for somebody else's change."""
    old = catalogue.current_index()
    make.item(make.department(), name="鹦鹉准养证核发")
    making, may_end = threading.Event(), threading.Event()
    made = Index([], ())

    def slowly() -> Index:
        making.set()
        assert may_end.wait(10)
        return made

    monkeypatch.setattr(live, "_make", slowly)
    version = live._version()
    monkeypatch.setattr(live, "_version", lambda: version)
    found: list[Index] = []
    other = threading.Thread(target=lambda: found.append(catalogue.current_index()))
    other.start()
    assert making.wait(10)
    assert catalogue.current_index() is old
    may_end.set()
    other.join(10)
    assert found == [made]
    assert catalogue.current_index() is made


# ------------------------------------------------------------- lookups without a pick


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("想养条鹦鹉", "想养条鹦鹉"),
        ("我的电话是13800138000", "我的电话是"),
        ("身份证号51130219900307002X丢了", "身份证号…丢了"),
        ("电话 138-0013-8000，找我", "电话 …，找我"),
        ("打一三八零零一三八零零零", "打"),
        ("我叫王小明，想办证", "我叫…，想办证"),
        ("写到 wang@example.com 吧", "写到 … 吧"),
        ("第2个娃2023年生", "第2个娃2023年生"),
        ("a\x00b\n c", "a b c"),
        ("办" * LONGEST_MISS, "办" * LONGEST_MISS),
        ("办" * (LONGEST_MISS + 1), ""),
        ("京A12345被扣了", "京…被扣了"),
        ("13800138000", ""),
        ("  ", ""),
    ],
)
def test_a_miss_keeps_no_personal_data(said: str, kept: str) -> None:
    """R8.01, R8.02: numbers, addresses and names of persons are left out."""
    assert without_personal_data(said) == kept


def test_a_miss_is_a_line_for_the_administrator(db: None) -> None:
    hall = make.hall()
    at = timezone.now()
    catalogue.record_miss("想养条鹦鹉，电话13800138000", hall=hall, at=at)
    catalogue.record_miss("13800138000", hall=hall, at=at)
    (miss,) = LookupMiss.objects.all()
    assert (miss.hall, miss.words, miss.at) == (hall, "想养条鹦鹉，电话", at)
    assert not miss.is_settled


# ------------------------------------------------------------------------ the command


def lookup(
    monkeypatch: pytest.MonkeyPatch, content: bytes, *options: str
) -> list[dict[str, Any]]:
    stdin = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin)
    out = io.StringIO()
    call_command("lookup", "-", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


def test_the_command_answers_every_line_with_one_line(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty and broken lines too, so that questions and answers keep step."""
    content = "给娃上户口\n\nsfz\r\n狗证".encode() + b"\n\xff\xfe\x00\n"
    lines = lookup(monkeypatch, content)
    assert [line["query"] for line in lines[:4]] == ["给娃上户口", "", "sfz", "狗证"]
    assert len(lines) == 5
    assert lines[1]["hits"] == []
    hit = lines[3]["hits"][0]
    assert set(hit) == {"code", "name", "department", "score", "why"}
    assert (hit["name"], hit["department"]) == ("犬类准养证核发", "区公安分局")
    assert 0 < hit["score"] <= 1
    assert "狗证" in hit["why"]


def test_the_command_gives_as_many_hits_as_asked_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = lookup(monkeypatch, "户口".encode(), "--limit", "1")
    assert len(line["hits"]) == 1
    out = io.StringIO()
    call_command("lookup", "养狗", "证", stdout=out)
    assert json.loads(out.getvalue())["query"] == "养狗 证"
    for limit in ("0", "101"):
        with pytest.raises(CommandError):
            call_command("lookup", "户口", "--limit", limit)


def test_the_code_of_an_item_means_that_item() -> None:
    """Whole, in any width and size of letters; a part of a code means nothing."""
    names = dict(enumerate(NAMES))
    index = Index(
        [Entry(at, f"11A{at}", name) for at, name in names.items()], shipped()
    )
    first = index.search(" 11a3 ", 2)[0]
    assert (first.key, first.is_likely, first.why[0].kind) == (3, True, "code")
    assert index.search("１１Ａ３", 1)[0].key == 3
    assert len(index.search("11A3", 50)) == 1
    assert not any(hit.is_likely for hit in index.search("11A", 5))
    index = Index([Entry(1, "AB-1", NAMES[0]), Entry(2, "ab-1", NAMES[1])], shipped())
    for said, keys in (("AB-1", [1, 2]), ("ab-1", [2, 1]), ("Ab-1", [1, 2])):
        assert [hit.key for hit in index.search(said)] == keys


def test_a_miss_remembers_when_it_was(db: None) -> None:
    at = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
    catalogue.record_miss("想养条鹦鹉", hall=make.hall(), at=at)
    assert LookupMiss.objects.get().at == at
