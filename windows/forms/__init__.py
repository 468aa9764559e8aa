"""Forms of the configuration; `base` is what each of them asks in addition.

`fields` reads text, numbers and dates strictly, `base` adds reason, key and version.
"""
