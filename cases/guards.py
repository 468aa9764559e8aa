"""What the application's database role may not do, by table.

`hallsvc.database` reads these lists when it grants privileges after a migration; the
triggers that keep the same promises against the owner live in the migrations.
"""

APPEND_ONLY = (
    "cases_answer",
    "cases_appointment",
    "cases_calendarrelease",
    "cases_caseevent",
    "cases_deadline",
    "cases_extension",
    "cases_followup",
    "cases_greenpass",
    "cases_namecorrection",
    "cases_notice",
    "cases_openedrecord",
    "cases_paperprint",
    "cases_scan",
    "cases_signature",
    # Who changed which part of the configuration, when and why.
    "windows_historicalabsence",
    "windows_historicalbundleditem",
    "windows_historicalcalendaryear",
    "windows_historicalclerk",
    "windows_historicalclerkphoto",
    "windows_historicalclosureday",
    "windows_historicaldepartment",
    "windows_historicalhall",
    "windows_historicalitemalias",
    "windows_historicalmaterial",
    "windows_historicalpaperseal",
    "windows_historicalpapertext",
    "windows_historicalposting",
    "windows_historicalresponsibility",
    "windows_historicalsamepaper",
    "windows_historicalserviceitem",
    "windows_historicalstep",
    "windows_historicalthesaurusentry",
    "windows_historicalwindow",
    "windows_signin",
)
"""Tables with INSERT and SELECT only."""

OWNER_ONLY = ("cases_clock",)
"""Tables the application may only read."""

NO_DELETE = (
    "cases_assignment",
    "cases_case",
    "cases_casematerial",
    "cases_clockstop",
    "cases_delivery",
    "cases_direction",
    "cases_greenchannel",
    "cases_negativefiling",
    "cases_objection",
    "cases_part",
    "cases_papernumber",
    "cases_raisedquestion",
    "cases_referral",
    "cases_words",
    "windows_clerk",
)
"""Tables whose rows the application may change by the rules, but never delete."""
