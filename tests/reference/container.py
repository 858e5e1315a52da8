#!/usr/bin/env python3
"""Extrema: a second decoder of .extrema files, written from docs/FORMAT.md alone.

Slow and plain on purpose. Comments quote ("...") the sentences that the code below them implements. The standard library
and, for packed records, a module for Zstandard: `compression.zstd` of Python 3.14, or `zstandard`.

    container.py decode FILE OUT [FILE OUT ...]   writes samples as interleaved f64, and prints what else a file says
"""
import functools
import math
import pathlib
import struct
import sys
import zlib

CODEBOOK_1 = pathlib.Path(__file__).parent.parent.parent / "src/codec/codebook1.csv"
VERSION = 1
RECORDS, END, CODEBOOK, LEAD_IN, SETTINGS, TAGS, INDEX = 1, 2, 3, 4, 0x81, 0x82, 0x83
ORDER = [CODEBOOK, SETTINGS, TAGS, LEAD_IN, RECORDS, INDEX, END]
UNKNOWN_LENGTH = 2 ** 64 - 1
HALF_COSINE = 2


class Refused(Exception):
    """The file is damaged, cut short, or of another kind."""


def need(condition, words):
    if not condition:
        raise Refused(words)


# ------------------------------------------------------------------------------------------------ the file

class File:
    """A file that has been read and checked: header, curves, tags, and the records of each stream."""

    def __init__(self, data):
        self.data = data
        self.read_header()
        self.table, self.settings, self.tags, self.lead_in = None, b"", [], None
        self.streams = [[] for _ in range(self.channels)]   # (ordinal, length, end level or None)
        self.found = [[] for _ in range(self.channels)]     # (position, frame, level) of each chunk of records
        self.index = [[] for _ in range(self.channels)]
        self.index_at = 0
        last, at, is_complete = -1, 64, False
        while not is_complete:
            need(at + 20 <= len(data), "the file is cut short")
            kind, stream, encoding, reserved, count, size, crc, head_crc = struct.unpack_from("<BBBBIIII", data, at)
            need(zlib.crc32(data[at:at + 16]) == head_crc, "CRC of a chunk's header")
            need(size <= 2 ** 20, "a chunk is too long")
            need(at + 20 + size <= len(data), "the file is cut short")
            payload = data[at + 20:at + 20 + size]
            need(zlib.crc32(payload) == crc, "CRC of a payload")
            if kind in ORDER:
                # "Reserved bytes have to be 0, also the stream of every chunk that belongs to none."
                need(reserved == 0 and (stream == 0 or kind in (RECORDS, INDEX)), "a reserved byte")
                need(encoding == 0 or kind == RECORDS, "a reserved byte")
                place = ORDER.index(kind)
                need(place > last or place == last and kind in (RECORDS, INDEX), "the order of chunks")
                need(kind != CODEBOOK or at == 64, "the codebook comes directly after the header")
                last = place
                self.read_chunk(kind, stream, encoding, count, payload, at)
                is_complete = kind == END
            else:
                # "Skip chunks whose kind you do not know if it is 0x80 or more"
                need(kind >= 0x80, f"a newer decoder is needed for kind {kind}")
            at += 20 + size
        self.book = self.codebook()

    def read_header(self):
        data = self.data
        need(data[:8] == b"EXTREMA\x1a", "the magic number")
        need(len(data) >= 10, "the header is cut short")
        # "Check the version before anything else, and refuse files with a version above your own"
        version, = struct.unpack_from("<H", data, 8)
        need(version <= VERSION, f"a newer decoder is needed for version {version}")
        need(version > 0 and len(data) >= 64, "the header")
        (self.channels, self.stereo, self.rate, self.length, name, threshold, points, curves, detector, reserved,
         longest_curve, longest_hold, self.mask, crc) = struct.unpack_from("<BBIQ16sIBBBBIIII", data, 10)
        need(zlib.crc32(data[:60]) == crc, "CRC of the header")
        need(self.channels >= 1 and self.stereo <= 2 and 200 <= self.rate <= 4_000_000, "the header")
        need(2 <= points <= 64 and curves >= 1 and reserved == 0, "the header")
        need(longest_curve >= 1 and longest_hold >= 1, "the header")
        need(self.mask == 0 or bin(self.mask).count("1") == self.channels, "the channel mask")
        name = name.rstrip(b"\0")
        # "1 to 16 printable ASCII characters without spaces (0x21 to 0x7E)"
        need(name and all(0x21 <= byte <= 0x7E for byte in name), "the codebook's name")
        self.name = name.decode("ascii")

    def read_chunk(self, kind, stream, encoding, count, payload, at):
        if kind in (CODEBOOK, SETTINGS, LEAD_IN):
            need(count == 0, "a count that is no 0")
        if kind == CODEBOOK:
            need(len(payload) == 1530 and not any(payload[:12]), "the codebook")
            numbers = struct.unpack("1530b", payload)
            self.table = [numbers[i:i + 6] for i in range(0, 1530, 6)]
            # "Refuse a file in which the name begins with `own-` and is not made from the table"
            made = f"own-{zlib.crc32(payload):08x}"
            need(not self.name.startswith("own-") or self.name == made, "the codebook's name")
        elif kind == SETTINGS:
            need(len(payload) in (20, 32), "the settings")
            self.settings = payload
        elif kind == TAGS:
            self.tags = tags_of(payload, count)
        elif kind == LEAD_IN:
            need(len(payload) == 4, "the lead-in")
            self.lead_in, = struct.unpack("<I", payload)
            need(self.lead_in <= 65535 and self.length == UNKNOWN_LENGTH, "the lead-in")
        elif kind in (RECORDS, INDEX):
            need(stream < self.channels, "a stream that does not exist")
            if kind == RECORDS:
                self.read_records(stream, encoding, count, payload, at)
            else:
                need(len(payload) == 18 * count, "the index")
                self.index_at = self.index_at or at
                self.index[stream] += struct.iter_unpack("<QQh", payload)
        elif kind == END:
            self.read_end(count, payload)

    def read_records(self, stream, encoding, count, payload, at):
        need(encoding <= 1, f"a newer decoder is needed for encoding {encoding}")
        more = (unpacked if encoding else plain)(payload, count)
        need(more and all(length > 0 for _, length, _ in more), "a record of length 0")
        records = self.streams[stream]
        frame, level = sum(length for _, length, _ in records), level_after(records)
        self.found[stream].append((at, frame, level))
        records += more
        # "No record may go beyond the length in the header"
        need(frame + sum(length for _, length, _ in more) <= self.length, "a stream is too long")

    def read_end(self, count, payload):
        need(count == self.channels and len(payload) == 16 + 8 * count, "the end")
        self.frames, index_at, *counts = struct.unpack(f"<{2 + count}Q", payload)
        need(counts == [len(records) for records in self.streams], "the number of records")
        need(self.length in (UNKNOWN_LENGTH, self.frames), "the length")
        end = self.frames + (self.lead_in or 0)
        for records in self.streams:
            length = sum(length for _, length, _ in records)
            # "the last record of a stream may go beyond it, but not begin there"
            is_cut = self.lead_in is not None and length > end and length - records[-1][1] < end
            need(length == end or is_cut, "the length of a stream")
        # "refuses it if the index says anything else than it has found"
        need(index_at == self.index_at, "the place of the index")
        need(not index_at or self.index == self.found, "the index")

    def codebook(self):
        if self.name == "extrema-1":
            table = read_csv()
            need(self.table in (None, table), "the codebook is another than extrema-1")
            return table
        need(self.table, f"a newer decoder is needed for the codebook {self.name}")
        return self.table

    def samples(self):
        """The decoded channels, without the lead-in."""
        before = self.lead_in or 0
        channels = [decode(self.book, records)[before:before + self.frames] for records in self.streams]
        if self.channels == 2 and self.stereo == 1:
            # "`L = m + d` and `R = m - d`"
            channels = [[m + d for m, d in zip(*channels)], [m - d for m, d in zip(*channels)]]
        return channels


