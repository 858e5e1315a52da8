#!/usr/bin/env python3
"""Quick tests of the reference; the expected values are worked out by hand in the comments. u = 1/64, so sums are exact."""
import contextlib
import io
import math
import os
import random
import struct
import tempfile
import unittest
import wave

import reference as ref
from reference import Record as R

CSV = os.environ.get("CURVES_CSV", os.path.join(os.path.dirname(__file__), "../../src/codec/codebook1.csv"))
BOOK = ref.load_curves(CSV)
U = 1 / 64


def cuts(segments):
    """'first-last' with f for flat, c for curve."""
    return " ".join(f"{s.first}-{s.last}{'f' if s.flat else 'c'}" for s in segments)


def slope(values, T, **bounds):
    return cuts(ref.segments_slope([v * U for v in values], T * U if not isinstance(T, list) else [t * U for t in T], **bounds))


def peak(values, T, fs, L=None):
    bounds = {} if L is None else dict(L_curve=L, L_hold=L)
    return cuts(ref.segments_peak([v * U for v in values], T * U if not isinstance(T, list) else [t * U for t in T], fs, **bounds))


class Numbers(unittest.TestCase):
    def test_rounding(self):
        self.assertEqual([ref.round_away(v) for v in (0.5, -0.5, 1.5, -2.5, 0.49999999999999994, 2.4)], [1, -1, 2, -3, 0, 2])
        self.assertEqual([ref.quantise(v) for v in (1, -1, 2, -2, 1e308, -32768 / 32767, 0.5, -0.5)],    # 16383.5 rounds out
                         [32767, -32767, 32767, -32768, 32767, -32768, 16384, -16384])
        for q in range(-32768, 32768):                                      # "for 16-bit input ... the product is whole"
            self.assertEqual(ref.quantise(q / 32767), q)

    def test_threshold(self):
        self.assertEqual(ref.threshold("50"), 50 / 32767)
        self.assertEqual(ref.threshold("off"), 0)
        f32_db = struct.unpack("<f", struct.pack("<f", 20 * math.log10(50 / 32767)))[0]
        self.assertEqual(ref.threshold(f"{f32_db!r}dB"), 50 / 32767)        # a plugin's f32 decibels give the same number
        self.assertEqual(ref.threshold("0dB"), 1)

    def test_clean(self):
        self.assertEqual(ref.clean([math.nan, math.inf, -math.inf, 1e-40, -2.0 ** -126, 3.0]), [0, 0, 0, 0, -2.0 ** -126, 3])


