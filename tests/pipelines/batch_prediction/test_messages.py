"""Messages to verdicts, as ``kedro score`` does it."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from network_security.evidence.messages.reading import read_message
from network_security.pretrained import load_message_detector
from network_security.storage import open_database, server_uri

Predict = Callable[..., dict[str, Any]]

BAD = (
    b"From: Bank <a@example.org>\r\nSubject: Your account is suspended\r\n\r\n"
    b"Verify now: http://192.0.2.9/login.php?account=1\r\n"
)
GOOD = b"From: ann@example.org\r\nSubject: =SUM(1)\r\n\r\nLunch at noon?\r\n"


def test_a_folder_of_messages_is_a_row_each(predict: Predict, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number}.eml").write_bytes(BAD if number == 3 else GOOD)
    out = tmp_path / "verdicts.parquet"

    summary = predict(
        source=str(folder), out=str(out), versioned=False, scoring={"portion_rows": 3}
    )

    assert (summary["kind"], summary["rows"], summary["rejected"]) == ("messages", 7, 0)
    verdicts = pd.read_parquet(out)
    detector = load_message_detector()
    alone = {raw: detector.examine(read_message(raw)).probability for raw in (BAD, GOOD)}
    assert verdicts["probability"].tolist() == [alone[BAD if n == 3 else GOOD] for n in range(7)]
    assert verdicts["worst_link"].dropna().tolist() == ["http://192.0.2.9/login.php?account=1"]
    assert "raw" not in verdicts
    stored = open_database(server_uri(), embedded_directory=tmp_path)["verdicts"]
    documents = {each["entity"]: each for each in stored.find()}
    assert documents.keys() == {sha256(raw).hexdigest() for raw in (BAD, GOOD)}, (
        "equal messages are one"
    )
    alert = documents[sha256(BAD).hexdigest()]
    assert alert["worst_link"] == "http://192.0.2.9/login.php?account=1"
    assert alert["origin"] == {"source": str(folder), "row": 4, "file": str(folder / "3.eml")}
    subject = "Your account is suspended"
    assert alert["message"]["messages"] == [
        {"message_id": None, "subject": subject, "address": "a@example.org"}
    ]
    assert alert["features"]
    assert "document" not in verdicts
