"""What an MQTT broker says to our login. Apprise does not ask: it would wait for half a minute and not know why.

In:    Apprise's plugin for ``mqtt://``, through the callback of its client.
Out:   the reason of a refusal, and whether it is for good.
Never: a login of our own, or a word that the broker did not choose from the list of its protocol.
"""

from __future__ import annotations

from typing import Any, Final, Self
from weakref import ref

_FOR_GOOD: Final = frozenset({132, 133, 134, 135, 138, 140, 144, 149, 154, 155})
"""Reason codes (MQTT 5, section 3.2.2.2) that trying again does not mend: login, client id, protocol, topic."""


class BrokerLogin:
    """Hears the broker's answer; when it is no, the plugin's waiting ends."""

    def __init__(self, plugin: Any) -> None:
        self._plugin = ref(plugin)  # its thread holds us, and must not hold what ends the thread
        self.refused = ""
        self.for_good = False
        plugin.client.on_connect = self._answered

    @classmethod
    def of(cls, plugin: Any) -> Self | None:
        """Listen to a plugin that speaks MQTT; None for every other."""
        return cls(plugin) if hasattr(getattr(plugin, "client", None), "on_connect") else None

    def _answered(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self.refused, self.for_good = str(reason), reason.value in _FOR_GOOD
            if (plugin := self._plugin()) is not None:
                plugin.socket_read_timeout = 0  # how long it waits for a message to be taken
