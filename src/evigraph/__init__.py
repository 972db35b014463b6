"""A systematic review as a knowledge graph that answers.

>>> import evigraph
>>> review = evigraph.open()
>>> review.screen(["tudiver1992"])["tudiver1992"].outcome
<Outcome.MET: 'met'>
"""

from evigraph.answers import Answer, Triples, Truth
from evigraph.errors import (
    EnvironmentFaultError,
    EvigraphError,
    InputError,
    LimitError,
    ShapesError,
    UnknownNameError,
)
from evigraph.reasoning.findings import Findings
from evigraph.review import Review, open
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, Screening

__all__ = [
    "Answer",
    "EnvironmentFaultError",
    "EvigraphError",
    "Findings",
    "InputError",
    "LimitError",
    "Outcome",
    "Review",
    "Screening",
    "ShapesError",
    "Triples",
    "Trust",
    "Truth",
    "UnknownNameError",
    "open",
]
__version__ = "0.1.0"
