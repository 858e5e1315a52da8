"""Signals, settings and comparisons for the tests of the finished VST3 plugin in hosts by others.

`cargo xtask hosts` passes the paths of the plugin and the program in the environment.
"""

import os
import subprocess
import tempfile
import unittest
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import soundfile

PLUGIN = os.environ["EXTREMA_VST3"]
PROGRAM = os.environ["EXTREMA_PROGRAM"]

RATE = 44_100

# In samples, at this rate and the default setting Full.
LATENCY = 2048

# The parameters in the plugin's order.
NAMES = [
    "Threshold",
    "Points",
    "Curves",
    "Detector",
    "Longest curve",
    "Stereo",
    "Follow",
    "Flats",
    "Zoom",
    "Edge",
    "Levels",
    "Level scale",
    "Loss",
    "Loss run",
    "Loss mode",
    "Loop",
    "Loop length",
    "Input",
    "Mix",
    "Output",
    "Auto gain",
    "Delta",
    "Latency",
    "Bypass",
]


@dataclass
class Settings:
    """The same settings as a host's normalised values and as options of the program."""

    title: str
    raw: dict = field(default_factory=dict)
    options: list = field(default_factory=list)


def decibels(raw):
    """The threshold in dBFS for a normalised value, in the plugin's precision: two thirds of the range
    lie between -45 and -15 dBFS."""
    raw, low, high = float(numpy.float32(raw)), 1 / 6, 5 / 6
    if raw < low:
        return -90 + 45 * (raw / low)
    if raw <= high:
        return -45 + 30 * ((raw - low) / (high - low))
    return -15 + 15 * ((raw - high) / (1 - high))


SETTINGS = [
    Settings("default"),
    Settings("a high threshold", {"Threshold": 0.75}, ["--threshold", f"{decibels(0.75)!r}dB"]),
    Settings("no threshold", {"Threshold": 0.0}, ["--threshold", "off"]),
    Settings(
        "slopes",
        {"Detector": 0.0, "Threshold": 0.4},
        ["--detector", "slope", "--threshold", f"{decibels(0.4)!r}dB"],
    ),
    Settings(
        "as V0.1, but for the threshold",
        {"Detector": 0.0, "Longest curve": 1.0, "Follow": 0.0, "Flats": 0.0},
        ["--detector", "slope", "--longest", "max", "--follow", "0", "--flats", "hold"],
    ),
    Settings("the fewest records", {"Detector": 1.0}, ["--detector", "best"]),
    Settings("few points and curves", {"Points": 0.0, "Curves": 0.0}, ["--points", "2", "--curves", "1"]),
    Settings("short curves", {"Longest curve": 0.0}, ["--longest", "0.1"]),
    # Curves of the default length would fit into the lowest latency.
    Settings(
        "low latency",
        {"Latency": 0.0, "Longest curve": 1.0},
        ["--latency", "low", "--longest", "max"],
    ),
    Settings("half of the threshold follows", {"Follow": 0.5}, ["--follow", "50"]),
    Settings("outlines", {"Zoom": 0.4, "Edge": 0.5}, ["--zoom", "5", "--edge", "50"]),
    Settings(
        "few levels",
        # 1.5 bits and a quarter of the way to 16, by ratio.
        {"Levels": 0.25, "Level scale": 1.0},
        ["--levels", "2.7", "--level-scale", "logarithmic"],
    ),
    Settings(
        "losses",
        {"Loss": 0.5, "Loss run": 1 / 3, "Loss mode": 1.0},
        ["--loss", "40", "--loss-run", "4", "--loss-mode", "repeat"],
    ),
    Settings("a loop", {"Loop": 1.0, "Loop length": 1.0}, ["--loop", "--loop-length", "500"]),
    Settings("as loud as the input", {"Auto gain": 1.0}, ["--auto-gain"]),
    Settings(
        "gains and half the mix",
        {"Input": 0.75, "Output": 0.25, "Mix": 0.5},
        ["--input", "12", "--output", "-12", "--mix", "50"],
    ),
    Settings("what is lost", {"Delta": 1.0}, ["--delta"]),
]

