#!/usr/bin/env python3
"""Extrema: a reference encoder and decoder, written from docs/ALGORITHM.md alone.

Slow and plain on purpose. Every docstring quotes ("...") the sentence that the code below it implements; a line that
begins "Reading:" says which meaning was taken where the sentence leaves a choice. Standard library only.
"""
import argparse
import array
import functools
import itertools
import math
import operator
import struct
import sys
from collections import namedtuple

MAX_CURVE, MAX_HOLD = 65535, 2 ** 32 - 1
HOLD = 0                                                    # the ordinal of a hold
Record = namedtuple("Record", "ordinal length end")         # a hold: ordinal 0, end None
Segment = namedtuple("Segment", "first last flat bound")    # last is included; bound: it was cut because it held L samples
Piece = namedtuple("Piece", "first last hold q_prev q")     # a segment with its kind and its two quantised ends decided


# ------------------------------------------------------------------------------------------------ numbers and samples

def round_away(v):
    """round() with "halves away from zero"; exact, since v - floor(v) is."""
    a = math.floor(abs(v))
    if abs(v) - a >= 0.5:
        a += 1
    return -a if v < 0 else a


def quantise(x):
    """"q = round(x_end * 32767), halves away from zero, clamped to i16"."""
    return round_away(max(-32768.0, min(32767.0, x * 32767)))


def threshold(text):
    """"T is a multiple of 1/1024 of a 16-bit step, T = round(1024 * 32767 * 10^(dB/20)) / 1024 / 32767 ... Off is 0."

    '50' is steps, '-56.3dB' decibels. Reading: steps are rounded to 1/1024 as well.
    """
    t = str(text).strip().lower()
    if t == "off":
        return 0.0
    if t.endswith("db"):
        return round_away(1024 * 32767 * 10 ** (float(t[:-2]) / 20)) / 1024 / 32767
    return round_away(1024 * float(t)) / 1024 / 32767


def clean(x, smallest):
    """"Before anything else NaN, +-Inf and subnormals become 0."

    Reading: subnormal in the type the sample came in (smallest = 2^-126 for f32, 2^-1022 for f64).
    """
    return [v if math.isfinite(v) and abs(v) >= smallest else 0.0 for v in x]


def read_wav(path, channel=0):
    """One channel of a WAV file: (samples, sample rate, bits, is_float).

    "a float file widen[s] exactly and [is] never rescaled; integer PCM of b bits is divided by 2^(b-1) - 1".
    """
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    fmt = body = None
    at = 12
    while at + 8 <= len(data) and body is None:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            fmt = data[at + 8:at + 8 + size]
        elif name == b"data":
            body = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    if fmt is None or body is None:
        raise ValueError(f"{path}: no fmt or no data chunk")
    tag, channels, fs, _, block, bits = struct.unpack_from("<HHIIHH", fmt)
    if tag == 0xFFFE:                                       # WAVE_FORMAT_EXTENSIBLE: the tag opens the GUID
        tag = struct.unpack_from("<H", fmt, 24)[0]
    width = bits // 8
    if not (0 <= channel < channels) or block != width * channels:
        raise ValueError(f"{path}: no channel {channel}, or an odd block size")
    frames = len(body) // block
    raw = [body[i * block + channel * width:i * block + (channel + 1) * width] for i in range(frames)]
    if tag == 3 and bits in (32, 64):
        x = [struct.unpack("<f" if bits == 32 else "<d", b)[0] for b in raw]
        return clean(x, 2.0 ** -126 if bits == 32 else 2.0 ** -1022), fs, bits, True
    if tag == 1 and bits in (8, 16, 24, 32):
        offset = 128 if bits == 8 else 0                    # 8-bit WAV is unsigned
        full = 2 ** (bits - 1) - 1
        return [(int.from_bytes(b, "little", signed=bits > 8) - offset) / full for b in raw], fs, bits, False
    raise ValueError(f"{path}: WAV format tag {tag}, {bits} bits, is not read here")


# ------------------------------------------------------------------------------------------------ the curves