def read_csv():
    """"columns `ordinal,s1,...,s6`; skip lines that start with `#` or a letter; ignore the row of ordinal 2"."""
    lines = CODEBOOK_1.read_text(encoding="utf-8").splitlines()
    rows = [tuple(map(int, line.split(",")[1:])) for line in lines if line[:1].isdigit()]
    return [(0,) * 6 if ordinal <= 2 else row for ordinal, row in enumerate(rows, 1)]


def tags_of(payload, count):
    """"Each is its size in bytes (`u32`) and its text in UTF-8"."""
    tags, at = [], 0
    while at < len(payload):
        need(at + 4 <= len(payload), "a tag")
        size, = struct.unpack_from("<I", payload, at)
        need(at + 4 + size <= len(payload), "a tag is too long")
        try:
            key, equals, value = payload[at + 4:at + 4 + size].decode("utf-8").partition("=")
        except UnicodeDecodeError:
            raise Refused("a tag is not UTF-8") from None
        need(equals and key and all(" " <= c <= "}" for c in key), "the key of a tag")
        tags.append((key, value))
        at += 4 + size
    need(len(tags) == count <= 4096 and len(payload) <= 65536, "the number of tags")
    return tags


def level_after(records):
    """"A hold ends at the level where it starts"; "the first one starts at level 0"."""
    return next((end for _, _, end in reversed(records) if end is not None), 0)


# ------------------------------------------------------------------------------------------------ records

def plain(payload, count):
    need(len(payload) == 5 * count, "the number of records")
    records = []
    for at in range(0, len(payload), 5):
        ordinal, length, end = struct.unpack_from("<BHh", payload, at)
        if ordinal == 0:
            length, end = struct.unpack_from("<xI", payload, at)[0], None
        records.append((ordinal, length, end))
    return records


def decompress(frame, size):
    """Exactly `size` bytes of a Zstandard frame."""
    try:
        try:
            from compression import zstd
            return zstd.ZstdDecompressor().decompress(frame, size + 1)
        except ImportError:
            import zstandard
            return zstandard.ZstdDecompressor().stream_reader(frame).read(size + 1)
    except ImportError:
        raise
    except Exception as error:
        raise Refused(f"a column is damaged: {error}") from error


