"""The VST3 plugin in pedalboard, which bounces offline and compensates latency."""

import unittest

import numpy
import pedalboard

from common import (
    LATENCY,
    NAMES,
    PLUGIN,
    RATE,
    TestCase,
    all_settings,
    latency,
    padded,
    render,
    signal,
    staircase,
)

# The text at normalised values of each parameter. VST3 passes constant units separately, so hosts add
# the dB of the gains, the % of shares and the ms of the loop.
TEXTS = {
    "Threshold": {0.0: "Off", 0.5: "-30.0 dB", 1.0: "0.0 dB"},
    "Points": {0.0: "2", 1.0: "64"},
    "Curves": {0.0: "1", 1.0: "255"},
    "Detector": {0.0: "Slope", 0.5: "Peak", 1.0: "Best"},
    "Longest curve": {0.0: "0.10 ms", 0.5: "2.24 ms", 1.0: "Max"},
    "Stereo": {0.0: "L/R", 0.5: "M/S", 1.0: "Linked"},
    "Follow": {0.0: "0", 0.5: "50", 1.0: "100"},
    "Flats": {0.0: "Hold", 1.0: "Draw"},
    "Zoom": {0.0: "1", 0.2: "3", 0.4: "5", 0.6: "7", 0.8: "9", 1.0: "15"},
    "Edge": {0.0: "0", 0.5: "50", 1.0: "100"},
    "Levels": {0.0: "1.5 bits", 0.5: "4.9 bits", 1.0: "Off"},
    "Level scale": {0.0: "Linear", 1.0: "Logarithmic"},
    "Loss": {0.0: "0", 0.5: "40", 1.0: "80"},
    "Loss run": {0.0: "1", 0.5: "8", 1.0: "64"},
    "Loss mode": {0.0: "Hold", 1.0: "Repeat"},
    "Loop": {0.0: "Off", 1.0: "On"},
    "Loop length": {0.0: "5.00", 0.5: "50.0", 1.0: "500.0"},
    "Input": {0.0: "-24.0", 0.5: "0.0", 1.0: "24.0"},
    "Mix": {0.0: "0", 0.5: "50", 1.0: "100"},
    "Output": {0.0: "-24.0", 0.5: "0.0", 1.0: "24.0"},
    "Auto gain": {0.0: "Off", 1.0: "On"},
    "Delta": {0.0: "Off", 1.0: "On"},
    "Latency": {0.0: "Low, 5.8 ms", 0.5: "Normal, 23.2 ms", 1.0: "Full, 46.4 ms"},
    "Bypass": {0.0: "Not Bypassed", 1.0: "Bypassed"},
}

# Of every parameter but the latency, two normalised values that surely sound different.
CHANGES = {
    # Below the step in the signal, so that it ends the flat stretch before it with either.
    "Threshold": (0.4, 0.6),
    "Points": (1.0, 0.0),
    "Curves": (1.0, 0.0),
    "Detector": (0.0, 0.5),
    "Longest curve": (0.8, 0.0),
    "Stereo": (0.0, 0.5),
    "Follow": (1.0, 0.0),
    "Flats": (1.0, 0.0),
    "Zoom": (0.0, 0.4),
    "Edge": (0.0, 0.9),
    "Levels": (1.0, 0.3),
    "Level scale": (0.0, 1.0),
    "Loss": (0.0, 1.0),
    "Loss run": (0.0, 1.0),
    "Loss mode": (0.0, 1.0),
    "Loop": (0.0, 1.0),
    "Loop length": (0.5, 0.07),
    "Input": (0.5, 0.25),
    "Mix": (1.0, 0.5),
    "Output": (0.5, 0.25),
    "Delta": (0.0, 1.0),
    "Bypass": (0.0, 1.0),
}

# What else has to be set for a change to be heard.
WITH = {
    # Following would remember the level before.
    "Input": {"Follow": 0.0},
    "Flats": {"Detector": 0.0, "Longest curve": 0.8},
    "Level scale": {"Levels": 0.3},
    "Loss": {"Longest curve": 0.2},
    "Loss run": {"Loss": 1.0, "Longest curve": 0.2},
    "Loss mode": {"Loss": 1.0, "Longest curve": 0.2},
    "Loop length": {"Loop": 1.0},
}

# What is heard only once the wave has turned, or a round has ended: within so many frames.
LATER = {name: 4000 for name in ("Threshold", "Follow", "Flats", "Zoom", "Loss run", "Loss mode", "Loop length")}

# What depends on all that was heard before, so that a change does not lead to what the new value alone gives.
LASTING = ("Follow", "Zoom", "Loss", "Loss run", "Loss mode", "Loop", "Loop length")

# Those that act after the codec, in ramps of 10 ms.
LEVELS = ("Mix", "Output", "Delta", "Bypass")
RAMP = 441

