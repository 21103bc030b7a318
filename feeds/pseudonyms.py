"""Under which name is somebody counted whose own name must not be seen? A digest, the same at every time and place.

It keeps an identifier off topics, tables and screens. It is no secret: who has the identifier finds its digest again,
as the registry must.
"""

from hashlib import blake2b

DIGEST_BYTES = 8
"""Enough that no two of a billion meet."""


def pseudonym(kind: str, identifier: str) -> str:
    """`kind-<16 hex digits>`. The kind, at most 16 bytes of it, keeps digests of two registers apart."""
    digest = blake2b(identifier.encode(), digest_size=DIGEST_BYTES, person=kind.encode()[:16])
    return f"{kind}-{digest.hexdigest()}"
