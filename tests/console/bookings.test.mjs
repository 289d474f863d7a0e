// What a side knows, change by change: the orders of events that clicks can't bring about at will.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../net/console/taxi/bookings.js';

const after = (...all) => all.reduce(reduce, initialState);
const received = (frame) => ({ kind: 'received', frame });
const answer = { booking_id: 'b', booking_type: 'instant', driver_id: 'd' };
const requested = { kind: 'requested', answer, booking: { note: 'mine', passengers: 2 } };

test('a push that overtakes the answer to the request is not undone by it', () => {
  const cancelled = received({
    type: 'driver_cancelled', booking_id: 'b', status: 'cancelled', reason: 'None.',
    chat_history: [],
  });
  const [booking] = after(cancelled, requested).bookings;
  assert.equal(booking.status, 'cancelled');
  assert.equal(booking.reason, 'None.');
  assert.equal(booking.note, 'mine');
});

test('an answer without a driver ends the booking, whether or not its push comes', () => {
  const driverless = { ...requested, answer: { ...answer, driver_id: null } };
  assert.equal(after(driverless).bookings[0].status, 'cancelled');
});

test('frames are routed by booking_id, the newest booking first', () => {
  const { bookings } = after(
    received({ type: 'booking_assigned', booking_id: 'a', booking_status: 'requested' }),
    received({ type: 'booking_assigned', booking_id: 'b', booking_status: 'requested' }),
    received({ type: 'customer_accepted', booking_id: 'a', booking_status: 'on_the_way' }),
  );
  assert.deepEqual(bookings.map(({ id, status }) => [id, status]),
    [['b', 'requested'], ['a', 'on_the_way']]);
});

test('a live message brings a hundred entries; a longer transcript is kept', () => {
  const entries = Array.from({ length: 151 }, (_, index) => ({
    from: 'driver', text: `${index}`, sent_at: '2026-05-12T10:32:15.000Z',
  }));
  const snapshot = received({
    type: 'snapshot', booking_id: 'b', booking_status: 'on_the_way',
    chat_history: entries.slice(0, 150),
  });
  const message = received({
    type: 'chat_message', booking_id: 'b', ...entries[150], chat_history: entries.slice(-100),
  });
  assert.deepEqual(after(snapshot, message).bookings[0].chat, entries);
  assert.deepEqual(after(requested, message).bookings[0].chat, entries.slice(-100));
});

test('an error goes to its booking, and the next frame settles it', () => {
  const refusal = received({ type: 'error', code: 'BOOKING_NOT_ACCEPTABLE', booking_id: 'b' });
  const state = after(requested, refusal);
  assert.equal(state.notice, null);
  assert.match(state.bookings[0].notice.text, /BOOKING_NOT_ACCEPTABLE/);
  const offer = { type: 'arrival_time_offered', booking_id: 'b', booking_status: 'confirmation' };
  assert.equal(reduce(state, received(offer)).bookings[0].notice, null);
  assert.match(after(refusal).notice.text, /BOOKING_NOT_ACCEPTABLE/); // no such card
});

test('a booking that resync no longer finds is gone', () => {
  const unknown = received({ type: 'error', code: 'BOOKING_NOT_FOUND', booking_id: 'b' });
  assert.equal(after(requested, unknown).bookings[0].status, 'gone');
});

test('why the connection ended is said, until there is one again', () => {
  const disconnected = (reason) =>
    ({ kind: 'connection', connection: { status: 'disconnected', reason } });
  const replaced = after(disconnected({ code: 'SESSION_REPLACED', message: 'elsewhere' }));
  assert.match(replaced.notice.text, /SESSION_REPLACED/);
  const done = after(disconnected({ code: 'NOTHING_IN_PROGRESS', message: 'closed' }));
  assert.equal(done.notice.kind, 'info');
  assert.equal(after(disconnected({ code: 'DISCONNECTED' })).notice, null);
  const connected = { kind: 'connection', connection: { status: 'connected' } };
  assert.equal(reduce(replaced, connected).notice, null);
});

test('a timer runs from its push until the status changes, and chat does not touch it', () => {
  const assigned = { type: 'booking_assigned', booking_id: 'b', booking_status: 'requested' };
  const state = after({ ...received(assigned), at: 1000 });
  assert.deepEqual(state.bookings[0].timer, { of: 'driver', since: 1000 });
  const offered =
    { type: 'arrival_time_accepted', booking_id: 'b', booking_status: 'confirmation' };
  const next = reduce(state, received(offered));
  assert.deepEqual(next.bookings[0].timer, { of: 'customer', since: null }); // was missed
  const accepted = { type: 'customer_accepted', booking_id: 'b', booking_status: 'on_the_way' };
  assert.equal(reduce(next, received(accepted)).bookings[0].timer, null);
});

test('ended bookings are kept to fifty, open ones without limit', () => {
  const pushes = Array.from({ length: 120 }, (_, index) => received({
    type: 'pushed', booking_id: `${index}`, booking_status: index % 2 ? 'completed' : 'requested',
  }));
  const { bookings } = after(...pushes);
  assert.equal(bookings.filter(({ status }) => status === 'completed').length, 50);
  assert.equal(bookings.filter(({ status }) => status === 'requested').length, 60);
  const cleared = reduce({ ...initialState, bookings }, { kind: 'clearEnded' });
  assert.equal(cleared.bookings.length, 60);
});

test('a driver who declines is done with the booking', () => {
  const assigned = received({ type: 'booking_assigned', booking_id: 'b', booking_status: 'requested' });
  const declined = received({ type: 'decline_accepted', booking_id: 'b', reassigned: true });
  assert.equal(after(assigned, declined).bookings[0].status, 'declined');
});

test('a scheduled booking that a driver took is confirmed on both sides', () => {
  const assigned = received({
    type: 'booking_assigned', booking_id: 'b', booking_status: 'requested',
    booking_type: 'scheduled', date: '2026-05-13T08:00:00.000Z',
  });
  const taken = received({ type: 'accept_accepted', booking_id: 'b', chat_history: [] });
  const [ofDriver] = after(assigned, taken).bookings;
  assert.equal(ofDriver.status, 'confirmation');
  const confirmed = received({
    type: 'booking_confirmed', booking_id: 'b', booking_status: 'confirmation',
    scheduled_date: '2026-05-13T08:00:00.000Z',
  });
  const [ofCustomer] = after(requested, confirmed).bookings;
  assert.equal(ofCustomer.status, 'confirmation');
  assert.equal(ofCustomer.date, ofDriver.date);
});
