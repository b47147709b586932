"""urllib3 with a pool."""

import urllib3
from calls import run

pool = urllib3.PoolManager()
run(
    f"urllib3 {urllib3.__version__}",
    lambda method, url, headers, body: pool.request(method, url, body=body, headers=headers).data.decode(),
)
