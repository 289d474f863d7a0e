// More pending requests than may wait for one socket: a driver who connects is shown all of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { killAndRestart } from '../support/city.mjs';
import {
  Student, accept, assertPush, cancel, create, newStudent, openCampus, pushesOf, trip,
} from '../support/campus.mjs';

/** Two addresses of 500 characters with four bytes each, no two requests alike. */
const long = (name) => ({
  pickup_address: `${name} `.padEnd(500, 'x').replaceAll('x', '🚕'),
  dropoff_address: '🏛'.repeat(500),
});

/** No limit of sockets, and none is dropped for a pong that did not come. */
const openWide = { MAX_SOCKETS_PER_ADDRESS: '0', WS_PING_INTERVAL: '600' };

/**
 * So many accounts ask for a ride, fifty at a time; resolves to the requests in the order in which
 * `witness`, a driver, is shown them.
 */
async function manyRequests(server, witness, howMany, name = 'Gate') {
  const asked = new Map();
  const ask = async (i) => {
    const passenger = await newStudent(server, 'passenger');
    const request = { passenger, asked: { ...trip, ...long(`${name} ${i}`) } };
    asked.set(request.asked.pickup_address, request);
    passenger.send(create(request.asked));
    const { data } = await passenger.take('ride_request_created');
    request.id = data.id;
  };
  const requests = [];
  const atATime = 50;
  for (let i = 0; i < howMany; i += atATime) {
    const batch = Array.from({ length: Math.min(atATime, howMany - i) }, (_, j) => ask(i + j));
    await Promise.all(batch);
    for (let j = 0; j < batch.length; ++j) {
      const { data } = await witness.take('sending_pending_ride_request');
      requests.push(asked.get(data.pickup_address));
    }
  }
  return requests;
}

/** The passenger takes a request back, and `witness` is told so. */
async function withdraw({ id, passenger }, witness) {
  passenger.send(cancel(id));
  await passenger.take('ride_request_cancelled');
  await witness.take('ride_request_closed');
}

/** A driver's socket on which nothing is read beyond what came with the answer to the upgrade. */
async function openUnread(server) {
  const driver = await Student.create(server, 'driver');
  driver.app = await driver.open();
  driver.app.socket.pause();
  return driver;
}

/** Checks that this socket is sent these requests next, in this order. */
async function getsAll(driver, requests) {
  for (const request of requests) assertPush(await driver.app.next(), pushesOf(request).pending);
}

const idsOf = (requests) => requests.map(({ id }) => id);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

test('who connects is shown each of many pending requests once, the oldest first', async (t) => {
  const { server, driver } = await openCampus(t, { env: openWide });
  const requests = await manyRequests(server, driver, 300);
  const bytes = sum(requests.map(({ asked }) => Buffer.byteLength(JSON.stringify(asked))));
  assert.ok(bytes > 1024 * 1024, `${bytes} bytes are more than may wait for a socket`);
  for (let i = 0; i < 2; ++i) {
    // All at once, and one account on several sockets.
    const drivers = await Promise.all(
      Array.from({ length: 8 }, () => Student.create(server, 'driver')),
    );
    drivers.push(drivers[0].elsewhere(), drivers[0].elsewhere());
    await Promise.all(drivers.map(async (each) => {
      each.app = await each.open();
      await getsAll(each, requests);
    }));
    for (const each of drivers) await each.getsOnly();
    await killAndRestart(server);
  }
  const late = await Student.create(server, 'driver');
  late.app = await late.open();
  await getsAll(late, requests);
  const [{ passenger }] = requests;
  await passenger.connect();
  passenger.send(cancel(requests[0].id));
  await passenger.getsOnly(pushesOf(requests[0]).cancelled);
  await late.getsOnly(pushesOf(requests[0]).closed);
});

// The kernel takes some megabytes for a socket before anything waits in the server: hence so many.
test('what is asked, cancelled and accepted while a driver is shown the others', async (t) => {
  const { server, driver: witness } = await openCampus(t, { env: openWide });
  const old = await manyRequests(server, witness, 2500);
  const slow = await openUnread(server);
  const cancelled = [old[0], old[1], old[1200], old.at(-2), old.at(-1)];
  for (const request of cancelled) await withdraw(request, witness);
  const taken = old[2000];
  witness.send(accept(taken.id));
  await witness.take('ride_request_accepted');
  const recent = await manyRequests(server, witness, 60, 'Meanwhile');
  const withdrawn = recent[30];
  await withdraw(withdrawn, witness);
  const last = await manyRequests(server, witness, 1, 'At last');

  slow.app.socket.resume();
  const gone = [...cancelled, taken, withdrawn];
  const closed = new Set();
  const shown = [];
  const due = new Set(idsOf([...old, ...recent, ...last].filter((each) => !gone.includes(each))));
  const all = new Map([...old, ...recent, ...last].map((request) => [request.id, request]));
  while (due.size > 0 || closed.size < gone.length) {
    const frame = await slow.app.next();
    if (frame.action === 'ride_request_closed') {
      const { ride_request_id: id } = frame;
      assertPush(frame, pushesOf(all.get(id)).closed);
      assert.ok(!closed.has(id), 'closed once');
      closed.add(id);
    } else {
      const { id } = Object(frame.data);
      assertPush(frame, pushesOf(all.get(id)).pending);
      assert.ok(!closed.has(id), 'what is closed is not shown any more');
      shown.push(id);
      due.delete(id);
    }
  }
  await slow.getsOnly();
  assert.equal(new Set(shown).size, shown.length, 'each is shown once');
  assert.deepEqual([...closed].sort(), idsOf(gone).sort(), 'each that is gone is closed');
  for (const requests of [old, [...recent, ...last]]) {
    const order = idsOf(requests).filter((id) => shown.includes(id));
    const own = new Set(order);
    assert.deepEqual(shown.filter((id) => own.has(id)), order, 'in order of creation');
  }
  assert.ok(old.length - cancelled.length - 1 <= shown.length);
});