# These need two channels.
STEREO_SETTINGS = [
    Settings("middle and side", {"Stereo": 0.5}, ["--stereo", "ms"]),
    Settings(
        "cut together, by slopes",
        {"Stereo": 1.0, "Detector": 0.0},
        ["--stereo", "linked", "--detector", "slope"],
    ),
    Settings(
        "the fewest records of middle and side",
        {"Detector": 1.0, "Stereo": 0.5},
        ["--detector", "best", "--stereo", "ms"],
    ),
]


def all_settings(channels):
    """All settings for a number of channels."""
    return SETTINGS + (STEREO_SETTINGS if channels == 2 else [])


def signal(channels, frames=30_000):
    """Plucked tones with noise, slow waves and pauses, a row for each channel, the same in every run.
    The slow waves make segments longer than the lowest latency."""
    noise = numpy.random.default_rng(7)
    time = numpy.arange(frames) % 9000 / RATE
    slow = numpy.arange(frames) % 9000 >= 5000
    sounds = numpy.arange(frames) % 9000 < 8000
    rows = []
    for channel in range(channels):
        tone = sum(numpy.sin(2 * numpy.pi * (110 + 53 * channel) * k * time) / k for k in range(1, 7))
        sound = numpy.exp(-6 * time) * (0.4 * tone + 0.02 * noise.standard_normal(frames))
        sound[slow] = 0.5 * numpy.sin(2 * numpy.pi * (40 + 7 * channel) * time[slow])
        rows.append(numpy.where(sounds, sound, 0.0))
    return numpy.array(rows, dtype=numpy.float32)


def latency(settings):
    """The latency with these settings at the usual rate, in samples."""
    return 256 if settings.raw.get("Latency") == 0.0 else LATENCY


def padded(audio, frames):
    """The audio with silence after it."""
    return numpy.pad(audio, ((0, 0), (0, frames)))


def render(audio, *options, rate=RATE):
    """The output of `extrema render`."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.wav"), Path(folder, "out.wav")
        soundfile.write(source, audio.T, rate, subtype="FLOAT")
        subprocess.run([PROGRAM, "render", source, target, *options], check=True, stdout=subprocess.DEVNULL)
        rendered, rendered_rate = soundfile.read(target, dtype="float32", always_2d=True)
    assert rendered_rate == rate
    return rendered.T


def staircase(values, step):
    """The option that automates the threshold like a host that sets a normalised value every `step`
    frames."""
    points = []
    for index, raw in enumerate(values):
        level = f"{decibels(raw)!r}dB"
        points.append(f"{index * step / RATE!r}:{level}")
        points.append(f"{(index + 1) * step / RATE!r}:{level}")
    return ["--automate", "threshold=" + ",".join(points)]


class TestCase(unittest.TestCase):
    """Comparisons of audio."""

    def assert_same_bits(self, audio, expected, message=None):
        """Every sample is the same, down to the sign of a zero."""
        self.assertEqual(audio.shape, expected.shape, message)
        bits = numpy.ascontiguousarray(audio, dtype=numpy.float32).view(numpy.uint32)
        expected_bits = numpy.ascontiguousarray(expected, dtype=numpy.float32).view(numpy.uint32)
        differ = numpy.argwhere(bits != expected_bits)
        if len(differ):
            channel, frame = differ[0]
            self.fail(
                f"{message or ''}: {len(differ)} samples differ, first {audio[channel, frame]!r} "
                f"for {expected[channel, frame]!r} in channel {channel} at frame {frame}"
            )

    def assert_different(self, audio, other):
        """They clearly differ, so comparisons with them mean something."""
        self.assertGreater(float(numpy.abs(audio - other).max()), 1e-3)
