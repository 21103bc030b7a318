"""May a value be published, and if not, why? The words that stand beside every number."""

from typing import Literal, get_args

Validity = Literal["valid", "valid_by_exceedance", "insufficient", "no_data", "not_applicable"]
"""`valid_by_exceedance`: too little was measured, but a limit is exceeded already, which more could not undo.
`insufficient`: something was measured, but not enough. `no_data`: nothing was. `not_applicable`: there was nothing
to be judged, as the response time of an hour without a response."""

VALIDITIES: tuple[Validity, ...] = get_args(Validity)
COUNTED: frozenset[Validity] = frozenset(("valid", "valid_by_exceedance"))
"""Those whose value may be used in another number."""
