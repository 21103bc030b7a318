"""Does the grid find all that is near, and nothing else?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.situations.nearby import Neighbourhood, metres_between, resolution_for

places = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
offsets = st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), max_size=12)


@given(place=places, around=offsets, metres=st.sampled_from([10, 100, 500, 1_500]))
def test_the_grid_finds_what_measuring_everybody_finds(
    place: tuple[float, float], around: list[tuple[float, float]], metres: int
) -> None:
    others = {f"{n}": (place[0] + east, place[1] + north) for n, (east, north) in enumerate(around)}
    grid = Neighbourhood(metres)
    for name, other in others.items():
        grid.put(name, other)
    expected = sorted(name for name, other in others.items() if metres_between(place, other) <= metres)
    assert list(grid.near(place)) == expected


def test_a_place_that_moved_is_found_where_it_is() -> None:
    grid = Neighbourhood(500)
    grid.put("car", (120.0, 30.0))
    grid.put("car", (121.0, 30.0))
    assert list(grid.near((120.0, 30.0))) == []
    assert list(grid.near((121.0, 30.0))) == ["car"]


def test_a_distance_is_that_on_the_sphere() -> None:
    # One degree of latitude: the mean radius of the earth, 6,371,007 m, times pi / 180.
    assert metres_between((120.0, 30.0), (120.0, 31.0)) == pytest.approx(111_195, abs=1)


def test_what_is_no_neighbourhood_is_refused() -> None:
    with pytest.raises(ValueError, match="farther than a neighbourhood"):
        resolution_for(100_000)