class Slope(unittest.TestCase):
    def test_directions(self):
        # T = 1: 1 > 0+1 no: 0. 3 > 1+1: +. 3: 0. 2 < 3-1 no: 0. 2: 0. 5 > 3: +. 9: +. 7 < 8: -.
        self.assertEqual(slope([1, 3, 3, 2, 2, 5, 9, 7], 1), "0-0f 1-1c 2-4f 5-6c 7-7c")
        # T = 0: + + 0 - - + + -
        self.assertEqual(slope([1, 3, 3, 2, 1, 5, 9, 7], 0), "0-1c 2-2f 3-4c 5-6c 7-7c")
        self.assertEqual(slope([], 0), "")
        # T in motion: 2 > 0+1 +; 4 > 2+2 no; 6 > 4+1 +
        self.assertEqual(slope([2, 4, 6], [1, 2, 1]), "0-0c 1-1f 2-2c")

    def test_bound(self):
        self.assertEqual(slope(range(1, 8), 0, L_curve=3), "0-2c 3-5c 6-6c")
        self.assertEqual(slope([0] * 6, 0, L_hold=3), "0-2f 3-5f")
        self.assertTrue(all(s.bound for s in ref.segments_slope([0.0] * 6, 0, 3, 3)))

    def test_hold_exception(self):
        # L = 2. 4 > 0+1: curve to 4u = 2047.94 -> 2048. Then all flat in pieces of 2: to 5u (2559.9 -> 2560 != 2048: a curve),
        # to 6u (3071.8 -> 3072: a curve); the last piece is short and not at the bound: a hold.
        x = [v * U for v in (4, 4.5, 5, 5.5, 6, 6.5)]
        ms = 2 / 44.1
        got = ref.encode(x, 44100, U, BOOK, curves=1, longest_ms=ms)
        self.assertEqual(got, [R(1, 1, 2048), R(1, 2, 2560), R(1, 2, 3072), R(0, 1, None)])
        # without the bound V0.1's unbounded hold; with L > 65535 the same
        for longest in (None, 65536 / 44.1):
            self.assertEqual(ref.encode(x, 44100, U, BOOK, curves=1, longest_ms=longest), [R(1, 1, 2048), R(0, 5, None)])
        # at the bound and at the level: holds, merged
        self.assertEqual(ref.encode([4 * U] * 6, 44100, U, BOOK, longest_ms=ms), [R(1, 1, 2048), R(0, 5, None)])

    def test_rate(self):
        # at 88.2 kHz T halves: 0.75 > 0.5
        self.assertEqual(ref.encode([0.75 * U], 88200, U, BOOK), [R(1, 1, 384)])        # 383.99
        self.assertEqual(ref.encode([0.75 * U], 44100, U, BOOK), [R(0, 1, None)])
        self.assertEqual(ref.bounds(1.5, 1000), (2, 2))
        self.assertEqual(ref.bounds(0.1, 1000), (1, 1))
        self.assertEqual(ref.bounds(70000, 1000), (65535, 70000))


class Peak(unittest.TestCase):
    def test_states(self):
        # T = 1. 0, 1: flat (1 > 1 no). 3: Up. 5: moves. 4.5: no. 3: 5-3 > 1, cut at the 5; Down(3). 1: moves. 2.5: cut at the 1;
        # Up(2.5) at the end of the stream.
        self.assertEqual(peak([0, 1, 3, 5, 4.5, 3, 1, 2.5], 1, 44100), "0-1f 2-3c 4-6c 7-7c")
        self.assertEqual(peak([-v for v in (0, 1, 3, 5, 4.5, 3, 1, 2.5)], 1, 44100), "0-1f 2-3c 4-6c 7-7c")

    def test_pause_and_first_of_equals(self):
        # fs = 1000: 5 samples. The first 5 (i = 2) is the extreme; at i = 7 it has stood: cut at 2, the rest is flat.
        self.assertEqual(peak([0, 4, 5, 5, 5, 5, 5, 5, 5], 1, 1000), "0-0f 1-2c 3-8f")
        # one sample earlier the stream ends: cut at the extreme too, by the end-of-stream rule
        self.assertEqual(peak([0, 4, 5, 5, 5, 5, 5], 1, 1000), "0-0f 1-2c 3-6f")
        # after the pause r = 5: 3.9 < 5-1 opens Down at once
        self.assertEqual(peak([0, 4, 5, 5, 5, 5, 5, 5, 5, 3.9, 3], 1, 1000), "0-0f 1-2c 3-8f 9-10c")
        # the turn comes before the pause at i - p = 5
        self.assertEqual(peak([0, 4, 5, 5, 5, 5, 5, 3.9], 1, 1000), "0-0f 1-2c 3-7c")

    def test_end(self):
        self.assertEqual(peak([4, 5, 4.5], 1, 44100), "0-1c 2-2f")
        self.assertEqual(peak([4, 5, 6], 1, 44100), "0-2c")
        self.assertEqual(peak([0, 0], 0, 44100), "0-1f")
        self.assertEqual(peak([], 0, 44100), "")

    def test_bound(self):
        # at i = 3 the segment holds 4, extreme at 1: cut there, Flat(3). At 5 the flat holds 4 (2-5): cut, r = 2.5; 3.6 > 3.5: Up.
        self.assertEqual(peak([2, 3, 2.5, 2.5, 2.5, 2.5, 3.6], 1, 44100, 4), "0-1c 2-5f 6-6c")
        # at i = 3 the extreme is the last sample: cut at L, Up(5, 3) stays; 3.5 turns it, p is not in 4-6, all of which is Down's.
        self.assertEqual(peak([2, 3, 4, 5, 4.9, 4.8, 3.5], 1, 44100, 4), "0-3c 4-6c")
        # the extreme before the open segment: cut at L again, and the end is a curve, as the state says
        x = [2, 3, 4, 5, 4.9, 4.8, 4.7, 4.6, 4.5]
        self.assertEqual(peak(x, 1, 44100, 4), "0-3c 4-7c 8-8c")
        # the same at fs = 1000: at i = 8 the extreme has stood for 5, p is not in the open segment: it turns flat
        self.assertEqual(peak(x, 1, 1000, 4), "0-3c 4-7c 8-8f")
        # L = 1: every sample its own
        self.assertEqual(peak([0, 2, 3, 2.5, 0], 1, 44100, 1), "0-0f 1-1c 2-2c 3-3c 4-4c")

    def test_threshold_in_motion(self):
        # Flat(0): 2 > 0+3 no; 2 > 0+1: Up. 1: 2-1 > 1 no; 0.5: 1.5 > 2 no; 0.5: 1.5 > 1 Down
        self.assertEqual(peak([2, 2, 1, 0.5, 0.5], [3, 1, 1, 2, 1], 44100), "0-0f 1-1c 2-4c")


