"""One HTTP exchange, safely.

``client`` has the `Fetcher`; ``exchange`` what goes in and out; ``address`` and ``network`` keep us out of private
networks; ``connections`` reuses connections and drops doubtful ones; ``content`` decodes bodies within limits;
``freshness`` reads what a server says about time; ``politeness`` and ``robots`` make us a good guest; ``faults`` turns
every foreign error into one of ours.
"""
