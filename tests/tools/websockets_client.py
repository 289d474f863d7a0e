#!/usr/bin/python3
"""Debian's python3-websockets as a client that does what it is told (see lws_client.cpp)."""
import asyncio
import sys

import websockets


def say(*words):
    print(*words, flush=True)


async def hear(socket):
    try:
        async for message in socket:
            say("text", message.encode().hex())
    except websockets.ConnectionClosed:
        pass
    say("closed", socket.close_code, socket.close_reason.encode().hex())


async def await_pong(pong, payload):
    await pong
    say("pong", payload)


async def obey(socket, orders):
    while line := await orders.readline():
        order, *words = line.decode().split()
        payloads = [bytes.fromhex(word) for word in words]
        if order == "text":
            await socket.send(payloads[0].decode())
        elif order == "fragments":
            await socket.send(payload.decode() for payload in payloads)
        elif order == "ping":
            asyncio.create_task(await_pong(await socket.ping(payloads[0]), words[0]))
        elif order == "close":
            await socket.close(int.from_bytes(payloads[0]), payloads[1].decode())


async def main(port, path, token):
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        socket = await websockets.connect(f"ws://127.0.0.1:{port}{path}", extra_headers=headers)
    except websockets.InvalidStatusCode as refusal:
        say("refused", refusal.status_code)
        return
    say("opened")
    obeying = asyncio.create_task(obey(socket, orders))
    await hear(socket)
    obeying.cancel()


asyncio.run(main(*sys.argv[1:]))
