"""The columns an import knows, by their Chinese and English names, and their cells.

A cell that cannot be understood raises `CellRefusedError` with a sentence for the
person; an empty one gives None, which means: leave what is there.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from windows.listing import joined
from windows.models import ServiceItem
from windows.models.items import DayUnit, Handling, ItemState, Result

from .tables import CELL_CHARACTERS

MOST_DAYS = 3660
MOST_VISITS = 20
REQUIRED: Final = ("code", "name", "department")
LIST_FIELDS: Final = ("materials", "samples", "aliases")
LIMIT_FIELDS: Final = ("statutory_days", "promised_days", "renewal_days")
MOST_RENEWAL_DAYS: Final = 366

# The first name is the one we write; the rest is what catalogues call it.
NAMES: Final[Mapping[str, str]] = {
    "code": "事项编码 code 实施编码 事项代码 基本编码 编码 实施清单编码 业务办理项编码 "
    "itemcode taskcode",
    "name": "事项名称 name 名称 业务办理项名称 实施事项名称 itemname taskname",
    "name_en": "英文名称 name_en englishname",
    "parent_name": "主项名称 parent_name 主项 上级事项 大项名称 mainitem",
    "department": "部门 department 实施主体 实施部门 实施机关 所属部门 主管部门 "
    "责任部门 承办部门 办理部门 部门名称 实施主体名称",
    "area": "行政区划 area 区划 地区 区域 region",
    "level": "行使层级 level 层级 级别",
    "type": "事项类型 type 类型 权力类型 itemtype",
    "theme": "主题 theme 主题分类 服务主题 事项主题",
    "service_target": "服务对象 service_target 办理对象 面向对象 申请对象 forwhom",
    "handling": "办件类型 handling 办理类型 kindofhandling",
    "state": "事项状态 state 状态 status",
    "basis": "设定依据 basis 法律依据 实施依据 办理依据 依据 legalbasis",
    "conditions": "受理条件 conditions 申请条件 办理条件 条件",
    "statutory_days": "法定办结时限 statutory_days 法定时限 法定期限 法定办结期限 "
    "statutorylimit",
    "statutory_unit": "法定办结时限单位 statutory_unit 法定时限单位 法定期限单位",
    "promised_days": "承诺办结时限 promised_days 承诺时限 承诺期限 承诺办结期限 "
    "promisedlimit",
    "promised_unit": "承诺办结时限单位 promised_unit 承诺时限单位 承诺期限单位",
    "renewal_days": "延续申请提前天数 renewal_days 延续申请期限 延续提前天数",
    "renewal_unit": "延续申请提前天数单位 renewal_unit 延续申请期限单位",
    "result": "审批结果类型 result 结果类型 办理结果类型 结果物类型 resulttype",
    "visits": "到现场次数 visits 到办事现场次数 跑动次数 现场次数",
    "materials": "申请材料 materials 材料 办理材料 所需材料 提交材料 材料清单",
    "samples": "材料样表 samples 样表 示例样表 材料样本",
    "aliases": "别名 aliases 俗称 俗名 别称 通俗名称 alias",
    "fee": "收费标准 fee 收费 费用",
    "fee_basis": "收费依据 fee_basis",
    "address": "办理地点 address 办理地址 办公地址 地址",
    "consult_phone": "咨询电话 consult_phone 联系电话 咨询方式 电话",
    "complaint_phone": "监督投诉电话 complaint_phone 投诉电话 监督电话 投诉方式",
    "source": "来源 source 数据来源",
}

_LABELS: Final[Mapping[str, Promise]] = {
    "materials": gettext_lazy("materials"),
    "samples": gettext_lazy("samples of papers"),
    "aliases": gettext_lazy("aliases"),
}


class CellRefusedError(Exception):
    """A cell cannot be used; the message is a sentence for the person."""


class Limit(NamedTuple):
    """A number of days, and their unit if the cell (or the header) says one."""

    days: int
    unit: str | None


Value = str | int | Limit | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What the line of column names says: where each field stands, and what else."""

    row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]
    units: Mapping[str, str]
    doubled: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """The required fields without a column."""
        return [field for field in REQUIRED if field not in self.places]

    @property
    def ignored(self) -> list[str]:
        """The titles of the columns that no field takes."""
        used = set(self.places.values())
        return [
            title
            for place, title in enumerate(self.titles)
            if title and place not in used
        ]


def label(field: str) -> str:
    """Return the name of a field for the person, in the language of the moment."""
    return str(_LABELS.get(field) or _model_field(field).verbose_name)


def _model_field(field: str) -> Any:
    """The model's own field, which knows its length and its name."""
    return getattr(ServiceItem, field).field


def column_name(field: str) -> str:
    """Return the Chinese title we propose for the column of `field`."""
    return NAMES[field].split()[0]


def _key(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\s_\-*:/\ufeff\u200b]+", "", text)


_FIELD_OF: Final = {
    _key(name): field for field, names in NAMES.items() for name in names.split()
}


