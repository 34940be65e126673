"""Who acted, where nobody did: an outside system has its name, everything else is the program."""

import pytest

from app.people.system import system_name, system_person


@pytest.mark.parametrize(
    ("actor", "read"), [("oss", "OSS"), ("siinas", "SIINAS"), ("timer", "Alur Izin"), ("mail", "Alur Izin")]
)
def test_what_is_no_person_has_a_name_too(actor: str, read: str) -> None:
    assert system_name(system_person(actor).username) == read
