"""Writes in.wav: ten seconds of decaying tones, silent in the first and in the last second."""

import numpy, soundfile
time = numpy.arange(8 * 48_000) / 48_000
tone = lambda hertz: sum(numpy.sin(2 * numpy.pi * hertz * k * time) / k for k in range(1, 7))
sound = 0.25 * numpy.exp(-3 * (time % 1)) * numpy.array([tone(110), tone(165)])
soundfile.write("in.wav", numpy.pad(sound, ((0, 0), (48_000, 48_000))).T, 48_000, "FLOAT")
