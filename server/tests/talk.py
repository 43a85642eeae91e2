"""A client of direct sessions that says exactly what a test wants, also what no good client says."""

import json
import struct

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

HEADER = struct.Struct("<BBHIQ")
REQUEST, LEARN, LEARN_AND_ANSWER, TRUTH = 1, 2, 3, 4
TEMPLATE = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: x, size: 4}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: y, size: 3, values: class}
"""


def address(url, cluster):
    """The address of the sessions of a cluster."""
    return f"{url.replace('http', 'ws', 1)}/v1/clusters/{cluster}/session"


def frame(kind, x=None, y=None, request=0, sequence=0, dtype="<f4", rows=None):
    """The bytes of a frame; `y` is written as float32."""
    code = {"<f4": 1, "u1": 2}[dtype] if x is not None else 0
    x = b"" if x is None else np.atleast_2d(np.asarray(x, dtype))
    y = b"" if y is None else np.asarray(y, "<f4")
    rows = len(x) if rows is None and not isinstance(x, bytes) else rows or 1
    return HEADER.pack(kind, code, rows, request, sequence) + bytes(x) + bytes(y)


def network_of(client, cluster):
    """The network of a cluster as it is now: the state of a checkpoint."""
    made = client.post(f"/v1/clusters/{cluster}/checkpoints", json={"name": "now"})
    assert made.status_code == 201, made.text
    return client.get(f"/v1/checkpoints/{made.json()['id']}/content").content


class Heard(dict):
    """What an answer says."""

    def __getattr__(self, name):
        return self[name]


class Talk:
    """One websocket."""

    def __init__(self, url, cluster, token, *, subprotocols=("hanami.v1",), headers=None, **options):
        headers = {"Authorization": token} | (headers or {}) if token else headers or {}
        self.socket = connect(
            address(url, cluster),
            subprotocols=list(subprotocols) or None,
            additional_headers=headers,
            compression=None,
            max_size=None,
            **options,
        ).__enter__()  # `socket.close()` is all that its exit does
        self.parts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def open(self, **order):
        """Send `open` and give what is answered."""
        self.order(type="open", **order)
        opened = self.hear("opened")
        self.parts = opened["shape"]["answers"]
        return opened

    def order(self, **message):
        self.socket.send(json.dumps(message))

    def send(self, *args, **more):
        self.socket.send(frame(*args, **more))

    def say(self, *args, **more):
        """Send a frame and give its answer."""
        self.send(*args, **more)
        return self.hear("answer", "error")

    def hear(self, *wanted, timeout=120):
        """Wait for a message of one of these types; others are taken note of."""
        while True:
            heard = self.next(timeout)
            if not wanted or heard["type"] in wanted:
                return heard

    def next(self, timeout=120):
        message = self.socket.recv(timeout)
        if isinstance(message, str):
            heard = Heard(json.loads(message))
            if heard["type"] == "shape":
                self.parts = heard["answers"]
            return heard
        kind, _, rows, request, sequence = HEADER.unpack_from(message)
        novelty = np.frombuffer(message, "<f4", rows, 20)
        loss, start, outputs = np.frombuffer(message, "<f4", 1, 16)[0], 20 + 4 * rows, {}
        for part in self.parts if kind - 128 in {REQUEST, LEARN_AND_ANSWER} else ():
            dtype = {"float32": "<f4", "uint8": "u1", "uint64": "<u8"}[part["dtype"]]
            table = np.frombuffer(message, dtype, rows * part["width"], start).reshape(rows, part["width"])
            outputs[part["hexagon"]] = table
            start += table.nbytes
        assert start == len(message)
        return Heard(
            type="answer", kind=kind - 128, rows=rows, id=request, sequence=sequence, loss=loss, novelty=novelty,
            outputs=outputs,
        )  # fmt: skip

    def end(self, timeout=120):
        """Wait for the end; gives the close code, the reason, and the goodbye if there was one."""
        goodbye = None
        try:
            while True:
                heard = self.next(timeout)
                if heard["type"] == "goodbye":
                    goodbye = heard
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason, goodbye) if closed.rcvd else (1006, "", goodbye)
