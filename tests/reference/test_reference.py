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
import unittest.mock
import wave

import reference as ref
from reference import Record as R

CSV = os.environ.get("CURVES_CSV", os.path.join(os.path.dirname(__file__), "../../src/codec/codebook1.csv"))
BOOK = ref.load_curves(CSV)
U = 1 / 64


def cuts(segments):
    """'first-last' with f for flat, c for curve."""
    return " ".join(f"{s.first}-{s.last}{'f' if s.flat else 'c'}" for s in segments)


def plan(values, controls, fs=1000, T=0.0, detector="slope", longest_ms=None):
    """planned() with values in u and T in u per sample: 'length>end' for curves, 'lengthh' for holds; a copy of the curve for
    the samples 4 to 5 as '4-5:length>end', a straight line as '/length>end'."""
    out, seen = [], set()
    limit = T * U * fs / 44100 if detector == "slope" else T * U
    for rec in ref.planned([v * U for v in values], fs, limit, detector, longest_ms, controls):
        source = ""
        if rec.ordinal == ref.STRAIGHT:
            source = "/"
        elif rec.ordinal in seen:
            source = f"{rec.ordinal.first}-{rec.ordinal.last}:"
        if rec.ordinal != ref.HOLD:
            seen.add(rec.ordinal)
        out.append(f"{rec.length}h" if rec.ordinal == ref.HOLD else f"{source}{rec.length}>{rec.end}")
    return " ".join(out)


def slope(values, T, **bounds):
    return cuts(ref.segments_slope([v * U for v in values], T * U if not isinstance(T, list) else [t * U for t in T], **bounds))


def peak(values, T, fs, L=None, **more):
    bounds = dict(more) if L is None else dict(L_curve=L, L_hold=L, **more)
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


class Follow(unittest.TestCase):
    FLOOR, REF = 10 ** (-94 / 20), 10 ** (-18 / 20)

    def test_envelope_of_peak(self):
        # 44.1 kHz, cells of 64. Rise: 1 - exp(-64 / 88.2) = 0.51597735; fall: 1 - exp(-64 / 6615) = 0.00962833.
        x = [0.0] * 63 + [-0.5] + [0.0] * 128
        T = ref.following(x, 44100, 0.01, "peak", 1000)
        env = [self.FLOOR]
        env.append(self.FLOOR + (0.5 - self.FLOOR) * 0.51597735)
        env.append(env[1] * (1 - 0.00962833))
        for cell in range(3):
            for i in (64 * cell, 64 * cell + 63):
                self.assertAlmostEqual(T[i] / (0.01 * env[cell] / self.REF), 1, delta=1e-6)
        # half of it in decibels, and none
        half = ref.following(x, 44100, 0.01, "peak", 500)
        self.assertAlmostEqual(half[64] / (0.01 * math.sqrt(env[1] / self.REF)), 1, delta=1e-6)
        self.assertEqual(ref.following(x, 44100, 0.01, "peak", 0), [0.01] * 192)
        # silence stays at the floor, and Off stays off
        self.assertEqual(set(ref.following([0.0] * 200, 44100, 0.01, "peak", 1000)), {0.01 * (self.FLOOR / self.REF)})
        self.assertEqual(set(ref.following(x, 44100, 0.0, "peak", 300)), {0})

    def test_envelope_of_slope(self):
        # at 96 kHz T is 44.1/96 of itself, cells have 128 samples, 1 - exp(-128 / 192) = 0.48658288, and the one change, of 0.25
        # from 0 before the stream, is 0.25 * 96 / 44.1 = 0.5442177 at 44.1 kHz
        T = ref.following([0.25] * 129, 96000, 0.01, "slope", 1000)
        env = self.FLOOR + (0.5442177 - self.FLOOR) * 0.48658288
        self.assertAlmostEqual(T[127] / (0.01 * 0.459375 * self.FLOOR / self.REF), 1, delta=1e-9)
        self.assertAlmostEqual(T[128] / (0.01 * 0.459375 * env / self.REF), 1, delta=1e-6)

    def test_cells(self):
        for fs, cell in ((8000, 64), (50000, 64), (50001, 128), (100000, 128), (192000, 256), (384000, 512)):
            T = ref.following([1.0] * 513, fs, 0.01, "peak", 1000)
            self.assertEqual(next(i for i, t in enumerate(T) if t != T[0]), cell)
        # where it starts at 100, the first cell ends at 127 as ever and knows nothing of the 1 before
        x = [1.0] * 100 + [0.5] * 28 + [0.0]
        T = ref.following(x, 44100, 0.01, "peak", 1000, begin=100)
        self.assertAlmostEqual(T[127] / (0.01 * self.FLOOR / self.REF), 1, delta=1e-9)
        self.assertAlmostEqual(T[128] / (0.01 * (self.FLOOR + (0.5 - self.FLOOR) * 0.51597735) / self.REF), 1, delta=1e-6)
        # but the slope of its first sample is to the one before
        T = ref.following([0.5] * 129, 44100, 0.01, "slope", 1000, begin=100)
        self.assertEqual(T[128], T[127])

    def test_it_moves_the_cuts(self):
        # steps of 1u beside T = 1u: flat. With Follow the threshold begins 54 dB lower: curves in the first cell.
        x = [v * U for v in [1, 2] * 64]
        self.assertEqual(ref.encode(x, 44100, U, BOOK), [R(0, 128, None)])
        got = ref.encode(x, 44100, U, BOOK, controls=ref.Controls(follow=1000))
        self.assertEqual([r.length for r in got[:63]], [2] + [1] * 62)
        # env is 0.51597735/64 (0.0080721) after the first cell, and T 0.8072 u: still curves
        self.assertEqual(len(got), 127)


