// The calls over HTTP: every one of them, their errors, and what is tried again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { adminApi, customerApi, driverApi, roomsApi } from '../../net/console/client/index.js';
import { assertRejected } from '../support/client.mjs';
import { nowhere } from '../support/http.mjs';
import { Person, Ride, bookingRequest, openCity, startServer, uuid } from '../support/rides.mjs';
import { Member } from '../support/rooms.mjs';
import { adminToken } from '../support/server.mjs';

const callsOf = (api, { server, token }, options) => api({ url: server.url, token, ...options });

test('the admin creates, shows and changes accounts, and saves templates', async (t) => {
  const { url } = await startServer(t);
  const admin = adminApi({ url, token: adminToken });
  const fields = {
    email: 'a@example.org', name: 'A', roles: ['driver'], phone: '21', phone_code: 'NZ',
  };
  const { id } = await admin.createAccount(fields);
  assert.match(id, uuid);
  await assertRejected(admin.createAccount(fields), { code: 'EMAIL_TAKEN', status: 409 });
  assert.equal((await admin.changeAccount(id, { name: 'B' })).name, 'B');
  const { status, phone_code, devices } = await admin.account(id);
  assert.deepEqual([status, phone_code, devices], ['active', 'NZ', []]);
  await admin.endSession(id);
  const template = await admin.addCancellationTemplate('Too far.');
  assert.deepEqual(await admin.cancellationTemplates(),
    [{ ...template, text: 'Too far.', owner: 'admin' }]);
  await assertRejected(admin.account(nowhere), { code: 'NOT_FOUND', status: 404 });
  await assertRejected(adminApi({ url, token: 'wrong' }).account(id),
    { code: 'INVALID_TOKEN', status: 401, retryable: false });
});

test('the admin is shown all bookings, and their stories however long', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '0' } });
  const ride = await new Ride(city).through('accept');
  const text = 'A very long message.'.padEnd(990, '.');
  for (let i = 0; i < 120; ++i) await ride.say(i % 2 ? ride.driver : ride.customer, text);
  let calls = 0;
  const admin = callsOf(adminApi, { server: city.server, token: adminToken },
    { onExchange: () => ++calls });
  const { bookings: [booking], next_before } = await admin.bookings({ limit: 5 });
  assert.deepEqual([booking.booking_id, booking.status, next_before],
    [ride.id, 'on_the_way', null]);
  assert.deepEqual((await admin.bookings({ before: booking.position })).bookings, []);
  calls = 0;
  const story = await admin.story(ride.id);
  assert.ok(calls > 1, 'it came in parts');
  assert.equal(story.events.at(-1).event.position, story.last_position);
  assert.equal(story.events.filter(({ event }) => event.type === 'chat_message_sent').length, 120);
  await assertRejected(admin.story(nowhere), { code: 'BOOKING_NOT_FOUND', status: 404 });
});

test('a driver has a profile, bookings and templates', async (t) => {
  const city = await openCity(t);
  const calls = callsOf(driverApi, city.driver);
  assert.equal((await calls.profile()).phone_code.code, 'AU');
  const ride = await new Ride(city).through('request');
  const { bookings: [booking], next_before } = await calls.bookings({ limit: 5, before: null });
  assert.deepEqual([booking.booking_id, booking.assignment.booking_id, next_before],
    [ride.id, ride.id, null]);
  const { id } = await calls.addCancellationTemplate('A flat tyre.');
  assert.deepEqual(await calls.cancellationTemplates(),
    [{ id, text: 'A flat tyre.', owner: 'driver' }]);
  assert.equal(await calls.removeCancellationTemplate(id), null);
  await assertRejected(calls.cancelBooking(ride.id, { cancellation_description: 'No.' }),
    { code: 'BOOKING_NOT_CANCELLABLE', status: 409 });
});

test('a customer has a profile and bookings', async (t) => {
  const city = await openCity(t);
  const calls = callsOf(customerApi, city.customer);
  assert.equal((await calls.profile()).name, 'Alice');
  const { booking_id, booking_type, driver_id } = await calls.requestBooking(bookingRequest());
  assert.deepEqual([booking_type, driver_id], ['instant', city.driver.id]);
  const { bookings: [booking] } = await calls.bookings();
  assert.deepEqual([booking.booking_id, booking.booking_status], [booking_id, 'requested']);
  await assertRejected(calls.requestBooking(bookingRequest({ no_of_passengers: 9 })),
    { code: 'INVALID_PAYLOAD', status: 422, outcome: 'refused' });
});