def sin_pi(a, b):
    """sin(pi * a / b) of integers: "Sines are reduced in integers (m * (i + 1) mod 2n), so that 0, 1/2 and 1 are exact."

    Reading: the values 0, 1/2 and 1 of the sine (which includes t = 0, 1/2 and 1).
    """
    a %= 2 * b
    if a >= b:
        return -sin_pi(a - b, b) if a > b else 0.0
    if 2 * a > b:
        a = b - a
    if a == 0:
        return 0.0
    if 6 * a == b:
        return 0.5
    if 2 * a == b:
        return 1.0
    return math.sin(math.pi * a / b)


class Codebook:
    """"The 255 curves. C_k(t) = t + (1/256) * sum_{m=1..6} S[k][m] * sin(m*pi*t), S a 255x6 table of i8, except ordinal 2,
    which is exactly (1 - cos(pi*t))/2; ordinal 1 is the straight line."
    """

    def __init__(self, rows):
        self.S = [tuple(r) for r in rows]                   # S[k - 1] belongs to ordinal k
        assert 1 <= len(self.S) <= 255 and not any(self.S[0]), "1..255 curves, the first the straight line"
        assert all(len(r) == 6 and all(-128 <= c <= 127 for c in r) for r in self.S)

    def curve(self, k, i, n):
        """C_k((i + 1) / n); "C_k(0) = 0, and C_k(1) = 1 exactly" (i = -1 and i = n - 1)."""
        j = i + 1
        if k == 2:
            return (1 - sin_pi(n + 2 * j, 2 * n)) / 2       # cos(pi j/n) = sin(pi (1/2 + j/n))
        return j / n + sum(c * sin_pi(m * j, n) for m, c in enumerate(self.S[k - 1], 1)) / 256

    @functools.lru_cache(maxsize=64)
    def basis(self, n):
        """t, the six sines and the half cosine at t = 1/n .. (n-1)/n (t = 1 left out): the parts of every curve."""
        table = [sin_pi(a, n) for a in range(2 * n)]
        return ([j / n for j in range(1, n)],
                [[table[m * j % (2 * n)] for j in range(1, n)] for m in range(1, 7)],
                [(1 - sin_pi(n + 2 * j, 2 * n)) / 2 for j in range(1, n)])

    @functools.lru_cache(maxsize=None)
    def short_row(self, k, n):
        return [self.curve(k, i, n) for i in range(n)]

    def row(self, k, n):
        """C_k at all n sample points; the same numbers as curve(), built from the table of sines when n is large."""
        if n <= 64:
            return self.short_row(k, n)
        t, sines, half = self.basis(n)
        if k == 2:
            return half + [1.0]
        a, b, c, d, e, f = self.S[k - 1]
        return [u + (a * p + b * q + c * r + d * v + e * w + f * z) / 256
                for u, p, q, r, v, w, z in zip(t, *sines)] + [1.0]

    def alias(self, k, n):
        """Integers that are equal for two ordinals exactly when their curves are the same at all j/n.

        sin(m pi j/n) repeats with m mod 2n and changes sign at 2n - m: "n < 7 ... harmonics alias ... in integers". The half
        cosine is the line at n = 1 and n = 2 (1/2 at 1/2), and for no larger n any other curve (irrational).
        """
        if k == 2:
            return (0,) * (n - 1) if n <= 2 else "half cosine"
        folded = [0] * (n - 1)
        for m, c in enumerate(self.S[k - 1], 1):
            m %= 2 * n
            if 0 < m < n:
                folded[m - 1] += c
            elif m > n:
                folded[2 * n - m - 1] -= c
        return tuple(folded[:6])                            # beyond the sixth there is nothing

    @functools.lru_cache(maxsize=256)
    def lowest(self, n, curves):
        """lowest[k - 1]: the lowest ordinal whose curve is the same as k's at n sample points. "Ties go to the lowest ordinal"."""
        first = {}
        n = min(n, 7)                                       # from 7 sample points on nothing aliases
        return [first.setdefault(self.alias(k, n), k) for k in range(1, curves + 1)]

    @functools.lru_cache(maxsize=64)
    def energies(self, n):
        """sum C_k^2 over t = 1/n .. (n-1)/n for every k, from the products of the parts (for the quick search)."""
        t, sines, half = self.basis(n)
        parts = [t] + sines
        gram = [[math.fsum(map(operator.mul, p, q)) for q in parts] for p in parts]
        out = []
        for row in self.S:
            c = (1.0,) + tuple(s / 256 for s in row)
            out.append(sum(c[a] * sum(map(operator.mul, gram[a], c)) for a in range(7)))
        if len(out) > 1:
            out[1] = math.fsum(map(operator.mul, half, half))
        return out