# Frames after which nothing is left of the value before, if it is not at once.
SETTLED = {name: 4000 for name in ("Detector", "Stereo", "Input", "Flats")}

# The constant units.
UNITS = {
    "Input": "dB",
    "Output": "dB",
    "Mix": "%",
    "Follow": "%",
    "Edge": "%",
    "Loss": "%",
    "Loop length": "ms",
}


def load(raw=None):
    """A new instance with parameters set to normalised values."""
    plugin = pedalboard.load_plugin(PLUGIN)
    parameters = by_name(plugin)
    for name, value in (raw or {}).items():
        parameters[name].raw_value = value
    return plugin


def by_name(plugin):
    """The parameters by their names in the plugin."""
    return {parameter.name: parameter for parameter in plugin.parameters.values()}


def bounce(plugin, audio, block=512):
    """Plays all of it. The host compensates the latency, with silence of its own after the end."""
    return plugin.process(audio, RATE, buffer_size=block)


class Pedalboard(TestCase):
    """Everything that this host can do."""

    def test_it_is_found_and_described(self):
        plugin = load()
        self.assertEqual((plugin.name, plugin.manufacturer_name), ("Extrema", "Extrema"))
        self.assertTrue(plugin.is_effect)
        self.assertIn("Fx", plugin.category)
        bounce(plugin, signal(2, 1000))
        self.assertEqual(plugin.reported_latency_samples, LATENCY)
        self.assertEqual([name for name in by_name(plugin) if name in NAMES], NAMES)

    def test_values_and_texts_convert_both_ways(self):
        plugin = load()
        bounce(plugin, signal(2, 1000))
        parameters = by_name(plugin)
        self.assertEqual(sorted(TEXTS), sorted(NAMES))
        for name, texts in TEXTS.items():
            for raw, text in texts.items():
                with self.subTest(parameter=name, text=text):
                    self.assertEqual(parameters[name].get_text_for_raw_value(raw), text)
                    self.assertAlmostEqual(
                        parameters[name].get_raw_value_for_text(text), raw, delta=0.002
                    )

    def test_units_have_no_blanks(self):
        units = {name: parameter.label for name, parameter in by_name(load()).items()}
        for name in NAMES:
            self.assertEqual(units[name] or "", UNITS.get(name, ""), name)

    def test_a_bounce_equals_what_the_program_renders(self):
        for channels in (1, 2):
            audio = signal(channels)
            default = bounce(load(), audio)
            for settings in all_settings(channels):
                with self.subTest(settings=settings.title, channels=channels):
                    plugin = load(settings.raw)
                    bounced = bounce(plugin, audio)
                    self.assertEqual(plugin.reported_latency_samples, latency(settings))
                    self.assert_same_bits(bounced, render(audio, *settings.options))
                    self.assert_different(bounced, audio)
                    if settings.raw:
                        self.assert_different(bounced, default)

    def test_block_sizes_make_no_difference(self):
        audio = signal(2)
        for settings in all_settings(2):
            expected = bounce(load(settings.raw), audio)
            for block in (64, 4096):
                with self.subTest(settings=settings.title, block=block):
                    self.assert_same_bits(bounce(load(settings.raw), audio, block), expected)

    def test_playback_in_pieces_equals_the_bounce(self):
        # As an application calls it during playback: piece by piece, without a reset.
        audio = signal(2)
        plugin = load()
        # Without it, the host takes a test run of its own for the start, and does not compensate.
        plugin.reset()
        pieces = []
        whole = padded(audio, LATENCY)
        for start in range(0, whole.shape[1], 700):
            piece = whole[:, start : start + 700]
            pieces.append(plugin.process(piece, RATE, buffer_size=128, reset=False))
        self.assert_same_bits(numpy.concatenate(pieces, axis=1), bounce(load(), audio))

    def test_the_latency_may_change_while_playing(self):
        audio = signal(2)
        # Curves of the default length would fit into either latency.
        plugin = load({"Longest curve": 1.0})
        plugin.reset()
        plugin.process(audio[:, :10_000], RATE, buffer_size=512, reset=False)
        self.assertEqual(plugin.reported_latency_samples, LATENCY)
        by_name(plugin)["Latency"].raw_value = 0.0
        rest = audio[:, 10_000:]
        played = plugin.process(rest, RATE, buffer_size=512, reset=False)
        # The same call starts a new stream with the new latency, while the host still compensates the
        # latency that was reported at the start.
        self.assertEqual(plugin.reported_latency_samples, 256)
        low = render(rest, "--longest", "max", "--latency", "low")
        late = numpy.pad(low, ((0, 0), (256, 0)))
        self.assert_same_bits(played, late[:, : rest.shape[1]])
        full = render(rest, "--longest", "max")
        self.assert_different(played[:, 256:], full[:, :-256])

    def test_the_latency_depends_on_the_sample_rate(self):
        audio = signal(2)
        for rate, samples in ((22_050, LATENCY), (48_000, LATENCY), (96_000, 2 * LATENCY)):
            # Above 50 kHz, Best looks at fewer samples.
            for raw, options in (({}, []), ({"Detector": 1.0}, ["--detector", "best"])):
                with self.subTest(rate=rate, options=options):
                    plugin = load(raw)
                    bounced = plugin.process(audio, rate, buffer_size=512)
                    self.assertEqual(plugin.reported_latency_samples, samples)
                    self.assert_same_bits(bounced, render(audio, *options, rate=rate))

    def test_a_threshold_ramp_takes_effect_block_by_block(self):
        audio = signal(2)
        block = 512
        values = numpy.linspace(0.1, 0.9, audio.shape[1] // block + 1)
        whole = padded(audio, LATENCY)
        plugin = load()
        plugin.reset()
        threshold = by_name(plugin)["Threshold"]
        pieces = []
        for index, start in enumerate(range(0, whole.shape[1], block)):
            threshold.raw_value = float(values[min(index, len(values) - 1)])
            piece = whole[:, start : start + block]
            pieces.append(plugin.process(piece, RATE, buffer_size=block, reset=False))
        ramped = numpy.concatenate(pieces, axis=1)
        self.assert_same_bits(ramped, render(audio, *staircase(values, block)))
        self.assert_different(ramped, bounce(load(), audio))

    def test_every_control_acts_on_the_audio_that_enters_with_it(self):
        change = 5120
        audio = signal(2, 20_000)
        # Longer than any segment, so that nothing before the change depends on what comes after it.
        audio[:, change - 4096 : change] = 0.0
        audio[:, change] = [0.7, -0.4]
        # Auto gain depends on what was heard before.
        parameters = [name for name in by_name(load()) if name not in ("Latency", "Auto gain")]
        self.assertEqual(sorted(parameters), sorted(CHANGES), "every parameter needs an entry in CHANGES")
        for name, (before, after) in CHANGES.items():
            with self.subTest(parameter=name):
                others = WITH.get(name, {})
                old = bounce(load({**others, name: before}), audio)
                new = bounce(load({**others, name: after}), audio)
                at = change
                if name in LEVELS:
                    # Where the first step of a ramp is large enough to be seen.
                    clear = numpy.all(numpy.abs(old - new) > 0.01, axis=0)
                    at = change + 200 + int(numpy.argmax(clear[change + 200 :]))
                heard = self.changed(name, before, after, at, audio)
                differs = numpy.any(heard != old, axis=0)
                self.assertTrue(differs.any())
                first = int(numpy.argmax(differs))
                if name in LEVELS:
                    self.assertEqual(first, at)
                    share = numpy.clip((numpy.arange(audio.shape[1]) - at + 1) / RAMP, 0.0, 1.0)
                    ramped = old + share * (new.astype(numpy.float64) - old)
                    self.assertLess(float(numpy.abs(heard - ramped).max()), 1e-6)
                    self.assert_same_bits(heard[:, at + RAMP :], new[:, at + RAMP :])
                else:
                    self.assertIn(first, range(at, at + LATER.get(name, 64)))
                    # From the next pause on, at the latest.
                    settled = SETTLED.get(name, 0)
                    if name not in LASTING:
                        self.assert_same_bits(heard[:, at + settled :], new[:, at + settled :])

    def changed(self, name, before, after, at, audio):
        """The output if a parameter is set to another value before a frame."""
        # Without silence after it, the last of it would stay in the plugin.
        audio = padded(audio, LATENCY)
        plugin = load({**WITH.get(name, {}), name: before})
        plugin.reset()
        pieces = [plugin.process(audio[:, :at], RATE, buffer_size=512, reset=False)]
        by_name(plugin)[name].raw_value = after
        pieces.append(plugin.process(audio[:, at:], RATE, buffer_size=512, reset=False))
        return numpy.concatenate(pieces, axis=1)

    def test_a_new_instance_restores_the_state(self):
        audio = signal(2)
        for settings in all_settings(2):
            with self.subTest(settings=settings.title):
                plugin = load(settings.raw)
                # This host passes values on with the next block; before that it saves the old ones.
                bounced = bounce(plugin, audio)
                copy = load()
                copy.raw_state = plugin.raw_state
                for name in NAMES:
                    self.assertEqual(
                        by_name(copy)[name].raw_value, by_name(plugin)[name].raw_value, name
                    )
                self.assert_same_bits(bounce(copy, audio), bounced)

    def test_bypass_and_no_mix_play_the_input(self):
        for channels in (1, 2):
            audio = signal(channels)
            for raw in ({"Bypass": 1.0}, {"Mix": 0.0}, {"Bypass": 1.0, "Delta": 1.0, "Output": 1.0}):
                with self.subTest(raw=raw, channels=channels):
                    self.assert_same_bits(bounce(load(raw), audio), audio)


if __name__ == "__main__":
    unittest.main()
