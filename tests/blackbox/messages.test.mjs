// Every message of the taxi document has a test of its name here: first those that clients send,
// then those that the server pushes. Values, keys and the order of the keys are the document's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { App } from '../support/app.mjs';
import {
  adminTemplate, cancelOverHttp, endSession, inSeconds, noGrace, setStatus,
} from '../support/city.mjs';
import {
  assertError, assertFrame, assertFrames, documented, fiveMinutes,
} from '../support/documented.mjs';
import { Person, Ride, moment, openCity, pickup } from '../support/rides.mjs';

const impatient = { DRIVER_RESPONSE_TIME: '0.3', CUSTOMER_WAITING_TIME: '0.4', ...noGrace };
const noDriver = {
  reason: 'No driver available after multiple attempts.', reason_code: 'NO_DRIVER_AVAILABLE',
};

/** A ride in a city of its own, taken through a step. */
async function openRide(t, { through, ...options } = {}) {
  const city = await openCity(t, options);
  const ride = new Ride(city);
  if (through) await ride.through(through);
  return { ...city, ride };
}

/** A scheduled booking in a city of its own. */
async function openScheduled(t, { seconds = 7200, ...options } = {}) {
  const city = await openCity(t, options);
  const ride = new Ride(city);
  const { driver: assigned } = await ride.request({ scheduled_date: inSeconds(seconds) });
  return { ...city, ride, assigned };
}

const statusOf = async (ride) => (await ride.customer.snapshot(ride.id)).booking_status;

// What clients send.

test('submit_arrival_time: the driver takes an instant booking and says when', async (t) => {
  const { ride } = await openRide(t, { through: 'request' });
  const push = documented(ride);
  assertFrames(await ride.offer(300), {
    driver: push.arrival_time_accepted(), customer: push.arrival_time_offered(),
  });
  assert.equal(await statusOf(ride), 'confirmation');
});

test('accept: the customer takes the offer', async (t) => {
  const { ride } = await openRide(t, { through: 'offer' });
  const push = documented(ride);
  assertFrames(await ride.accept(), {
    driver: push.customer_accepted({ auto_promoted: false }), customer: push.accept_accepted(),
  });
  assert.equal(await statusOf(ride), 'on_the_way');
});

test('reject: the customer takes the booking back, before the offer or after it', async (t) => {
  for (const through of ['request', 'offer']) {
    const { ride, customer } = await openRide(t, { through });
    const push = documented(ride);
    assertFrames(await ride.reject(), {
      driver: push.customer_rejected(), customer: push.reject_accepted(through === 'offer'),
    });
    await customer.app.untilClosed();
    await customer.connect();
    assert.equal(await statusOf(ride), 'cancelled');
  }
});

test('decline_booking: the driver refuses, by a template or in their own words', async (t) => {
  const { server, ride, driver } = await openRide(t, { drivers: 3 });
  const template = await adminTemplate(server, 'Too far away');
  for (const reason of [
    { cancellation_template_id: template },
    { cancellation_description: 'Flat tyre.' },
    { cancellation_template_id: template, cancellation_description: null },
    { cancellation_template_id: null, cancellation_description: '🚕'.repeat(512) },
  ]) {
    await ride.request();
    const ack = await ride.decline(reason);
    assertFrame(ack, documented(ride).decline_accepted({ reassigned: true }));
    await driver.isRefused(
      { type: 'decline_booking', booking_id: ride.id, ...reason }, 'BOOKING_NOT_DECLINABLE',
    );
  }
});

test('accept_booking: the driver takes a scheduled booking on', async (t) => {
  const { ride } = await openScheduled(t);
  const push = documented(ride);
  assertFrames(await ride.confirm(), {
    driver: push.accept_booking_accepted(), customer: push.booking_confirmed(),
  });
  assert.equal(await statusOf(ride), 'confirmation');
});

test('mark_as_completed: the driver ends the ride', async (t) => {
  const { ride, customer } = await openRide(t, { through: 'accept' });
  const push = documented(ride);
  assertFrames(await ride.complete(), {
    driver: push.complete_accepted({ chat_history: [] }),
    customer: push.ride_completed({ chat_history: [] }),
  });
  await customer.app.untilClosed();
  await customer.connect();
  assert.equal(await statusOf(ride), 'completed');
});

