"""Exports in the format Parquet, read by somebody else's reader."""

import io
import json
import time

import pyarrow
import pyarrow.parquet
import requests

from harness.process import BOUND


class Exporter:
    def __init__(self, server):
        self.url = f"{server.url}/audit/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Argus-API-Key"] = server.first["apiKey"]

    def post(self, path, body):
        answer = self.session.post(self.url + path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def get(self, path):
        answer = self.session.get(self.url + path)
        assert answer.status_code == 200, answer.text
        return answer

    def table(self, **body):
        job = self.post("/export", {"format": "PARQUET", **body})
        until = time.monotonic() + BOUND
        while job["state"] != "COMPLETED":
            assert job["state"] in ("PENDING", "RUNNING") and time.monotonic() < until, job
            job = self.get(f"/export/{job['id']}").json()["data"]
        table = pyarrow.parquet.read_table(io.BytesIO(self.get(f"/export/{job['id']}/content").content))
        assert table.num_rows == job["rows"]
        return table


# What other formats show as objects is an id here.
REFERENCES = ("customer", "createdByUser", "createdByKey")


def expected(event, name):
    value = event.get(name)
    return value["id"] if value is not None and name in REFERENCES else value


def found(field, value):
    """A cell as GET /event prints it."""
    if pyarrow.types.is_timestamp(field.type):
        return round(value.timestamp() * 1000)
    holds_json = field.name in (
        "actorDetail targetDetail before after changes requestMetadata responseMetadata metadata metrics eventDetail flags"
    ).split()
    return json.loads(value) if holds_json and value is not None else value


def test_parquet_holds_what_a_list_shows(argus):
    by = Exporter(argus)
    events = [
        {
            "action": "parquet_created", "targetID": f"ä {number}", "description": "=1+1", "latency": 0.25,
            "affectedResources": -number, "before": {"a": [1, None]}, "after": {"a": [2]}, "metrics": {"size": number},
            "seriesID": "01890a5d-ac96-774b-bcce-b302099a8057", "timestamp": 1_700_000_000_123 + number,
        }
        for number in range(1, 1500)
    ]
    by.post("/event/bulk", {"events": events})
    by.post("/event", {"action": "parquet_created"})
    table = by.table(criteria={"action": "parquet_created", "sortBy": ["sequence"]})
    listed = by.get("/event?limit=0&action=parquet_created&sortBy=sequence").json()["data"]
    assert table.num_rows == len(listed) == 1500
    assert table.schema.field("timestamp").type == pyarrow.timestamp("ms", tz="UTC")
    for name in table.column_names:
        field = table.schema.field(name)
        cells = [found(field, value) for value in table.column(name).to_pylist()]
        assert cells == [expected(event, name) for event in listed], name


def test_columns_come_in_their_order(argus):
    by = Exporter(argus)
    by.post("/event", {"action": "parquet_columns"})
    table = by.table(criteria={"action": "parquet_columns"}, columns=["action", "timestamp", "stage"])
    assert table.column_names == ["action", "timestamp", "stage"]
    assert by.table(criteria={"action": "nothing at all"}).num_rows == 0