def unpacked(payload, count):
    """Packed records, column by column."""
    need(count <= 209_715, "too many records")
    need(len(payload) > 0 and payload[0] <= 15, "the unit of levels")
    unit, at = payload[0], 1

    def column(size):
        nonlocal at
        need(at + 4 <= len(payload), "a column is missing")
        stored, = struct.unpack_from("<I", payload, at)
        frame = payload[at + 4:at + 4 + stored]
        at += 4 + stored
        need(at <= len(payload) and (stored == 0) == (size == 0), "the size of a column")
        content = decompress(frame, size) if stored else b""
        need(len(content) == size, "the size of a column")
        return content

    lengths = [low | high << 8 for low, high in zip(column(count), column(count))]
    holds = iter(struct.unpack(f"<{lengths.count(0)}I", column(4 * lengths.count(0))))
    groups = [min(length.bit_length(), 5) for length in lengths]           # 1, 2-3, 4-7, 8-15, 16 and more; 0 for a hold
    ordinals = [None] + [iter(column(groups.count(group))) for group in range(1, 6)]
    symbols = column(count - lengths.count(0))
    need(all(symbol <= 113 for symbol in symbols), "a difference of levels")
    below = [max(symbol // 2 // 4 - 1, 0) for symbol in symbols]
    bits = int.from_bytes(column((sum(below) + 7) // 8), "little")
    need(at == len(payload), "something behind the columns")

    records, level, goes_down, curve = [], 0, False, 0
    for length, group in zip(lengths, groups):
        if length == 0:
            records.append((0, next(holds), None))
            continue
        # "c = 4b + (m >> b)", "Column 10 has the lowest b bits of each m"
        symbol, b = symbols[curve], below[curve]
        m = (symbol // 2 - 4 * b) << b | bits & (1 << b) - 1
        bits >>= b
        curve += 1
        v = as_i16((-m if symbol % 2 else m) << unit)
        # "Stored is v, which is -D if the previous curve's D was negative"
        difference = as_i16(-v if goes_down else v)
        goes_down = difference < 0
        level = as_i16(level + difference)
        ordinal = next(ordinals[group])
        need(ordinal > 0, "a curve with ordinal 0")
        records.append((ordinal, length, level))
    return records


def as_i16(number):
    return (number + 32768) % 65536 - 32768


# ------------------------------------------------------------------------------------------------ samples, to the bit

SINE = [(-1) ** k / math.factorial(2 * k + 1) for k in range(9)]
COSINE = [(-1) ** k / math.factorial(2 * k) for k in range(9)]


def horner(coefficients, x):
    value = coefficients[-1]
    for c in coefficients[-2::-1]:
        value = value * x + c
    return value


@functools.lru_cache(maxsize=1 << 16)
def sine_and_cosine(i, n):
    """Of pi * i / n."""
    is_mirrored = 2 * i > n
    if is_mirrored:
        i = n - i
    is_swapped = 4 * i > n
    k = n - 2 * i if is_swapped else 2 * i
    a = math.pi * (k / (2 * n))
    z = a * a
    sine, cosine = a * horner(SINE, z), horner(COSINE, z)
    if is_swapped:
        sine, cosine = cosine, sine
    return sine, -cosine if is_mirrored else cosine


def polynomial(s):
    s1, s2, s3, s4, s5, s6 = s
    return [(s1 - s3 + s5) / 256, (2 * s2 - 4 * s4 + 6 * s6) / 256, (4 * s3 - 12 * s5) / 256, (8 * s4 - 32 * s6) / 256,
            16 * s5 / 256, 32 * s6 / 256]


def decode(book, records):
    """The samples of a stream."""
    polynomials = [polynomial(row) for row in book]
    samples, level = [], 0
    for ordinal, n, end in records:
        s = level / 32767
        if ordinal == 0:
            samples += [s] * n
            continue
        d = end / 32767 - s
        for i in range(1, n + 1):
            sine, cosine = sine_and_cosine(i, n)
            if ordinal == HALF_COSINE:
                c = 0.5 - 0.5 * cosine
            else:
                c = i / n + sine * horner(polynomials[ordinal - 1], cosine)
            samples.append(s + d * c)
        level = end
    return samples


def main(arguments):
    if arguments[:1] != ["decode"] or len(arguments) % 2 == 0:
        sys.exit(__doc__)
    for source, target in zip(arguments[1::2], arguments[2::2]):
        try:
            file = File(pathlib.Path(source).read_bytes())
        except Refused as why:
            print(f"{source} is refused: {why}")
            continue
        interleaved = [sample for frame in zip(*file.samples()) for sample in frame]
        pathlib.Path(target).write_bytes(struct.pack(f"<{len(interleaved)}d", *interleaved))
        print(f"{file.rate} Hz, {file.channels} channels, mask {file.mask}, {file.frames} frames, codebook {file.name}")
        for key, value in file.tags:
            print(f"{key}={value}")


if __name__ == "__main__":
    main(sys.argv[1:])
