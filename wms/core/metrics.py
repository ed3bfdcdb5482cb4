"""What Prometheus may read at `/metrics`."""
from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SCANS = Counter("wms_commands_total", "Commands answered, by name and outcome", ["name", "outcome"])
SCAN_SECONDS = Histogram(
    "wms_command_seconds",
    "Seconds from a command's arrival to its answer",
    ["name"],
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.3, 0.6, 1, 3, 10),
)
SOCKETS = Gauge("wms_sockets", "Open websockets, by namespace", ["namespace"])
REQUESTS = Counter("wms_http_requests_total", "HTTP requests, by endpoint and status", ["endpoint", "status"])
