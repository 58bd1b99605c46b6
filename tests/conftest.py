"""Settings of the whole suite.

Properties draw new examples on every run of a person's machine, and the same ones in continuous integration: a
landing must not hang on luck, and what luck finds elsewhere becomes an example in the test.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