test('chat_message: either side says something and both are shown the same', async (t) => {
  const { ride, customer, driver } = await openRide(t, { through: 'accept' });
  const chat_history = [];
  for (const [sender, text] of [[driver, "I'm at the front."], [customer, 'x'.repeat(1000)]]) {
    const frames = await ride.say(sender, text);
    const entry = { from: sender.side, text, sent_at: frames.driver.sent_at };
    assert.match(entry.sent_at, moment);
    chat_history.push(entry);
    const expected = documented(ride).chat_message({ ...entry, chat_history });
    assertFrames(frames, { driver: expected, customer: expected });
  }
});

test('resync: both sides ask for a booking by its id, or for the one in progress', async (t) => {
  const { ride, customer, driver } = await openRide(t, { through: 'offer' });
  for (const message of [{}, { booking_id: ride.id }, { booking_id: null }, { since: null }]) {
    for (const person of [customer, driver]) {
      const snapshot = await person.ask({ type: 'resync', ...message });
      assert.equal(snapshot.type, 'snapshot', JSON.stringify(snapshot));
      assert.equal((snapshot.assignment ?? snapshot).booking_id, ride.id);
    }
  }
});

test('ping: a pong comes back, whatever else the ping carries', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    for (const more of [{}, { booking_id: 5, latitude: 'north' }]) {
      assert.deepEqual(await person.ask({ type: 'ping', ...more }), { type: 'pong' });
    }
  }
});

test('location_update: nothing comes back, and bookings nearby come to that driver', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  drivers[1].send({ type: 'location_update', ...pickup });
  await drivers[1].snapshot(); // the very next frame
  await new Ride({ customer, driver: drivers[1] }).through('complete');
  await drivers[0].snapshot();
});

// What the server pushes.

test('connected: the greeting says who one is', async (t) => {
  const { server } = await openCity(t, { drivers: 0 });
  for (const side of ['driver', 'customer']) {
    const person = await Person.create(server, side);
    const greeting = { type: 'connected', [`${side}_id`]: person.id };
    assertFrame(await person.connect(), greeting);
    assertFrame(await person.connect({ device_id: 'phone-1' }), greeting);
  }
});

test('booking_assigned: the driver is shown the trip and the customer', async (t) => {
  const { ride } = await openRide(t);
  const before = Date.now();
  const { driver: assigned } = await ride.request({ note: 'Gate 4', no_of_passengers: 3 });
  const { date } = assigned;
  assertFrame(assigned, documented(ride).booking_assigned({ date }));
  assert.match(date, moment);
  assert.ok(Date.parse(date) >= before && Date.parse(date) <= Date.now(), 'the request\'s moment');
});

test('arrival_time_accepted: the ack shows the time in words', async (t) => {
  const { ride } = await openRide(t, { through: 'request' });
  const { driver: ack } = await ride.offer(45);
  const arrival_time = { value: 45, unit: 'seconds', label: '45 sec', seconds: 45 };
  assertFrame(ack, documented(ride).arrival_time_accepted({ arrival_time }));
});

test('arrival_time_offered: the customer is shown the time and the driver', async (t) => {
  const { ride } = await openRide(t, { through: 'request' });
  const { customer: offered } = await ride.offer(5400);
  const arrival_time = { value: 1.5, unit: 'hours', label: '1 hr 30 min', seconds: 5400 };
  assertFrame(offered, documented(ride).arrival_time_offered({ arrival_time }));
});

test('accept_accepted: one shape for the customer, another for the driver', async (t) => {
  const { ride } = await openRide(t, { through: 'offer' });
  assertFrame((await ride.accept()).customer, documented(ride).accept_accepted());
  const { ride: scheduled } = await openScheduled(t);
  assertFrame((await scheduled.confirm()).driver, documented(scheduled).accept_booking_accepted());
});

test('customer_accepted: the same keys by hand and by the timer', async (t) => {
  const { ride } = await openRide(t, { through: 'offer' });
  const { driver: byHand } = await ride.accept();
  assertFrame(byHand, documented(ride).customer_accepted({ auto_promoted: false }));
  const { ride: left } = await openRide(t, { through: 'offer', env: impatient });
  const { driver: byTimer } = await left.promoted();
  assertFrame(byTimer, documented(left).customer_accepted({ auto_promoted: true }));
});

