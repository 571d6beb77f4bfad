"""What the gateway counts. Labels hold names of ours and of WeChat, never anything of a citizen."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# Types come from outside: after this many names the rest is "other", or a sender could fill the memory.
MOST_TYPE_NAMES = 60
LONGEST_TYPE_NAME = 40
OTHER = "other"
# Around the goal (a few ms), the budget (4 s) and WeChat's limit (5 s).
SECONDS_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5, 10, 30)


class GatewayMetrics:
    """One for all accounts of a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, help_text: str, *labels: str) -> Counter:
            return Counter(f"bst_{name}", help_text, labels, registry=registry)

        self._received = counter("messages_received", "Deliveries by type", "account", "type")
        self._refused = counter("envelopes_refused", "Requests that did not come from WeChat unharmed", "account")
        self._repeated = counter("messages_repeated", "Deliveries of a message already known", "account")
        self._crowded = counter("messages_crowded", "Messages refused because too many of the citizen wait", "account")
        self._late = counter("answers_late", "Answers that missed the budget, by where they went", "account", "channel")
        self._failed = counter("messages_failed", "Messages whose handling raised", "account", "error")
        self._seconds = Histogram(
            "bst_answer_seconds", "From delivery to response", ["account"], buckets=SECONDS_BUCKETS, registry=registry
        )
        self._skew = Gauge(
            "bst_clock_skew_seconds", "Our clock minus WeChat's, last seen", ["account"], registry=registry
        )
        self.skew_seconds: dict[str, float] = {}  # by account, as last seen
        self._type_names: set[str] = set()
        self._answered: dict[str, Histogram] = {}
        self._children: dict[tuple[str, str], Counter] = {}

    def received(self, account: str, type_name: str) -> None:
        self._child(account, self._bounded(type_name)).inc()

    def refused(self, account: str) -> None:
        self._refused.labels(account).inc()

    def repeated(self, account: str) -> None:
        self._repeated.labels(account).inc()

    def crowded(self, account: str) -> None:
        self._crowded.labels(account).inc()

    def late(self, account: str, channel: str) -> None:
        self._late.labels(account, channel).inc()

    def failed(self, account: str, error: Exception) -> None:
        self._failed.labels(account, type(error).__name__).inc()

    def answered(self, account: str, seconds: float, skew_seconds: float) -> None:
        self.skew_seconds[account] = skew_seconds
        taken = self._answered.get(account)
        if taken is None:
            taken = self._answered[account] = self._seconds.labels(account)
            self._skew.labels(account).set_function(lambda: self.skew_seconds[account])  # asked when it is looked at
        taken.observe(seconds)

    def _child(self, account: str, type_name: str) -> Counter:
        """``labels`` validates on every call; the few children we have are worth remembering."""
        found = self._children.get((account, type_name))
        if found is None:
            found = self._children[account, type_name] = self._received.labels(account, type_name)
        return found

    def _bounded(self, name: str) -> str:
        name = name[:LONGEST_TYPE_NAME]
        if name not in self._type_names:
            if len(self._type_names) >= MOST_TYPE_NAMES:
                return OTHER
            self._type_names.add(name)
        return name
