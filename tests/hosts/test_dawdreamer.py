"""The VST3 plugin in DawDreamer, which automates from arrays and does not compensate latency."""

import tempfile
import unittest
from pathlib import Path

import dawdreamer
import numpy

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


class Session:
    """An engine that plays audio through one instance of the plugin."""

    def __init__(self, channels, block=512, raw=None):
        self.engine = dawdreamer.RenderEngine(RATE, block)
        self.plugin = self.engine.make_plugin_processor("extrema", PLUGIN)
        self.plugin.set_bus(channels, channels)
        descriptions = self.plugin.get_parameters_description()
        self.index = {description["name"]: description["index"] for description in descriptions}
        for name, value in (raw or {}).items():
            self.plugin.set_parameter(self.index[name], value)

    def play(self, audio, latency=LATENCY):
        """Plays the audio and silence for the latency, and takes the latency out."""
        source = self.engine.make_playback_processor("source", padded(audio, latency))
        self.engine.load_graph([(source, []), (self.plugin, ["source"])])
        frames = audio.shape[1] + latency
        # Half a frame more, so that rounding cannot lose the last one.
        self.engine.render((frames + 0.5) / RATE)
        return self.engine.get_audio()[:, latency:frames]


class DawDreamer(TestCase):
    """Everything that this host can do."""

    def test_it_is_found_and_described(self):
        session = Session(2)
        session.play(signal(2, 1000))
        self.assertEqual(session.plugin.get_latency_samples(), LATENCY)
        self.assertEqual([name for name in session.index if name in NAMES], NAMES)
        described = {
            description["name"]: description
            for description in session.plugin.get_parameters_description()
        }
        self.assertEqual(described["Threshold"]["text"], "-30.0 dB")
        self.assertEqual(described["Mix"]["text"], "100")
        for name in NAMES:
            self.assertEqual(described[name]["isAutomatable"], name != "Latency", name)

    def test_a_bounce_equals_what_the_program_renders(self):
        for channels in (1, 2):
            audio = signal(channels)
            default = Session(channels).play(audio)
            for settings in all_settings(channels):
                with self.subTest(settings=settings.title, channels=channels):
                    session = Session(channels, raw=settings.raw)
                    bounced = session.play(audio, latency(settings))
                    self.assertEqual(session.plugin.get_latency_samples(), latency(settings))
                    self.assert_same_bits(bounced, render(audio, *settings.options))
                    self.assert_different(bounced, audio)
                    if settings.raw:
                        self.assert_different(bounced, default)

    def test_block_sizes_make_no_difference(self):
        audio = signal(2)
        for settings in all_settings(2):
            expected = Session(2, raw=settings.raw).play(audio, latency(settings))
            for block in (64, 4096):
                with self.subTest(settings=settings.title, block=block):
                    session = Session(2, block, settings.raw)
                    self.assert_same_bits(session.play(audio, latency(settings)), expected)

    def test_a_threshold_ramp_takes_effect_block_by_block(self):
        audio = signal(2)
        ramp = numpy.linspace(0.1, 0.9, audio.shape[1] + LATENCY).astype(numpy.float32)
        for block in (64, 512):
            with self.subTest(block=block):
                session = Session(2, block)
                self.assertTrue(session.plugin.set_automation(session.index["Threshold"], ramp))
                ramped = session.play(audio)
                # The host reads its array once a block.
                self.assert_same_bits(ramped, render(audio, *staircase(ramp[::block], block)))
                self.assert_different(ramped, Session(2).play(audio))

    def test_a_new_instance_restores_the_state(self):
        audio = signal(2)
        for settings in all_settings(2):
            with self.subTest(settings=settings.title), tempfile.TemporaryDirectory() as folder:
                session = Session(2, raw=settings.raw)
                # This host passes values on with the next block; before that it saves the old ones.
                bounced = session.play(audio, latency(settings))
                state = str(Path(folder, "state"))
                session.plugin.save_state(state)
                copy = Session(2)
                copy.plugin.load_state(state)
                for name in NAMES:
                    index = session.index[name]
                    self.assertEqual(
                        copy.plugin.get_parameter(index), session.plugin.get_parameter(index), name
                    )
                self.assert_same_bits(copy.play(audio, latency(settings)), bounced)

    def test_bypass_plays_the_input(self):
        for channels in (1, 2):
            audio = signal(channels)
            with self.subTest(channels=channels):
                bypassed = Session(channels, raw={"Bypass": 1.0}).play(audio)
                self.assert_same_bits(bypassed, audio)


if __name__ == "__main__":
    unittest.main()
