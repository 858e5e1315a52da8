#!/usr/bin/env python3
"""Extrema: a reference encoder and decoder, written from docs/ALGORITHM.md alone.

Slow and plain on purpose. Every docstring quotes ("...") the sentence that the code below it implements; a line that
begins "Reading:" says which meaning was taken where the sentence leaves a choice. Standard library only.
"""
import argparse
import array
import fractions
import functools
import itertools
import math
import operator
import struct
import sys
from collections import namedtuple

MAX_CURVE, MAX_HOLD = 65535, 2 ** 32 - 1
HOLD = 0                                                    # the ordinal of a hold
STRAIGHT = 1                                                # the ordinal of the straight line
# A hold: ordinal 0, end None. While a curve is not matched yet, a Piece takes the place of the ordinal, in copies too.
Record = namedtuple("Record", "ordinal length end")
Segment = namedtuple("Segment", "first last flat bound")    # last is included; bound: it was cut because it held L samples
Piece = namedtuple("Piece", "first last q_prev q")          # the samples that a curve is matched to, and its quantised ends
# The samples begin .. end - 1 are read; what is open begins at `first`; no segment ends before the sample `soonest`.
Stretch = namedtuple("Stretch", "first begin end soonest")

# The controls after V0.1, at rest by default. Shares (follow, loss, edge) are whole thousandths; loop is None or the two
# sample positions before which it is switched on and off.
Controls = namedtuple("Controls", "follow flats zoom levels level_scale loop loop_length_ms loss loss_run loss_mode edge",
                      defaults=(0, "hold", 1, 16, "linear", None, 50, 0, 1, "hold", 0))
AT_REST = Controls()


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


def clean(x):
    """"NaN, +-Inf and everything below 2^-126 in magnitude (the subnormals of f32) become 0", before anything else."""
    return [v if math.isfinite(v) and abs(v) >= 2.0 ** -126 else 0.0 for v in x]


def level_of(x, bits=16, scale="linear"):
    """The end level of a sample: "With Levels below 16 bits, every end level is moved to the nearest of a coarser grid, halves
    away from zero".

    Reading: what is moved is the 16-bit level q.
    """
    q = quantise(x)
    return q if bits >= 16 else nearest_level(q, bits, scale)


@functools.lru_cache(maxsize=None)
def nearest_level(q, bits, scale):
    """"Linear: the nearest multiple of 2^(16-b), then rounded to a whole level and clamped to i16."
    "Logarithmic: 0 and +-round(32767 * 2^(-16 j / N)) for j = 0, 1, 2 ... while that is at least 1, with N = 2^((b+3)/2)".

    Reading: "that" is the rounded level.
    """
    if scale == "linear":
        step = 2.0 ** (16 - bits)
        nearest = round_away(round_away(abs(q) / step) * step)
    else:
        nearest = min(logarithmic_levels(bits), key=lambda g: (abs(abs(q) - g), -g))
    return max(-32768, min(32767, -nearest if q < 0 else nearest))


@functools.lru_cache(maxsize=None)
def logarithmic_levels(bits):
    N = 2.0 ** ((bits + 3) / 2)
    steps = (round_away(32767 * 2.0 ** (-16 * j / N)) for j in itertools.count())
    return [0] + list(itertools.takewhile(lambda level: level >= 1, steps))


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
        return clean(x), fs, bits, True
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


