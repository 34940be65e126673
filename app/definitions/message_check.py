"""What must hold between a process and the messages from outside that open its cases."""

from collections.abc import Iterator

from app.definitions.form import FormDefinition
from app.definitions.messages import Messages
from app.definitions.problem import Problem
from app.definitions.process import Process, as_list
from app.definitions.provided import Lookup
from app.errors import text


def check_start_messages(key: str, process: Process, lookup: Lookup) -> Iterator[Problem]:
    """A message opens cases only if its system may, and every service says what to read in it."""
    for name in as_list(process.start.message):
        system = name.partition("/")[0]
        actor = process.actors.get(system)
        if system not in process.start.by or actor is None or actor.kind != "system":
            yield Problem(
                "start.by", text("The system %(name)s must be among those who open a case.", name=system)
            )
        for service in lookup.services().values():
            messages = lookup.shape("messages", service.messages or "")
            if service.process == key and isinstance(messages, Messages):
                yield from _readable(name, process, messages, lookup)


def _readable(name: str, process: Process, messages: Messages, lookup: Lookup) -> Iterator[Problem]:
    inbound = messages.inbound.get(name)
    if inbound is None:
        yield Problem("start.message", text("No messages say what to read in %(name)s.", name=name))
        return
    form = lookup.shape("form", process.start.form)
    known = dict(form.fields()) if isinstance(form, FormDefinition) else {}
    for field in inbound.fields:
        if known and field not in known:
            reason = text(
                "The message %(name)s fills %(field)s, which the form lacks.", name=name, field=field
            )
            yield Problem("start.message", reason)
