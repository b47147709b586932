#!/usr/bin/env python3
"""Sixteen workers, one server, a session for each test: what pytest with xdist does, with the standard library alone.

    python3 tests/clients/parallel_sessions.py target/release/linksfield-sandbox [ROUNDS]

Each test buys, is refused on command, moves its own clock and looks at its own journal. Ends with 0 if every round is green.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

WORKERS, TESTS = 16, 64
PRE_ORDER = "/v1.2/package/preOrderPackage"
BODY = {
    "currency": "USD", "currencyId": 2, "deviceType": "10", "discountFlag": 0, "id": 1000000, "money": 5,
    "packageCode": "LP20220325000000", "packageNum": 1, "partnerCode": "1000000005", "periodNum": 1,
    "receive_qr_email": "test@test.com",
}


def call(address, method, path, body=None):
    connection = HTTPConnection(*address, timeout=30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text)
        return json.loads(text) if text else None
    finally:
        connection.close()


def test(address, number):
    made = call(address, "POST", "/__sandbox/sessions", {"name": f"tests::test_{number}[usd]", "seed": number})
    name, control = made["id"], f"/__sandbox/sessions/{made['id']}"
    buy = lambda **changes: call(address, "POST", f"/s/{name}{PRE_ORDER}", {**BODY, **changes})
    call(address, "PUT", f"{control}/clock", {"mode": "frozen", "at": f"2030-01-{1 + number % 28:02}T00:00:00Z"})
    periods = 1 + number % 12
    first = buy(periodNum=periods)
    assert first["code"] == 0 and first["data"]["amount"] == periods, first
    call(address, "POST", f"{control}/fail-next", {"on": "pre-order", "code": 5000 + number, "custom": True, "message": name})
    assert buy() == {"code": 5000 + number, "data": None, "message": name}
    now = call(address, "POST", f"{control}/clock/advance", {"by": "61m"})["now"]
    assert now == f"2030-01-{1 + number % 28:02}T01:01:00.000Z", now
    second = buy()
    assert second["data"]["orderTime"] == now.replace("Z", "+0000"), second
    assert second["data"]["id"] > first["data"]["id"]
    orders = call(address, "GET", f"{control}/orders")
    assert orders["total"] == 2 and [order["id"] for order in orders["orders"]] == [first["data"]["id"], second["data"]["id"]]
    codes = [entry["response"]["code"] for entry in call(address, "GET", f"{control}/journal")["entries"]]
    assert codes == [0, 5000 + number, 0], codes
    call(address, "DELETE", control)
    return first["data"]["id"]


def main():
    binary, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    server = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(server.stdout.readline())["url"]
        host, port = url.removeprefix("http://").rsplit(":", 1)
        address = (host, int(port))
        expected = None
        with ThreadPoolExecutor(WORKERS) as workers:
            for _ in range(rounds):
                ids = list(workers.map(lambda number: test(address, number), range(TESTS)))
                # The same seed begins with the same numbers, whatever runs beside it.
                assert expected in (None, ids)
                expected = ids
        assert call(address, "GET", "/__sandbox/sessions/default/journal") == {"entries": [], "dropped": 0}
        print(f"{rounds} rounds of {TESTS} tests with {WORKERS} workers: green")
    finally:
        server.terminate()
        assert server.wait(10) == 0


if __name__ == "__main__":
    main()
