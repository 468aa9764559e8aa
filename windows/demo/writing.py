"""Writes the hall of the demo content into the database, with its history."""

import datetime as dt
import io
import math
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy
from PIL import Image, ImageDraw
from simple_history.utils import bulk_create_with_history

from windows.demo.content import Demo
from windows.models import (
    BundledItem,
    Clerk,
    Department,
    Hall,
    ItemAlias,
    Material,
    PaperSeal,
    PaperText,
    Posting,
    Responsibility,
    SamePaper,
    Seat,
    ServiceItem,
    Step,
    Window,
)
from windows.models.fields import pinyin_key
from windows.models.items import Result
from windows.papers import digest_of

M = TypeVar("M", bound=models.Model)

RESULTS = {
    "行政许可": Result.CERTIFICATE,
    "行政确认": Result.CERTIFICATE,
    "其他行政权力": Result.DOCUMENT,
}
"""What a grant yields, by the type of its item; all others yield nothing."""

RENEWALS = {"WJ-007": 30}
"""Until how many days before the expiry a renewal is applied for (R1.27)."""

REASON = gettext_lazy("written with the demo hall")


def find_hall(demo: Demo) -> Hall | None:
    """Return the demo hall if it has been written before."""
    return Hall.objects.filter(name=demo.hall.name).first()


@transaction.atomic
def write_hall(demo: Demo, *, by: Clerk, password: str, since: dt.date) -> Hall:
    """Write hall, people and catalogue; everybody is posted from `since`.

    One password serves all logins of the demo, and is hashed once.
    """
    hall = Hall(
        name=demo.hall.name,
        name_en=demo.hall.name_en,
        address=demo.hall.address,
        telephone=demo.hall.telephone,
        complaint_telephone=demo.hall.complaint_telephone,
        hours=demo.hall.hours,
        # Who tries the hall looks round first: the offers on the desks wait for it.
        offer_minutes=60,
    )
    _save([hall], by)
    _put_on_papers(hall, by)
    departments = {
        one.code: Department(
            name=one.name,
            name_key=pinyin_key(one.name),
            name_en=one.name_en,
            in_hall=one.in_hall,
            address=one.address,
            telephone=one.telephone,
            hours=one.hours,
            complaint_telephone=one.complaint_telephone,
        )
        for one in demo.departments
    }
    _save(departments.values(), by)
    windows = {
        one.number: Window(
            hall=hall,
            number=one.number,
            name=one.name,
            name_en=one.name_en,
            department=None
            if one.is_fallback or one.is_consulting
            else departments[one.department],
            floor=one.floor,
            zone=one.zone,
            map_x=one.map_x,
            map_y=one.map_y,
            telephone=one.telephone,
            is_open=True,
            is_fallback=one.is_fallback,
        )
        for one in demo.windows
    }
    _save(windows.values(), by)
    clerks = _clerks(demo, hall, departments, password)
    _save(clerks.values(), by)
    posts = [
        Posting(
            clerk=clerks[one.clerk],
            window=windows[one.window],
            post=one.post,
            starts_on=since,
        )
        for one in demo.postings
    ]
    _save(posts, by)
    moment = dt.datetime.combine(since, dt.time(), dt.UTC)
    Seat.objects.bulk_create(
        [
            Seat(clerk=post.clerk, window=post.window, since=moment)
            for post in posts
            if post.post == "A"
        ]
    )
    _items(demo, departments, windows, by=by, since=since)
    return hall


def _clerks(
    demo: Demo, hall: Hall, departments: dict[str, Department], password: str
) -> dict[str, Clerk]:
    first = Clerk()
    first.set_password(password)
    return {
        one.staff_number: Clerk(
            staff_number=one.staff_number,
            password=first.password,
            hall=hall,
            department=departments[one.department],
            name=one.name,
            name_key=pinyin_key(one.name),
            title=one.title,
            duties=one.duties,
            languages=list(one.languages),
            telephone=one.telephone,
            role=one.role,
        )
        for one in demo.clerks
    }


