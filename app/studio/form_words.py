"""What the form builder says and offers: types of fields, their properties, and how each is edited."""

from typing import Any, get_args

from flask_babel import gettext

from app.definitions.catalogue import current
from app.definitions.form import FileType
from app.definitions.service import Service

LENGTHS, RANGE = ["min_length", "max_length"], ["min", "max"]
PROPERTIES: dict[str, list[str]] = {
    "text": LENGTHS, "long_text": LENGTHS, "number": [*RANGE, "decimals", "unit"], "money": RANGE,
    "date": ["not_before", "not_after"], "choice": ["values"], "choices": ["values", *RANGE],
    "yes_no": ["must_be_yes"], "file": ["accept", "max_mb", "max_files", "blocking", "requirement"],
    "checklist": ["requirements"], "person": ["role"], "persons": ["role", *RANGE], "group": RANGE,
    "computed": ["formula", "decimals", "unit", "money"], "email": [], "phone": [], "nik": [], "npwp": [],
    "nib": [], "nip": [], "kbli": ["version"], "region": [],
}  # fmt: skip
KINDS: dict[str, Any] = {
    "title": "text", "help": "text", "unit": "text", "not_before": "text", "not_after": "text",
    "required": "switch", "must_be_yes": "switch", "blocking": "switch", "money": "switch",
    "show_if": "code", "require_if": "code", "formula": "code", "values": "values",
    **dict.fromkeys(("min", "max", "min_length", "max_length", "decimals", "max_mb", "max_files"), "number"),
}  # fmt: skip
VERSIONS = (2015, 2017, 2020, 2025)


def words(service: Service | None) -> dict[str, Any]:
    """Everything for the script of the page."""
    roles = [[key, role.title] for key, role in current().roles.roles.items()]
    requirements = [[key, item.title] for key, item in service.requirements.items()] if service else []
    chosen = {
        "role": roles, "requirement": requirements, "requirements": requirements,
        "accept": [[kind, kind.upper()] for kind in get_args(FileType)],
        "version": [[str(year), f"KBLI {year}"] for year in VERSIONS],
    }  # fmt: skip
    return {
        "types": types(), "names": names(), "properties": PROPERTIES, "kinds": KINDS | chosen,
        "defaults": defaults(roles), "section": gettext("Section"), "new_section": gettext("New section"),
        "choose": gettext("Choose a field or a section to see its properties."), "key": gettext("Key"),
        "bad_key": gettext("Small letters, digits and _, and unlike every other field."),
        "required": gettext("required"), "conditional": gettext("conditional"), "none": gettext("none"),
        "values_help": gettext("One value a line: key = title"),
        "condition_help": gettext("For example: land_status == 'rented' and land_area_m2 > 1000"),
        "up": gettext("Move up"), "down": gettext("Move down"), "copy": gettext("Duplicate"),
        "remove": gettext("Remove"),
    }  # fmt: skip


def types() -> dict[str, str]:
    """The palette, in its order."""
    return {
        "text": gettext("Line of text"), "long_text": gettext("Long text"), "number": gettext("A number"),
        "money": gettext("Money"), "date": gettext("Date"), "choice": gettext("One of several"),
        "choices": gettext("Some of several"), "yes_no": gettext("Yes or no"), "file": gettext("File"),
        "checklist": gettext("Checklist of requirements"), "person": gettext("Person"),
        "persons": gettext("Persons"), "group": gettext("Repeated rows"), "computed": gettext("Computed"),
        "email": gettext("E-mail address"), "phone": gettext("Telephone"), "nik": "NIK", "npwp": "NPWP",
        "nib": "NIB", "nip": "NIP", "kbli": "KBLI", "region": gettext("Region code"),
    }  # fmt: skip


def names() -> dict[str, str]:
    """The properties as people call them."""
    return {
        "title": gettext("Title"), "help": gettext("Help"), "required": gettext("Must be answered"),
        "min_length": gettext("Fewest characters"), "max_length": gettext("Most characters"),
        "min": gettext("At least"), "max": gettext("At most"), "decimals": gettext("Decimals"),
        "unit": gettext("Unit of measure"),
        "not_before": gettext("Not before (YYYY-MM-DD, today, letters.slot or fields.key)"),
        "not_after": gettext("Not after (YYYY-MM-DD, today, letters.slot or fields.key)"),
        "values": gettext("Values"),
        "must_be_yes": gettext("Only yes is accepted"), "accept": gettext("Kinds of file"),
        "max_mb": gettext("Largest size in MB"), "max_files": gettext("Most files"),
        "blocking": gettext("Without it nothing is sent"), "requirement": gettext("Requirement"),
        "requirements": gettext("Requirements"), "role": gettext("Role"), "formula": gettext("Formula"),
        "money": gettext("Money"), "version": gettext("Version"), "show_if": gettext("Shown if"),
        "require_if": gettext("Must be answered if"),
    }  # fmt: skip


def defaults(roles: list[list[str]]) -> dict[str, dict[str, Any]]:
    """What a new field of a type begins with, where its type cannot be without."""
    two = {"values": {"a": gettext("First"), "b": gettext("Second")}}
    role = {"role": roles[0][0] if roles else "front_officer"}
    row = {"fields": {"item": {"type": "text", "title": gettext("Item")}}}
    return {"choice": two, "choices": two, "person": role, "persons": role, "group": row,
            "computed": {"formula": "0"}}  # fmt: skip
