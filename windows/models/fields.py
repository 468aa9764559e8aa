"""Field types used by more than one model of this app."""

from typing import TYPE_CHECKING, Any

from django.db import models
from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    StringField = models.CharField[str, str]
else:
    StringField = models.CharField

KEY_LENGTH = 200


def pinyin_key(text: str) -> str:
    """Return the key that puts Chinese names in the order of a dictionary.

    A database without ICU sorts Han characters by code point, which nobody can
    read, so the order is stored.
    """
    return " ".join(lazy_pinyin(text)).lower()[:KEY_LENGTH]


class PinyinKeyField(StringField):
    """A sort key that follows another field of the same row at every save."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", KEY_LENGTH)
        kwargs["editable"] = False
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Leave out what is the default, as Django's own fields do."""
        name, path, args, kwargs = super().deconstruct()
        if self.source != "name":
            kwargs["source"] = self.source
        return name, path, list(args), dict(kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001
        """Compute the key from the other field."""
        key = pinyin_key(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, key)
        return key