def load_curves(path):
    """The table S: columns ordinal,s1..s6; '#' begins a comment line. The row of ordinal 2 is not used."""
    rows = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.strip()
            if not line or line[0] == "#" or line.startswith("ordinal"):
                continue
            ordinal, *s = (int(c) for c in line.split(","))
            if ordinal != len(rows) + 1:
                raise ValueError(f"{path}: ordinal {ordinal} is out of order")
            rows.append(s)
    return Codebook(rows)


# ------------------------------------------------------------------------------------------------ the detectors

def as_list(T, n):
    """"Sample i is compared using T at i": a constant, or a list with one threshold for each sample."""
    return list(T) if isinstance(T, (list, tuple)) else [T] * n


def segments_slope(x, T_per_sample, L_curve=MAX_CURVE, L_hold=MAX_HOLD):
    """"A sample's direction is +1 if x > prev + T, -1 if x < prev - T, else 0, compared strictly with the sample before it;
    before the first sample prev = 0. A maximal run of equal directions is one segment: direction 0 is a hold, the others are
    curves. Its last sample is its end."

    "A segment is cut as soon as it holds L samples ... the run is cut at L and goes on in the same direction."
    Reading: as soon as, so every piece of exactly L samples is cut by the bound, even where the run or stream ends too.
    """
    T = as_list(T_per_sample, len(x))
    direction = [1 if v > prev + t else -1 if v < prev - t else 0 for v, prev, t in zip(x, [0.0] + x[:-1], T)]
    segments, first = [], 0
    for way, run in itertools.groupby(direction):
        end = first + len(list(run))
        L = L_curve if way else L_hold
        while first < end:
            n = min(L, end - first)
            segments.append(Segment(first, first + n - 1, way == 0, n == L))
            first += n
    return segments


def segments_peak(x, T, fs, L_curve=MAX_CURVE, L_hold=MAX_HOLD):
    """"true high peak to low peak, with hysteresis. Three states, strict comparisons, the first of equals winning".

    Here state is 0 for Flat(r), +1 for Up(h, p), -1 for Down(h, p); `first` is where the open segment begins.
    "p lies in" the open segment when p >= first. Each sample is seen by the one state it finds.
    """
    T = as_list(T, len(x))
    pause = fs // 200                                       # 5 ms: floor(fs / 200)
    segments = []
    first = 0
    state, r, h, p = 0, 0.0, None, None                     # "Flat(r), the start of a stream with r = 0"

    def cut(last, flat, bound=False):
        nonlocal first
        if first <= last:                                   # "(if there is one)", "(if p lies in it)"
            segments.append(Segment(first, last, flat, bound))
            first = last + 1

    for i, v in enumerate(x):
        if state == 0:
            # "When x > r + T or x < r - T, the flat stretch ends at the sample before (if there is one), and this sample
            # opens a segment: Up or Down, the running extreme h = x at this position."
            way = 1 if v > r + T[i] else -1 if v < r - T[i] else 0
            if way:
                cut(i - 1, flat=True)
                state, h, p = way, v, i
        elif state * v > state * h:
            # "Up(h, p): x > h moves the extreme." (Down mirrors it: x < h.)
            h, p = v, i
        elif state * (h - v) > T[i]:
            # "When h - x > T, the segment ends at p (if p lies in it) as a curve, and Down(x, here) follows."
            cut(p, flat=False)
            state, h, p = -state, v, i
        elif i - p >= pause:
            # "When the extreme has stood for 5 ms (i - p >= floor(fs / 200)), the segment ends at p (if p lies in it) and
            # Flat(h) follows". What is open after p, all of it if p does not lie in it, is flat from now on.
            cut(p, flat=False)
            state, r = 0, h

        # "A segment is cut as soon as it holds L samples, after the detector's own rules for that sample."
        if i - first + 1 >= (L_curve if state else L_hold):
            if state == 0:                                  # "Peak, Flat: cut at L, and r becomes the last sample."
                cut(i, flat=True, bound=True)
                r = v
            elif first <= p < i:                            # "if the extreme lies in the open segment before its last
                cut(p, flat=False)                          # sample, cut there and go on in Flat(h);
                state, r = 0, h
            else:                                           # else cut at L and keep the state."
                cut(i, flat=False, bound=True)

    # "End of stream: peak, Up or Down, with the extreme in the open segment before its last sample: cut there as a curve, the
    # rest is flat; whatever then is open ends with the stream, flat or curve as its state says."
    last = len(x) - 1
    if state and first <= p < last:
        cut(p, flat=False)
        state = 0
    cut(last, flat=state == 0)
    return segments


