"""One record a line, LF or CRLF; and Zeek's logs, whose ``#`` lines say how to read the others."""

from itertools import accumulate, pairwise

from network_security.sensors.framing.base import Framer, Record, as_header, make_record, utf16_size


class Lines(Framer):
    """One record a line; blank lines are none."""

    def _complete(self, final: bool) -> list[Record]:
        buffer = self._buffer
        end = len(buffer) if final else buffer.rfind(b"\n", self._scanned) + 1
        first = self._scanned if self._begin is None else self._begin
        records = []
        if end and self._long:
            behind = buffer.find(b"\n", self._scanned) + 1 or end
            records.append(self._record(*self._line(first, behind)))
            first = behind
        if first < end:
            records += self._lines(first, end)
        if end:
            self._begin = end if end < len(buffer) else None
        elif self._begin is None and self._scanned < len(buffer):
            self._begin = self._scanned
        self._scanned = len(buffer)
        return records

    def _lines(self, first: int, end: int) -> list[Record]:
        # Whole blocks are split, decoded and measured at once: a step a line is what costs.
        block = bytes(self._buffer[first:end])
        lines = block.split(b"\n")
        last = lines.pop() if block.endswith(b"\n") else None
        sizes = list(map(len, lines))
        if max(sizes) > self._limit:
            return self._long_lines(first, end)
        if self._utf16 is None:
            starts = accumulate([size + 1 for size in sizes], initial=self._offset(first))
        else:
            widths = [utf16_size(line) + 2 for line in lines]
            starts = accumulate(widths, initial=self._offset(first))
        texts = block.decode("utf-8", "surrogateescape").split("\n")
        if b"\r" in block:
            texts = [text.removesuffix("\r") for text in texts]
        header = self.header
        records = [
            make_record((text, start, end, header, None))
            for text, (start, end) in zip(texts, pairwise(starts), strict=False)
            if text and not text.isspace()
        ]
        if last is None and records:
            # The stream ended without a line end, which was counted all the same.
            records[-1] = records[-1]._replace(end=min(records[-1].end, self._fed))
        return records

    def _long_lines(self, first: int, end: int) -> list[Record]:
        records = []
        while first < end:
            behind = self._buffer.find(b"\n", first, end) + 1 or end
            record = self._record(*self._line(first, behind))
            if record.text and not record.text.isspace():
                records.append(record)
            first = behind
        return records


class ZeekLines(Lines):
    """Zeek's tab-separated logs: the ``#`` lines are the header of the records after them.

    A new ``#separator`` starts a new header: logs that follow one another are read as they are. A
    line of a known name takes the place of the one before, so that a header cannot grow.
    """

    NAMES = (
        "#separator", "#set_separator", "#empty_field", "#unset_field", "#path", "#open",
        "#fields", "#types",
    )  # fmt: skip

    def _complete(self, final: bool) -> list[Record]:
        records = super()._complete(final)
        if not any(record.text[0] == "#" for record in records):
            return records
        kept = []
        for record in records:
            if record.text[0] == "#" and not record.problem:
                self._state(record.text)
            else:
                kept.append(record._replace(header=self.header))
        return kept

    def _state(self, line: str) -> None:
        line = as_header(line)
        name = line.replace("\t", " ").partition(" ")[0]
        if name == "#separator":
            self.header = line
        elif name in self.NAMES:
            others = (
                known
                for known in self.header.split("\n")
                if known and known.replace("\t", " ").partition(" ")[0] != name
            )
            self.header = "\n".join((*others, line))
