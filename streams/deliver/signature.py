"""Is a request from this line, and is it fresh? HMAC-SHA256 over the moment and the body.

    X-Citybrain-Signature: t=1782000000,v1=<64 hexadecimal digits>

The digits are HMAC-SHA256 of `<t>.<body>` under the shared secret. A receiver compares in constant time and refuses
what is older than a few minutes, so that a request that was overheard cannot be played again later.
"""

import hashlib
import hmac
import re

HEADER = "X-Citybrain-Signature"
DELIVERY_HEADER = "X-Citybrain-Delivery"
ATTEMPT_HEADER = "X-Citybrain-Attempt"
TOLERANCE_SECONDS = 300
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def signature(secret: bytes, seconds: int, body: bytes) -> str:
    """The header's value. `seconds`: since 1970."""
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def is_signed(secret: bytes, header: str, body: bytes, now_seconds: float) -> bool:
    """What a receiver asks before it believes a request."""
    match = _FORM.fullmatch(header)
    if match is None or abs(now_seconds - int(match[1])) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(_digest(secret, int(match[1]), body), match[2])


def _digest(secret: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(secret, b"%d.%s" % (seconds, body), hashlib.sha256).hexdigest()