class Zoom(unittest.TestCase):
    def test_slope(self):
        # rises to 0-1, then turns at 2, 3, 4 (the third: cut before it), 5, 6, 7
        self.assertEqual(slope([1, 2, 1, 2, 1, 2, 1, 2], 0, zoom=3), "0-3c 4-6c 7-7c")
        self.assertEqual(slope([1, 2, 1, 2, 1, 2, 1, 2], 0, zoom=1), "0-1c 2-2c 3-3c 4-4c 5-5c 6-6c 7-7c")
        # the flat sample 3 ends a segment and starts the count anew; so do its own end and the next
        self.assertEqual(slope([1, 2, 1, 1, 2, 1, 2, 1, 2], 0, zoom=3), "0-2c 3-3f 4-6c 7-8c")
        # cut at L = 4 after one turn (2 at sample 3): 3-2 at sample 4 is no end, so the turns are 5, 6, 7
        self.assertEqual(slope([1, 2, 3, 2, 3, 2, 3, 2], 0, zoom=3, L_curve=4), "0-3c 4-6c 7-7c")
        self.assertEqual(slope([1, 2, 1, 2, 1, 2, 1], 0, zoom=15), "0-6c")

    def test_peak(self):
        x = [0, 4, 0, 4, 0, 4, 0]
        self.assertEqual(peak(x, 1, 44100, zoom=3), "0-0f 1-3c 4-6c")
        self.assertEqual(peak(x, 1, 44100), "0-0f 1-1c 2-2c 3-3c 4-4c 5-5c 6-6c")
        # the pause of 5 ends the segment after one turn
        self.assertEqual(peak([4, 0, 0, 0, 0, 0, 0, 4], 1, 1000, zoom=3), "0-1c 2-6f 7-7c")
        # cut at L with the extreme in the last sample, 3. The turn at 4 has it outside: not counted; 5, 6, 7 are.
        self.assertEqual(peak([2, 3, 4, 5, 3, 5, 3, 5], 1, 44100, L=4, zoom=3), "0-3c 4-6c 7-7c")
        # the end of the stream cuts at the extreme (2), whatever the count
        self.assertEqual(peak([0, 4, 0, 0.5], 1, 44100, zoom=3), "0-0f 1-2c 3-3f")


class Flats(unittest.TestCase):
    def test_draw(self):
        draw = ref.Controls(flats="draw")
        # T = 1u: 0.9 and 1.8 are flat; 1.8u is 921.6. 5 moves; 5.5 is flat: 2816 (2815.9).
        self.assertEqual(plan([0, 0.9, 1.8, 5, 5.5], draw, T=1), "3>922 /1>2560 /1>2816")
        self.assertEqual(plan([0, 0.9, 1.8, 5, 5.5], ref.AT_REST, T=1), "3h /1>2560 1h")
        # on the level: a hold as ever
        self.assertEqual(plan([0, 0.5, 0], draw, T=1), "3h")
        # the longest curve there is
        self.assertEqual(plan([0.5] * 65535, draw, T=1), "65535>256")
        self.assertEqual(plan([0.5] * 65536, draw, T=1), "65536h")
        self.assertEqual(plan([0, 0.5, 0.9, 4, 4.5], draw, T=1, fs=44100, detector="peak"), "3>461 2>2304")


