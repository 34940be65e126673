"""Perform the effects of a step, each by the verb that its action names."""

from collections.abc import Callable

from app.cases.engine import Effect, Move
from app.flow import agenda, corrections, papers, sending
from app.flow.work import Work


def perform(work: Work, move: Move) -> None:
    """Perform a move's effects in the order the process lists them."""
    work.signs = frozenset(effect.action.sign for effect in move.effects if effect.action.sign)
    for effect in move.effects:
        VERBS[effect.action.verb](work, effect)


def change_permit(work: Work, effect: Effect) -> None:
    """Change the permit's own status, which is not that of the case."""
    work.case.permit_status = effect.action.permit or work.case.permit_status


VERBS: dict[str, Callable[[Work, Effect], None]] = {
    "draft": papers.draft,
    "initial": papers.initial,
    "confirm": papers.confirm,
    "sign": papers.sign,
    "number": papers.confirm_number,
    "deliver": papers.deliver,
    "receive": papers.receive,
    "send": sending.send,
    "notify": sending.notify,
    "permit": change_permit,
    "enter": agenda.enter,
    "ask_correction": corrections.ask,
}
