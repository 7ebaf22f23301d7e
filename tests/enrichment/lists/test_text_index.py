from array import array

from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.lists.text_index import TextIndex, Texts


def index_of(texts: list[str], hashes: list[int] | None = None) -> TextIndex:
    held = Texts()
    for text in texts:
        held.add(text)
    return TextIndex(held, array("q", hashes or [hash(text) for text in texts]))


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3), min_size=1))
def test_an_index_finds_all_rows_of_a_text(texts: list[str], keys: list[str]) -> None:
    found = list(index_of(texts).find(keys))

    assert found == [
        (place, row)
        for place, key in enumerate(keys)
        for row, text in enumerate(texts)
        if text == key
    ]


def test_texts_of_one_hash_are_told_apart() -> None:
    index = index_of(["a", "b", "c"], [hash("b")] * 3)

    assert list(index.find(["b"])) == [(0, 1)]


def test_texts_without_an_encoding_are_kept() -> None:
    texts = Texts()
    texts.add("\ud800")
    texts.add("")

    assert [texts[0], texts[1], len(texts)] == ["\ud800", "", 2]