class Levels(unittest.TestCase):
    def test_linear(self):
        at = lambda bits, *levels: [ref.nearest_level(q, bits, "linear") for q in levels]
        self.assertEqual(at(8, 127, 128, -127, -128, 383, 384, 32639, 32640, -32640),
                         [0, 256, 0, -256, 256, 512, 32512, 32767, -32768])
        self.assertEqual(at(1, 0, 16383, 16384, -16383, -16384, 32767), [0, 0, 32767, 0, -32768, 32767])
        # steps of 1.414: 0, 1, 3 (2.83), 4 (4.24), 6 (5.66), 7 (7.07); 2 is nearer to 1.414, 5 to 5.66
        self.assertEqual(at(15.5, 0, 1, 2, 3, 4, 5, 6, 7, -2), [0, 1, 1, 3, 4, 6, 6, 7, -1])

    def test_logarithmic(self):
        self.assertEqual(ref.logarithmic_levels(5),
                         [0, 32767, 16384, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1])
        self.assertEqual(ref.logarithmic_levels(3), [0, 32767, 8192, 2048, 512, 128, 32, 8, 2])
        at = lambda bits, *levels: [ref.nearest_level(q, bits, "logarithmic") for q in levels]
        self.assertEqual(at(5, 0, 3, -3, 5, 24575, 24576, -32768), [0, 4, -4, 4, 16384, 32767, -32767])
        self.assertEqual(at(3, 1, -1, 5, 4), [2, -2, 8, 2])

    def test_before_anything_is_decided(self):
        # 8 bits: 1u = 512, 1.1u = 563 -> 512: the flat stretch of 1.1 keeps its level although it is drawn; 1.3u = 666 -> 768
        x = [1, 1.1, 1.1, 1.3]
        c = ref.Controls(flats="draw", levels=8)
        self.assertEqual(plan(x[:3], c, T=0.5), "/1>512 2h")
        self.assertEqual(plan(x, c, T=0.5), "/1>512 /3>768")
        # a curve of 2 to 0.2u (102 -> 0): s == e is the straight line
        self.assertEqual(plan([-0.1, 0.2], ref.Controls(levels=8)), "/1>0 /1>0")
        self.assertEqual(plan([0.1, 0.2], ref.Controls(levels=8)), "/2>0")
        self.assertEqual(plan([0.1, 0.2], ref.Controls(levels=16, level_scale="logarithmic")), "2>102")


