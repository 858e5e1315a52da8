"""The second decoder, held to the example in docs/FORMAT.md and to damage."""
import pathlib
import struct
import unittest
import zlib

import container
from container import File, Refused

DOCUMENT = pathlib.Path(__file__).parent.parent.parent / "docs/FORMAT.md"


def example():
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("    00")]
    return bytes(int(byte, 16) for line in lines for byte in line.split("  ")[3].split())


def chunk(kind, count, payload, stream=0, encoding=0):
    head = struct.pack("<BBBBIII", kind, stream, encoding, 0, count, len(payload), zlib.crc32(payload))
    return head + struct.pack("<I", zlib.crc32(head)) + payload


HEADER, HEADER_AND_RECORDS = 64, 0x63


class Container(unittest.TestCase):
    def test_the_example(self):
        file = File(example())
        self.assertEqual((file.channels, file.rate, file.frames, file.name), (1, 44100, 9, "extrema-1"))
        self.assertEqual(file.streams, [[(1, 4, 100), (0, 3, None), (2, 2, -100)]])
        expected = [25, 50, 75, 100, 100, 100, 100, 0, -100]
        for sample, level in zip(file.samples()[0], expected, strict=True):
            self.assertAlmostEqual(sample * 32767, level, places=10)

    def test_every_flipped_bit_is_refused(self):
        data = example()
        for bit in range(8 * len(data)):
            damaged = bytearray(data)
            damaged[bit // 8] ^= 1 << bit % 8
            self.assertRaises(Refused, File, bytes(damaged))

    def test_every_cut_is_refused(self):
        data = example()
        for size in range(len(data)):
            self.assertRaises(Refused, File, data[:size])

    def test_unknown_chunks(self):
        data = example()
        for at in (HEADER, HEADER_AND_RECORDS):
            skipped = data[:at] + chunk(0x90, 7, b"anything", 3, 9) + data[at:]
            self.assertEqual(File(skipped).streams, File(data).streams)
            self.assertRaises(Refused, File, data[:at] + chunk(5, 0, b"") + data[at:])

    def test_tags(self):
        data = example()
        payload = b"".join(struct.pack("<I", len(text)) + text for text in (b"TITLE=R\xc3\xa9", b"a b=", b"TITLE=x=y"))
        tagged = data[:HEADER] + chunk(container.TAGS, 3, payload) + data[HEADER:]
        self.assertEqual(File(tagged).tags, [("TITLE", "Ré"), ("a b", ""), ("TITLE", "x=y")])
        for wrong in (b"\1\0\0\0x", b"\2\0\0\0=x", b"\x09\0\0\0a=", b"\3\0\0\0a=\xff"):
            self.assertRaises(Refused, File, data[:HEADER] + chunk(container.TAGS, 1, wrong) + data[HEADER:])

    def test_sines_are_exact_at_quarter_turns(self):
        for n in (1, 2, 3, 8, 1000):
            self.assertEqual(container.sine_and_cosine(n, n), (0.0, -1.0))
            self.assertEqual(container.sine_and_cosine(n, 2 * n), (1.0, 0.0))


if __name__ == "__main__":
    unittest.main()