def _items(
    demo: Demo,
    departments: dict[str, Department],
    windows: dict[str, Window],
    *,
    by: Clerk,
    since: dt.date,
) -> None:
    items = {
        one.code: ServiceItem(
            code=one.code,
            name=one.name,
            name_key=pinyin_key(one.name),
            name_en=one.name_en,
            department=departments[one.department],
            theme=one.theme,
            type=one.type,
            handling=one.handling,
            result=RESULTS.get(one.type, Result.NOTHING),
            renewal_days=RENEWALS.get(one.code),
            statutory_days=one.statutory_days,
            promised_days=one.promised_days,
            visits=one.visits,
            fee=one.fee,
            fee_basis=one.fee_basis,
            basis=one.basis,
            conditions=one.conditions,
            service_target=one.service_target,
        )
        for one in demo.items
    }
    _save(items.values(), by)
    parts: dict[type[models.Model], list[Any]] = {
        ItemAlias: [],
        Step: [],
        Material: [],
        Responsibility: [],
    }
    for one in demo.items:
        item = items[one.code]
        parts[ItemAlias] += [ItemAlias(item=item, text=text) for text in one.aliases]
        parts[Step] += [
            Step(
                item=item,
                position=position,
                name=step.name,
                days=step.days,
                department=departments[step.department or one.department],
                is_parallel=step.parallel,
            )
            for position, step in enumerate(one.steps, start=1)
        ]
        parts[Material] += [
            Material(
                item=item,
                position=position,
                name=paper.name,
                form=paper.form,
                copies=paper.copies,
                is_required=paper.is_required,
                may_follow=paper.may_follow,
                standard=paper.standard,
                how_to_get=paper.how_to_get,
            )
            for position, paper in enumerate(one.materials, start=1)
        ]
        parts[Responsibility] += [
            Responsibility(
                item=item,
                window=windows[number],
                authority=authority,
                starts_on=since,
            )
            for number, authority in one.windows.items()
        ]
    bundles = {
        one.code: ServiceItem(
            code=one.code,
            name=one.name,
            name_key=pinyin_key(one.name),
            name_en=one.name_en,
            department=departments[one.department],
            theme=one.theme,
            basis=one.basis,
            conditions=one.conditions,
            service_target=one.service_target,
            result=one.result,
            visits=1,
            is_bundle=True,
        )
        for one in demo.bundles
    }
    _save(bundles.values(), by)
    parts |= {BundledItem: [], SamePaper: []}
    for bundle in demo.bundles:
        item = bundles[bundle.code]
        parts[ItemAlias] += [ItemAlias(item=item, text=text) for text in bundle.aliases]
        parts[Responsibility] += [
            Responsibility(
                item=item,
                window=windows[number],
                authority=authority,
                starts_on=since,
            )
            for number, authority in bundle.windows.items()
        ]
        parts[BundledItem] += [
            BundledItem(
                item=item,
                member=items[held.code],
                position=position,
                is_parallel=held.parallel,
            )
            for position, held in enumerate(bundle.items, start=1)
        ]
        parts[SamePaper] += [
            SamePaper(
                item=item,
                name=mark.name,
                same_as=mark.same_as,
                made_by=items.get(mark.made_by),
            )
            for mark in bundle.same
        ]
    for rows in parts.values():
        _save(rows, by)


def _put_on_papers(hall: Hall, by: Clerk) -> None:
    """A seal that is nobody's, and a line that every slip of the hall bears."""
    footer = PaperText(
        hall=hall,
        footer="请妥善保管本单，来办事、来电话时报单号。",
        footer_en="Keep this slip, and name its number when you come or call.",
    )
    _save([footer], by)
    picture = Image.new("RGBA", (360, 360))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((8, 8, 352, 352), outline="#c8102e", width=12)
    star = [
        (
            180 + radius * math.sin(step * math.pi / 5),
            180 - radius * math.cos(step * math.pi / 5),
        )
        for step, radius in enumerate([70, 27] * 5)
    ]
    pen.polygon(star, fill="#c8102e")
    file = io.BytesIO()
    picture.save(file, "PNG")
    content = file.getvalue()
    seal = PaperSeal(
        hall=hall,
        content=content,
        media_type="image/png",
        digest=digest_of(content),
    )
    _save([seal], by)


def _save(rows: Iterable[M], by: Clerk) -> None:
    """Save rows of one kind with who and why."""
    several = list(rows)
    if several:
        bulk_create_with_history(
            several,
            type(several[0]),
            batch_size=500,
            default_user=by,
            default_change_reason=str(REASON),
        )