def bounds(longest_ms, fs):
    """(L for curves, L for holds): "offline by default 65535 for curves and 2^32 - 1 for holds (a larger L is capped there)";
    with longest_ms, L = max(1, round(longest_ms * fs / 1000)) for both (the latency does not bound it here)."""
    if longest_ms is None:
        return MAX_CURVE, MAX_HOLD
    L = max(1, round_away(longest_ms * fs / 1000))
    return min(L, MAX_CURVE), min(L, MAX_HOLD)


def pieces(x, fs, T, detector, longest_ms=None):
    """The segments with kind and ends decided.

    "For the slope detector [T] is a change per sample at 44.1 kHz, T * (44100 / fs) ... for the peak detector an amplitude."
    "s = q_prev / 32767 (0 at the start of a stream), to e = q / 32767"; "A hold repeats s; it does not go to zero."
    "Flat stretches ... are holds, with one exception: a piece that ends at the bound, where L <= 65535, is a hold only if its
    last sample quantises to s, else a curve to that last sample." Reading: L is the bound of holds.
    """
    L_curve, L_hold = bounds(longest_ms, fs)
    if detector == "slope":
        segments = segments_slope(x, [t * (44100 / fs) for t in as_list(T, len(x))], L_curve, L_hold)
    else:
        segments = segments_peak(x, T, fs, L_curve, L_hold)
    q_prev, out = 0, []
    for seg in segments:
        q = quantise(x[seg.last])
        hold = seg.flat and not (seg.bound and L_hold <= 65535 and q != q_prev)
        if hold:
            q = q_prev
        out.append(Piece(seg.first, seg.last, hold, q_prev, q))
        q_prev = q
    return out


# ------------------------------------------------------------------------------------------------ matching

def sample_points(segment, s, points):
    """The values that matching compares, at t = 1/N .. 1.

    "If n <= points, all n samples count. If not, points evenly spaced ones do, at t = j/points, j = 1 .. points, the wave
    interpolated linearly between its samples (and from s at t = 0)." Sample i lies at t = (i + 1)/n, so t = j/points is at
    j * n / points in the list [s, x_0, x_1, ...].
    """
    n = len(segment)
    if n <= points:
        return list(segment)
    wave, out = [s] + list(segment), []
    for j in range(1, points + 1):
        at, rest = divmod(j * n, points)
        out.append(wave[at] + (wave[at + 1] - wave[at]) * (rest / points) if rest else wave[at])
    return out


def error(book, k, values, s, e, with_last=True):
    """"the squared error between what the decoder will draw and the segment" for ordinal k.

    Reading: the last sample point counts; it "adds the same for every curve and can be left out" (with_last=False).
    """
    d, N = e - s, len(values)
    diff = [s + d * c - v for c, v in zip(book.row(k, N), values)]
    if not with_last:
        diff.pop()
    return sum(map(operator.mul, diff, diff))


def errors_of_all(book, values, s, e, curves=255, with_last=True):
    """The errors of ordinals 1 .. curves ("Only the first `curves` entries compete"), by the direct form: the definition."""
    return [error(book, k, values, s, e, with_last) for k in range(1, curves + 1)]


