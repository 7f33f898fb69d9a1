"""What a cut found, as plain values"""

from __future__ import annotations

import json
from typing import Any

from logcli.base import Cut

JSON_FORMATS = (
    "json_lines", "docker_json", "bunyan", "pino", "zap", "ecs", "clef", "journald_json", "mongodb_json",
    "elasticsearch_json", "tracing_json", "gelf", "logstash", "google_cloud", "aws_cloudtrail",
    "kubernetes_audit", "suricata_eve", "logcli_jsonl",
)  # fmt: skip


def rows(cut: Cut) -> list[tuple[dict[str, str], list[tuple[str, str]]]]:
    """Columns and pairs of each row."""
    text = cut.text.tobytes()
    found = []
    for row in range(len(cut.status)):
        columns = {
            name: text[s[row] : e[row]].decode() for name, (s, e) in cut.columns.items() if s[row] >= 0
        }
        pairs = []
        if cut.extra is not None:
            x = cut.extra
            for k in range(x.offsets[row], x.offsets[row + 1]):
                key, value = text[x.key_start[k] : x.key_end[k]], text[x.value_start[k] : x.value_end[k]]
                pairs.append((key.decode(), value.decode()))
        found.append((columns, pairs))
    return found


def same(value: Any, text: str) -> bool:
    """Whether a value was found: texts as they are, others as JSON."""
    return text == value if isinstance(value, str) else json.loads(text) == value
