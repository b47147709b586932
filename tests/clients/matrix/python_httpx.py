"""httpx with a client."""

import httpx
from calls import run

with httpx.Client() as client:
    run(
        f"httpx {httpx.__version__}",
        lambda method, url, headers, body: client.request(method, url, headers=headers, content=body).text,
    )
