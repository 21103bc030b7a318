"""When is a message acknowledged? When it and all before it are written, and never on another connection."""

from hypothesis import given
from hypothesis import strategies as st

from streams.mqtt.in_order import InOrder


def test_a_message_waits_for_those_before_it():
    acknowledged = []
    in_order = InOrder(acknowledged.append)
    first, second, third = (in_order.add(number) for number in (7, 8, 9))

    second()
    assert acknowledged == []
    first()
    assert acknowledged == [7, 8]
    third()
    assert acknowledged == [7, 8, 9]


def test_after_the_connection_is_gone_nothing_is_acknowledged():
    acknowledged = []
    in_order = InOrder(acknowledged.append)
    first, second = in_order.add(1), in_order.add(2)
    first()

    assert in_order.close() == 1
    second()
    assert acknowledged == [1]


@given(st.permutations(range(12)), st.integers(0, 12))
def test_written_in_any_order_they_are_acknowledged_in_theirs(order, lost_after):
    acknowledged = []
    in_order = InOrder(acknowledged.append)
    written = [in_order.add(number) for number in range(12)]
    for number in order[:lost_after]:
        written[number]()
    done = set(order[:lost_after])

    expected = []
    for number in range(12):
        if number not in done:
            break
        expected.append(number)
    assert acknowledged == expected
