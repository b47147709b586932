"""requests with a session."""

import requests
from calls import run

session = requests.Session()
run(
    f"requests {requests.__version__}",
    lambda method, url, headers, body: session.request(method, url, headers=headers, data=body).text,
)
