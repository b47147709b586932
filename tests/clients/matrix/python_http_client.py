"""http.client of Python's standard library: one connection, kept by whoever holds the object."""

import http.client
import platform
import sys
from urllib.parse import urlsplit

from calls import run

connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)


def call(method, url, headers, body):
    parts = urlsplit(url)
    connection.request(method, f"{parts.path}?{parts.query}".rstrip("?"), body, headers)
    return connection.getresponse().read().decode()


run(f"Python {platform.python_version()}", call)