class Loop(unittest.TestCase):
    WAVE = [1, 2, 1, 0] * 4                                 # up 2, down 2, ends 1024 and 0

    def loop(self, on, off, N, **more):
        return ref.Controls(loop=(on, off), loop_length_ms=N, **more)

    def test_rounds_and_release(self):
        # N = 4, p = 8. Open is 6-7, to 0. Starts in [4, 6]: 4 on level 0 as at p, 6 on 1024: a = 4. The round is 4-5, 6-7.
        # Released before 11: 8-9 stays, 10-11 does not. From 11 on 0, 1, 2, 1, 0 move down, up, up, down, down; nothing ends
        # before 11 + 5, so 10-15 is one segment, a line to 0.
        self.assertEqual(plan(self.WAVE, self.loop(8, 11, 4)), "2>1024 2>0 2>1024 2>0 4-5:2>1024 /6>0")
        # the same of 20 samples, before 12: 10-11 stays; 17 may end, and does: the wave falls at 18
        self.assertEqual(plan(self.WAVE + self.WAVE[:4], self.loop(8, 12, 4)),
                         "2>1024 2>0 2>1024 2>0 4-5:2>1024 6-7:2>0 /6>1024 2>0")
        # before 10: the open segment begins with sample 10; 15 may end, where the wave is at 0
        self.assertEqual(plan(self.WAVE + self.WAVE[:4], self.loop(8, 10, 4)),
                         "2>1024 2>0 2>1024 2>0 4-5:2>1024 /6>0 2>1024 2>0")
        # the end of the stream in a round shortens a record; after 8 samples more the second round
        self.assertEqual(plan(self.WAVE[:11], self.loop(8, 99, 4)), "2>1024 2>0 2>1024 2>0 4-5:2>1024 6-7:1>0")
        self.assertEqual(plan(self.WAVE[:14], self.loop(8, 99, 4)),
                         "2>1024 2>0 2>1024 2>0 4-5:2>1024 6-7:2>0 4-5:2>1024")

    def test_begins_when_enough_was_encoded(self):
        self.assertEqual(plan(self.WAVE[:11], self.loop(3, 99, 8)), plan(self.WAVE[:11], self.loop(8, 99, 8)))
        for never in ((3, 8), (12, 12), (16, 99)):
            self.assertEqual(plan(self.WAVE, self.loop(*never, 8)), plan(self.WAVE, ref.AT_REST))
        self.assertEqual(ref.loop_samples(1000, self.loop(0, 0, 0.1)), 1)
        self.assertEqual(ref.loop_samples(44100, self.loop(0, 0, 50)), 2205)

    def test_open_at_the_start_is_drawn(self):
        # T = 1u: 2, 4 move; 4.5, 4.9 are flat and open before 4: drawn to 2509 (2508.7); N = 2, starts in [2, 3]: 2
        self.assertEqual(plan([2, 4, 4.5, 4.9, 0, 0], self.loop(4, 99, 2), T=1), "2>2048 2>2509 2-3:2>2509")
        # Zoom 3, 8 bits: open is a rise to 1u, a fall to -1u and a rise to 0.2u: 102 -> 0, where it began. Moving, it becomes a
        # hold like a flat one.
        c = self.loop(3, 99, 1, zoom=3, levels=8)
        self.assertEqual(plan([1, -1, 0.2, 0, 0], c), "3h 1h 1h")

    def test_flat_after_a_release_is_drawn(self):
        # T = 1u: 2048 and 0 twice; p = 8, released before 9: nothing of the round ends before it. What is flat from 8 on is
        # drawn, a line to 1792 that ends 5 ms later; 6 moves; 6.5 is flat again, a hold.
        x = [2, 4, 2, 0, 2, 4, 2, 0, 3, 3, 3, 3, 3, 3, 3.5, 6, 6.5]
        self.assertEqual(plan(x, self.loop(8, 9, 4), T=1), "2>2048 2>0 2>2048 2>0 /7>1792 /1>3072 1h")
        # peak: Flat(x[8]); the same
        self.assertEqual(plan(x, self.loop(8, 9, 4), T=1, detector="peak"), "2>2048 2>0 2>2048 2>0 /7>1792 2>3328")

    def test_nothing_ends_within_1_ms(self):
        # fs = 3000: 3 samples. Released before 4, where a record of the round ended: nothing may end before 7.
        stretch = ref.Stretch(4, 4, 12, 7)
        x = [0, 0, 0, 0, 9, 0, 9, 8, 7, 8, 9, 9]
        # slope: 4 up, 5 down, 6 up, 7 down (6 may not end), 9 up (8 ends)
        self.assertEqual(slope(x, 0, stretch=stretch), "4-8c 9-10c 11-11f")
        # the turn that may not end does not count: zoom 3 has the turns 9 only
        self.assertEqual(slope(x, 0, stretch=stretch, zoom=3), "4-10c 11-11f")
        # but L cuts
        self.assertEqual(slope(x, 0, stretch=stretch, L_curve=2), "4-5c 6-7c 8-8c 9-10c 11-11f")
        # peak, T = 0.5: Up(9, 4), Down(0, 5) and Up(9, 6) end nothing; the turn at 7 has its extreme, 6, too early as well;
        # the turn at 9 ends at 8
        self.assertEqual(peak(x, 0.5, 3000, stretch=stretch), "4-8c 9-10c 11-11f")
        # what moves at 6 takes the flat 4-5 along, and its extreme, 6, is too early for a cut at the end of the stream; what
        # moves at 8 does not
        y = [0] * 6 + [9, 9, 9, 9, 9, 9]
        self.assertEqual(peak(y, 0.5, 3000, stretch=stretch), "4-11c")
        z = [0] * 8 + [9, 9, 9, 8]
        self.assertEqual(peak(z, 0.5, 3000, stretch=stretch), "4-7f 8-8c 9-11c")

    def test_where_a_round_begins(self):
        c = lambda end, n=2: R(9, n, end)
        # p = 10 on level 100; starts 0, 2, 4 (levels 0, 500, 90) lie in [0, 5]
        got = ref.one_round([c(500), c(90), c(30), c(0), c(100)], 10, 10, 65535)
        # 30 started on 90, and starts on 100: it goes further, but would be steeper; so do 0 after it (not its own), and 100 ends
        # where it is heard
        self.assertEqual(got, [R(1, 4, 0), c(100)])
        # 110 and 90 are equally near: the first
        self.assertEqual(sum(r.length for r in ref.one_round([c(110), c(90), c(30), c(0), c(100)], 10, 10, 65535)), 8)
        # N = 5: [5, 7]: 6; N = 4: [6, 8]: 6 (30) or 8 (0): 6
        self.assertEqual(sum(r.length for r in ref.one_round([c(110), c(90), c(30), c(0), c(100)], 10, 5, 65535)), 4)
        self.assertEqual(sum(r.length for r in ref.one_round([c(110), c(90), c(30), c(0), c(100)], 10, 4, 65535)), 4)
        # of the first 64 starts only: on 77 stands 80, on 50 stands 10
        ends = [0] * 200
        ends[9], ends[79], ends[199] = 50, 77, 77
        self.assertEqual(sum(r.length for r in ref.one_round([c(e, 1) for e in ends], 200, 200, 65535)), 190)
        # a hold keeps the level before it: of 4 (7) and 6 (9), 4 is the first that is 1 from 8
        self.assertEqual(sum(r.length for r in ref.one_round([c(7), R(0, 2, None), c(9), c(9), c(8)], 10, 6, 65535)), 6)

    def test_no_start(self):
        # starts 0 and 5, none in [3, 4]: a = 3. The rest of the first is added to the second, or stays.
        first, second, hold = R(9, 5, 100), R(7, 1, 50), R(0, 1, None)
        self.assertEqual(ref.one_round([first, second], 6, 3, 3), [R(7, 3, 50)])
        self.assertEqual(ref.one_round([first, second], 6, 3, 2), [R(9, 2, 100), second])
        self.assertEqual(ref.one_round([first, hold], 6, 3, 3), [R(0, 3, None)])
        self.assertEqual(ref.one_round([first, hold], 6, 3, 2), [R(9, 2, 100), hold])
        self.assertEqual(ref.one_round([R(9, 6, 100)], 6, 3, 65535), [R(9, 3, 100)])
        # the same from the wave: one rise of 6, of which 3 go round
        self.assertEqual(plan(range(1, 13), self.loop(6, 99, 3)), "6>3072 0-5:3>3072 0-5:3>3072")


