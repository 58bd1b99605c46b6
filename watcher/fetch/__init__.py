"""One HTTP exchange, safely.

``client`` has the `Fetcher`; ``exchange`` what goes in and out; ``address`` and ``network`` keep us out of private
networks; ``connections`` reuses connections and drops doubtful ones; ``content`` decodes bodies within limits;
``freshness`` reads what a server says about time; ``politeness`` and ``robots`` make us a good guest; ``faults`` turns
every foreign error into one of ours.
"""

import sys

# httpx brings a command of its own, which loads rich and pygments: a third of the time that importing httpx takes.
# Without the module httpx does as if they were not installed.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
