"""What Python makes of each fault: the exception that reaches the application.

    python3 python.py JOB…     a job is `HOW:NAME:URL`; one line `NAME<TAB>CLASS` for each, after one with the version

HOW is `fresh` (a pre-order on a new connection), `kept` (one behind a good call on the same connection), `next` (one more behind it;
both classes are told) or `get` (a detail on a new connection). With `LIBRARY=requests` in the environment it is requests that calls,
otherwise urllib3; both as they are without any setting but a time-out of two seconds.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

BODY = {
    "currency": "USD", "id": 1000000, "packageCode": "LP20220325000000", "partnerCode": "1000000005", "periodNum": 1,
}
PRE_ORDER, DETAIL = "/v1.2/package/preOrderPackage", "/v1.1/package/detail?id=1000000"

if os.environ.get("LIBRARY") == "requests":
    import requests

    VERSION = f"requests {requests.__version__}"

    class Client:
        def __init__(self):
            self.session = requests.Session()
            self.session.trust_env = False

        def call(self, url, body):
            answer = self.session.request("POST" if body else "GET", url, json=body, timeout=2)
            return answer.status_code, answer.json()

else:
    import urllib3

    VERSION = f"urllib3 {urllib3.__version__}"

    class Client:
        def __init__(self):
            self.pool = urllib3.PoolManager(timeout=2)

        def call(self, url, body):
            answer = self.pool.request("POST" if body else "GET", url, json=body)
            return answer.status, answer.json()


def judged(client, url, body):
    try:
        status, answer = client.call(url, body)
        return f"code {answer.get('code', 'absent')}" if status == 200 else f"HTTP {status}"
    except Exception as error:
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return name


def run(job):
    how, name, url = job.split(":", 2)
    client = Client()
    if how == "kept":
        judged(client, url + DETAIL, None)
    found = judged(client, url + DETAIL, None) if how == "get" else judged(client, url + PRE_ORDER, BODY)
    if how == "next":
        found += ", then " + judged(client, url + PRE_ORDER, BODY)
    return f"{name}\t{found}"


print(f"version\t{VERSION}")
with ThreadPoolExecutor(16) as workers:
    for line in workers.map(run, sys.argv[1:]):
        print(line)
