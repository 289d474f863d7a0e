// The client in the taxi dialect: every push and every command of both sides, typed as documented.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  assertRejected, clientOf, namesOf, next, until,
} from '../support/client.mjs';
import { adminTemplate, endSession, inSeconds, noGrace } from '../support/city.mjs';
import { nowhere } from '../support/http.mjs';
import { Person, bookingRequest, pickup, startServer } from '../support/rides.mjs';

const patient = { DRIVER_RESPONSE_TIME: '600', CUSTOMER_WAITING_TIME: '600', ...noGrace };

/** A customer and so many drivers, all by this client and connected; the first is the nearest. */
async function openCity(t, { drivers: howMany = 1, env } = {}) {
  const server = await startServer(t, { env: { ...patient, ...env } });
  const customer = clientOf(t, await Person.create(server, 'customer', { name: 'Alice' }));
  const drivers = [];
  for (let i = 0; i < howMany; ++i) {
    const driver = clientOf(t, await Person.create(server, 'driver', { name: `Bob ${i}` }));
    driver.updateLocation({ ...pickup, latitude: pickup.latitude + 0.01 * (i + 1) });
    drivers.push(driver);
  }
  for (const client of [customer, ...drivers]) {
    await until(client, 'connected');
    await client.ping();
  }
  return { server, customer, drivers, driver: drivers[0] };
}

async function requested(city, changes) {
  const assigned = next(city.driver, 'booking_assigned');
  const { booking_id: id } = await city.customer.requestBooking(bookingRequest(changes));
  assert.equal((await assigned).booking_id, id);
  return id;
}

async function offered(city) {
  const id = await requested(city);
  const offer = next(city.customer, 'arrival_time_offered');
  const ack = await city.driver.submitArrivalTime(id, 300);
  assert.deepEqual([ack.type, ack.booking_id, ack.arrival_time.seconds],
    ['arrival_time_accepted', id, 300]);
  assert.equal((await offer).driver_name, 'Bob 0');
  return id;
}

async function onTheWay(city) {
  const id = await offered(city);
  const news = next(city.driver, 'customer_accepted');
  const ack = await city.customer.accept(id);
  assert.deepEqual([ack.type, ack.booking_status], ['accept_accepted', 'on_the_way']);
  assert.equal((await news).auto_promoted, false);
  return id;
}

test('a whole ride: each command resolves to its ack, and all is shown once', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const id = await onTheWay(city);
  const heard = next(customer, 'chat_message');
  const said = await driver.sendChatMessage(id, 'At the front entrance.');
  assert.deepEqual([said.from, said.text], ['driver', 'At the front entrance.']);
  assert.deepEqual(await heard, said);
  await customer.sendChatMessage(id, 'Coming.');
  const over = next(customer, 'ride_completed');
  const done = await driver.markAsCompleted(id);
  assert.deepEqual([done.type, done.chat_history.length], ['complete_accepted', 2]);
  assert.equal((await over).booking_id, id);

  assert.deepEqual(namesOf(driver), ['booking_assigned', 'arrival_time_accepted',
    'customer_accepted', 'chat_message', 'chat_message', 'complete_accepted']);
  assert.deepEqual(namesOf(customer), ['arrival_time_offered', 'accept_accepted', 'chat_message',
    'chat_message', 'ride_completed']);
  assert.equal(driver.position, driver.pushes.at(-1).seq);
  // The server closes a customer's socket when nothing is in progress any more.
  const { reason } = await until(customer, 'disconnected');
  assert.deepEqual([reason.code, reason.closeCode], ['NOTHING_IN_PROGRESS', 1000]);
  assert.equal(driver.status.status, 'connected');
});

test('a customer whose socket was closed after the last ride is there for the next', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  for (let i = 0; i < 2; ++i) {
    await driver.markAsCompleted(await onTheWay(city));
    await until(customer, 'disconnected');
  }
  assert.equal(namesOf(customer).filter((name) => name === 'ride_completed').length, 2);
});