for (const type of ['complete_accepted', 'ride_completed']) {
  test(`${type}: the end of the ride, with the whole transcript`, async (t) => {
    const { ride } = await openRide(t, { through: 'accept' });
    const { chat_history } = (await ride.chat()).driver;
    const frames = await ride.complete();
    const frame = Object.values(frames).find((each) => each.type === type);
    assertFrame(frame, documented(ride)[type]({ chat_history }));
    assert.equal(chat_history.length, 2);
  });
}

test('decline_accepted: says whether another driver was found', async (t) => {
  const { ride, drivers } = await openRide(t, { through: 'request', drivers: 2 });
  const { decline_accepted } = documented(ride);
  assertFrame(await ride.decline(), decline_accepted({ reassigned: true }));
  ride.driver = drivers[1];
  await drivers[1].take('booking_assigned');
  assertFrame(await ride.decline(), decline_accepted({ reassigned: false }));
});

test('offer_expired: tells the driver who has let an offer pass', async (t) => {
  const { ride, driver } = await openRide(t, { through: 'request', drivers: 2, env: impatient });
  assertFrame(await driver.take('offer_expired'), documented(ride).offer_expired());
});

test('driver_cancelled: NO_DRIVER_AVAILABLE', async (t) => {
  const env = { MAX_ATTEMPTS: '1' };
  const { ride, customer } = await openRide(t, { through: 'request', env });
  await ride.decline();
  const cancelled = await customer.take('driver_cancelled');
  assertFrame(cancelled, documented(ride).driver_cancelled(noDriver));
});

test('driver_cancelled: DRIVER_CANCELLED, with the transcript and the reason given', async (t) => {
  const { server, ride, customer, driver } = await openRide(t, { through: 'chat' });
  const byTemplate = await new Ride({ customer, driver }).through('accept');
  const { chat_history } = await customer.snapshot(ride.id);
  assert.equal(chat_history.length, 2);
  const reason_code = 'DRIVER_CANCELLED';
  await cancelOverHttp(driver, ride.id, { cancellation_description: 'Engine on fire.' });
  const cancelled = await customer.take('driver_cancelled');
  const reason = 'Engine on fire.';
  const { driver_cancelled } = documented(ride);
  assertFrame(cancelled, driver_cancelled({ reason, reason_code, chat_history }));
  const template = await adminTemplate(server, 'Vehicle trouble');
  await cancelOverHttp(driver, byTemplate.id, { cancellation_template_id: template });
  assertFrame(
    await customer.take('driver_cancelled'),
    documented(byTemplate).driver_cancelled({ reason: 'Vehicle trouble', reason_code }),
  );
});

test('driver_cancelled and booking_cancelled: SCHEDULED_DRIVER_NO_SHOW', async (t) => {
  const { ride, customer, driver } = await openScheduled(t, { seconds: 1 });
  const reason_code = 'SCHEDULED_DRIVER_NO_SHOW';
  const toDriver = await driver.take('booking_cancelled');
  const toCustomer = await customer.take('driver_cancelled');
  const { reason } = toDriver;
  assertFrames({ driver: toDriver, customer: toCustomer }, {
    driver: documented(ride).booking_cancelled({ reason, reason_code }),
    customer: documented(ride).driver_cancelled({ reason: toCustomer.reason, reason_code }),
  });
  for (const text of [reason, toCustomer.reason]) assert.ok(text.length > 0);
});

test('booking_cancelled: NO_DRIVER_AVAILABLE, to the last who was asked', async (t) => {
  const env = { ...impatient, MAX_ATTEMPTS: '1' };
  const { ride, driver } = await openRide(t, { through: 'request', env });
  const expired = await driver.take('offer_expired');
  const cancelled = await driver.take('booking_cancelled');
  const { reason } = cancelled;
  assertFrame(cancelled, documented(ride).booking_cancelled({ ...noDriver, reason }));
  assert.ok(reason.length > 0);
  assert.ok(cancelled.seq > expired.seq, 'two events, two pushes');
});

test('booking_cancelled_by_customer: tells the driver, with the transcript', async (t) => {
  const { ride, customer, driver } = await openRide(t, { through: 'chat' });
  const { chat_history } = await customer.snapshot(ride.id);
  await cancelOverHttp(customer, ride.id);
  const cancelled = await driver.take('booking_cancelled_by_customer');
  assertFrame(cancelled, documented(ride).booking_cancelled_by_customer({ chat_history }));
  assert.equal(chat_history.length, 2);
  await customer.snapshot(ride.id); // who cancels over HTTP is pushed nothing, and stays
});

