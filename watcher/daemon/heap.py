"""What has been loaded for good is left alone by the garbage collector.

A full collection walks through every module and class, a hundred milliseconds and more in which nothing else of the
process turns. After this, it only walks through what came since.
"""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Final

WARM: Final = timedelta(minutes=1)
"""After this time of service nearly all that is loaded late has been."""


def settle_heap() -> None:
    """Take what there is for permanent; call it where little of it is garbage."""
    gc.collect()
    gc.freeze()