test('a scheduled ride, which begins by itself', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const scheduled_date = inSeconds(1.5);
  const id = await requested(city, { scheduled_date });
  const confirmed = next(customer, 'booking_confirmed');
  const started = [next(customer, 'offer_auto_accepted'), next(driver, 'customer_accepted')];
  const ack = await driver.acceptBooking(id);
  assert.deepEqual([ack.type, 'booking_status' in ack], ['accept_accepted', false]);
  assert.equal((await confirmed).scheduled_date, scheduled_date);
  const [, accepted] = await Promise.all(started);
  assert.equal(accepted.auto_promoted, true);
  await driver.markAsCompleted(id);
});

test('a decline by template or by text, and an offer that nobody takes', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { server, customer, drivers: [first, second] } = city;
  const template = await adminTemplate(server, 'Too far.');
  const id = await requested(city);
  const second_asked = next(second, 'booking_assigned');
  const declined = await first.declineBooking(id, { cancellation_template_id: template });
  assert.equal(declined.reassigned, true);
  await second_asked;
  const cancelled = next(customer, 'driver_cancelled');
  const last = await second.declineBooking(id, { cancellation_description: 'A flat tyre.' });
  assert.equal(last.reassigned, false);
  assert.equal((await cancelled).reason_code, 'NO_DRIVER_AVAILABLE');
});

test('offers that expire, and the cancellation of the last', async (t) => {
  const city = await openCity(t, { env: { DRIVER_RESPONSE_TIME: '0.2' } });
  const lost = [next(city.driver, 'booking_cancelled'), next(city.customer, 'driver_cancelled')];
  await requested(city);
  await Promise.all(lost);
  assert.deepEqual(namesOf(city.driver),
    ['booking_assigned', 'offer_expired', 'booking_cancelled']);
});

test('an offer that the customer leaves alone is accepted for them', async (t) => {
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '0.2' } });
  const promoted = [
    next(city.driver, 'customer_accepted'), next(city.customer, 'offer_auto_accepted'),
  ];
  await offered(city);
  assert.equal((await promoted[0]).auto_promoted, true);
  await promoted[1];
});

test('a rejection, and cancellations by either side over HTTP', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const rejected = next(driver, 'customer_rejected');
  const ack = await customer.reject(await offered(city));
  assert.deepEqual([ack.type, ack.driver_name], ['reject_accepted', 'Bob 0']);
  await rejected;

  const cancelledByDriver = next(customer, 'driver_cancelled');
  let id = await onTheWay(city);
  const answer = await driver.cancelBooking(id, { cancellation_description: 'A flat tyre.' });
  assert.deepEqual(answer, { booking_id: id, status: 'cancelled' });
  assert.equal((await cancelledByDriver).reason, 'A flat tyre.');

  const cancelledByCustomer = next(driver, 'booking_cancelled_by_customer');
  id = await onTheWay(city);
  await customer.cancelBooking(id);
  await cancelledByCustomer;
});

test('resync resolves to snapshots, of one booking or of what the document says', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  assert.deepEqual(await driver.resync(), { type: 'snapshot', assignment: null });
  assert.deepEqual(await customer.resync(),
    { type: 'snapshot', booking_id: null, booking_status: null });
  const [older, newer] = [await onTheWay(city), await offered(city)];
  const [oldest, newest, second, first] = await Promise.all([
    driver.resync(), customer.resync(), driver.resync(newer), customer.resync(older),
  ]);
  assert.equal(oldest.assignment.booking_id, older);
  assert.equal(newest.booking_id, newer);
  assert.equal(second.assignment.booking_id, newer);
  assert.equal(first.booking_id, older);
  assert.ok(driver.snapshots.length >= 3, 'they are shown as well');
});

