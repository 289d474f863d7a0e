// A booking request with an Idempotency-Key can be sent again: it books once and is answered alike.
import assert from 'node:assert/strict';
import test from 'node:test';
import { inSeconds, killAndRestart, openPatientCity, setStatus } from '../support/city.mjs';
import { as, asAdmin, assertFailure, dataOf, onSide } from '../support/http.mjs';
import { Person, Ride, bookingRequest, dropOff, openCity } from '../support/rides.mjs';
import { token } from '../support/server.mjs';

function request(customer, key, changes = {}) {
  const body = typeof changes === 'string' ? changes : bookingRequest(changes);
  return as(customer, 'POST', '/booking/request', body, { 'Idempotency-Key': key });
}

/** Both are one answer: what is repeated is the whole of it, the moment it was given included. */
function assertSame(answer, first) {
  assert.equal(answer.status, first.status);
  assert.deepEqual(answer.body, first.body);
}

/** Books; resolves to the answer and takes what the driver is pushed. */
async function book({ customer, driver }, key, changes) {
  const answer = await request(customer, key, changes);
  const { booking_id } = dataOf(answer, 201);
  assert.equal((await driver.take('booking_assigned')).booking_id, booking_id);
  return answer;
}

/** Nothing but these bookings is there, and no push that nobody has taken. */
async function assertBooked({ customer, driver }, ...answers) {
  await driver.snapshot();
  const { bookings } = dataOf(await as(customer, 'GET', '/bookings'));
  const ids = answers.map((answer) => answer.body.data.booking_id);
  assert.deepEqual(bookings.map((booking) => booking.booking_id), ids.reverse());
}

test('the same key and body get the same answer, and book once', async (t) => {
  const city = await openPatientCity(t);
  const first = await book(city, 'key-1');
  for (let i = 0; i < 3; ++i) assertSame(await request(city.customer, 'key-1'), first);
  await assertBooked(city, first);
});

test('another key, or none, is another booking', async (t) => {
  const city = await openPatientCity(t);
  const answers = [await book(city, 'key-1'), await book(city, 'key-2'), await book(city, 'KEY-1')];
  for (let i = 0; i < 2; ++i) {
    answers.push(await city.customer.requestBooking());
    await city.driver.take('booking_assigned');
  }
  await assertBooked(city, ...answers);
});

test('twenty requests at once with one key book once, and all get one answer', async (t) => {
  const city = await openPatientCity(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => request(city.customer, 'key-1')),
  );
  for (const answer of answers) assertSame(answer, answers[0]);
  await city.driver.take('booking_assigned');
  await assertBooked(city, answers[0]);
});

test('of two bodies sent at once with one key, one books and the other is refused', async (t) => {
  const city = await openPatientCity(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      request(city.customer, 'key-1', { no_of_passengers: (i % 2) + 1 })),
  );
  const { no_of_passengers } = await city.driver.take('booking_assigned');
  const first = answers[no_of_passengers - 1];
  for (const [i, answer] of answers.entries()) {
    if ((i % 2) + 1 === no_of_passengers) assertSame(answer, first);
    else assertFailure(answer, 409, 'IDEMPOTENCY_KEY_REUSED');
  }
  await assertBooked(city, first);
});

test('a key is remembered over a kill', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  const first = await book(city, 'key-1');
  for (let i = 0; i < 2; ++i) {
    await killAndRestart(server, customer, driver);
    assertSame(await request(customer, 'key-1'), first);
    const other = await request(customer, 'key-1', { no_of_passengers: 3 });
    assertFailure(other, 409, 'IDEMPOTENCY_KEY_REUSED');
  }
  await assertBooked(city, first);
});

test('a kill amid a burst of requests with one key leaves one booking at most', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  for (let round = 0; round < 5; ++round) {
    const key = `key-${round}`;
    const burst = Array.from({ length: 20 }, () => request(customer, key).catch(() => null));
    if (round % 2) await Promise.race(burst);
    await server.kill();
    const shown = (await Promise.all(burst)).filter(Boolean);
    await server.launch();
    for (const person of [customer, driver]) await person.connect();
    const first = shown[0] ?? (await request(customer, key));
    for (const answer of [...shown, await request(customer, key)]) assertSame(answer, first);
    const { bookings } = dataOf(await as(customer, 'GET', '/bookings'));
    assert.equal(bookings.length, round + 1);
    assert.equal(bookings[0].booking_id, first.body.data.booking_id);
  }
});

test('a key with another body is IDEMPOTENCY_KEY_REUSED, and still good for its own', async (t) => {
  const city = await openPatientCity(t);
  const first = await book(city, 'key-1');
  const others = [
    { no_of_passengers: 3 }, { note: 'Hurry.' }, { pickup_latitude: -33.8 },
    { pickup_location_title: 'Work' }, { drop_offs: [dropOff(), dropOff()] },
    { scheduled_date: inSeconds(3600) },
  ];
  for (const changes of others) {
    const answer = await request(city.customer, 'key-1', changes);
    assertFailure(answer, 409, 'IDEMPOTENCY_KEY_REUSED', JSON.stringify(changes));
  }
  assertSame(await request(city.customer, 'key-1'), first);
  await assertBooked(city, first);
});

