"""Whatever stands in a file of reference data: it is read, or everything that is wrong with it is said in words."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from small_city import EVERY_FILE, city, manifest_of, problems_in

from streams.problems import Problem

FILES = sorted([*EVERY_FILE, "reference.yaml"])
TEXTS = {**EVERY_FILE, "reference.yaml": manifest_of(EVERY_FILE, {})}
# Pieces that mean something to CSV, YAML or JSON, among any others.
PIECES = st.one_of(
    st.sampled_from(
        [
            '"',
            ",",
            "\n",
            "[",
            "]",
            "{",
            "}",
            ":",
            "- ",
            "&a ",
            "*a",
            "null",
            "-1",
            "1e999",
            "9" * 5000,
            "? ",
            "\x00",
            "|",
        ]
    ),
    st.text(max_size=12),
)


def told(file: str, data: bytes) -> list[Problem]:
    with TemporaryDirectory() as folder:
        path = city(Path(folder) / "city")
        (path / file).write_bytes(data)
        return problems_in(path)


@given(st.sampled_from(FILES), st.data(), PIECES, st.integers(0, 40))
def test_a_file_with_a_piece_replaced_is_read_or_refused_in_words(
    file: str, data: st.DataObject, piece: str, cut: int
) -> None:
    text = TEXTS[file]
    at = data.draw(st.integers(0, len(text)))

    found = told(file, (text[:at] + piece + text[at + cut :]).encode("utf-8", "replace"))

    assert all(one.line >= 1 and one.field and one.text for one in found)


@given(st.sampled_from(FILES), st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(file: str, data: bytes) -> None:
    found = told(file, data)

    assert found
    assert all(one.line >= 1 and one.field and one.text for one in found)
