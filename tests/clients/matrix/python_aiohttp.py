"""aiohttp with a session."""

import asyncio

import aiohttp
from calls import run


async def answer(session, method, url, headers, body):
    async with session.request(method, url, headers=headers, data=body) as response:
        return await response.text()


with asyncio.Runner() as runner:

    async def start():
        return aiohttp.ClientSession()

    session = runner.run(start())
    run(f"aiohttp {aiohttp.__version__}", lambda *call: runner.run(answer(session, *call)))
    runner.run(session.close())
