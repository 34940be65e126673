"""What the publish gate asks of a library of clauses: each one is text of a letter, with known variables."""

from app.definitions.clauses import Clauses
from app.definitions.problem import Problem
from app.definitions.provided import LETTER_FACTS
from app.letters.check import check_text
from app.letters.sample import STANDARD_PATHS

EVERY_SERVICE = "every_service"
OF_A_SERVICE = frozenset({"data.*", "decision.*"})


def check_clauses(key: str, clauses: Clauses) -> list[Problem]:
    """Clauses for every service speak of what every letter knows; a service's own of its answers, too."""
    known = LETTER_FACTS | STANDARD_PATHS
    if key.partition("/")[0] != EVERY_SERVICE:
        known |= OF_A_SERVICE
    return [
        Problem(problem.path, problem.message)
        for name, clause in clauses.clauses.items()
        for problem in check_text(f"clauses.{name}.body", clause.body, known)
    ]
