"""What the Python clients share: the three calls, and how their answers are told."""

import os
import sys

HEADERS = {"Accept-Language": "", "x-access-token": ""}


def run(version, call):
    """Calls `call(method, url, headers, body)`, which gives the text of the answer; a GET has no body."""
    sys.stdout.reconfigure(encoding="utf-8")
    order, detail = sys.argv[1:]
    print(f"version\t{version}")
    for _ in range(2):
        body = os.environ["BODY"].encode()
        print(f"answer\t{call('POST', order, HEADERS | {'Content-Type': 'application/json'}, body)}")
    print(f"answer\t{call('GET', detail, HEADERS, None)}")
