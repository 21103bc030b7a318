"""Are ports laid out without clashes, and is a taken one named with its owner?"""

import os
import socket

import pytest

from stack.errors import StackError
from stack.ports import HOST, SPAN, Ports, check_free, free_base, is_free


def test_every_part_of_a_home_has_a_port_of_its_own() -> None:
    ports = Ports.from_base(20000).as_dict()
    assert len(set(ports.values())) == len(ports)
    assert set(ports.values()) <= set(range(20000, 20000 + SPAN))


def test_addresses_are_of_this_machine_only() -> None:
    ports = Ports.from_base(20000)
    assert ports.kafka_address == "127.0.0.1:20000"
    assert ports.registry_url == f"http://127.0.0.1:{ports.registry}/apis/ccompat/v7"


@pytest.mark.parametrize("base", [0, 80, 65530, 70000])
def test_a_base_outside_the_possible_is_refused(base: int) -> None:
    with pytest.raises(StackError, match=str(base)):
        Ports.from_base(base)


def test_a_free_base_is_free_in_its_whole_span() -> None:
    base = free_base()
    assert all(is_free(port) for port in range(base, base + SPAN))
    check_free(Ports.from_base(base))


def test_a_taken_port_is_named_with_part_and_owner() -> None:
    ports = Ports.from_base(free_base())
    with socket.create_server((HOST, ports.registry)):
        with pytest.raises(
            StackError, match=rf"{ports.registry} \(registry\) is taken by process {os.getpid()}"
        ):
            check_free(ports)
        check_free(ports, names=["kafka"])
