"""A message text that an administrator lets run away ends with a sentence, not with the web process."""

from time import process_time

import pytest

from app.errors import Invalid
from app.messages.wording import fill

RUNAWAY = [
    "{% set a = 'aaaaaaaaaa' %}" + "".join("{% set a %}{{ a }}{{ a }}{{ a }}{% endset %}" for _ in range(20)),
    "{% for a in x %}{% for b in x %}{% for c in x %}{{ a }}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ 'a'|center(1000000000) }}",
    "{% for i in range(100000) %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set a = 'aaaaaaaaaa' %}" + "".join("{% set a = a ~ a ~ a ~ a %}" for _ in range(20)),
    "{% set a = 'aaaaaaaaaa' %}" + "".join("{% set a = a + a + a + a %}" for _ in range(20)),
    "{% set a = 'aaaaaaaaaa' %}" + "".join("{% set a = [a, a, a, a]|join(a) %}" for _ in range(20)),
]


@pytest.mark.parametrize("template", RUNAWAY)
def test_a_runaway_text_is_stopped_at_once(template: str) -> None:
    before = process_time()
    with pytest.raises(Invalid):
        fill(template, {"x": list(range(200))})
    assert process_time() - before < 2


def test_what_messages_say_is_not_hindered() -> None:
    template = (
        "{% for each in rows %}{{ loop.index }}. {{ each.item|upper }}"
        "{% if not loop.last %}; {% endif %}{% endfor %}"
        "{{ ' ' ~ number ~ '/' ~ (1 + 2) }} {{ names|join(', ') }} {{ on[8:10] }} "
        "{{ data.get('a', {}).get('b') or '-' }}"
    )
    said = fill(
        template,
        {
            "rows": [{"item": "a"}, {"item": "b"}], "number": 7, "names": ["x", "y"],
            "on": "2026-11-23", "data": {},
        },
    )  # fmt: skip
    assert said == "1. A; 2. B 7/3 x, y 23 -"
