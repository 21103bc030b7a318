"""How much room does a driver on a freeway have?"""

from fractions import Fraction

import pytest

from indicators.freeway_los import level_of_service


@pytest.mark.parametrize(
    ("density", "letter"),
    [
        ("0", "A"),
        ("11", "A"),
        ("11.001", "B"),
        ("18", "B"),
        ("18.001", "C"),
        ("26", "C"),
        ("26.001", "D"),
        ("35", "D"),
        ("35.001", "E"),
        ("45", "E"),
        ("45.001", "F"),
        ("180", "F"),
    ],
)
def test_density_has_six_levels_and_a_cut_belongs_to_the_better(density: str, letter: str) -> None:
    result = level_of_service(60 * Fraction(density), 60)

    assert (result.density, result.grade) == (Fraction(density), f"服务水平{letter}")
    assert result.level == "ABCDEF".index(letter) + 1


def test_density_is_flow_over_speed() -> None:
    result = level_of_service(2_076, 60)

    assert (result.density, result.density_float, result.grade) == (Fraction("34.6"), 34.6, "服务水平D")
    assert (result.standard, result.edition) == ("HCM", "2010")
    assert "secondary source" in result.clause


def test_a_flow_or_speed_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="a speed is 0"):
        level_of_service(1_000, 0)
    with pytest.raises(ValueError, match="a flow is -1"):
        level_of_service(-1, 60)
    with pytest.raises(ValueError, match="exactly"):
        level_of_service(1_000, 60.0)  # type: ignore[arg-type]
