"""What are the sums of several windows, or of several entities, together?"""

from collections.abc import Iterable, Mapping


def together(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """All of them as one, name by name; an extreme (`_max`, `_min`) stays one."""
    found: dict[str, int] = {}
    for sums in parts:
        for name, value in sums.items():
            known = found.get(name, 0 if not name.endswith(("_max", "_min")) else value)
            if name.endswith("_max"):
                found[name] = max(known, value)
            elif name.endswith("_min"):
                found[name] = min(known, value)
            else:
                found[name] = known + value
    return found