class Curves(unittest.TestCase):
    def test_exact(self):
        self.assertEqual([ref.sin_pi(a, 6) for a in range(13)][::3], [0, 1, 0, -1, 0])
        self.assertEqual(ref.sin_pi(1, 6), 0.5)
        for n in (1, 2, 3, 7, 64, 65, 1000, 65535):
            for k in (1, 2, 3, 4, 255):
                self.assertEqual(BOOK.curve(k, n - 1, n), 1)
                self.assertEqual(BOOK.curve(k, -1, n), 0)
            self.assertEqual(BOOK.curve(1, 0, n), 1 / n)

    def test_values(self):
        for k, row in enumerate(BOOK.S, 1):
            for i, n in ((0, 2), (1, 3), (4, 11), (50, 100), (99, 100)):
                t = (i + 1) / n
                want = t + sum(c * math.sin(m * math.pi * t) for m, c in enumerate(row, 1)) / 256
                if k == 2:
                    want = (1 - math.cos(math.pi * t)) / 2
                self.assertAlmostEqual(BOOK.curve(k, i, n), want, delta=1e-14)
                self.assertAlmostEqual(BOOK.row(k, n)[i], want, delta=1e-14)

    def test_alias(self):
        # RESEARCH.md: n=2: S1-S3+S5; n=3: (S1-S5, S2-S4); n=4: (S1, S2-S6, S3-S5); n=5: (S1, S2, S3, S4-S6); n=6: S1..S5
        book = ref.Codebook([(0,) * 6, (0,) * 6, (1, 2, 4, 8, 16, 32)])
        self.assertEqual([book.alias(3, n) for n in range(1, 8)],
                         [(), (13,), (-15, -6), (1, -30, -12), (1, 2, 4, -24), (1, 2, 4, 8, 16), (1, 2, 4, 8, 16, 32)])
        for n in range(1, 12):                                              # equal keys = equal curves
            low = BOOK.lowest(n, 255)
            shape = {}
            for k in range(1, 256):
                key = tuple(round(c, 9) for c in BOOK.row(k, n))
                self.assertEqual(low[k - 1], shape.setdefault(key, k))