def following(x, fs, T, detector, follow=0, begin=0):
    """The threshold of each sample from `begin` on, where the envelope starts: "T_now = T * (env / ref)^follow".

    "The envelope env advances in cells of 64 * 2^k samples (... 0 up to 50 kHz, 1 up to 100 kHz and so on), counted from the
    start of the stream. At the end of a cell, let m be the largest level in it: |x| for the peak detector, |x - prev| * fs /
    44100 for the slope detector. Then env += (m - env) * (1 - exp(-cell / (tau * fs))), with tau = 2 ms if m > env and 150 ms
    otherwise, and not below -94 dBFS." "ref is -18 dBFS for both".
    "The envelope starts at its floor ... Then a first, incomplete cell counts from there."
    "For the slope detector T is a change per sample at 44.1 kHz and is multiplied by 44100 / fs ... For the peak detector it is
    an amplitude."

    Reading: `cell` is 64 * 2^k for the incomplete cell too, which ends where the cell of the whole stream does; decibels are
    of an amplitude of 1, also for a change per sample.
    """
    T = as_list(T, len(x))
    if detector == "slope":
        T = [t * (44100 / fs) for t in T]
    if detector == "best":
        T = [max(t, 1 / 1024 / 32767) for t in T]          # "at least 1/1024 of a step"
    if follow == 0:
        return T
    cell = 64
    while fs > 50000 * (cell // 64):
        cell *= 2
    floor, ref = 10 ** (-94 / 20), 10 ** (-18 / 20)
    env, m = floor, 0.0
    for i in range(begin, len(x)):
        T[i] *= (env / ref) ** (follow / 1000)
        if detector != "slope":
            m = max(m, abs(x[i]))
        else:
            m = max(m, abs(x[i] - (x[i - 1] if i else 0.0)) * fs / 44100)
        if (i + 1) % cell == 0:
            tau = 0.002 if m > env else 0.150
            env = max(floor, env + (m - env) * (1 - math.exp(-cell / (tau * fs))))
            m = 0.0
    return T


def segments_slope(x, T_per_sample, L_curve=MAX_CURVE, L_hold=MAX_HOLD, zoom=1, stretch=None):
    """"The direction of a sample is +1 if x > prev + T, -1 if x < prev - T, and 0 otherwise, where prev is the sample before it,
    and 0 before the first sample. A maximal run of samples with equal direction is one segment: a hold for direction 0, a curve
    for the others. Its last sample is its end."

    "A segment is cut as soon as it holds L samples ... the run is cut at L and continues in the same direction."
    Reading: as soon as, so every piece of exactly L samples is cut by the bound, even where the run or stream ends too.
    "Only every nth turn ends a segment ... (slope: rise to fall or fall to rise ...) Every end of a segment, whatever its cause,
    starts the count anew."
    Reading: after a cut at the sample before, nothing would end, so that a change of direction there is no turn.
    "No segment ends within 1 ms": see may_end.
    """
    T = as_list(T_per_sample, len(x))
    first, begin, end, soonest = stretch or Stretch(0, 0, len(x), 0)
    segments, state, turns = [], 0, 0                       # state: the direction of the run

    def cut(last, bound=False):
        nonlocal first, turns
        if first <= last:
            segments.append(Segment(first, last, state == 0, bound))
            first, turns = last + 1, 0

    for i in range(begin, end):
        v, prev = x[i], x[i - 1] if i else 0.0
        way = 1 if v > prev + T[i] else -1 if v < prev - T[i] else 0
        if way != state:
            if may_end(first, i - 1, soonest):
                turns += 1
                if way == 0 or state == 0 or turns == zoom:
                    cut(i - 1)
            state = way
        if i - first + 1 >= (L_curve if state else L_hold):
            cut(i, bound=True)
    if end == len(x):
        cut(end - 1)
    return segments


def may_end(first, last, soonest):
    """After a release of Loop before sample r, "no segment ends before sample r + floor(fs / 200), 5 ms later, except at L".

    Reading: its end is its last sample, so `last` may be sample r + floor(fs / 200) = `soonest`, but none before. The
    detector's states change as ever; where no segment may end, everything open belongs to the state that follows (as where "the
    extreme lies before the open segment"), and a turn does not count for Zoom. The end of the stream itself is not bound by it.
    """
    return first <= last and last >= soonest


def segments_peak(x, T, fs, L_curve=MAX_CURVE, L_hold=MAX_HOLD, zoom=1, stretch=None):
    """"From local maximum to local minimum, with hysteresis. It has three states. All comparisons are strict, and of equal
    extremes the first one wins."

    Here state is 0 for Flat(r), +1 for Up(h, p), -1 for Down(h, p); `first` is where the open segment begins.
    "p lies in" the open segment when p >= first. Each sample is seen by the one state it finds.
    """
    T = as_list(T, len(x))
    pause = fs // 200                                       # 5 ms: floor(fs / 200)
    segments = []
    first, begin, end, soonest = stretch or Stretch(0, 0, len(x), 0)
    # "Flat(r) ... at the start of a stream r = 0"; elsewhere "as if the wave had stood at the value of" the sample before.
    state, r, h, p = 0, x[begin - 1] if begin else 0.0, None, None
    turns = 0

    def cut(last, flat, bound=False):
        nonlocal first, turns
        if first <= last:                                   # "(if there is one)", "(if p lies in it)"
            segments.append(Segment(first, last, flat, bound))
            first, turns = last + 1, 0                      # "Every end of a segment ... starts the count anew."

    for i in range(begin, end):
        v = x[i]
        if state == 0:
            # "When x > r + T or x < r - T, the flat stretch, if it has any samples, ends at the sample before. This sample
            # opens a segment, and the state becomes Up or Down with the running extreme h = x at this position."
            way = 1 if v > r + T[i] else -1 if v < r - T[i] else 0
            if way:
                if may_end(first, i - 1, soonest):
                    cut(i - 1, flat=True)
                state, h, p = way, v, i
        elif state * v > state * h:
            # "Up(h, p): x > h moves the extreme to this sample." (Down mirrors it: x < h.)
            h, p = v, i
        elif state * (h - v) > T[i]:
            # "When h - x > T, the segment ends at p (if p lies in it) as a curve, and Down(x, here) follows."
            # Zoom: "only every nth turn ends a segment. A turn is ... with the extreme in the open segment".
            if may_end(first, p, soonest):
                turns += 1
                if turns == zoom:
                    cut(p, flat=False)
            state, h, p = -state, v, i
        elif i - p >= pause:
            # "When the extreme has stood for 5 ms (i - p >= floor(fs / 200)), the segment ends at p (if p lies in it) and
            # Flat(h) follows". What is open after p, all of it if p does not lie in it, is flat from now on.
            if may_end(first, p, soonest):
                cut(p, flat=False)
            state, r = 0, h

        # "A segment is cut as soon as it holds L samples, after the detector's own rules for that sample."
        # Reading: both of these cuts are "at L" where no segment may end otherwise.
        if i - first + 1 >= (L_curve if state else L_hold):
            if state == 0:                                  # "Peak, Flat: the cut is at L, and r becomes the last sample."
                cut(i, flat=True, bound=True)
                r = v
            elif first <= p < i:                            # "if the extreme lies in the open segment and before its last
                cut(p, flat=False)                          # sample, the cut is there and Flat(h) follows.
                state, r = 0, h
            else:                                           # Otherwise the cut is at L and the state stays."
                cut(i, flat=False, bound=True)

    # "End of stream: if the peak detector is in Up or Down and the extreme lies in the open segment and before its last sample,
    # that is cut there as a curve, and the remainder is flat. What is then still open ends with the stream, flat or curve as
    # its state says."
    if end == len(x):
        if state and p < end - 1 and may_end(first, p, soonest):
            cut(p, flat=False)
            state = 0
        cut(end - 1, flat=state == 0)
    return segments


# A cut after a sample that Best looks at: where it is (the segment ends before this sample), the value there, what the cheapest
# way to it costs (None: impossible), and how many looked-at samples the last segment on that way has.
Cut = namedtuple("Cut", "at value cost back")


def segments_best(x, T, fs, book, curves=255, L_curve=MAX_CURVE, L_hold=MAX_HOLD, zoom=1, stretch=None):
    """"The cuts are those at which curves and records together cost least". T is that of each sample, followed.

    "Best looks at every 2^k-th sample ..., those whose number from 1 on is a multiple of it". "After each of them it finds the
    cheapest way there". Costs are whole numbers of 1/1024 of a price.
    """
    first, begin, end, soonest = stretch or Stretch(0, 0, len(x), 0)
    stride = 1
    while fs > 50000 * stride:
        stride *= 2
    L = min(L_curve, L_hold, 1024 * stride)
    longest = max(1, L // stride)
    segments = []
    # "it goes on as if the wave had stood at the value of" the sample before
    cuts = [Cut(begin, x[begin - 1] if begin else 0.0, 0, 0)]      # the first is the open one

    def cost_of(start, t):
        """What the error of the segment from a cut to the newest sample counts: "round(1024 E / price), at most 2^40"."""
        values = [c.value for c in cuts[start + 1:]]
        n, s, e = len(values), cuts[start].value, values[-1]
        if n == 1:
            return 0
        # "E is the least squared error of the first Curves curves ... at up to 32 points as for matching, times n / 32 if there
        # are more samples"; "if |e - s| <= T / 256, only the line competes".
        points = sample_points(values, s, 32)
        E = error(book, 1, points, s, e) if abs(e - s) <= t / 256 else best(book, points, s, e, curves)[1]
        counted = E * max(1.0, n / 32) * (1024 / (10 * (t * t)))
        return math.floor(counted + 0.5) if counted < 2 ** 40 else 2 ** 40

    def set_price(before, t):
        """"A new price counts for all that is not final: before the first sample that it applies to, what a way costs besides its
        records is multiplied by the old price over the new one and rounded, halves up, to at most `2^50`."
        """
        ratio = (1024 / (10 * (t * t))) / (1024 / (10 * (before * before)))
        records = [0]
        for i, c in enumerate(cuts):
            if i > 0:
                records.append(None if c.cost is None else records[i - c.back] + 1)
        open_cost = cuts[0].cost
        for i, c in enumerate(cuts):
            if c.cost is not None:
                counted = 1024 * records[i]
                errors = (c.cost - open_cost - counted) * ratio
                cuts[i] = c._replace(cost=counted + math.floor(min(errors + 0.5, 2.0 ** 50)))

    def cheapest(t, too_long):
        """(cost, length) of the cheapest way to the newest sample."""
        now = len(cuts) - 1

        def fits(start):
            return not too_long if start == 0 else now - start <= longest

        found = []
        # "First the start of the segment with which the way to the sample before ends".
        if now > 1 and cuts[now - 1].cost is not None and fits(now - 1 - cuts[now - 1].back):
            guess = now - 1 - cuts[now - 1].back
            found.append((cuts[guess].cost + 1024 + cost_of(guess, t), now - guess))
        # "Then up to eight starts, the latest first, each of which costs at least a quarter of a price less than the one before".
        limit, tried = None, 0
        for start in range(now - 1, -1, -1):
            if cuts[start].cost is None or limit is not None and cuts[start].cost > limit:
                continue
            if tried == 8 or not fits(start):
                break
            tried += 1
            cost, e = cuts[start].cost + 1024, cost_of(start, t)
            # "That ends with the first whose error is more than twice what it may be to win".
            if found and min(found)[0] > cost and e > 2 * (min(found)[0] - cost):
                break
            found.append((cost + e, now - start))
            limit = cuts[start].cost - 256
        return min(found, default=(None, 0))                # "of equal ways the one with the shorter last segment"

    def way():
        """The segments of the way to the last possible cut: the indices of their ends, in order."""
        at = max(i for i, c in enumerate(cuts) if c.cost is not None)
        ends = []
        while at > 0:
            ends.append(at)
            at -= cuts[at].back
        return ends[::-1]

    def settle(cut):
        """The first segment becomes final: "ways that do not lead through its end are no longer possible"."""
        nonlocal first
        flat = all(c.value == cuts[0].value for c in cuts[:cut + 1])
        segments.append(Segment(first, cuts[cut].at - 1, flat, False))
        first = cuts[cut].at
        del cuts[:cut]
        for i in range(1, len(cuts)):
            start = i - cuts[i].back
            if cuts[i].cost is None or start < 0 or cuts[start].cost is None:
                cuts[i] = cuts[i]._replace(cost=None)

    for i in range(begin, end):
        final = None
        if i > begin and T[i] != T[i - 1]:
            set_price(T[i - 1] * zoom, T[i] * zoom)
        if (i + 1) % stride == 0:
            cuts.append(Cut(i + 1, x[i], None, 0))
            if i >= soonest:
                cost, back = cheapest(T[i] * zoom, i + 1 - first > L)
                cuts[-1] = Cut(i + 1, x[i], cost, back)
            # "has more than six segments"
            ends = way()
            if len(ends) > 6:
                final = ends[0]
        # "or where the open stretch is L samples long"
        if final is None and i + 1 - first >= L:
            ends = way()
            if ends:
                final = ends[0]
            else:                                           # "If there is no such cut, all of it becomes a segment."
                segments.append(Segment(first, i, False, False))
                first = i + 1
                cuts[:] = [Cut(i + 1, x[i], 0, 0)]
        if final is not None:
            settle(final)
    while way():
        settle(way()[0])
    if end == len(x) and first < end:
        segments.append(Segment(first, end - 1, False, False))
    return segments


def bounds(longest_ms, fs):
    """(L for curves, L for holds): "offline by default 65535 for curves and 2^32 - 1 for holds (a larger L is capped there)";
    with longest_ms, L = max(1, round(longest_ms * fs / 1000)) for both (the latency does not bound it here)."""
    if longest_ms is None:
        return MAX_CURVE, MAX_HOLD
    L = max(1, round_away(longest_ms * fs / 1000))
    return min(L, MAX_CURVE), min(L, MAX_HOLD)


def record_of(x, segment, q_prev, drawn, controls):
    """A segment as a record: "from the decoded end of the segment before it, s = q_prev / 32767, to e = q / 32767"; "A hold
    repeats s; it does not go to zero."

    "Flat stretches ... become holds, with one exception": one that is `drawn` "is a hold only if its last sample quantises to
    the level s it starts on, and otherwise a curve to that last sample." "A stretch of more than 65535 samples ... is a hold."
    "n = 1 and s == e (compared as 16-bit levels) take ordinal 1." Levels below 16 bits: "A flat stretch that does not keep its
    level becomes a straight line".
    """
    n = segment.last - segment.first + 1
    q = level_of(x[segment.last], controls.levels, controls.level_scale)
    if n > MAX_CURVE or segment.flat and (not drawn or q == q_prev):
        return Record(HOLD, n, None)
    if n == 1 or q == q_prev or segment.flat and controls.levels < 16:
        return Record(STRAIGHT, n, q)
    return Record(Piece(segment.first, segment.last, q_prev, q), n, q)


def level_after(rec, level):
    """The level that a record ends on, if it starts on `level`. "A hold repeats s"."""
    return level if rec.ordinal == HOLD else rec.end


def planned(x, fs, T, detector, longest_ms=None, controls=AT_REST, book=None, curves=255):
    """The records of the wave, not yet matched, as they come from the detector and from Loop.

    Flat stretches: "with one exception: a stretch that was cut at L, where L <= 65535" is drawn. Reading: L is the bound of
    holds. With Flats on Draw every flat stretch is drawn. Reading: ALGORITHM.md does not define Flats; this is what the words
    say beside "drawn to their last sample, as if cut at L", and as there L <= 65535 is no condition.
    """
    L_curve, L_hold = bounds(longest_ms, fs)

    def segments(first, begin, end, soonest):
        limits = following(x, fs, T, detector, controls.follow, begin)
        stretch = Stretch(first, begin, end, soonest)
        if detector == "slope":
            return segments_slope(x, limits, L_curve, L_hold, controls.zoom, stretch)
        if detector == "best":
            return segments_best(x, limits, fs, book, curves, L_curve, L_hold, controls.zoom, stretch)
        return segments_peak(x, limits, fs, L_curve, L_hold, controls.zoom, stretch)

    def encoded(some, drawn, out):
        """Appends a record for each segment; `drawn`: flat ones are, up to the first moving one."""
        level = functools.reduce(lambda q, rec: level_after(rec, q), out, 0)            # "0 at the start of a stream"
        for seg in some:
            drawn = drawn and seg.flat
            bound = seg.bound and L_hold <= 65535
            out.append(record_of(x, seg, level, drawn or bound or controls.flats == "draw", controls))
            level = level_after(out[-1], level)

    out, r = [], len(x)
    p = loop_start(fs, controls)
    if p is None or p >= min(controls.loop[1], len(x)):
        encoded(segments(0, 0, len(x), 0), False, out)
        return out

    # "Everything open ends at p - 1, as one segment, which is drawn like a flat stretch cut at L."
    # Reading: whatever its state was, so it is a hold if its last sample quantises to the level it starts on.
    encoded(segments(0, 0, p, 0), False, out)
    first = sum(rec.length for rec in out)
    if first < p:
        encoded([Segment(first, p - 1, True, False)], True, out)

    # "Each record of the span then follows, and after the last one the next round begins". "When Loop is released before sample
    # r, records of the round that end before r stay, and the wave takes over: the open segment ... begins where its last record
    # ended". "A stream that ends during a loop ends with a shortened record." Reading: shortened, it is still a copy.
    r = min(controls.loop[1], len(x))
    at = p
    for rec in itertools.cycle(one_round(out, p, loop_samples(fs, controls), L_curve)):
        if at + rec.length > r:
            break
        out.append(rec)
        at += rec.length
    if r == len(x):
        if at < r:
            out.append(rec._replace(length=r - at))
        return out
    # "the detector goes on as if the wave had stood at the value of sample r - 1 ... Flat segments up to the first moving one are
    # drawn." Follow: "The envelope starts at its floor ... when a loop is released." "The first segment is a straight line back to
    # the wave (ordinal 1), unless it is a flat stretch that keeps its level".
    first = len(out)
    encoded(segments(at, r, len(x), r + fs // 200), True, out)
    if first < len(out) and out[first].ordinal != HOLD:
        out[first] = out[first]._replace(ordinal=STRAIGHT)
    return out


# ------------------------------------------------------------------------------------------------ what becomes of the records

def loop_samples(fs, controls):
    """"Loop length (N = round(ms * fs / 1000) samples, at least 1)"."""
    return max(1, round_away(controls.loop_length_ms * fs / 1000))


def loop_start(fs, controls):
    """p: "When Loop is on and at least Loop length ... has been encoded since the start of the stream ... from the next sample p
    on." None without Loop.

    Reading: "encoded" are the samples that the encoder has taken, in records or not.
    """
    return None if controls.loop is None else max(controls.loop[0], loop_samples(fs, controls))


def one_round(records, p, N, L_curve):
    """The records of a round, from all those before p: "A round covers the same span [a, p) in all streams."

    "a is a start of a record of the first stream: of the first 64 that lie in [p - N, p - ceil(N/2)], the one where the levels
    of the streams are nearest to those at p (sum of the absolute differences in whole levels; the first of equals). The level of
    a stream at a sample is the end of its last record that ends before it. If there is no such start, a = p - N."
    Reading: records are those before "consecutive holds are merged". With one Loop length every round of a loop is the same.
    """
    starts, at, q = [], 0, 0
    for rec in records:
        if p - N <= at <= p - (N + 1) // 2:
            starts.append((at, q))
        at += rec.length
        q = level_after(rec, q)
    a = min(starts[:64], key=lambda s: abs(s[1] - q), default=(p - N, None))[0]     # min() takes the first of equals

    # "A record that begins before a and ends after it is left out: what it covers of the span is added to the record after it."
    span, at, level = [], 0, 0                              # (record, samples in the span, s, e)
    for rec in records:
        begin, at = at, at + rec.length
        start, level = level, level_after(rec, level)
        if at > a:
            span.append((rec, at - max(a, begin), start, level))

    # "That level, h, may be another than the level s on which a record started in its own place. While it is, the slope ...,
    # |e - h| / n with the samples added to it, must not exceed the limit: the largest slope in its own place, |e - s| / n, of this
    # record and of those whose samples were added to it. If it does, the record is left out, too". "No record is left out for
    # which there is none after it in the span, or with which that would be longer than L (of curves ...)". "A hold, and a curve that
    # goes further than in its own place ..., become a straight line to e ..., if they have at most 65535 samples."
    # Reading: L of curves for a hold too; a copy keeps its ordinal, whatever length it gets. A round starts on the level at p.
    out, heard, i = [], q, 0
    while i < len(span):
        rec, n, start, end = span[i]
        limit = fractions.Fraction(abs(end - start), rec.length)
        leave_out = i == 0 and n < rec.length
        while leave_out or heard != start and fractions.Fraction(abs(end - heard), n) > limit:
            if i + 1 == len(span) or n + span[i + 1][1] > L_curve:
                break
            i += 1
            leave_out = False
            rec, more, start, end = span[i]
            n += more
            limit = max(limit, fractions.Fraction(abs(end - start), rec.length))
        rec = rec._replace(length=n)
        if heard != start and n <= MAX_CURVE and (rec.ordinal == HOLD or abs(end - heard) > abs(end - start)):
            rec = Record(STRAIGHT, n, end)
        out.append(rec)
        heard = level_after(rec, heard)
        i += 1
    return out




def splitmix64(state):
    """The output of splitmix64 "for the state i". Reading: of its next step from there, which first adds the constant."""
    z = (state + 0x9E3779B97F4A7C15) % 2 ** 64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2 ** 64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2 ** 64
    return z ^ z >> 31


def begins_run(i, share, R):
    """"a curve that starts at sample i of its stream starts one if h(i) / 2^53 < l / (l + R (1 - l)), where h(i) is the upper 53
    bits of splitmix64's output for the state i." In integers, with l = share / 1000."""
    return (splitmix64(i) >> 11) * (share + R * (1000 - share)) < share * 2 ** 53


def lose(records, controls):
    """"Curves are lost in runs of Loss run R records, so that a share l of all curves is lost on average." "A lost curve keeps
    its length and becomes a hold (Hold), or the curve and end level of the record R (rounded up to even) before it, or a hold
    if that is one (Repeat). All records count, as they were before any loss ...; before that there are holds."

    "Holds are not lost." "The slope of a record of n samples to level e is |e - h| / n as it is heard and |e - s| / n as it was
    meant, and the limit is the largest slope as meant of this record and of those before it since one was kept. While h differs
    from s, a record that would be steeper than the limit is lost too"; "a hold that is kept becomes a straight line to the level
    meant, if it has at most 65535 samples"; "a curve that is kept and has further to go than was meant, |e - h| > |e - s|, becomes
    a straight line." "A record that Repeat puts in place of another is a hold if it would be steeper than the limit and go more
    than twice as far as in its own place."
    Reading: the records of a run are the lost curves; a hold within a run does not count, and without this the share would be
    lower. What the encoder meant is the level of the records before any loss. A hold longer than 65535 is kept as it is.
    """
    share, R = controls.loss, controls.loss_run
    back = R + R % 2
    out, at, left = [], 0, 0
    starts = [0]                                            # the level each record was meant to start on
    for rec in records:
        starts.append(level_after(rec, starts[-1]))
    level = 0                                               # the level after Loss
    since_kept = []                                         # slopes as meant
    for j, rec in enumerate(records):
        start, end, n = starts[j], starts[j + 1], rec.length
        since_kept.append(fractions.Fraction(abs(end - start), n))
        limit = max(since_kept)
        lost = False
        if rec.ordinal != HOLD:
            if left == 0 and begins_run(at, share, R):
                left = R
            if left > 0:
                left -= 1
                lost = True
        if lost or level != start and fractions.Fraction(abs(end - level), n) > limit:
            if rec.ordinal != HOLD and controls.loss_mode == "repeat" and j >= back and records[j - back].ordinal != HOLD:
                source, before = records[j - back], starts[j - back]
                way = abs(source.end - level)
                steep = way > 2 * abs(source.end - before) and fractions.Fraction(way, n) > limit
                rec = Record(HOLD, n, None) if steep else source._replace(length=n)
            else:
                rec = Record(HOLD, n, None)
        else:
            since_kept = []
            if level != start and n <= MAX_CURVE and (rec.ordinal == HOLD or abs(end - level) > abs(end - start)):
                rec = Record(STRAIGHT, n, end)
        level = level_after(rec, level)
        out.append(rec)
        at += rec.length
    return out


def wait(records, edge):
    """"A curve of n samples waits for w = min(floor(edge * n + 1/2), n - 1) samples: it becomes a hold of w samples and the same
    curve over the other n - w. A curve of 1 sample takes ordinal 1." In integers: edge is in thousandths.

    Reading: of 1 sample after the wait; with Edge at 0 no record changes.
    """
    out = []
    for rec in records:
        if rec.ordinal != HOLD:
            w = min((edge * rec.length + 500) // 1000, rec.length - 1)
            if w:
                out.append(Record(HOLD, w, None))
            rec = rec._replace(length=rec.length - w, ordinal=STRAIGHT if rec.length - w == 1 and edge else rec.ordinal)
        out.append(rec)
    return out


def as_written(x, fs, T, detector, longest_ms=None, controls=AT_REST, book=None, curves=255):
    """The records as written, not yet matched: "Three controls change records after they have been matched, in this order" -
    Loop, which planned() has done, Loss, Edge."""
    records = planned(x, fs, T, detector, longest_ms, controls, book, curves)
    return merged(wait(lose(records, controls), controls.edge))


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


def encode(x, fs, T, book, points=16, curves=255, detector="slope", longest_ms=None, controls=AT_REST):
    """Samples to records, holds merged. T as threshold() gives it, or a list with one such T for each sample."""
    @functools.lru_cache(maxsize=None)
    def matched(p):
        return match(book, x[p.first:p.last + 1], p.q_prev, p.q, points, curves)

    return [rec._replace(ordinal=matched(rec.ordinal)) if isinstance(rec.ordinal, Piece) else rec
            for rec in as_written(x, fs, T, detector, longest_ms, controls, book, curves)]


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
    if rec.ordinal == HOLD:
        return f"hold  {rec.length}"
    ordinal = "?" if isinstance(rec.ordinal, Piece) else rec.ordinal
    return f"curve {ordinal:>3}  length {rec.length}  end {rec.end}"


def check(x, fs, records, book, T, points, curves, detector, longest_ms=None, controls=AT_REST, with_last=True,
          strict_ties=False):
    """"Against an independent reference, cuts, lengths and ends are equal, and an ordinal is right if its error is at most ..."

    `records` come from the program under test, as written. Where the same match is seen again, in rounds of Loop or repeated by
    Loss, it must have the ordinal that the stream under test had there. Returns counts; raises Differs.
    """
    mine = as_written(x, fs, T, detector, longest_ms, controls, book, curves)
    holds = sum(rec.ordinal == HOLD for rec in mine)
    count = dict(records=len(mine), curves=len(mine) - holds, holds=holds, searched=0, copies=0, ties=0, not_lowest=0)
    seen = {}                                               # the ordinal under test of each Piece that was met
    position = 0

    def differs(i, why):
        lines = [f"record {i} at sample {position} ({position / fs:.6f} s): {why}"]
        for j in range(max(0, i - 3), i + 4):
            a, b = (s[j] if j < len(s) else None for s in (mine, records))
            lines.append(f" {'>' if j == i else ' '} {j:6d}  reference: {show(a):44s} under test: {show(b)}")
        lines.append("   (reference curves below this record have not been searched: ordinal ?)")
        lines.append("   samples * 32767 from 2 before: "
                     + " ".join(f"{v * 32767:.6g}" for v in x[max(0, position - 2):position + 24]))
        raise Differs("\n".join(lines))

    def check_match(i, p, tested):
        """One match; returns the reference's ordinal."""
        if tested > curves:
            differs(i, f"ordinal {tested} does not compete among the first {curves}")
        s, e = p.q_prev / 32767, p.q / 32767
        values = sample_points(x[p.first:p.last + 1], s, points)
        k, emin = best(book, values, s, e, curves, with_last)
        count["searched"] += 1
        if tested != k:
            err = error(book, tested, values, s, e, with_last)
            if not err <= tolerance(emin, values, s):
                differs(i, f"ordinal {tested} has error {err!r}, but {k} has {emin!r}")
            count["ties"] += 1
            low = book.lowest(len(values), curves)[tested - 1]
            if low != tested:
                count["not_lowest"] += 1
                if strict_ties:
                    differs(i, f"ordinal {tested} draws exactly what {low} does at {len(values)} sample points")
        return k

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
        if a.ordinal == STRAIGHT and b.ordinal != STRAIGHT:
            differs(i, "ordinal 1 is due: n = 1, s == e, or the way back from a loss")
        if isinstance(a.ordinal, Piece):
            p = a.ordinal
            if p in seen:
                count["copies"] += 1
                mine[i] = a._replace(ordinal=seen[p])
                if b.ordinal != seen[p]:
                    differs(i, f"a copy of the curve for samples {p.first} to {p.last} that has another ordinal")
            else:
                mine[i] = a._replace(ordinal=check_match(i, p, b.ordinal))
                seen[p] = b.ordinal
        position += a.length
    if position != len(x):                                  # "The decoded length is always that of the input."
        raise Differs(f"the reference is at fault: {position} samples of {len(x)}")
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

def thousandths(percent):
    """A share in percent as a whole number of thousandths, 0 to 1000."""
    share = round_away(10 * float(percent))
    if not 0 <= share <= 1000:
        raise argparse.ArgumentTypeError(f"{percent} does not lie in 0..100")
    return share


def on_and_off(text):
    on, off = (int(part) for part in text.split(":"))
    if not 0 <= on <= off:
        raise argparse.ArgumentTypeError(f"{text} is no span")
    return on, off


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
        p.add_argument("--detector", choices=("slope", "peak", "best"), default="slope")
        p.add_argument("--longest", default="max", help="milliseconds; max: the format's own bounds")
        p.add_argument("--channel", type=int, default=0, help="from 0")
        p.add_argument("--follow", type=thousandths, default=0, help="percent")
        p.add_argument("--flats", choices=("hold", "draw"), default="hold")
        p.add_argument("--zoom", type=int, choices=(1, 3, 5, 7, 9, 15), default=1)
        p.add_argument("--levels", type=float, default=16, help="bits, in steps of 0.1")
        p.add_argument("--level-scale", choices=("linear", "logarithmic"), default="linear")
        p.add_argument("--loop", type=on_and_off, help="ON:OFF, the samples before which Loop is switched on and off")
        p.add_argument("--loop-length", type=float, default=50, help="milliseconds")
        p.add_argument("--loss", type=thousandths, default=0, help="percent")
        p.add_argument("--loss-run", type=int, default=1, help="records, at least 1")
        p.add_argument("--loss-mode", choices=("hold", "repeat"), default="hold")
        p.add_argument("--edge", type=thousandths, default=0, help="percent")
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
    if o.loss_run < 1:
        top.error("--loss-run must be at least 1")
    controls = Controls(o.follow, o.flats, o.zoom, o.levels, o.level_scale, o.loop, o.loop_length, o.loss, o.loss_run,
                        o.loss_mode, o.edge)
    settings = dict(T=threshold(o.threshold), book=book, points=points, curves=o.curves, detector=o.detector,
                    longest_ms=longest, controls=controls)
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
    print("equal: {} samples, {records} records, {curves} curves ({searched} searched, {copies} copies), {holds} holds; "
          "{ties} ordinals were ties within the rule ({not_lowest} exact, not the lowest){}".format(len(x), decoded, **count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
