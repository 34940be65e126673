"""The menu of generated screens; rules/roles.yaml says which role sees which."""

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _

from app.office.generated import ReadOnlyView
from app.office.screens_administration import HolidayScreen, HoursScreen, OfficeScreen
from app.office.screens_cases import CaseScreen, LetterScreen, TaskScreen
from app.office.screens_follow_up import FollowUpScreen
from app.office.screens_front_office import PartyScreen, ReceiptScreen, RepresentativeScreen
from app.office.screens_mail import (
    DeliveryScreen,
    DispatchScreen,
    IncomingScreen,
    NumberScreen,
    RegisterScreen,
    SeriesScreen,
)
from app.office.screens_people import AppointmentScreen, DeputyScreen, PersonScreen
from app.office.screens_technical import FindingScreen, VisitScreen

MENU: tuple[tuple[str, Any, tuple[type[ReadOnlyView], ...]], ...] = (
    ("menu_work", _("Work"), (CaseScreen, TaskScreen, LetterScreen, RegisterScreen)),
    ("menu_counter", _("Counter"), (PartyScreen, RepresentativeScreen, ReceiptScreen)),
    ("menu_field", _("Field work"), (VisitScreen, FindingScreen)),
    (
        "menu_mail",
        _("Mail and numbers"),
        (IncomingScreen, DispatchScreen, DeliveryScreen, NumberScreen, SeriesScreen),
    ),
    ("menu_staff", _("Staff"), (AppointmentScreen, DeputyScreen, PersonScreen)),
    ("menu_office", _("Office"), (OfficeScreen, HolidayScreen, HoursScreen, FollowUpScreen)),
)
# for everybody on the staff: what concerns all of an office
FOR_ALL_STAFF = (CaseScreen, TaskScreen, LetterScreen, RegisterScreen)


def register(_app: Flask, appbuilder: AppBuilder) -> None:
    """Add every screen to the menu."""
    for screen in FOR_ALL_STAFF:
        screen.audience = {"any_staff"}
    for category, title, screens in MENU:
        for screen in screens:
            appbuilder.add_view(
                screen, screen.screen, label=screen.list_title, category=category, category_label=title
            )