def best(book, values, s, e, curves=255, with_last=True):
    """(ordinal, its error) of the closest curve; the same as the minimum of errors_of_all, found quicker.

    sum (r - d C_k)^2 = sum r^2 - 2 d sum r C_k + d^2 sum C_k^2 with r = x - s, where sum r C_k follows from eight sums; the
    ordinals near the minimum are then compared by the direct form. "Ties go to the lowest ordinal ... decide them in integers":
    of the ordinals that draw the same only the lowest competes.
    """
    N, d = len(values), e - s
    r = [v - s for v in values[:-1]]
    t, sines, half = book.basis(N)
    pt = sum(map(operator.mul, t, r))
    p1, p2, p3, p4, p5, p6 = (sum(map(operator.mul, m, r)) / 256 for m in sines)
    dots = [pt + a * p1 + b * p2 + c * p3 + g * p4 + u * p5 + w * p6 for a, b, c, g, u, w in book.S[:curves]]
    if curves > 1:
        dots[1] = sum(map(operator.mul, half, r))
    energy = book.energies(N)
    score = [d * (d * g - 2 * b) for g, b in zip(energy, dots)]
    near = min(score) + 1e-10 * (sum(map(operator.mul, r, r)) + d * d * N)
    lowest = book.lowest(N, curves)
    found = None
    for k, value in enumerate(score, 1):
        if not value > near and lowest[k - 1] == k:         # "not >": an overflow to NaN competes too
            err = error(book, k, values, s, e, with_last)
            if found is None or err < found[1]:
                found = k, err
    return found


def match(book, segment, q_prev, q, points, curves):
    """The ordinal of a curve. "n = 1 and s == e take ordinal 1."  Reading: whatever `points` and the wave are."""
    if len(segment) == 1 or q == q_prev:
        return 1
    s, e = q_prev / 32767, q / 32767
    return best(book, sample_points(segment, s, points), s, e, curves)[0]


def tolerance(emin, values, s):
    """"the ordinal is right if its error is at most Emin * (1 + 1e-6) + 1e-12 * sum((x - s)^2)".

    Reading: the sum is over the same sample points as the error.
    """
    return emin * (1 + 1e-6) + 1e-12 * sum((v - s) * (v - s) for v in values)


# ------------------------------------------------------------------------------------------------ encode, decode, bytes

def merged(records):
    """"Consecutive holds are merged when written"; "merged holds may exceed L, and start a new record beyond 2^32 - 1".

    Reading: a record is filled to 2^32 - 1 before the next begins.
    """
    out = []
    for rec in records:
        if rec.ordinal == HOLD and out and out[-1].ordinal == HOLD:
            total = out.pop().length + rec.length
            while total > MAX_HOLD:
                out.append(Record(HOLD, MAX_HOLD, None))
                total -= MAX_HOLD
            rec = Record(HOLD, total, None)
        out.append(rec)
    return out


def encode(x, fs, T, book, points=16, curves=255, detector="slope", longest_ms=None):
    """Samples to records, holds merged. T as threshold() gives it, or a list with one such T for each sample."""
    out = []
    for p in pieces(x, fs, T, detector, longest_ms):
        n = p.last - p.first + 1
        if p.hold:
            out.append(Record(HOLD, n, None))
        else:
            out.append(Record(match(book, x[p.first:p.last + 1], p.q_prev, p.q, points, curves), n, p.q))
    return merged(out)


def decode(records, book):
    """"Sample i (0-based) of n lies at t = (i + 1) / n: y = s + (e - s) * C_k(t)"; "A hold repeats s"."""
    y, s = [], 0.0
    for k, n, q in records:
        if k == HOLD:
            y.extend([s] * n)
        else:
            e = q / 32767
            y.extend([s + (e - s) * c for c in book.row(k, n)])
            s = e
    return y


def pack(records):
    """"Records of 5 bytes, little-endian, nothing between: curve = u8 ordinal 1..255, u16 length, i16 end; hold = u8 0, u32
    length."""
    return b"".join(struct.pack("<BI", 0, n) if k == HOLD else struct.pack("<BHh", k, n, q) for k, n, q in records)


def unpack(data):
    """The inverse of pack(). "Length 0 is an error."  Reading: so is a rest of 1 to 4 bytes."""
    if len(data) % 5:
        raise ValueError(f"{len(data)} bytes are no whole number of records")
    out = []
    for at in range(0, len(data), 5):
        if data[at] == HOLD:
            rec = Record(HOLD, struct.unpack_from("<I", data, at + 1)[0], None)
        else:
            rec = Record(data[at], *struct.unpack_from("<Hh", data, at + 1))
        if rec.length == 0:
            raise ValueError(f"record {at // 5}: length 0")
        out.append(rec)
    return out