class Loss(unittest.TestCase):
    def lost(self, records, at, mode="hold", run=1):
        """lose() where runs may begin at the samples `at`."""
        with unittest.mock.patch.object(ref, "begins_run", lambda i, share, R: i in at):
            return ref.lose(records, ref.Controls(loss=500, loss_run=run, loss_mode=mode))

    def test_places(self):
        # published outputs of splitmix64
        self.assertEqual([ref.splitmix64(0), ref.splitmix64(1234567)], [0xE220A8397B1DCDAF, 6457827717110365317])
        # h(0) / 2^53 = 0.88331. l / (l + R (1 - l)): 0.9, 0.88; 0.97 / 1.09 = 0.88991, 0.968 / 1.096 = 0.88321
        self.assertEqual([ref.begins_run(0, l, n) for l, n in ((900, 1), (880, 1), (970, 4), (968, 4), (0, 1), (1000, 9))],
                         [True, False, True, False, False, True])
        for share, run in ((300, 1), (300, 4), (700, 3)):
            got = ref.lose([R(9, 3, 7)] * 20000, ref.Controls(loss=share, loss_run=run))
            self.assertAlmostEqual(sum(r.ordinal == 0 for r in got) / 20000, share / 1000, delta=0.02)

    def test_hold(self):
        a, b, c, h = R(5, 3, 100), R(7, 4, 200), R(8, 2, 100), R(0, 2, None)
        all_places = range(100)
        # 100 in 3 samples was lost: a line of 2 would be steeper, and so would 200 in 4, but not 200 in 8
        self.assertEqual(self.lost([a, h, b], {0}), [R(0, 3, None), h, R(0, 4, None)])
        self.assertEqual(self.lost([a, h, R(7, 8, 200)], {0}), [R(0, 3, None), h, R(1, 8, 200)])
        i = R(0, 4, None)
        self.assertEqual(self.lost([a, i, b, i], all_places), [R(0, 3, None), R(1, 4, 100), R(0, 4, None), R(1, 4, 200)])
        # a curve that is kept brings the level back; a hold on the right level stays
        g = R(7, 8, 50)
        self.assertEqual(self.lost([a, g, h], {0}), [R(0, 3, None), g, h])
        # it is a straight line if it has further to go, and lost too if that would be steeper than what was lost
        self.assertEqual(self.lost([a, R(7, 8, 200), h], {0}), [R(0, 3, None), R(1, 8, 200), h])
        self.assertEqual(self.lost([a, b, h], {0}), [R(0, 3, None), R(0, 4, None), h])
        self.assertEqual(self.lost([a, b, c, h], {3, 7}), [a, R(0, 4, None), R(0, 2, None), h])
        # a run of 2 counts curves: 0 is lost, the hold is not, 7 is, 11 is not
        self.assertEqual(self.lost([a, i, b, c], {0, 7}, run=2), [R(0, 3, None), R(1, 4, 100), R(0, 4, None), c])
        for n, want in ((65535, R(1, 65535, 100)), (65536, R(0, 65536, None))):
            self.assertEqual(self.lost([a, R(0, n, None)], {0})[1], want)
        self.assertEqual(ref.lose([a, h, b, h], ref.AT_REST), [a, h, b, h])

    def test_repeat(self):
        a, b, c, d, h = R(5, 3, 100), R(7, 4, 200), R(8, 2, 300), R(9, 6, 400), R(0, 2, None)
        # run 1 goes back by 2, to what was there before it was lost itself
        self.assertEqual(self.lost([a, b, c, d], {3, 7, 9}, "repeat"), [a, R(0, 4, None), R(5, 2, 100), R(7, 6, 200)])
        # to a hold; the level then is not meant, and the next hold leads back to it, if it is not too steep
        i = R(0, 4, None)
        self.assertEqual(self.lost([a, h, b, c, i], {5, 9}, "repeat"), [a, h, R(5, 4, 100), R(0, 2, None), R(1, 4, 300)])
        self.assertEqual(self.lost([a, h, b, c, h], {5, 9}, "repeat"), [a, h, R(5, 4, 100), R(0, 2, None), h])
        # run 3 goes back by 4, counting holds
        self.assertEqual(self.lost([a, h, b, h, c, d], {11}, "repeat", 3), [a, h, b, h, R(5, 2, 100), R(0, 6, None)])

    def test_loop_goes_first(self):
        # 8-9 is a round's copy of 4-5; lost there alone, it is a hold, and the line back comes with nothing: a curve follows
        x = [v * U for v in Loop.WAVE[:12]]
        with unittest.mock.patch.object(ref, "begins_run", lambda i, share, R: i == 8):
            got = ref.as_written(x, 1000, 0.0, "slope", None, ref.Controls(loop=(8, 99), loop_length_ms=4, loss=1))
        self.assertEqual([(r.length, r.end) for r in got], [(2, 1024), (2, 0), (2, 1024), (2, 0), (2, None), (2, 0)])


