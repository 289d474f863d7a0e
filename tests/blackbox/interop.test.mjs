// Clients that others have written talk with Hansom: besides npm's `ws`, which most tests use,
// Debian's python3-websockets, python3-wsproto and libwebsockets. All of them offer compression.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually, within } from '../support/app.mjs';
import { Client, clients } from '../support/clients.mjs';
import { adminToken } from '../support/server.mjs';
import { Person, Ride, openCity } from '../support/rides.mjs';
import { openSockets } from '../support/city.mjs';
import { Member, Room, assertNew, startRoomServer, text } from '../support/rooms.mjs';
import { counted } from '../support/torture.mjs';

const words = 'Ça va, κόσμε? 🚕';

/** A customer's socket, open and greeted. */
async function connect(t, library, { server, customer }) {
  const client = new Client(t, library, server, '/ws/customer', customer.token);
  assert.deepEqual(await client.next(), { kind: 'opened', what: '' });
  assert.equal((await client.next()).type, 'connected');
  return client;
}

async function assertClosed(client, code) {
  assert.deepEqual(await client.next(), { kind: 'closed', code, reason: '' });
  assert.deepEqual(await client.next(), { kind: 'exit', what: '0' });
}

for (const library of Object.keys(clients)) {
  test(`${library} takes part in a ride, and closes`, async (t) => {
    const city = await openCity(t, { env: { WS_PING_INTERVAL: '0.3' } });
    const { driver } = city;
    const ride = await new Ride(city).through('accept');
    const client = await connect(t, library, city);

    const message = { type: 'chat_message', booking_id: ride.id, text: words };
    client.send(message);
    assert.equal((await client.next()).text, words, 'to whoever sent it');
    assert.equal((await driver.take('chat_message')).text, words, 'and to the other side');
    driver.send({ ...message, text: `${words} Oui!` });
    await driver.take('chat_message');
    assert.equal((await client.next()).text, `${words} Oui!`);

    client.ping('are you there?');
    assert.deepEqual(await client.next(), { kind: 'pong', payload: 'are you there?' });
    client.text('{"type":', '', '"pi', 'ng"}');
    assert.deepEqual(await client.next(), { type: 'pong' });

    // Who does not answer a ping is dropped; the driver was sent as many as this client.
    let pings = 0;
    const some = new Promise((resolve) => {
      driver.app.socket.on('ping', () => ++pings === 4 && resolve());
    });
    await within(some, 'four pings');
    const long = '🚕'.repeat(1000);
    driver.send({ ...message, text: long });
    assert.equal((await client.next()).text, long, 'still there');

    client.close(1000, 'merci');
    // libwebsockets keeps to itself what it was answered.
    await assertClosed(client, library === 'libwebsockets' ? undefined : 1000);
    await eventually(async () => await openSockets(city.server) === 1, 'one socket less');
  });

  test(`${library} is told by the code why its socket is closed`, async (t) => {
    const city = await openCity(t);
    const { server, customer } = city;
    let client = await connect(t, library, city);
    client.text(' '.repeat(16 * 1024 + 1));
    await assertClosed(client, 1009);

    client = await connect(t, library, city);
    const path = `/api/admin/accounts/${customer.id}/session`;
    assert.equal((await server.http('DELETE', path, { bearer: adminToken })).status, 200);
    assert.equal((await client.next()).type, 'force_disconnect');
    await assertClosed(client, 1008);

    client = await connect(t, library, city);
    const exit = server.stop();
    await assertClosed(client, 1001);
    assert.equal((await exit).code, 0);
  });

  test(`${library} is let into a room, or learns why not`, async (t) => {
    const server = await startRoomServer(t);
    const host = await Member.create(server, 'host');
    const stranger = await Member.create(server, 'stranger');
    const room = await Room.create(host);
    for (const [path, token, status] of [
      [room.path, 'garbage', 401], [room.path, stranger.token, 403],
      ['/ws/chat/host/nowhere/', host.token, 404],
    ]) {
      const client = new Client(t, library, server, path, token);
      assert.deepEqual(await client.next(), { kind: 'refused', what: `${status}` });
    }
    const client = new Client(t, library, server, room.path, host.token);
    assert.deepEqual(await client.next(), { kind: 'opened', what: '' });
    client.send(text(words));
    assertNew(await client.next(), host, words);
    client.text('{"type":"text","mess', 'age":"', 'in ', 'fragments"}');
    assertNew(await client.next(), host, 'in fragments');
    counted(t, `${library}: a ride, a room, pings, fragments, closed with 1000, 1001, 1008, 1009, `
      + 'refused with 401, 403, 404');
  });
}
