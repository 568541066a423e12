"""The garbage collector, told what is no garbage: all that was loaded at the start stays until the end.

Otherwise every full collection walks through Django and its company, some hundred thousand objects, for a tenth of a
second in which no stream gets a word; under load that was a fifth of all work.
"""

import gc

#: New objects until the young are looked through, and how often that happens until the older are. A stream leaves some
#: in circles: with these, what twelve thousand left is the most that waits, some 30 MB.
YOUNG, MIDDLE, OLD = 10_000, 10, 5


def settle() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