def read_header(row: int, titles: tuple[str, ...]) -> Header:
    """Find the fields in a line of titles; a bracket may give the unit of a limit."""
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    doubled = []
    for place, title in enumerate(titles):
        key = _key(title)
        bare, _bracket, inside = key.partition("(")
        field = _FIELD_OF.get(key) or _FIELD_OF.get(bare)
        if field is None:
            continue
        if field in places:
            doubled.append(title.strip())
            continue
        places[field] = place
        if unit := _UNITS.get(inside.rstrip(")")):
            units[field] = unit
    return Header(row, tuple(map(str.strip, titles)), places, units, tuple(doubled))


# --- cells --------------------------------------------------------------------------

_UNITS: Final = {
    "工作日": DayUnit.WORKING.value,
    "个工作日": DayUnit.WORKING.value,
    "working": DayUnit.WORKING.value,
    "workingday": DayUnit.WORKING.value,
    "workingdays": DayUnit.WORKING.value,
    "自然日": DayUnit.CALENDAR.value,
    "个自然日": DayUnit.CALENDAR.value,
    "日历日": DayUnit.CALENDAR.value,
    "calendar": DayUnit.CALENDAR.value,
    "calendarday": DayUnit.CALENDAR.value,
    "calendardays": DayUnit.CALENDAR.value,
}
# Bare days say no unit: the column of units does, else the law's working days (R1.28).
_DAYS: Final = {
    "": None,
    "天": None,
    "日": None,
    "个日": None,
    "days": None,
    "day": None,
}
_AT_ONCE: Final = frozenset(
    {"即办", "即时办结", "当场办结", "即时", "当场", "立即办结"}
)
_NOTHING: Final = frozenset({"无", "-", "—", "--", "——", "/", "不适用", "暂无", "none"})
_HANDLING: Final = {
    "即办件": Handling.ON_THE_SPOT.value,
    "即办": Handling.ON_THE_SPOT.value,
    "spot": Handling.ON_THE_SPOT.value,
    "承诺件": Handling.PROMISED.value,
    "promised": Handling.PROMISED.value,
}
_RESULTS: Final = {
    "证照": Result.CERTIFICATE.value,
    "证照类": Result.CERTIFICATE.value,
    "1": Result.CERTIFICATE.value,
    "certificate": Result.CERTIFICATE.value,
    "批文": Result.DOCUMENT.value,
    "批文类": Result.DOCUMENT.value,
    "2": Result.DOCUMENT.value,
    "document": Result.DOCUMENT.value,
    "其他": Result.OTHER.value,
    "其它": Result.OTHER.value,
    "3": Result.OTHER.value,
    "other": Result.OTHER.value,
    "无": Result.NOTHING.value,
    "4": Result.NOTHING.value,
    "nothing": Result.NOTHING.value,
}
_STATES: Final = {
    "草稿": ItemState.DRAFT.value,
    "draft": ItemState.DRAFT.value,
    "在用": ItemState.PUBLISHED.value,
    "发布": ItemState.PUBLISHED.value,
    "已发布": ItemState.PUBLISHED.value,
    "published": ItemState.PUBLISHED.value,
    "暂停": ItemState.SUSPENDED.value,
    "suspended": ItemState.SUSPENDED.value,
    "取消": ItemState.CANCELLED.value,
    "废止": ItemState.CANCELLED.value,
    "cancelled": ItemState.CANCELLED.value,
}
_LOST_DIGITS = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
# NFKC would also turn ² into 2, so only the wide digits become plain ones.
_WIDE_DIGITS = {ord("０") + digit: str(digit) for digit in range(10)}
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0+)?(?![0-9.,])(.*)")
_BETWEEN = re.compile(r"[；;\n]")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
# Control characters but tab and line feed, half characters, and what turns a line.
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# Guides may not hold such a catch-all (R2.10); old catalogues do, so it is a remark.
_CATCH_ALL = re.compile(
    r"(其他|其它|有关|相关|其余|另外)的?(有关|相关|申请|证明|所需|必要)*的?(材料|资料|文件|证件|手续)"
)


def is_catch_all(material: str) -> bool:
    """Whether a material is a catch-all such as 其他材料 (R2.10)."""
    return _CATCH_ALL.fullmatch(re.sub(r"[等\s（）()]", "", material)) is not None