# ------------------------------------------------------------------------------------------------ checking another encoder

class Differs(Exception):
    """The stream under test is not right; the message says where."""


def show(rec):
    if rec is None:
        return "(end of stream)"
    return f"hold  {rec.length}" if rec.ordinal == HOLD else f"curve {rec.ordinal:3d}  length {rec.length}  end {rec.end}"


def check(x, fs, records, book, T, points, curves, detector, longest_ms=None, with_last=True, strict_ties=False):
    """"Against an independent reference, cuts, lengths and ends are equal, and the ordinal is right if its error is at most ..."

    `records` come from the program under test, as written. Returns counts; raises Differs.
    """
    mine, where = [], []                                    # my records as written, ordinal 1 in place of a search, and pieces
    for p in pieces(x, fs, T, detector, longest_ms):
        mine.append(Record(HOLD, p.last - p.first + 1, None) if p.hold else Record(1, p.last - p.first + 1, p.q))
        if not p.hold:
            where.append(p)
    mine = merged(mine)
    curve_pieces = iter(where)
    count = dict(records=len(mine), curves=len(where), holds=len(mine) - len(where), searched=0, ties=0, not_lowest=0)
    position = 0

    def differs(i, why):
        lines = [f"record {i} at sample {position} ({position / fs:.6f} s): {why}"]
        for j in range(max(0, i - 3), i + 4):
            a, b = (s[j] if j < len(s) else None for s in (mine, records))
            lines.append(f" {'>' if j == i else ' '} {j:6d}  reference: {show(a):44s} under test: {show(b)}")
        lines.append("   (reference curves below this record, and those that need no search, are shown with ordinal 1)")
        lines.append("   samples * 32767 from 2 before: "
                     + " ".join(f"{v * 32767:.6g}" for v in x[max(0, position - 2):position + 24]))
        raise Differs("\n".join(lines))

    for i in range(max(len(mine), len(records))):
        a, b = (s[i] if i < len(s) else None for s in (mine, records))
        if a is None or b is None:
            differs(i, "one stream is longer")
        if (a.ordinal == HOLD) != (b.ordinal == HOLD):
            differs(i, "hold against curve")
        if a.length != b.length:
            differs(i, "lengths differ")
        if a.end != b.end:
            differs(i, "ends differ")
        if a.ordinal != HOLD:
            p = next(curve_pieces)
            if a.length == 1 or p.q == p.q_prev:
                if b.ordinal != 1:
                    differs(i, "n = 1 or s == e takes ordinal 1")
            else:
                if b.ordinal > curves:
                    differs(i, f"ordinal {b.ordinal} does not compete among the first {curves}")
                s, e = p.q_prev / 32767, p.q / 32767
                values = sample_points(x[p.first:p.last + 1], s, points)
                k, emin = best(book, values, s, e, curves, with_last)
                mine[i] = a = a._replace(ordinal=k)
                count["searched"] += 1
                if b.ordinal != k:
                    err = error(book, b.ordinal, values, s, e, with_last)
                    if not err <= tolerance(emin, values, s):
                        differs(i, f"ordinal {b.ordinal} has error {err!r}, but {k} has {emin!r}")
                    count["ties"] += 1
                    low = book.lowest(len(values), curves)[b.ordinal - 1]
                    if low != b.ordinal:
                        count["not_lowest"] += 1
                        if strict_ties:
                            differs(i, f"ordinal {b.ordinal} draws exactly what {low} does at {len(values)} sample points")
        position += a.length
    if position != len(x):
        raise Differs(f"the reference is at fault: {position} samples of {len(x)}")     # "Length is always kept."
    return count


def check_decoded(path, expected):
    """Compares a decoded file with decode(): raw little-endian f64 (1e-12), float WAV (1e-7) or integer WAV (half a step)."""
    with open(path, "rb") as f:
        head = f.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        y, _, bits, is_float = read_wav(path)
        limit = (1e-7 if bits == 32 else 1e-12) if is_float else 0.5 / (2 ** (bits - 1) - 1) + 1e-9
    else:
        y, limit = read_f64(path), 1e-12
    if len(y) != len(expected):
        raise Differs(f"{path}: {len(y)} samples, the reference decodes {len(expected)}")
    worst = 0.0
    for i, (a, b) in enumerate(zip(expected, y)):
        if not abs(a - b) <= limit:
            raise Differs(f"{path}: sample {i}: reference {a!r}, under test {b!r}, limit {limit:g}")
        worst = max(worst, abs(a - b))
    return worst


