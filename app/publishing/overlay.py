"""The definitions as they would be: a change set laid over what is in force on a day."""

from collections.abc import Iterable, Mapping
from functools import cache

from app.definitions.catalogue import Catalogue
from app.definitions.form import FormDefinition
from app.definitions.parse import Parsed, Ref, parse
from app.definitions.provided import Fact
from app.definitions.references import names_in
from app.definitions.service import Service
from app.definitions.shape import Shape
from app.forms.context import Requirement, requirements_of
from app.forms.paths import closed_values, provided_facts


class Overlay:
    """Looks a definition up in the change set first; answers what `references` asks."""

    def __init__(self, catalogue: Catalogue | None, changes: Mapping[Ref, Parsed]) -> None:
        self.catalogue = catalogue
        self.changes = changes
        self.parsed = cache(self._parsed)
        self.facts = cache(self._facts)

    def _parsed(self, ref: Ref) -> Parsed | None:
        if ref in self.changes:
            return self.changes[ref]
        if self.catalogue is None or not self.catalogue.has(*ref):
            return None
        return parse(*ref, self.catalogue.text(*ref))

    def shape(self, kind: str, key: str) -> Shape | None:
        """The definition, or None where there is none."""
        found = self.parsed((kind, key))
        return found.shape if found else None

    def refs(self, *kinds: str) -> list[Ref]:
        """Every definition of these kinds, changed or in force."""
        known = {
            (kind, key) for kind in kinds for key in (self.catalogue.keys(kind) if self.catalogue else [])
        }
        return sorted(known | {ref for ref in self.changes if ref[0] in kinds})

    def services(self) -> dict[str, Service]:
        """Every service by its key."""
        found = {key: self.shape(kind, key) for kind, key in self.refs("service")}
        return {key: shape for key, shape in found.items() if isinstance(shape, Service)}

    def requirements(self, form_key: str) -> tuple[Requirement, ...] | None:
        """The documents that the service of a form's folder asks for; None where there is no such service."""
        service = self.shape("service", f"{form_key.partition('/')[0]}/service")
        return requirements_of(service) if isinstance(service, Service) else None

    def _facts(self, form_key: str) -> Mapping[str, Fact]:
        form = self.shape("form", form_key)
        if not isinstance(form, FormDefinition):
            return {}
        requirements = self.requirements(form_key) or ()
        closed = closed_values(form, requirements)
        types = provided_facts(form, requirements)
        return {path: Fact(kind, closed.get(path)) for path, kind in types.items()}

    def affected(self, changed: Iterable[Ref]) -> list[Ref]:
        """The changed definitions and all whose correctness rests on them."""
        seen = set(changed)
        for kind in ("service", "form", "letter", "process"):
            seen |= {ref for ref in self.refs(kind) if seen & self._named(ref)}
        services = [service for key, service in self.services().items() if ("service", key) in seen]
        return sorted(seen | {("process", service.process) for service in services})

    def _named(self, ref: Ref) -> set[Ref]:
        shape = self.shape(*ref)
        return names_in(*ref, shape) if shape else set()