test('commands that the server refuses are rejected with its code and the booking', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const id = await requested(city);
  const template = { cancellation_template_id: nowhere };
  const refusals = [
    [customer.accept(id), 'BOOKING_NOT_ACCEPTABLE'],
    [customer.reject(nowhere), 'BOOKING_NOT_REJECTABLE', nowhere],
    [customer.sendChatMessage(id, 'Hello?'), 'BOOKING_NOT_CHATTABLE'],
    [customer.resync(nowhere), 'BOOKING_NOT_FOUND', nowhere],
    [driver.acceptBooking(id), 'BOOKING_NOT_ASSIGNABLE'],
    [driver.submitArrivalTime(id, 0), 'INVALID_PAYLOAD'],
    [driver.markAsCompleted(id), 'BOOKING_NOT_COMPLETABLE'],
    [driver.declineBooking(id, template), 'INVALID_TEMPLATE'],
    [driver.declineBooking(id, {}), 'INVALID_PAYLOAD'],
    [driver.declineBooking(nowhere, { cancellation_description: 'No.' }), 'BOOKING_NOT_DECLINABLE',
      nowhere],
    [driver.resync(nowhere), 'BOOKING_NOT_FOUND', nowhere],
  ];
  await Promise.all(refusals.map(([promise, code, bookingId = id]) =>
    assertRejected(promise, { code, bookingId, outcome: 'refused', retryable: false }, code)));
  await driver.submitArrivalTime(id, 60);
  assert.deepEqual([...customer.errors, ...driver.errors], [], 'somebody waited for each of them');
});

test('many commands at once each get their own answer', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '0' } });
  const { customer, driver } = city;
  const ids = [await onTheWay(city), await onTheWay(city), await offered(city)];
  const saying = [];
  for (let i = 0; i < 15; ++i) {
    for (const [j, id] of ids.entries()) {
      for (const client of [customer, driver]) {
        const text = `${i} about ${j}`;
        const said = client.sendChatMessage(id, text);
        saying.push(j < 2
          ? said.then((frame) => assert.deepEqual([frame.booking_id, frame.text], [id, text]))
          : assertRejected(said, { code: 'BOOKING_NOT_CHATTABLE', bookingId: id }));
      }
    }
  }
  await Promise.all(saying);
});

test('who comes with nothing is shown what is in progress from its beginning', async (t) => {
  const city = await openCity(t);
  const id = await onTheWay(city);
  const heard = next(city.driver, 'chat_message');
  await city.customer.sendChatMessage(id, 'Where are you?');
  await heard;
  city.driver.disconnect();
  const { id: driverId, settings: { token, deviceId } } = city.driver;
  const comesBack = async (options) => {
    const person = { server: city.server, side: 'driver', token, id: driverId };
    const client = clientOf(t, person, { deviceId, ...options });
    await until(client, 'connected');
    return client;
  };
  const again = await comesBack({});
  assert.deepEqual(again.pushes, city.driver.pushes);
  again.disconnect();
  // And who has dealt with some of it goes on from there.
  const { pushes } = await comesBack({ since: city.driver.pushes[1].seq });
  assert.deepEqual(pushes, city.driver.pushes.slice(2));
});

test('who was never told anything misses nothing either, once connected', async (t) => {
  const city = await openCity(t, { env: { DRIVER_RESPONSE_TIME: '0.2' } });
  const { customer, driver } = city;
  assert.ok(customer.position > 0, 'there is a place to go on from');
  const lost = next(driver, 'booking_cancelled');
  await requested(city);
  customer.disconnect();
  await lost; // and nothing is in progress any more
  customer.connect();
  await until(customer, 'connected');
  assert.deepEqual(namesOf(customer), ['driver_cancelled']);
});

test('a session that is ended says so, and does not come back', async (t) => {
  const { server, driver } = await openCity(t);
  const said = next(driver, 'force_disconnect');
  await endSession({ server, id: driver.id });
  const { reason } = await said;
  const { reason: why } = await until(driver, 'disconnected');
  assert.deepEqual([why.code, why.message], ['FORCE_DISCONNECT', reason]);
});

test('a place on no map is refused at once', async (t) => {
  const { driver } = await openCity(t);
  for (const place of [{}, { latitude: 91, longitude: 0 }, { latitude: 0, longitude: NaN }]) {
    assert.throws(() => driver.updateLocation(place), RangeError);
  }
});
