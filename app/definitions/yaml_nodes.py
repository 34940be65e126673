"""Nodes of a YAML text from the events that it was read from: which part of the text says what."""

from collections.abc import Iterable, Iterator
from typing import Any

from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_OPENINGS = (ScalarEvent, SequenceStartEvent, MappingStartEvent)


def root_of(events: Iterable[Event]) -> Node:
    """The only document of a text that could be read, so that it has no aliases."""
    rest = iter(events)
    return _node(next(event for event in rest if isinstance(event, _OPENINGS)), rest)


def _node(event: Any, rest: Iterator[Any]) -> Node:
    if isinstance(event, ScalarEvent):
        return ScalarNode(None, event.value, event.start_mark, event.end_mark, style=event.style)
    if isinstance(event, SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(inner := next(rest), SequenceEndEvent):
            items.append(_node(inner, rest))
        return SequenceNode(None, items, event.start_mark, inner.end_mark, flow_style=event.flow_style)
    pairs: list[tuple[Node, Node]] = []
    while not isinstance(inner := next(rest), MappingEndEvent):
        pairs.append((_node(inner, rest), _node(next(rest), rest)))
    return MappingNode(None, pairs, event.start_mark, inner.end_mark, flow_style=event.flow_style)
