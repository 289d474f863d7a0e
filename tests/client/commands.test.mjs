// What becomes of commands: in flight when the connection is lost, waiting for one, unanswered.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  connectCustomer, connectDriver, connectPassenger,
} from '../../net/console/client/index.js';
import { assertRejected, kept } from '../support/client.mjs';
import { ManualClock, scriptedSockets, settled } from '../support/scripted.mjs';

const nothing = { type: 'snapshot', assignment: null };

/** A client whose server the test plays; `back()` makes its next connection and catches up. */
async function scripted(t, connect, options = {}) {
  const timers = new ManualClock();
  const { opened, WebSocket } = scriptedSockets();
  const url = 'http://hansom.example';
  const client = kept(t, connect({ url, token: 'good', WebSocket, timers, ...options }));
  const last = () => opened.at(-1);
  await settled();
  return { client, timers, opened, last };
}

async function driver(t, options) {
  const scene = await scripted(t, connectDriver, options);
  const { last, timers } = scene;
  const commands = () => last().sent.filter(({ type }) => type !== 'resync' && type !== 'position');
  const back = async (...missed) => {
    await timers.pass(3000);
    last().accept({ type: 'connected', driver_id: 'd-1' }, ...missed, nothing);
  };
  last().accept({ type: 'connected', driver_id: 'd-1' }, nothing, { type: 'position', seq: 10 });
  return { ...scene, commands, back };
}

const ack = (booking_id, seq) =>
  ({ type: 'arrival_time_accepted', booking_id, booking_status: 'confirmation', seq });

/** Whether a promise is settled, and how. */
function watched(promise) {
  const seen = { promise };
  promise.then((value) => (seen.value = value), (error) => (seen.error = error));
  return seen;
}

test('an ack that was lost with the connection comes again, and the command is not', async (t) => {
  const { client, last, commands, back } = await driver(t);
  const done = watched(client.submitArrivalTime('b-1', 60));
  await settled();
  assert.equal(commands().length, 1);
  last().end(1006);
  await settled();
  assert.deepEqual([done.value, done.error], [undefined, undefined], 'nothing is decided yet');
  await back(ack('b-1', 11));
  await settled();
  assert.equal(done.value.seq, 11);
  assert.deepEqual(commands(), []);
  assert.deepEqual(client.pushes.map(({ seq }) => seq), [11]);
});

test('a command that did not arrive is sent once more, after what was missed', async (t) => {
  const { client, last, commands, back } = await driver(t);
  const message = { type: 'submit_arrival_time', booking_id: 'b-1', arrival_time: 60 };
  const done = watched(client.submitArrivalTime('b-1', 60));
  const other = watched(client.acceptBooking('b-2'));
  await settled();
  last().end(1006);
  await back({ type: 'offer_expired', booking_id: 'b-3', seq: 12 });
  await settled();
  assert.deepEqual(commands(), [message, { type: 'accept_booking', booking_id: 'b-2' }]);
  last().say(ack('b-1', 13), {
    type: 'error', code: 'BOOKING_NOT_ASSIGNABLE', message: 'No.', booking_id: 'b-2',
  });
  await settled();
  assert.equal(done.value.seq, 13);
  assert.deepEqual([other.error.code, other.error.outcome], ['BOOKING_NOT_ASSIGNABLE', 'refused']);
});

test('commands wait for a connection that is on its way, in their order', async (t) => {
  const { client, last, commands, back } = await driver(t);
  last().end(1006);
  const texts = ['one', 'two', 'three'];
  const said = texts.map((text) => watched(client.sendChatMessage('b-1', text)));
  await settled();
  await back();
  for (const [i, text] of texts.entries()) {
    assert.equal(commands().length, i + 1, 'the next one only when this one is answered');
    last().say({ type: 'chat_message', booking_id: 'b-1', from: 'driver', text, seq: 20 + i });
    await settled();
    assert.equal(said[i].value.text, text);
  }
  assert.deepEqual(commands().map(({ text }) => text), texts);
});

test('the same text by the other side is no answer', async (t) => {
  const { client, last } = await driver(t);
  const said = watched(client.sendChatMessage('b-1', 'Hi'));
  await settled();
  last().say({ type: 'chat_message', booking_id: 'b-1', from: 'customer', text: 'Hi', seq: 11 });
  await settled();
  assert.equal(said.value, undefined);
  last().say({ type: 'chat_message', booking_id: 'b-1', from: 'driver', text: 'Hi', seq: 12 });
  await settled();
  assert.equal(said.value.seq, 12);
});