def read_f64(path):
    a = array.array("d")
    with open(path, "rb") as f:
        a.frombytes(f.read())
    if sys.byteorder == "big":
        a.byteswap()
    return list(a)


def write_f64(path, y):
    a = array.array("d", y)
    if sys.byteorder == "big":
        a.byteswap()
    with open(path, "wb") as f:
        f.write(a.tobytes())


# ------------------------------------------------------------------------------------------------ the command line

def main(argv=None):
    top = argparse.ArgumentParser(description="Extrema reference encoder, decoder and checker")
    sub = top.add_subparsers(dest="command", required=True)
    c = sub.add_parser("check", help="0: RAWSTREAM is a right encoding of WAV; 1: it is not")
    n = sub.add_parser("encode", help="write the reference's own records")
    d = sub.add_parser("decode", help="records to raw little-endian f64")
    for p in (c, n):
        p.add_argument("wav")
    for p in (c, n, d):
        p.add_argument("rawstream")
        p.add_argument("--curves-csv", required=True)
    for p in (c, n):
        p.add_argument("--threshold", default="50", help="steps of 1/32767 (50), decibels (-56.3dB) or off")
        p.add_argument("--points", default="16", help="sample points compared, or all")
        p.add_argument("--curves", type=int, default=255)
        p.add_argument("--detector", choices=("slope", "peak"), default="slope")
        p.add_argument("--longest", default="max", help="milliseconds; max: the format's own bounds")
        p.add_argument("--channel", type=int, default=0, help="from 0")
    c.add_argument("--decoded", help="also compare this decoded file: raw f64, or WAV")
    c.add_argument("--without-last", action="store_true", help="leave the last sample point out of the errors: stricter")
    c.add_argument("--strict-ties", action="store_true", help="an exact tie must have gone to the lowest ordinal")
    d.add_argument("--out-f64", required=True)
    # "-56.3dB" would be taken for an option: join it to --threshold
    argv, joined = list(sys.argv[1:] if argv is None else argv), []
    for a in argv:
        if joined and joined[-1] == "--threshold":
            joined[-1] += "=" + a
        else:
            joined.append(a)
    o = top.parse_args(joined)

    book = load_curves(o.curves_csv)
    if o.command == "decode":
        with open(o.rawstream, "rb") as f:
            write_f64(o.out_f64, decode(unpack(f.read()), book))
        return 0
    if not 1 <= o.curves <= len(book.S):
        top.error(f"--curves must lie in 1..{len(book.S)}")
    points = 2 ** 62 if o.points == "all" else int(o.points)
    if points < 1:
        top.error("--points must be at least 1")
    x, fs, _, _ = read_wav(o.wav, o.channel)
    longest = None if o.longest == "max" else float(o.longest)
    settings = dict(T=threshold(o.threshold), book=book, points=points, curves=o.curves, detector=o.detector,
                    longest_ms=longest)
    if o.command == "encode":
        with open(o.rawstream, "wb") as f:
            f.write(pack(encode(x, fs, **settings)))
        return 0
    decoded = ""
    try:
        with open(o.rawstream, "rb") as f:
            data = f.read()
        try:
            records = unpack(data)
        except ValueError as fault:
            raise Differs(f"{o.rawstream}: {fault}")
        count = check(x, fs, records, with_last=not o.without_last, strict_ties=o.strict_ties, **settings)
        if o.decoded:
            decoded = f"; decoded within {check_decoded(o.decoded, decode(records, book)):.3g}"
    except Differs as fault:
        print(fault)
        print(f"DIFFERS: {o.wav} {o.rawstream}")
        return 1
    print("equal: {} samples, {records} records, {curves} curves ({searched} searched), {holds} holds; {ties} ordinals were ties "
          "within the rule ({not_lowest} exact, not the lowest){}".format(len(x), decoded, **count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
