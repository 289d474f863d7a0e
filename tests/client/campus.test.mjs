// The client in the campus dialect: every push and every command of both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import { endSession } from '../support/city.mjs';
import { Student, trip } from '../support/campus.mjs';
import { assertRejected, clientOf, namesOf, next, until } from '../support/client.mjs';
import { nowhere } from '../support/http.mjs';
import { startServer } from '../support/rides.mjs';

async function openCampus(t, { drivers: howMany = 1 } = {}) {
  const server = await startServer(t, { env: { WS_RATE_LIMIT: '0' } });
  const come = async (side) => {
    const as = side === 'driver' ? 'campusDriver' : side;
    const client = clientOf(t, await Student.create(server, side), { as });
    await until(client, 'connected');
    return client;
  };
  const passenger = await come('passenger');
  const drivers = [];
  for (let i = 0; i < howMany; ++i) drivers.push(await come('driver'));
  return { server, passenger, drivers, driver: drivers[0] };
}

async function created({ passenger, driver }) {
  const shown = next(driver, 'sending_pending_ride_request');
  const { action, data } = await passenger.createRideRequest(trip);
  assert.deepEqual([action, data.status], ['ride_request_created', 'pending']);
  assert.equal((await shown).data.id, data.id);
  return data.id;
}

async function accepted(campus) {
  const id = await created(campus);
  const told = next(campus.passenger, 'ride_request_accepted');
  const { data } = await campus.driver.acceptRideRequest(id);
  assert.deepEqual([data.id, data.status, data.driver_id], [id, 'accepted', campus.driver.id]);
  await told;
  return id;
}

test('a whole ride: each command resolves to its push, and all is shown once', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { passenger, driver, drivers: [, other] } = campus;
  const id = await accepted(campus);
  const heard = next(passenger, 'chat_message');
  const said = await driver.sendChatMessage('Hello, passenger!');
  assert.deepEqual([said.user_id, said.message], [driver.id, 'Hello, passenger!']);
  await heard;
  await passenger.sendChatMessage('hello driver');
  const over = next(passenger, 'ride_request_completed');
  const { data } = await driver.completeRideRequest(id);
  assert.deepEqual([data.id, data.status], [id, 'completed']);
  await over;
  const ride = ['ride_request_accepted', 'chat_message', 'chat_message', 'ride_request_completed'];
  assert.deepEqual(namesOf(passenger), ['ride_request_created', ...ride]);
  assert.deepEqual(namesOf(driver), ['sending_pending_ride_request', ...ride]);
  assert.deepEqual(namesOf(other), ['sending_pending_ride_request', 'ride_request_closed']);
});

test('cancelled while pending, and on the way', async (t) => {
  const campus = await openCampus(t);
  const { passenger, driver } = campus;
  const closed = next(driver, 'ride_request_closed');
  const first = await created(campus);
  assert.equal((await passenger.cancelRideRequest(first)).ride_request_id, first);
  await closed;
  const cancelled = next(driver, 'ride_request_cancelled');
  await passenger.cancelRideRequest(await accepted(campus));
  await cancelled;
});

test('the first to accept has it, the others hear that it is taken', async (t) => {
  const campus = await openCampus(t, { drivers: 3 });
  const id = await created(campus);
  const accepts = await Promise.allSettled(
    campus.drivers.map((driver) => driver.acceptRideRequest(id)));
  const lost = accepts.filter(({ status }) => status === 'rejected');
  assert.equal(lost.length, 2);
  for (const { reason } of lost) {
    assert.deepEqual([reason.code, reason.rideRequestId], ['RIDE_REQUEST_TAKEN', id]);
  }
});

test('commands that the server refuses are rejected with its code', async (t) => {
  const campus = await openCampus(t);
  const { passenger, driver } = campus;
  const code = (expected) => ({ code: expected, outcome: 'refused' });
  await assertRejected(driver.acceptRideRequest(nowhere), code('RIDE_REQUEST_NOT_FOUND'));
  await assertRejected(driver.completeRideRequest(nowhere), code('RIDE_REQUEST_NOT_FOUND'));
  await assertRejected(driver.sendChatMessage('Hello?'), code('NO_ACTIVE_RIDE'));
  await assertRejected(passenger.cancelRideRequest(nowhere), code('RIDE_REQUEST_NOT_FOUND'));
  await assertRejected(passenger.createRideRequest({}), code('INVALID_PAYLOAD'));
  await accepted(campus);
  await assertRejected(passenger.createRideRequest(trip), code('RIDE_REQUEST_OPEN'));
  await assertRejected(passenger.sendChatMessage(''), code('INVALID_PAYLOAD'));
  assert.deepEqual([...passenger.errors, ...driver.errors], []);
});

test('a session that is ended says so, and does not come back', async (t) => {
  const { server, passenger } = await openCampus(t);
  const said = next(passenger, 'force_disconnect');
  await endSession({ server, id: passenger.id });
  await said;
  const { reason } = await until(passenger, 'disconnected');
  assert.equal(reason.code, 'FORCE_DISCONNECT');
});

test('with a heartbeat the server is asked, and nobody hears of it', async (t) => {
  const { server } = await openCampus(t);
  const idle = clientOf(t, await Student.create(server, 'passenger'), { heartbeatMs: 20 });
  let answers = 0;
  const twice = next(idle, 'frame', ({ direction }) => direction === 'in' && ++answers === 2);
  await twice;
  assert.deepEqual([idle.pushes, idle.errors, idle.status.status], [[], [], 'connected']);
});