test('whatever has become of the booking, the answer is the first', async (t) => {
  const city = await openPatientCity(t);
  const ride = new Ride(city);
  const first = await book(city, 'key-1');
  ride.id = first.body.data.booking_id;
  for (const step of ['offer', 'accept', 'chat', 'complete']) {
    await ride[step]();
    assertSame(await request(city.customer, 'key-1'), first);
  }
  await city.customer.app.untilClosed();
  assertSame(await request(city.customer, 'key-1'), first);
  await killAndRestart(city.server, city.customer, city.driver);
  assertSame(await request(city.customer, 'key-1'), first);
  await assertBooked(city, first);
});

test('a booking that found no driver is not tried again by its key', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const first = await request(customer, 'key-1');
  assert.equal(dataOf(first, 201).driver_id, null);
  await customer.take('driver_cancelled');
  const driver = await Person.create(server, 'driver');
  await driver.connect();
  assertSame(await request(customer, 'key-1'), first);
  await assertBooked({ customer, driver }, first);
});

test('the key of a scheduled booking is good beyond its pickup time', async (t) => {
  const city = await openPatientCity(t);
  const { customer } = city;
  const scheduled = { scheduled_date: inSeconds(1.5) };
  const first = await book(city, 'key-1', scheduled);
  assert.equal(first.body.data.booking_type, 'scheduled');
  const { reason_code } = await customer.take('driver_cancelled'); // the pickup time has come
  assert.equal(reason_code, 'SCHEDULED_DRIVER_NO_SHOW');
  await city.driver.take('booking_cancelled');
  assertSame(await request(customer, 'key-1', scheduled), first);
  const late = await request(customer, 'key-2', scheduled);
  assertFailure(late, 422, 'INVALID_PAYLOAD', 'which is too late without it');
  await assertBooked(city, first);
});

test("another customer's same key is another key", async (t) => {
  const city = await openPatientCity(t);
  const { server, driver } = city;
  const zoe = await Person.create(server, 'customer');
  await zoe.connect();
  const first = await book(city, 'key-1');
  const second = await book({ customer: zoe, driver }, 'key-1', { no_of_passengers: 5 });
  assertSame(await request(city.customer, 'key-1'), first);
  assertSame(await request(zoe, 'key-1', { no_of_passengers: 5 }), second);
  await assertBooked(city, first);
  await assertBooked({ customer: zoe, driver }, second);
});

test('a request that is refused does not use its key up', async (t) => {
  const city = await openPatientCity(t);
  const { customer, driver } = city;
  const garbage = Object.assign(new Person(), { ...customer, token: 'garbage' });
  const bad = { no_of_passengers: 9 };
  const assertRefused = async () => {
    assertFailure(await request(customer, 'key-1', '{'), 400, 'INVALID_JSON');
    assertFailure(await request(customer, 'key-1', bad), 422, 'INVALID_PAYLOAD');
    assertFailure(await request(garbage, 'key-1'), 401, 'INVALID_TOKEN');
    const other = onSide(driver, 'customer');
    assertFailure(await request(other, 'key-1'), 403, 'CUSTOMER_NOT_FOUND');
    await setStatus(customer, 'blocked');
    assertFailure(await request(customer, 'key-1'), 403, 'ACCOUNT_BLOCKED');
    await setStatus(customer, 'active');
  };
  await assertRefused();
  const first = await book(city, 'key-1');
  await assertRefused(); // and the key shields nobody who comes later
  assertSame(await request(customer, 'key-1'), first);
  await assertBooked(city, first);
});

test('a key has 1 to 255 visible ASCII characters', async (t) => {
  const city = await openPatientCity(t);
  const visible = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 0x21 + i));
  const answers = [];
  for (const key of ['x', '0', visible, 'x'.repeat(255)]) answers.push(await book(city, key));
  for (const key of ['', 'x'.repeat(256), 'a b', 'a\tb', 'clé', '\u00ff', 'x'.repeat(2000)]) {
    assertFailure(await request(city.customer, key), 422, 'INVALID_PAYLOAD', JSON.stringify(key));
  }
  const stranger = Object.assign(new Person(), {
    ...city.customer, token: token({ email: 'nobody@example.org' }),
  });
  assertFailure(await request(stranger, ''), 403, 'CUSTOMER_NOT_FOUND', 'who comes first');
  await assertBooked(city, ...answers);
});

test('the key stays with the account whose email changes', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const first = await book(city, 'key-1');
  dataOf(await asAdmin(server, 'PATCH', `/accounts/${customer.id}`, { email: 'new@example.org' }));
  customer.token = token({ email: 'new@example.org' });
  assertSame(await request(customer, 'key-1'), first);
  await assertBooked(city, first);
});
