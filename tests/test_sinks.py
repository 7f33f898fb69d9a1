"""Each sink writes what the batches say, and its readers get it back."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logcli import registry, schema
from logcli.dress import Dress
from logcli.errors import LogcliError

SINKS = registry.names("sinks")
NANO = 1_226_176_518_000_000_000  # 2008-11-08T20:35:18Z
RECORDS = [
    {
        "time_unix_nano": NANO,
        "severity_number": 9,
        "severity_text": "INFO",
        "body": "Receiving block blk_-16 src: /10.0.0.1",
        "attributes": [("process.pid", "143")],
        "resource": [("host.name", "node1")],
        "scope": "dfs.DataNode",
        "source": "logs/hdfs.log",
        "line": 1,
        "offset": 0,
        "length": 60,
        "time_text": "081108 203518",
        "template_id": "00112233445566aa",
        "template": "Receiving block <*> src: /<*>",
        "parameters": ["blk_-16", "10.0.0.1"],
    },
    {
        "time_unix_nano": NANO + 500_000_000,
        "severity_number": 17,
        "severity_text": "ERROR",
        "body": 'say "hi", a|b\nnext\t\\ <b>',
        "attributes": [],
        "trace_id": "5B8EFFF798038103D269B633813FC60C",
        "span_id": "0000000000000000",
        "source": "logs/hdfs.log",
        "line": 2,
        "offset": 60,
        "length": 30,
        "defects": "ansi",
        "template_id": "ffeeddccbbaa0099",
        "template": "say <*>",
        "parameters": [],
    },
]
TEMPLATES = [
    {
        "template_id": "00112233445566aa",
        "template": "Receiving block <*> src: /<*>",
        "count": 1999,
        "share": 0.9995,
        "first_line": 1,
        "last_line": 1999,
        "first_source": "hdfs.log",
        "last_source": "hdfs.log",
        "first_time": NANO,
        "last_time": NANO,
        "severities": [("INFO", 1990), ("WARN", 9)],
        "example": "Receiving block blk_-16 src: /10.0.0.1",
    },
    {
        "template_id": "ffeeddccbbaa0099",
        "template": "say <*>",
        "count": 1,
        "share": 0.0001,
        "first_line": 2000,
        "last_line": 2000,
        "first_source": "hdfs.log",
        "last_source": "hdfs.log",
        "severities": [("ERROR", 1)],
        "example": "say hi",
    },
]


def batch_of(rows: list[dict[str, Any]], form: pa.Schema = schema.PARSED) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=form)


def written(
    name: str, *batches: pa.RecordBatch, dress: Dress | None = None, form: pa.Schema | None = None
) -> bytes:
    sink = registry.create("sinks", name)
    sink.dress = dress
    out = io.BytesIO()
    sink.write(iter(batches), form or batches[0].schema, out)
    return out.getvalue()


def lines(name: str, *batches: pa.RecordBatch, **options: Any) -> list[str]:
    return written(name, *batches, **options).decode().splitlines()


# --- golden texts -------------------------------------------------------------------------------


def test_jsonl_of_parsed_records() -> None:
    assert lines("jsonl", batch_of(RECORDS)) == [
        '{"schema":"logcli.parsed/1","time":"2008-11-08T20:35:18Z","severity_number":9,"severity_text":"INFO",'
        '"body":"Receiving block blk_-16 src: /10.0.0.1","resource":{"host.name":"node1"},'
        '"scope":"dfs.DataNode",'
        '"source":"logs/hdfs.log","line":1,"offset":0,"length":60,"time_text":"081108 203518",'
        '"template_id":"00112233445566aa","attributes":{"process.pid":"143",'
        '"log.record.template":"Receiving block <*> src: /<*>",'
        '"log.record.template.wildcards":["blk_-16","10.0.0.1"]}}',
        '{"schema":"logcli.parsed/1","time":"2008-11-08T20:35:18.500Z","severity_number":17,'
        '"severity_text":"ERROR","body":"say \\"hi\\", a|b\\nnext\\t\\\\ <b>",'
        '"trace_id":"5B8EFFF798038103D269B633813FC60C",'
        '"span_id":"0000000000000000","source":"logs/hdfs.log","line":2,"offset":60,"length":30,"defects":"ansi",'
        '"template_id":"ffeeddccbbaa0099","attributes":{"log.record.template":"say <*>"}}',
    ]


def test_jsonl_of_templates_keeps_columns_and_nulls() -> None:
    (_, last) = lines("jsonl", batch_of(TEMPLATES, schema.TEMPLATE))
    assert last == (
        '{"schema":"logcli.templates/1","template_id":"ffeeddccbbaa0099","template":"say <*>","count":1,'
        '"share":0.0001,"first_line":2000,"last_line":2000,"first_source":"hdfs.log","last_source":"hdfs.log","first_time":null,'
        '"last_time":null,"severities":{"ERROR":1},"example":"say hi","slots":null}'
    )


def test_json_is_one_document_whatever_the_batches() -> None:
    batch = batch_of(TEMPLATES, schema.TEMPLATE)
    whole = written("json", batch)
    assert whole == written("json", batch.slice(0, 1), batch.slice(0, 0), batch.slice(1))
    document = json.loads(whole)
    assert document["schema"] == "logcli.templates/1"
    assert [row["count"] for row in document["rows"]] == [1999, 1]
    assert json.loads(written("json", form=schema.TEMPLATE)) == {"schema": "logcli.templates/1", "rows": []}


def test_csv() -> None:
    kept = batch_of(RECORDS).select(["time_unix_nano", "body", "attributes", "parameters", "trace_id"])
    assert written("csv", kept).decode() == (
        "time,body,attributes,parameters,trace_id\n"
        "2008-11-08T20:35:18Z,Receiving block blk_-16 src: /10.0.0.1,"
        '"{""process.pid"":""143""}","[""blk_-16"",""10.0.0.1""]",\n'
        '2008-11-08T20:35:18.500Z,"say ""hi"", a|b\nnext\t\\ <b>",{},[],5B8EFFF798038103D269B633813FC60C\n'
    )


def test_csv_of_one_column_has_no_blank_lines() -> None:
    assert written("csv", pa.record_batch({"a": ["x", "", None]})) == b'a\nx\n""\n""\n'


def test_tsv() -> None:
    kept = batch_of(RECORDS).select(["body", "attributes"])
    assert written("tsv", kept).decode() == (
        "body\tattributes\n"
        'Receiving block blk_-16 src: /10.0.0.1\t{"process.pid":"143"}\n'
        'say "hi", a|b\\nnext\\t\\\\ <b>\t{}\n'
    )


def test_markdown() -> None:
    assert lines("markdown", batch_of(RECORDS).select(["body", "template"])) == [
        "| body | template |",
        "| --- | --- |",
        r"| Receiving block blk\_-16 src: /10.0.0.1 | Receiving block &lt;\*&gt; src: /&lt;\*&gt; |",
        r'| say "hi", a\|b<br>next&#9;\\ &lt;b&gt; | say &lt;\*&gt; |',
    ]


def test_raw_prefers_the_raw_column() -> None:
    batch = batch_of(RECORDS[:1])
    assert lines("raw", batch) == ["Receiving block blk_-16 src: /10.0.0.1"]
    assert lines("raw", batch.append_column("raw", pa.array(["the line"]))) == ["the line"]
    with pytest.raises(LogcliError, match="needs a column"):
        written("raw", batch.select(["line"]))


# --- round trips --------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "body": TEXT,
            "scope": st.none() | TEXT,
            "attributes": st.none()
            | st.dictionaries(TEXT.map("k".__add__), TEXT, max_size=3).map(lambda d: list(d.items())),
            "parameters": st.none() | st.lists(st.none() | TEXT, max_size=3),
            "line": st.integers(-(2**63), 2**63 - 1),
            "flags": st.none() | st.integers(0, 2**32 - 1),
            "ratio": st.none() | st.floats(),
        }
    ),
    max_size=8,
)
FORM = pa.schema(
    [
        *(
            schema.PARSED.field(name)
            for name in ("body", "scope", "attributes", "parameters", "line", "flags")
        ),
        pa.field("ratio", pa.float64()),
    ]
)


def sliced(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """The rows as a part of a longer batch, as offsets that do not begin at 0 are easily forgotten."""
    around = {"body": "around", "attributes": [("kx", "y")], "parameters": ["p"], "scope": "s", "line": 0}
    return batch_of([around, *rows, around], FORM).slice(1, len(rows))


@given(ROWS)
def test_jsonl_gives_back_any_text(rows: list[dict[str, Any]]) -> None:
    text = written("jsonl", sliced(rows)).decode()
    assert not re.search("[\x00-\x09\x0b-\x1f]", text)
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    for row in rows:
        row["attributes"] = None if row["attributes"] is None else dict(row["attributes"])
        row["ratio"] = row["ratio"] if row["ratio"] is not None and abs(row["ratio"]) < float("inf") else None
    assert found == [{"schema": "logcli.table/1", **row} for row in rows]


@given(ROWS)
def test_csv_gives_back_any_text(rows: list[dict[str, Any]]) -> None:
    text = written("csv", sliced(rows)).decode()
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [row[0] for row in found] == [row["body"] for row in rows]
    assert [row[1] for row in found] == [row["scope"] or "" for row in rows]
    assert [json.loads(row[3]) if row[3] else None for row in found] == [row["parameters"] for row in rows]
    assert [int(row[4]) for row in found] == [row["line"] for row in rows]


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_tsv_gives_back_any_text(texts: list[str]) -> None:
    written_lines = written("tsv", pa.record_batch({"a": texts, "b": texts})).decode().split("\n")[1:-1]
    back = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}
    pairs = [
        [re.sub(r"\\.", lambda m: back[m[0]], cell) for cell in line.split("\t")] for line in written_lines
    ]
    assert pairs == [[text, text] for text in texts]


@given(st.lists(st.none() | st.integers(-9_223_372_036 * 10**9, 2**63 - 1), min_size=1))
def test_times_are_the_same_instant(nanos: list[int | None]) -> None:
    from logcli.cells import times

    column = pa.array(nanos, pa.timestamp("ns", "UTC"))
    texts = times(column).tolist()
    assert pa.array(texts, pa.string()).cast(pa.timestamp("ns", "UTC")).equals(column)
    assert all(re.fullmatch(r"[-\d]{10}T[:\d]{8}(\.(\d{3}){1,3})?Z", text) for text in texts if text)
    assert not any(text.endswith("000Z") and "." in text for text in texts if text)


@pytest.mark.parametrize("rows", [0, 1, 2, 9000])
def test_binary_sinks_keep_names_types_and_values(rows: int) -> None:
    batch = batch_of((RECORDS * rows)[:rows])
    other = batch_of([{**RECORDS[0], "scope": "new", "template": "new <*>"}])
    wanted = pa.Table.from_batches([batch, other]).to_pylist()
    for read in (_parquet, _arrow_file, _arrow_stream):
        table = read([batch, other])
        assert table.schema.equals(schema.PARSED), read
        assert table.schema.metadata[b"logcli.schema"] == b"logcli.parsed/1"
        assert table.to_pylist() == wanted


def _parquet(batches: list[pa.RecordBatch]) -> pa.Table:
    return pq.read_table(io.BytesIO(written("parquet", *batches)))


def _arrow_file(batches: list[pa.RecordBatch]) -> pa.Table:
    return pa.ipc.open_file(written("arrow", *batches)).read_all()


def _arrow_stream(batches: list[pa.RecordBatch]) -> pa.Table:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    out = Pipe()
    registry.create("sinks", "arrow").write(batches, batches[0].schema, out)
    return pa.ipc.open_stream(out.getvalue()).read_all()


def test_parquet_row_groups_are_bounded() -> None:
    batch = pa.record_batch({"line": pa.array(range(100_000))})
    file = pq.ParquetFile(io.BytesIO(written("parquet", *[batch] * 4)))
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    assert sum(sizes) == 400_000
    assert max(sizes) <= 131_072


@pytest.mark.parametrize("name", [name for name in SINKS if name not in ("loghub", "html")])
def test_every_sink_survives_no_batch_and_empty_batches(name: str) -> None:
    empty = batch_of([])
    nothing = written(name, form=schema.PARSED)
    assert written(name, empty, empty) == nothing or name in ("parquet", "arrow")


@pytest.mark.parametrize("name", ["jsonl", "csv", "tsv", "markdown", "raw", "json"])
def test_text_sinks_do_not_depend_on_batch_borders(name: str) -> None:
    batch = batch_of(RECORDS * 3)
    assert written(name, batch) == written(name, *[batch.slice(i, 1) for i in range(6)])


@pytest.mark.parametrize("name", ["jsonl", "csv", "tsv", "raw", "otlp", "table"])
def test_live_sinks_flush_each_batch(name: str) -> None:
    sink, out = registry.create("sinks", name), io.BytesIO()
    sink.live = True
    buffered = io.BufferedWriter(out, 1 << 20)  # type: ignore[arg-type]
    sizes = []

    def batches() -> Any:
        for record in RECORDS:
            sizes.append(len(out.getvalue()))
            yield batch_of([record])
        sizes.append(len(out.getvalue()))

    sink.write(batches(), schema.PARSED, buffered)
    assert sizes[0] < sizes[1] < sizes[2]


def test_foreign_types_become_text() -> None:
    batch = pa.record_batch(
        {
            "struct": pa.array([{"a": 1, "b": None}, None]),
            "list": pa.array([[[1], []], None]),
            "bool": pa.array([True, None]),
            "date": pa.array([0, None], pa.date32()),
            "bytes": pa.array([b"\x00\xff", None]),
            "nothing": pa.nulls(2),
            "numbers": pa.array([1, None]).dictionary_encode(),
        }
    )
    first, second = (json.loads(line) for line in lines("jsonl", batch))
    assert first == {
        "schema": "logcli.table/1",
        "struct": {"a": 1, "b": None},
        "list": [[1], []],
        "bool": True,
        "date": "1970-01-01",
        "bytes": "00ff",
        "nothing": None,
        "numbers": 1,
    }
    assert set(second.values()) == {"logcli.table/1", None}
    assert lines("csv", batch)[2] == ",,,,,,"


# --- OTLP ---------------------------------------------------------------------------------------


def test_otlp_record() -> None:
    (line,) = lines("otlp", batch_of(RECORDS))
    document = json.loads(line)
    with_resource, without = sorted(document["resourceLogs"], key=lambda entry: "resource" not in entry)
    assert with_resource["resource"]["attributes"] == [
        {"key": "host.name", "value": {"stringValue": "node1"}}
    ]
    (scope,) = with_resource["scopeLogs"]
    assert scope["scope"] == {"name": "dfs.DataNode"}
    (record,) = scope["logRecords"]
    attributes = {member["key"]: member["value"] for member in record.pop("attributes")}
    assert record == {
        "timeUnixNano": str(NANO),
        "severityNumber": 9,
        "severityText": "INFO",
        "body": {"stringValue": "Receiving block blk_-16 src: /10.0.0.1"},
    }
    assert attributes == {
        "process.pid": {"stringValue": "143"},
        "log.file.name": {"stringValue": "hdfs.log"},
        "log.file.path": {"stringValue": "logs/hdfs.log"},
        "log.file.record_number": {"intValue": "1"},
        "logcli.template_id": {"stringValue": "00112233445566aa"},
        "log.record.template": {"stringValue": "Receiving block <*> src: /<*>"},
        "log.record.template.wildcards": {
            "arrayValue": {"values": [{"stringValue": "blk_-16"}, {"stringValue": "10.0.0.1"}]}
        },
    }
    (other,) = without["scopeLogs"][0]["logRecords"]
    assert other["traceId"] == "5b8efff798038103d269b633813fc60c"
    assert "spanId" not in other


def test_otlp_groups_by_resource_and_scope() -> None:
    rows = [
        {**RECORDS[0], "line": i + 1, "scope": f"s{i % 3}", "resource": [("host.name", f"h{i % 2}")]}
        for i in range(2500)
    ]
    found = []
    for line in lines("otlp", batch_of(rows)):
        for entry in json.loads(line)["resourceLogs"]:
            host = entry["resource"]["attributes"][0]["value"]["stringValue"]
            for scope in entry["scopeLogs"]:
                for record in scope["logRecords"]:
                    number = next(m for m in record["attributes"] if m["key"] == "log.file.record_number")
                    found.append((int(number["value"]["intValue"]), host, scope["scope"]["name"]))
    assert sorted(found) == [(i + 1, f"h{i % 2}", f"s{i % 3}") for i in range(2500)]


def test_otlp_keys_are_unique() -> None:
    row = {**RECORDS[0], "attributes": [("log.record.template", "old"), ("a", "1"), ("log.file.name", "old")]}
    (line,) = lines("otlp", batch_of([row]))
    keys = [
        m["key"] for m in json.loads(line)["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"]
    ]
    assert len(keys) == len(set(keys)) and "a" in keys
    assert '"old"' not in line


def test_otlp_refuses_other_tables() -> None:
    with pytest.raises(LogcliError, match="log records"):
        written("otlp", batch_of(TEMPLATES, schema.TEMPLATE))


# --- table --------------------------------------------------------------------------------------


def test_table_of_templates_fits_80_columns() -> None:
    found = lines("table", batch_of(TEMPLATES, schema.TEMPLATE), dress=Dress(width=80))
    assert found == [
        "count   share  severities        id        template",
        " 1999  100.0%  INFO:1990,WARN:9  00112233  Receiving block <*> src: /<*>",
        "    1   <0.1%  ERROR             ffeeddcc  say <*>",
        "(2 more columns: first_time, last_time)",
    ]


def test_table_off_a_terminal_leaves_nothing_out() -> None:
    assert lines("table", batch_of(RECORDS)) == [
        "time                      severity  id        body",
        "2008-11-08T20:35:18Z      INFO      00112233  Receiving block blk_-16 src: /10.0.0.1",
        '2008-11-08T20:35:18.500Z  ERROR     ffeeddcc  say "hi", a|b\\nnext    \\ <b>',
    ]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.integers(20, 100), st.booleans())
def test_table_lets_no_escape_code_through(texts: list[str], width: int, color: bool) -> None:
    from rich.cells import cell_len

    rows = [{**RECORDS[0], "body": text.encode(errors="replace").decode()} for text in texts]
    text = written("table", batch_of(rows), dress=Dress(color=color, width=width)).decode()
    plain = re.sub("\x1b\\[[0-9;]*m", "", text) if color else text
    assert plain.replace("\n", "").isprintable()
    assert plain.count("\n") <= len(rows) + 2
    if width > 50:
        assert max(cell_len(line) for line in plain.split("\n")) <= width


def test_table_of_hostile_bodies() -> None:
    row = {**RECORDS[0], "body": "a\x1b[31mb\x07\x9b2J\u202ec"}
    (_, line) = lines("table", batch_of([row]), dress=Dress(color=True, width=120))
    assert line == (
        "2008-11-08T20:35:18Z  \x1b[32mINFO\x1b[0m      00112233  a\\x1b[31mb\\x07\\x9b2J\\u202ec"
    )


def test_table_highlights_values() -> None:
    found = lines("table", batch_of(TEMPLATES, schema.TEMPLATE), dress=Dress(color=True, width=100))
    assert found[2].endswith("say \x1b[36m<*>\x1b[0m")


def test_table_shows_the_source_when_there_are_several() -> None:
    batch = batch_of([RECORDS[0], {**RECORDS[0], "source": "b.log"}])
    assert lines("table", batch)[0].split() == ["time", "severity", "source", "id", "body"]


# --- loghub -------------------------------------------------------------------------------------


def test_loghub(tmp_path: Any) -> None:
    batch = batch_of(RECORDS)
    late = batch_of([{**RECORDS[0], "attributes": [("thread.name", "main")], "parameters": ["it's", "\\"]}])
    registry.create("sinks", "loghub").write([batch, late], schema.PARSED, tmp_path)
    structured = list(csv.DictReader(io.StringIO((tmp_path / "hdfs.log_structured.csv").read_text())))
    assert structured[0] == {
        "LineId": "1",
        "Time": "081108 203518",
        "Level": "INFO",
        "Component": "dfs.DataNode",
        "process.pid": "143",
        "thread.name": "",
        "Content": "Receiving block blk_-16 src: /10.0.0.1",
        "EventId": "00112233445566aa",
        "EventTemplate": "Receiving block <*> src: <*>",
        "ParameterList": "['blk_-16', '10.0.0.1']",
    }
    assert structured[2]["thread.name"] == "main"
    assert [ast.literal_eval(row["ParameterList"]) for row in structured] == [
        ["blk_-16", "10.0.0.1"],
        [],
        ["it's", "\\"],
    ]
    assert (tmp_path / "hdfs.log_templates.csv").read_text() == (
        "EventId,EventTemplate,Occurrences\n"
        "00112233445566aa,Receiving block <*> src: <*>,2\n"
        "ffeeddccbbaa0099,say <*>,1\n"
    )


def test_loghub_needs_templates(tmp_path: Any) -> None:
    with pytest.raises(LogcliError, match="needs the column `template_id`"):
        registry.create("sinks", "loghub").write([], schema.RECORD, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
