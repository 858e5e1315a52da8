"""Compares two WAV files from their first sound on: A.wav B.wav."""

import sys, numpy, soundfile
a, b = (soundfile.read(name, dtype="float32")[0] for name in sys.argv[1:])
a, b = (x[numpy.argmax(numpy.abs(x).max(1) > 0):] for x in (a, b))
frames = min(len(a), len(b))
differ = (a[:frames] != b[:frames]).any(1)
print(f"{frames} frames from the first sound on, {differ.sum()} differ")