class Edge(unittest.TestCase):
    def test_wait(self):
        self.assertEqual(ref.wait([R(9, 4, 70), R(0, 3, None)], 250), [R(0, 1, None), R(9, 3, 70), R(0, 3, None)])     # floor(1.5)
        self.assertEqual(ref.wait([R(9, 4, 70)], 124), [R(9, 4, 70)])                       # floor(0.996)
        self.assertEqual(ref.wait([R(9, 50, 70)], 290), [R(0, 15, None), R(9, 35, 70)])     # 14.5 + 1/2, in integers
        self.assertEqual(ref.wait([R(9, 4, 70)], 1000), [R(0, 3, None), R(1, 1, 70)])
        self.assertEqual(ref.wait([R(1, 1, 70)], 1000), [R(1, 1, 70)])
        self.assertEqual(ref.wait([R(9, 2, 70)], 0), [R(9, 2, 70)])

    def test_written(self):
        # a hold of 2, then a curve of 4 that waits for 2: one hold of 4; the curve is the one matched to all 4 samples
        x = [0, 0] + [0.5 * c for c in BOOK.row(100, 4)]
        k = BOOK.lowest(4, 255)[99]
        self.assertEqual(ref.encode(x, 44100, 0.0, BOOK, controls=ref.Controls(edge=500)), [R(0, 4, None), R(k, 2, 16384)])


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