def clean(text: str, *, keep_lines: bool = False) -> str:
    """Return the text without invisible signs and needless space.

    Raises CellRefusedError for signs that would turn or break what is shown.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_SHOWN.search(text):
        raise CellRefusedError(
            _("The cell holds a sign that cannot be shown (U+%(sign)s).")
            % {"sign": f"{ord(found[0]):04X}"}
        )
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return ("\n" if keep_lines else " ").join(lines).strip()


def read_cell(field: str, text: str) -> Value | None:
    """Read the cell of a field; None if it is empty."""
    if len(text) > CELL_CHARACTERS:
        raise CellRefusedError(
            _("The cell has more than %(limit)s characters.")
            % {"limit": CELL_CHARACTERS}
        )
    return _READERS.get(field, _read_text)(field, text) if text else None


def _read_text(field: str, text: str) -> str | None:
    stored = _model_field(field)
    found = clean(text, keep_lines=isinstance(stored, models.TextField))
    longest = stored.max_length
    if longest and len(found) > longest:
        raise _too_long(longest)
    return found or None


def _too_long(longest: int) -> CellRefusedError:
    return CellRefusedError(
        _("The text is longer than %(limit)s characters.") % {"limit": longest}
    )


def _read_code(field: str, text: str) -> str | None:
    found = _read_text(field, text)
    if found and _LOST_DIGITS.fullmatch(found):
        raise CellRefusedError(
            _(
                "The code was kept as a number and has lost its last digits. Please "
                "format the column as text and enter it again."
            )
        )
    return found


def _read_department(field: str, text: str) -> str | None:
    found = clean(text)
    if len(found) > 100:
        raise _too_long(100)
    return found or None


def _read_list(field: str, text: str) -> tuple[str, ...] | None:
    longest = 300 if field == "materials" else 100
    found = [clean(part) for part in _BETWEEN.split(text)]
    for part in found:
        if len(part) > longest:
            raise _too_long(longest)
    kept = tuple(dict.fromkeys(part for part in found if part))
    if len(kept) == 1 and kept[0] in _NOTHING:
        return None
    return kept or None


def _read_samples(field: str, text: str) -> tuple[str, ...] | None:
    """`"甲：三号架；乙：网上"`: of each paper where a filled-in one is (R1.12)."""
    found: dict[str, str] = {}
    for part in _read_list("materials", text) or ():
        name, _colon, where = part.replace(":", "：", 1).partition("：")
        if not name.strip() or not where.strip():
            raise CellRefusedError(
                _("Write of each paper its name, a colon, and where its sample is.")
            )
        found[name.strip()] = where.strip()
    return tuple(map(sample_text, found, found.values())) or None


def sample_text(name: str, where: str) -> str:
    """Return how a sample stands in a cell, and in what is compared."""
    return f"{name}：{where}"


def _number_and_rest(text: str) -> tuple[int, str] | None:
    """`"5 个工作日"` -> (5, "个工作日"); None for an empty cell."""
    plain = clean(text).casefold().translate(_WIDE_DIGITS)
    if not plain or plain in _NOTHING:
        return None
    if plain in _AT_ONCE:
        return 0, ""
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise CellRefusedError(_("“%(text)s” is not a number.") % {"text": text[:40]})
    return int(found[1]), found[2].replace(" ", "")


def _read_limit(field: str, text: str) -> Limit | None:
    found = _number_and_rest(text)
    if found is None:
        return None
    days, rest = found
    rest = rest.removesuffix("内")
    if rest not in _UNITS and rest not in _DAYS:
        raise CellRefusedError(
            _("“%(text)s” is not a number of days, such as 5 or 5个工作日.")
            % {"text": text[:40]}
        )
    if days > MOST_DAYS:
        raise _too_many(MOST_DAYS)
    return Limit(days, _UNITS.get(rest))


def _read_renewal(field: str, text: str) -> Limit | None:
    """How long before the expiry it is applied for (R1.27): from 1 to 366 days."""
    found = _read_limit(field, text)
    if found is not None and not 1 <= found.days <= MOST_RENEWAL_DAYS:
        raise CellRefusedError(
            _("From 1 to %(most)d days.") % {"most": MOST_RENEWAL_DAYS}
        )
    return found


def _too_many(most: int) -> CellRefusedError:
    return CellRefusedError(_("The number is larger than %(limit)s.") % {"limit": most})


def _read_visits(field: str, text: str) -> int | None:
    found = _number_and_rest(text)
    if found is None:
        return None
    visits, rest = found
    if rest not in {"", "次"}:
        raise CellRefusedError(_("“%(text)s” is not a number.") % {"text": text[:40]})
    if visits > MOST_VISITS:
        raise _too_many(MOST_VISITS)
    return visits


def _one_of(words: Mapping[str, str]) -> Callable[[str, str], str | None]:
    def read(field: str, text: str) -> str | None:
        plain = clean(text).casefold().replace(" ", "")
        if plain in words:
            return words[plain]
        if not plain or plain in _NOTHING:
            return None
        raise CellRefusedError(
            _("“%(text)s” is not known here. Known are: %(known)s.")
            % {"text": text[:40], "known": joined(words)}
        )

    return read


_READERS: Final[Mapping[str, Callable[[str, str], Value | None]]] = {
    "code": _read_code,
    "department": _read_department,
    "materials": _read_list,
    "samples": _read_samples,
    "aliases": _read_list,
    "statutory_days": _read_limit,
    "promised_days": _read_limit,
    "renewal_days": _read_renewal,
    "statutory_unit": _one_of(_UNITS),
    "renewal_unit": _one_of(_UNITS),
    "promised_unit": _one_of(_UNITS),
    "visits": _read_visits,
    "handling": _one_of(_HANDLING),
    "state": _one_of(_STATES),
    "result": _one_of(_RESULTS),
}

FORMULA_NOTE = gettext_lazy("This cell begins like a formula; it is kept as text.")
CATCH_ALL_NOTE = gettext_lazy(
    "“%(name)s” is a catch-all, which a guide may not ask for."  # R2.10
)