test('when the attempts are used up all are rejected, and say whether they had left', async (t) => {
  const { client, last, timers } = await driver(t, { attempts: 1 });
  const inFlight = watched(client.submitArrivalTime('b-1', 60));
  await settled();
  last().end(1006);
  const waiting = watched(client.acceptBooking('b-2'));
  await timers.pass(3000);
  last().end(1006);
  await settled();
  const seen = [inFlight, waiting].map(({ error }) => [error.code, error.outcome, error.bookingId]);
  assert.deepEqual(seen,
    [['CONNECTION_FAILED', 'unknown', 'b-1'], ['CONNECTION_FAILED', 'not_sent', 'b-2']]);
  assert.equal(timers.running, 0);
});

test('a session that is replaced rejects what is in flight', async (t) => {
  const { client, last } = await driver(t);
  const inFlight = watched(client.submitArrivalTime('b-1', 60));
  await settled();
  last().say({ type: 'error', code: 'SESSION_REPLACED', message: 'Elsewhere.' });
  await settled();
  assert.deepEqual([inFlight.error.code, inFlight.error.outcome], ['SESSION_REPLACED', 'unknown']);
  assert.deepEqual(client.errors, []);
});

test('a command without an answer in time is rejected, on a new connection', async (t) => {
  const { client, last, timers, commands, back } = await driver(t, { timeoutMs: 5000 });
  const slow = watched(client.submitArrivalTime('b-1', 60));
  await timers.pass(1000);
  const behind = watched(client.sendChatMessage('b-1', 'Hi'));
  await timers.pass(4000);
  assert.deepEqual([slow.error.code, slow.error.outcome, slow.error.bookingId],
    ['TIMEOUT', 'unknown', 'b-1']);
  assert.equal(client.status.status, 'waiting', 'a late answer would be taken for the next one');
  await timers.pass(1000);
  assert.deepEqual([behind.error?.code, behind.error?.outcome], ['TIMEOUT', 'not_sent']);
  await back(ack('b-1', 11));
  assert.deepEqual(commands(), []);
  assert.deepEqual(client.pushes.map(({ seq }) => seq), [11]);
  last().end(1000);
  assert.equal(timers.running, 0);
});

test('an answer that does not come, though others talk, is asked for anew', async (t) => {
  const { client, last, timers, commands, back } = await driver(t);
  const done = watched(client.submitArrivalTime('b-1', 60));
  await timers.pass(9_999);
  last().say({ type: 'chat_message', booking_id: 'b-2', from: 'customer', text: 'Hi', seq: 11 });
  assert.equal(client.status.status, 'connected');
  await timers.pass(1);
  assert.equal(client.status.status, 'waiting');
  await back();
  await settled();
  assert.equal(commands().length, 1, 'it had not arrived, and is sent once more');
  last().say(ack('b-1', 12));
  await settled();
  assert.equal(done.value.seq, 12);
});

test('so many may wait, and no more', async (t) => {
  const { client, last } = await driver(t, { waitingMax: 3 });
  last().end(1006);
  const waiting = [1, 2, 3].map((i) => watched(client.acceptBooking(`b-${i}`)));
  await assertRejected(client.acceptBooking('b-4'),
    { code: 'TOO_MANY_WAITING', outcome: 'not_sent', retryable: true, bookingId: 'b-4' });
  await settled();
  assert.ok(waiting.every(({ error }) => error === undefined));
});

test('errors that come later than what they are about are told to who listens', async (t) => {
  const { client, last } = await driver(t);
  last().say({ type: 'error', code: 'BOOKING_NOT_CHATTABLE', message: 'No.', booking_id: 'b-1' });
  assert.deepEqual(client.errors.map(({ code, bookingId }) => [code, bookingId]),
    [['BOOKING_NOT_CHATTABLE', 'b-1']]);
});