test('reject_accepted: shows the driver only once there is a confirmed one', async (t) => {
  for (const through of ['request', 'offer']) {
    const { ride } = await openRide(t, { through });
    const { customer: ack } = await ride.reject();
    assertFrame(ack, documented(ride).reject_accepted(through === 'offer'));
  }
});

test('customer_rejected: tells the driver whose booking is gone', async (t) => {
  const { ride } = await openRide(t);
  await ride.request({ note: 'Gate 4' });
  assertFrame((await ride.reject()).driver, documented(ride).customer_rejected());
});

test('offer_auto_accepted: tells the customer that the offer was taken for them', async (t) => {
  const { ride } = await openRide(t, { through: 'offer', env: impatient });
  assertFrame((await ride.promoted()).customer, documented(ride).offer_auto_accepted());
});

test('booking_confirmed: tells the customer who will drive on that day', async (t) => {
  const { ride } = await openScheduled(t);
  assertFrame((await ride.confirm()).customer, documented(ride).booking_confirmed());
});

test('snapshot: the driver\'s, null without a booking in progress', async (t) => {
  const { ride, driver } = await openRide(t);
  assertFrame(await driver.snapshot(), { type: 'snapshot', assignment: null });
  const { date } = (await ride.request({ note: 'Gate 4' })).driver;
  const expected = (booking_status, arrival_time) =>
    documented(ride).driver_snapshot({ date, booking_status, arrival_time });
  assertFrame(await driver.snapshot(), expected('requested', null));
  await ride.offer();
  assertFrame(await driver.snapshot(ride.id), expected('confirmation', fiveMinutes));
  const { ride: scheduled, assigned } = await openScheduled(t);
  await scheduled.confirm();
  assertFrame(await scheduled.driver.snapshot(), documented(scheduled).driver_snapshot({
    date: assigned.date, booking_status: 'confirmation', arrival_time: null,
  }));
});

test('snapshot: the customer\'s, two nulls without a booking in progress', async (t) => {
  const { ride, customer } = await openRide(t);
  assertFrame(await customer.snapshot(), {
    type: 'snapshot', booking_id: null, booking_status: null,
  });
  const expected = (booking_status, arrival_time) =>
    documented(ride).customer_snapshot({ booking_status, arrival_time });
  await ride.request();
  assertFrame(await customer.snapshot(), expected('requested', null));
  await ride.offer();
  assertFrame(await customer.snapshot(ride.id), expected('confirmation', fiveMinutes));
});

test('force_disconnect: says why, and is the last', async (t) => {
  const { customer, driver } = await openCity(t);
  await setStatus(customer, 'blocked');
  assertFrame(await customer.app.next(), { type: 'force_disconnect', reason: 'Account blocked.' });
  await endSession(driver);
  const { reason, ...frame } = await driver.app.next();
  assert.deepEqual(frame, { type: 'force_disconnect' });
  assert.ok(typeof reason === 'string' && reason.length > 0);
  for (const person of [customer, driver]) {
    assert.equal((await person.app.untilClosed()).code, 1008);
    assert.equal(person.app.frames.at(-1).type, 'force_disconnect');
  }
});

test('pong: has nothing but its type', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    assertFrame(await person.ask({ type: 'ping' }), { type: 'pong' });
  }
});

test('error: type, code, message, and the booking_id where there was one', async (t) => {
  const { customer } = await openCity(t);
  const bare = await customer.ask('{');
  assert.deepEqual(Object.keys(bare), ['type', 'code', 'message']);
  assertError(bare, 'INVALID_JSON');
  const about = await customer.ask({ type: 'accept', booking_id: 'some-id' });
  assert.deepEqual(Object.keys(about), ['type', 'code', 'message', 'booking_id']);
  assertError(about, 'BOOKING_NOT_ACCEPTABLE', { booking_id: 'some-id' });
});

test('connected: comes before the answer to a ping that was sent at once', async (t) => {
  const { server, customer } = await openCity(t);
  for (let i = 0; i < 20; ++i) {
    const app = await App.connect(server, `/ws/customer?token=${customer.token}&device_id=${i}`);
    app.send({ type: 'ping' });
    app.send({ type: 'ping' });
    const types = [];
    for (let n = 0; n < 3; ++n) types.push((await app.next()).type);
    assert.deepEqual(types, ['connected', 'pong', 'pong']);
  }
});