test('rooms are opened, and their hosts say who takes part', async (t) => {
  const server = await startServer(t);
  const host = await Member.create(server, 'host');
  await Member.create(server, 'guest');
  const rooms = callsOf(roomsApi, host);
  assert.deepEqual(await rooms.create({ name: 'Our Room' }), { host: 'host', slug: 'our-room' });
  const room = rooms.of('host', 'our-room');
  assert.deepEqual(await room.addParticipant('guest'),
    { host: 'host', slug: 'our-room', username: 'guest' });
  assert.equal(await room.removeParticipant('guest'), null);
  assert.deepEqual(await room.messages(), { messages: [], next_before: null });
  await assertRejected(rooms.create({ name: 'Our Room' }), { code: 'SLUG_TAKEN', status: 409 });
});

test('a token that is not taken is asked for anew, once', async (t) => {
  const server = await startServer(t);
  const person = await Person.create(server, 'customer');
  const asked = [];
  const token = (good) => async ({ refused }) => {
    asked.push(refused);
    return refused ? good : 'expired';
  };
  const calls = callsOf(customerApi, { server, token: token(person.token) });
  assert.equal((await calls.profile()).id, person.id);
  await assertRejected(callsOf(customerApi, { server, token: token('worse') }).profile(),
    { code: 'INVALID_TOKEN', status: 401 });
  assert.deepEqual(asked, [false, true, false, true]);
});

test('a request whose answer is lost is made again, and is one booking', async (t) => {
  const city = await openCity(t);
  const calls = [];
  let lost = 2;
  const unsteady = async (address, options) => {
    const answer = await fetch(address, options);
    calls.push(options.headers['Idempotency-Key']);
    if (lost-- > 0) throw new TypeError('the answer is lost');
    return answer;
  };
  const customer = callsOf(customerApi, city.customer, { fetch: unsteady, delayMs: 5 });
  const { booking_id } = await customer.requestBooking(bookingRequest());
  assert.deepEqual([calls.length, new Set(calls).size], [3, 1]);
  const { bookings } = await customer.bookings();
  assert.deepEqual(bookings.map((each) => each.booking_id), [booking_id]);
  lost = Infinity;
  await assertRejected(customer.requestBooking(bookingRequest(), { idempotencyKey: 'mine' }),
    { code: 'NETWORK_ERROR', outcome: 'unknown', retryable: true });
  assert.equal(calls.filter((key) => key === 'mine').length, 6, 'five times more');
});

test('every call is told, without its token', async (t) => {
  const server = await startServer(t);
  const person = await Person.create(server, 'customer');
  const told = [];
  const calls = callsOf(customerApi, person, { onExchange: (call) => told.push(call) });
  const profile = await calls.profile();
  const [{ method, path, status, answer }] = told;
  assert.deepEqual([method, path, status], ['GET', '/api/mobile/customer/profile', 200]);
  assert.deepEqual(answer.data, profile);
  assert.ok(!JSON.stringify(told).includes(person.token));
});

test('what stands before the server, and no server at all', async () => {
  const answering = (status, body) => ({
    url: 'http://hansom.example', token: 'good', attempts: 0,
    fetch: async () => new Response(body, { status }),
  });
  await assertRejected(customerApi(answering(502, '<html>')).profile(),
    { code: 'HTTP_ERROR', status: 502, outcome: 'unknown', retryable: true });
  await assertRejected(customerApi(answering(200, '<html>')).profile(), { code: 'HTTP_ERROR' });
  const fetch = (url, { signal }) => new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason)));
  await assertRejected(
    customerApi({ url: 'http://hansom.example', token: 'good', fetch, answerMs: 5 }).profile(),
    { code: 'NETWORK_ERROR', outcome: 'unknown' });
});

test('a call without a token to be had is not made', async () => {
  const token = async () => {
    throw new Error('signed out');
  };
  const fetch = () => assert.fail('a call was made');
  await assertRejected(customerApi({ url: 'http://hansom.example', token, fetch }).profile(),
    { code: 'TOKEN_UNAVAILABLE', outcome: 'not_sent', retryable: true });
});
