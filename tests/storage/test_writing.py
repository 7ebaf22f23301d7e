from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from pymongo import MongoClient

from network_security.storage.writing import put


def test_many_that_store_the_same_document_at_once_store_it_once(embedded_uri: str) -> None:
    with MongoClient(embedded_uri) as client:
        notes = client[f"writing_{uuid4().hex[:12]}"].notes
        with ThreadPoolExecutor(8) as threads:
            for number in range(20):
                note = {"_id": f"note {number}", "text": "the same"}
                list(threads.map(lambda _, own=note: put(notes, own), range(8)))

        assert len(list(notes.find())) == 20


def test_a_document_takes_the_place_of_the_one_before(embedded_uri: str) -> None:
    with MongoClient(embedded_uri) as client:
        notes = client[f"writing_{uuid4().hex[:12]}"].notes
        put(notes, {"_id": "a", "text": "first"})
        put(notes, {"_id": "a", "text": "second"})

        assert list(notes.find()) == [{"_id": "a", "text": "second"}]
