"""Times two plugins in pedalboard, in turns: EXTREMA PASS_THROUGH RUNS WAV...

Prints a line of JSON for each file and block size.
"""

import json
import sys
import time

import numpy
import pedalboard
from pedalboard.io import AudioFile

extrema, other = (pedalboard.load_plugin(path) for path in sys.argv[1:3])
runs = int(sys.argv[3])
for path in sys.argv[4:]:
    with AudioFile(path) as file:
        rate, audio = file.samplerate, file.read(10 * file.samplerate)
    stereo = numpy.ascontiguousarray(numpy.vstack([audio[:1], audio[-1:]]))
    for block in (64, 512):
        times = ([], [])
        for _ in range(runs):
            for plugin, took in zip((extrema, other), times):
                start = time.process_time()
                plugin.process(stereo, rate, buffer_size=block, reset=False)
                took.append((time.process_time() - start) * 1e9 / stereo.size)
        ours, others = (float(numpy.median(took)) for took in times)
        print(json.dumps({"path": path, "block": block, "extrema": ours, "pass_through": others}))