test('a busy server is worth another try; a log that fails leaves it open', async (t) => {
  const { client, last } = await driver(t);
  const expectations = [['SERVER_BUSY', 'refused'], ['LOG_UNAVAILABLE', 'unknown']];
  for (const [code, outcome] of expectations) {
    const command = watched(client.acceptBooking('b-1'));
    await settled();
    last().say({ type: 'error', code, message: 'Later.', booking_id: 'b-1' });
    await settled();
    assert.deepEqual([command.error.code, command.error.outcome, command.error.retryable],
      [code, outcome, true]);
  }
});

test('a resync that is refused is tried again on the next connection', async (t) => {
  const { client, opened, last, timers } = await driver(t);
  last().end(1006);
  await timers.pass(3000);
  last().accept({ type: 'connected', driver_id: 'd-1' },
    { type: 'error', code: 'SERVER_BUSY', message: 'Later.' });
  assert.equal(client.status.status, 'waiting');
  await timers.pass(6000);
  assert.equal(opened.length, 3);
});

test('the place is said after every greeting, the last one only', async (t) => {
  const { client, last, timers, commands, back } = await driver(t);
  client.updateLocation({ latitude: 1, longitude: 2 });
  client.updateLocation({ latitude: 3, longitude: 4 });
  assert.equal(commands().length, 2);
  last().end(1006);
  client.updateLocation({ latitude: 5, longitude: 6 });
  await timers.pass(2000);
  await back();
  assert.deepEqual(commands(), [{ type: 'location_update', latitude: 5, longitude: 6 }]);
});

test('a customer with a booking on its way is not put off by a 1000', async (t) => {
  const fetch = async () => new Response(JSON.stringify({
    meta: {}, code: 'CREATED', data: { booking_id: 'b-1' }, user_message: {},
  }), { status: 201 });
  const { client, last, timers } = await scripted(t, connectCustomer, { fetch });
  const catchUp = () => last().accept({ type: 'connected', customer_id: 'c-1' },
    { type: 'snapshot', booking_id: null }, { type: 'position', seq: 10 });
  catchUp();
  await client.requestBooking({});
  last().end(1000);
  assert.equal(client.status.status, 'waiting');
  await timers.pass(3000);
  catchUp();
  last().say({ type: 'driver_cancelled', booking_id: 'b-1', seq: 11 });
  last().end(1000);
  assert.equal(client.status.status, 'disconnected');
  await client.requestBooking({}); // its last push is known already
  await settled();
  catchUp();
  last().end(1000);
  assert.equal(client.status.status, 'disconnected');
});

// Campus: a command is not sent once more, as nothing says whether it arrived.

const trip = { pickup_latitude: 1, pickup_longitude: 2, dropoff_latitude: 3, dropoff_longitude: 4,
  pickup_address: 'here', dropoff_address: 'there' };
const probed = { action: 'error', code: 'RIDE_REQUEST_NOT_FOUND', message: 'None.' };
const own = (action, status) => ({ action, data: { id: 'r-1', ...trip, status } });

test('on campus, what is shown of it after the connection was lost is an answer', async (t) => {
  for (const [action, status] of [['ride_request_created', 'pending'],
    ['ride_request_accepted', 'accepted']]) {
    const { client, last, timers } = await scripted(t, connectPassenger, { userId: 'p-1' });
    last().accept();
    const created = watched(client.createRideRequest(trip));
    await settled();
    last().end(1006);
    await timers.pass(3000);
    last().accept(own(action, status));
    assert.equal(client.status.status, 'connecting', 'there may be more');
    last().say(probed);
    last().say(probed);
    await settled();
    assert.equal(created.value?.action, action);
    assert.equal(client.status.status, 'connected');
    assert.equal(client.pushes.length, 1);
  }
});

test('on campus, what is not shown is unknown, and what waited is sent', async (t) => {
  const { client, last, timers } = await scripted(t, connectPassenger, { userId: 'p-1' });
  last().accept();
  const said = watched(client.sendChatMessage('Hi'));
  const behind = watched(client.sendChatMessage('there'));
  await settled();
  last().end(1006);
  await timers.pass(3000);
  last().accept(probed);
  await settled();
  assert.deepEqual([said.error.code, said.error.outcome], ['CONNECTION_LOST', 'unknown']);
  assert.deepEqual(last().sent.at(-1), { action: 'send_chat_message', message: 'there' });
  last().say({ action: 'chat_message', user_id: 'p-1', message: 'there' });
  await settled();
  assert.equal(behind.value.message, 'there');
});
