#!/usr/bin/python3
"""Debian's python3-wsproto as a client that does what it is told (see lws_client.cpp)."""
import asyncio
import sys

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection, CloseConnection, Message, Ping, Pong, RejectConnection, Request, TextMessage)
from wsproto.extensions import PerMessageDeflate


def say(*words):
    print(*words, flush=True)


async def obey(protocol, writer, orders):
    while line := await orders.readline():
        order, *words = line.decode().split()
        payloads = [bytes.fromhex(word) for word in words]
        if order in ("text", "fragments"):
            for i, payload in enumerate(payloads, 1):
                last = i == len(payloads)
                writer.write(protocol.send(Message(payload.decode(), message_finished=last)))
        elif order == "ping":
            writer.write(protocol.send(Ping(payloads[0])))
        elif order == "close":
            code = int.from_bytes(payloads[0])
            writer.write(protocol.send(CloseConnection(code, payloads[1].decode())))


async def hear(protocol, reader, writer, open_event):
    text = ""
    close = None
    while data := await reader.read(65536):
        protocol.receive_data(data)
        for event in protocol.events():
            if isinstance(event, AcceptConnection):
                say("opened")
                open_event.set()
            elif isinstance(event, RejectConnection):
                return say("refused", event.status_code)
            elif isinstance(event, TextMessage):
                text += event.data
                if event.message_finished:
                    say("text", text.encode().hex())
                    text = ""
            elif isinstance(event, Pong):
                say("pong", event.payload.hex())
            elif isinstance(event, Ping):
                writer.write(protocol.send(event.response()))
            elif isinstance(event, CloseConnection):
                close = event
                if protocol.state is ConnectionState.REMOTE_CLOSING:
                    writer.write(protocol.send(event.response()))
    say("closed", *(close.code, (close.reason or "").encode().hex()) if close else ())


async def main(port, path, token):
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    protocol = WSConnection(ConnectionType.CLIENT)
    writer.write(protocol.send(Request(
        host=f"127.0.0.1:{port}", target=path, extensions=[PerMessageDeflate()],
        extra_headers=[(b"Authorization", f"Bearer {token}".encode())])))
    is_open = asyncio.Event()
    hearing = asyncio.create_task(hear(protocol, reader, writer, is_open))
    await asyncio.wait({hearing, asyncio.create_task(is_open.wait())},
                       return_when=asyncio.FIRST_COMPLETED)
    obeying = asyncio.create_task(obey(protocol, writer, orders))
    await hearing
    obeying.cancel()
    writer.close()


asyncio.run(main(*sys.argv[1:]))
