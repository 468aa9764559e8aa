"""Number and code of a case, as a citizen types them."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProgressForm(forms.Form):
    """Nothing is checked here: a wrong form of either is just a wrong one."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=64,
        help_text=_("Digits, as on your slip."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "class": "input--code",
            }
        ),
    )
    code = forms.CharField(
        label=_("Look-up code"),
        max_length=64,
        help_text=_("Ten letters and digits in two groups."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "input--code",
            }
        ),
    )