def everything(seed):
    """Random controls, a good half of them at rest."""
    rnd = random.Random(seed)
    some = lambda rest, *others: rnd.choice(others) if rnd.random() < 0.5 else rest
    on = rnd.randrange(3000)
    return ref.Controls(follow=some(0, 200, 1000), flats=some("hold", "draw"), zoom=some(1, 3, 7), levels=some(16, 8, 5.5),
                        level_scale=rnd.choice(("linear", "logarithmic")), loop=some(None, (on, on + rnd.randrange(3000))),
                        loop_length_ms=rnd.choice((1, 5, 50)), loss=some(0, 300, 1000), loss_run=rnd.choice((1, 2, 5)),
                        loss_mode=rnd.choice(("hold", "repeat")), edge=some(0, 100, 500, 1000))


class Together(unittest.TestCase):
    def wave(self, seed):
        rnd = random.Random(seed)
        return [0.3 * math.sin(i / rnd.uniform(8.5, 9.5)) * (i % 1500 < 900) + rnd.gauss(0, 0.003) for i in range(4000)]

    def test_any_controls(self):
        for seed in range(24):
            c, x, fs = everything(seed), self.wave(seed), random.Random(seed).choice((8000, 44100, 96000))
            for detector in ("slope", "peak"):
                a = dict(T=0.01, book=BOOK, points=8, curves=16, detector=detector, longest_ms=(None, 1, 20)[seed % 3], controls=c)
                got = ref.encode(x, fs, **a)
                self.assertEqual(sum(r.length for r in got), len(x), c)
                self.assertFalse(any(p.ordinal == q.ordinal == 0 for p, q in zip(got, got[1:])))
                self.assertEqual(len(ref.decode(got, BOOK)), len(x))
                ref.check(x, fs, got, strict_ties=True, **a)

    def test_a_copy_must_be_that_of_the_stream_under_test(self):
        # at one point all curves draw the same, so that any ordinal is right, but not in a copy
        x = [v * U for v in Loop.WAVE[:12]]
        a = dict(T=0.0, book=BOOK, points=1, curves=255, detector="slope", controls=ref.Controls(loop=(8, 99), loop_length_ms=4))
        good = [R(k, 2, e) for k, e in ((3, 1024), (3, 0), (4, 1024), (5, 0), (4, 1024), (5, 0))]
        self.assertEqual(ref.check(x, 1000, good, **a)["copies"], 2)
        for other in (3, 5, 1):
            with self.assertRaisesRegex(ref.Differs, "copy"):
                ref.check(x, 1000, good[:4] + [R(other, 2, 1024)] + good[5:], **a)
        # the same with Loss: what is repeated is what was there
        a["controls"] = ref.Controls(loss=500, loss_mode="repeat")
        with unittest.mock.patch.object(ref, "begins_run", lambda i, share, R: i in (4, 8)):
            repeated = [R(k, 2, e) for k, e in ((3, 1024), (4, 0), (3, 1024), (9, 0), (8, 1024), (7, 0))]
            self.assertEqual(ref.check(x, 1000, repeated, **a)["copies"], 1)
            with self.assertRaisesRegex(ref.Differs, "copy"):
                ref.check(x, 1000, repeated[:2] + [R(4, 2, 1024)] + repeated[3:], **a)


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
            # every control: what it encodes with is right with it, and wrong without it
            base = ["--curves-csv", CSV, "--channel", 1, "--threshold", 500, "--longest", 8]
            for extra in (["--follow", 50], ["--flats", "draw"], ["--zoom", 3], ["--edge", 12.5], ["--levels", 6.5],
                          ["--levels", 6.5, "--level-scale", "logarithmic"], ["--loss", 20], ["--loss", 20, "--loss-run", 4],
                          ["--loss", 20, "--loss-mode", "repeat"], ["--loop", "1000:2500"],
                          ["--loop", "700:9000", "--loop-length", 12.5]):
                self.assertEqual(self.run_main("encode", wav, raw, *base, *extra)[0], 0)
                code, out = self.run_main("check", wav, raw, *base, *extra, "--strict-ties")
                self.assertEqual(code, 0, out)
                for fewer in {0, len(extra) - 2}:
                    self.assertEqual(self.run_main("check", wav, raw, *base, *extra[:fewer])[0], 1, extra)
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
