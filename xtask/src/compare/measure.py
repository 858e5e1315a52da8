"""Compares decoded WAV files with their originals.

Reads lines of `original<TAB>decoded` and prints, for each, the SNR in dB and Zimtohrli's mean opinion score.
Both files have 16 bits and one channel. What a codec puts in front is cut off.
"""

import sys
import wave

import numpy as np
import soxr
from zimtohrli import mos_from_signals

# No codec delays audio by more.
MAX_DELAY = 6000
ZIMTOHRLI_RATE = 48_000


def read(path):
    with wave.open(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return samples.astype(np.float64) / 32767, file.getframerate()


def delay(original, decoded):
    """By how many frames `decoded` is late: where their cross-correlation is highest."""
    size = 1 << (len(original) + len(decoded)).bit_length()
    spectrum = np.fft.rfft(decoded, size) * np.conj(np.fft.rfft(original, size))
    correlation = np.fft.irfft(spectrum, size)
    shifts = np.concatenate([correlation[-MAX_DELAY:], correlation[: MAX_DELAY + 1]])
    return int(np.argmax(shifts)) - MAX_DELAY


def aligned(original, decoded):
    late = delay(original, decoded)
    decoded = decoded[late:] if late >= 0 else np.concatenate([np.zeros(-late), decoded])
    decoded = decoded[: len(original)]
    return np.concatenate([decoded, np.zeros(len(original) - len(decoded))])


for line in sys.stdin:
    original, decoded = line.rstrip("\n").split("\t")
    (original, rate), (decoded, decoded_rate) = read(original), read(decoded)
    # LAME lowers the sample rate for low rates.
    if decoded_rate != rate:
        decoded = soxr.resample(decoded, decoded_rate, rate)
    decoded = aligned(original, decoded)
    noise = np.sum((original - decoded) ** 2)
    snr = 10 * np.log10(np.sum(original**2) / noise) if noise > 0 else float("inf")
    if rate != ZIMTOHRLI_RATE:
        original, decoded = (soxr.resample(x, rate, ZIMTOHRLI_RATE) for x in (original, decoded))
    mos = mos_from_signals(original.astype(np.float32), decoded.astype(np.float32))
    print(snr, float(mos), flush=True)