class Matching(unittest.TestCase):
    def test_places(self):
        # n = 3, 2 points: t = 1/2 is at 1.5 in [s, x0, x1, x2]: halfway between x0 and x1
        self.assertEqual(ref.sample_points([1, 2, 4], 100, 2), [1.5, 4])
        # n = 5, 4 points: at 1.25, 2.5, 3.75, 5
        self.assertEqual(ref.sample_points([0, 4, 8, 0, 1], 100, 4), [1, 6, 2, 1])
        self.assertEqual(ref.sample_points([1, 2], 100, 2), [1, 2])
        self.assertEqual(ref.sample_points([1, 2, 4], 100, 1), [4])

    def test_finds_what_was_drawn(self):
        for n in (7, 8, 16, 17, 65, 300):
            for k in (1, 2, 4, 100, 255):
                x = [0.1 + 0.8 * c for c in BOOK.row(k, n)]
                self.assertEqual(ref.best(BOOK, x, 0.1, 0.9)[0], k)

    def test_rules(self):
        self.assertEqual(ref.match(BOOK, [0.3], 0, 9830, 16, 255), 1)                   # n = 1
        self.assertEqual(ref.match(BOOK, [0.1, 0.3, 0.0], 0, 0, 16, 255), 1)            # s == e
        self.assertEqual(ref.match(BOOK, [0.1, 0.3, 0.5], 0, 16384, 1, 255), 1)         # one point: all tie
        self.assertEqual(ref.match(BOOK, [0.25, 0.5], 0, 16384, 16, 2), 1)              # half cosine = line at n = 2
        self.assertEqual(ref.match(BOOK, [0.0732, 0.25, 0.4268, 0.5], 0, 16384, 16, 255), 2)
        self.assertEqual(ref.match(BOOK, [0.0732, 0.25, 0.4268, 0.5], 0, 16384, 16, 1), 1)

    def test_quick_search_is_the_definition(self):
        rnd = random.Random(1)
        for _ in range(400):
            n = rnd.choice((2, 3, 4, 5, 6, 7, 9, 16, 40))
            s, e = rnd.randint(-32768, 32767) / 32767, rnd.randint(-32768, 32767) / 32767
            noise = rnd.choice((0, 1e-5, 0.01, 1))
            v = [s + (e - s) * c + noise * rnd.uniform(-1, 1) for c in BOOK.row(rnd.randint(1, 255), n)]
            curves = rnd.choice((1, 2, 16, 255))
            every = ref.errors_of_all(BOOK, v, s, e, curves)
            k, err = ref.best(BOOK, v, s, e, curves)
            self.assertEqual(every[k - 1], err)
            self.assertLessEqual(err, min(every) * (1 + 1e-9) + 1e-25)
            self.assertEqual(BOOK.lowest(n, curves)[k - 1], k)


class Stream(unittest.TestCase):
    def test_bytes(self):
        data = bytes([2, 4, 0, 0xFF, 0x7F, 0, 2, 0, 0, 0, 1, 2, 0, 0x00, 0x80])
        records = [R(2, 4, 32767), R(0, 2, None), R(1, 2, -32768)]
        self.assertEqual(ref.unpack(data), records)
        self.assertEqual(ref.pack(records), data)
        # half cosine 0 to 1 in 4: (2 -+ sqrt 2)/4 and 1/2; held twice; then the line from 1 to -32768/32767, half way first
        r, e = math.sqrt(2) / 4, -32768 / 32767
        want = [0.5 - r, 0.5, 0.5 + r, 1, 1, 1, (1 + e) / 2, e]
        for a, b in zip(ref.decode(records, BOOK), want, strict=True):
            self.assertAlmostEqual(a, b, delta=1e-15)
        # ordinal 4, n = 2: S1 - S3 + S5 256ths over the line
        s = BOOK.S[3]
        bend = s[0] - s[2] + s[4]
        self.assertAlmostEqual(ref.decode([R(4, 2, 16384)], BOOK)[0], 16384 / 32767 * (0.5 + bend / 256), delta=1e-15)
        for bad in (b"\0\0\0\0\0", b"\1\0\0\1\0", b"\1\1\0"):
            self.assertRaises(ValueError, ref.unpack, bad)

    def test_merge(self):
        big = 2 ** 32 - 1
        h = lambda n: R(0, n, None)
        self.assertEqual(ref.merged([h(1), h(2), R(1, 1, 5), h(3)]), [h(3), R(1, 1, 5), h(3)])
        self.assertEqual(ref.merged([h(big), h(7), h(1)]), [h(big), h(8)])
        self.assertEqual(ref.merged([h(big - 1), h(2)]), [h(big), h(1)])

    def test_length_is_kept(self):
        rnd = random.Random(2)
        for detector in ("slope", "peak"):
            for longest in (None, 0.3, 5):
                x = [rnd.gauss(0, 0.1) for _ in range(2000)] + [0.0] * 500
                got = ref.encode(x, 8000, 0.01, BOOK, 4, 8, detector, longest)
                self.assertEqual(sum(r.length for r in got), len(x))
                self.assertEqual(len(ref.decode(got, BOOK)), len(x))
                self.assertFalse(any(a.ordinal == b.ordinal == 0 for a, b in zip(got, got[1:])))


class CommandLine(unittest.TestCase):
    def run_main(self, *argv):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = ref.main([str(a) for a in argv])
        return code, out.getvalue()

    def test_round_trip(self):
        rnd = random.Random(3)
        with tempfile.TemporaryDirectory() as d:
            wav, fwav, raw, f64 = (os.path.join(d, n) for n in ("a.wav", "f.wav", "a.raw", "a.f64"))
            x = [int(9000 * math.sin(i / 9) + rnd.gauss(0, 300)) for i in range(3000)] + [-32768, 32767]
            with wave.open(wav, "wb") as w:
                w.setnchannels(2), w.setsampwidth(2), w.setframerate(48000)
                w.writeframes(b"".join(struct.pack("<hh", 0, v) for v in x))
            got, fs, bits, is_float = ref.read_wav(wav, 1)
            self.assertEqual((got, fs, bits, is_float), ([v / 32767 for v in x], 48000, 16, False))
            body = struct.pack(f"<{len(x)}f", *[v / 1000 for v in x])
            with open(fwav, "wb") as f:                                     # an odd chunk before, padded
                f.write(b"RIFF" + struct.pack("<I", len(body) + 46) + b"WAVEjunk" + struct.pack("<I", 1) + b"xx"
                        + b"fmt " + struct.pack("<IHHIIHH", 16, 3, 1, 44100, 44100 * 4, 4, 32)
                        + b"data" + struct.pack("<I", len(body)) + body)
            self.assertEqual(ref.read_wav(fwav)[0], list(struct.unpack(f"<{len(x)}f", body)))
            for source, extra in ((wav, ["--channel", 1]), (wav, []), (fwav, ["--points", "all"])):
                for detector in ("slope", "peak"):
                    o = ["--curves-csv", CSV, "--detector", detector, "--threshold", "-56.3dB", "--longest", 8] + extra
                    self.assertEqual(self.run_main("encode", source, raw, *o)[0], 0)
                    self.assertEqual(self.run_main("decode", raw, "--curves-csv", CSV, "--out-f64", f64)[0], 0)
                    code, out = self.run_main("check", source, raw, *o, "--decoded", f64, "--strict-ties")
                    self.assertEqual(code, 0, out)
                    self.assertIn("equal: 3002 samples", out)
            # damage: every field of some record must be noticed
            self.run_main("encode", wav, raw, "--curves-csv", CSV, "--channel", 1)
            with open(raw, "rb") as f:
                good = f.read()
            at = next(i for i in range(0, len(good), 5) if good[i] and good[i + 1] > 6)
            for bad in (good[:-5], good + b"\0\1\0\0\0", good[:-2],
                        *(good[:at + i] + bytes([good[at + i] ^ 1]) + good[at + i + 1:] for i in range(1, 5)),
                        good[:at] + bytes([good[at] % 255 + 1]) + good[at + 1:]):
                with open(raw, "wb") as f:
                    f.write(bad)
                code, out = self.run_main("check", wav, raw, "--curves-csv", CSV, "--channel", 1)
                self.assertEqual(code, 1, out)


if __name__ == "__main__":
    unittest.main()
