// Bookings for a later time, and the deadlines of all bookings over kill -9.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import {
  assertClosesAfterFinalPush, becomes, inSeconds, killAndRestart, logEnd, noGrace,
  openPatientCity, statusAfresh,
} from '../support/city.mjs';
import { assertFrame, assertFrames, documented } from '../support/documented.mjs';
import { Ride, openCity } from '../support/rides.mjs';

const noShow = 'SCHEDULED_DRIVER_NO_SHOW';

/** A booking whose pickup is so many seconds away. */
async function schedule(people, seconds, changes = {}) {
  const ride = new Ride(people);
  const { answer, driver } = await ride.request({ ...changes, scheduled_date: inSeconds(seconds) });
  const pickupAt = Date.parse(ride.asked.scheduled_date);
  return Object.assign(ride, { answer, assigned: driver, pickupAt });
}

async function scheduleAndConfirm(people, seconds) {
  const ride = await schedule(people, seconds);
  await ride.confirm();
  return ride;
}

/** The pickup time itself, with nobody there to announce it. */
async function untilPickup(...rides) {
  const last = Math.max(...rides.map((ride) => ride.pickupAt));
  await pass(Math.max(0, last - Date.now()) + 100);
}

const statusOf = async (ride) => (await ride.customer.snapshot(ride.id)).booking_status;

/** Something has happened at the pickup time and not before. */
function assertAtPickup(ride) {
  const late_ms = Date.now() - ride.pickupAt;
  assert.ok(late_ms >= 0 && late_ms < 1500, `${late_ms} ms after the pickup time`);
}

test('a scheduled ride goes from request to completed', async (t) => {
  // The customer's timer would be first, if there were one.
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '0.2' } });
  const { customer, driver } = city;
  const ride = await schedule(city, 2, { note: 'Early flight' });
  const { scheduled_date } = ride.asked;
  const push = documented(ride);
  assert.deepEqual(ride.answer.body.data, {
    booking_id: ride.id, booking_type: 'scheduled', driver_id: driver.id,
  });
  assertFrame(ride.assigned, push.booking_assigned({ date: scheduled_date }));
  assertFrames(await ride.confirm(), {
    driver: push.accept_booking_accepted(), customer: push.booking_confirmed(),
  });
  const confirmed = { booking_status: 'confirmation', arrival_time: null };
  assertFrame(await customer.snapshot(), push.customer_snapshot(confirmed));
  const dated = push.driver_snapshot({ ...confirmed, date: scheduled_date });
  assertFrame(await driver.snapshot(), dated);
  assertFrames(await ride.promoted(), {
    driver: push.customer_accepted({ auto_promoted: true }), customer: push.offer_auto_accepted(),
  });
  assertAtPickup(ride);
  await ride.chat();
  await ride.complete();
  await assertClosesAfterFinalPush(customer);
});

test('what is not allowed to a scheduled booking is refused', async (t) => {
  const city = await openPatientCity(t);
  const { customer, driver } = city;
  const ride = await schedule(city, 7200);
  const { id: booking_id } = ride;
  const chat = { type: 'chat_message', booking_id, text: 'hello' };
  const complete = { type: 'mark_as_completed', booking_id, status: 'completed' };
  const arrival = { type: 'submit_arrival_time', booking_id, arrival_time: 60 };
  const refusals = [
    [customer, { type: 'accept', booking_id }, 'BOOKING_NOT_ACCEPTABLE'],
    [customer, chat, 'BOOKING_NOT_CHATTABLE'],
    [driver, chat, 'BOOKING_NOT_CHATTABLE'],
    [driver, complete, 'BOOKING_NOT_COMPLETABLE'],
    [driver, arrival, 'BOOKING_NOT_ASSIGNABLE'],
  ];
  for (const [sender, message, code] of refusals) await sender.isRefused(message, code);
  await ride.confirm();
  const again = { type: 'accept_booking', booking_id };
  const decline = { type: 'decline_booking', booking_id, cancellation_description: 'No.' };
  for (const [sender, message, code] of [
    ...refusals,
    [driver, again, 'BOOKING_NOT_ASSIGNABLE'],
    [driver, decline, 'BOOKING_NOT_DECLINABLE'],
  ]) {
    await sender.isRefused(message, code);
  }
  assert.equal(await statusOf(ride), 'confirmation');
});

test('accept_booking on an instant booking is BOOKING_NOT_ASSIGNABLE', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('request');
  await city.driver.isRefused(
    { type: 'accept_booking', booking_id: ride.id }, 'BOOKING_NOT_ASSIGNABLE',
  );
  for (const step of ['offer', 'accept', 'complete']) await ride[step]();
});

test('a scheduled booking has the response timer, and goes from driver to driver', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '0.5', ...noGrace };
  const { customer, drivers } = await openCity(t, { drivers: 3, env });
  const ride = await schedule({ customer, driver: drivers[0] }, 7200);
  const expected = documented(ride).booking_assigned({ date: ride.asked.scheduled_date });
  await ride.decline();
  ride.driver = drivers[1];
  assertFrame(await drivers[1].take('booking_assigned'), expected);
  assertFrame(await drivers[1].take('offer_expired'), documented(ride).offer_expired());
  ride.driver = drivers[2];
  assertFrame(await drivers[2].take('booking_assigned'), expected);
  const { customer: confirmed } = await ride.confirm(); // the customer's first frame
  assert.equal(confirmed.driver_name, 'Bob 2');
});

test('no driver has accepted at the pickup time: SCHEDULED_DRIVER_NO_SHOW to both', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { customer, driver, drivers } = city;
  const ride = await schedule(city, 1);
  const toCustomer = await customer.take('driver_cancelled');
  assertAtPickup(ride);
  const toDriver = await driver.take('booking_cancelled');
  const push = documented(ride);
  assertFrames({ customer: toCustomer, driver: toDriver }, {
    customer: push.driver_cancelled({ reason: toCustomer.reason, reason_code: noShow }),
    driver: push.booking_cancelled({ reason: toDriver.reason, reason_code: noShow }),
  });
  await assertClosesAfterFinalPush(customer);
  await customer.connect();
  assert.equal(await statusOf(ride), 'cancelled');
  await drivers[1].snapshot(); // nobody else was asked
  await driver.isRefused({ type: 'accept_booking', booking_id: ride.id }, 'BOOKING_NOT_ASSIGNABLE');
});

test('the driver of the moment is the one who is told of the no-show', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  const ride = await schedule({ customer, driver: drivers[0] }, 1.5);
  await ride.decline();
  await drivers[1].take('booking_assigned');
  assert.equal((await drivers[1].take('booking_cancelled')).reason_code, noShow);
  await customer.take('driver_cancelled');
  await drivers[0].snapshot();
});

test('the pickup time finds nothing to do where the booking has ended', async (t) => {
  const env = { SCHEDULED_REJECT_WINDOW: '0', MAX_ATTEMPTS: '1' };
  const { server, customer, driver } = await openCity(t, { env });
  const people = { customer, driver };
  const clock = await scheduleAndConfirm(people, 2); // its promotion comes after the others' pickup
  const rejected = await schedule(people, 1.5);
  await rejected.reject();
  const changedMind = await scheduleAndConfirm(people, 1.5);
  await changedMind.reject();
  const declined = await schedule(people, 1.5);
  await declined.decline();
  await customer.take('driver_cancelled');
  const before = await logEnd(server);
  const { driver: promoted } = await clock.promoted(); // the very next frame of both
  assert.equal(promoted.seq, before + 1, 'nothing is appended for the others');
});

test('REJECT_WINDOW_CLOSED: an hour before the pickup, when nothing else is set', async (t) => {
  const city = await openPatientCity(t);
  const { customer } = city;
  for (const book of [schedule, scheduleAndConfirm]) {
    const near = await book(city, 3600 - 60);
    await customer.isRefused({ type: 'reject', booking_id: near.id }, 'REJECT_WINDOW_CLOSED');
    const far = await book(city, 3600 + 60);
    const frames = await far.reject();
    assertFrames(frames, {
      driver: documented(far).customer_rejected(),
      customer: documented(far).reject_accepted(book === scheduleAndConfirm),
    });
  }
});

test('REJECT_WINDOW_CLOSED: the window is SCHEDULED_REJECT_WINDOW', async (t) => {
  const city = await openPatientCity(t, { env: { SCHEDULED_REJECT_WINDOW: '60' } });
  const { customer } = city;
  const near = await scheduleAndConfirm(city, 50);
  const far = await scheduleAndConfirm(city, 120);
  const instant = await new Ride(city).through('offer');
  await customer.isRefused({ type: 'reject', booking_id: near.id }, 'REJECT_WINDOW_CLOSED');
  await far.reject();
  await instant.reject(); // the window is none of an instant booking's
  assert.equal(await statusOf(near), 'confirmation');
});

test('a promoted ride is no longer to be rejected, whatever the window', async (t) => {
  const city = await openCity(t, { env: { SCHEDULED_REJECT_WINDOW: '0' } });
  const ride = await scheduleAndConfirm(city, 1);
  await ride.promoted();
  const reject = { type: 'reject', booking_id: ride.id };
  await city.customer.isRefused(reject, 'BOOKING_NOT_REJECTABLE');
});

test('a scheduled_date that is not in the future gets 422', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const scheduled_date of [
    inSeconds(0), inSeconds(-0.001), inSeconds(-3600), '1970-01-01T00:00:00.000Z',
  ]) {
    const { status, body } = await customer.requestBooking({ scheduled_date });
    assert.deepEqual([status, body.code, body.data], [422, 'INVALID_PAYLOAD', null]);
  }
  await driver.snapshot(); // nobody was asked
});

// Over kill -9.

/**
 * What falls due while nobody is running: how to come there, what the start makes of it, and the
 * settings. The grace is long where it does not count.
 */
const overdue = {
  'a driver\'s response': {
    env: { DRIVER_RESPONSE_TIME: '0.5', ...noGrace },
    arrange: (city) => new Ride(city).through('request'),
    status: 'cancelled',
  },
  'a driver\'s response, at the end of the grace': {
    env: { DRIVER_RESPONSE_TIME: '0.5', RESTART_GRACE: '1' },
    arrange: (city) => new Ride(city).through('request'),
    status: 'cancelled',
  },
  "a customer's answer": {
    env: { CUSTOMER_WAITING_TIME: '0.5', RESTART_GRACE: '600' },
    arrange: (city) => new Ride(city).through('offer'),
    status: 'on_the_way',
  },
  'a promotion': {
    env: { RESTART_GRACE: '600' },
    arrange: (city) => scheduleAndConfirm(city, 1),
    status: 'on_the_way',
  },
  'a no-show': {
    env: { DRIVER_RESPONSE_TIME: '0.5', RESTART_GRACE: '600' },
    arrange: (city) => schedule(city, 1),
    status: 'cancelled',
  },
};

for (const [what, { env, arrange, status }] of Object.entries(overdue)) {
  test(`${what} that fell due while the server was down fires once on start`, async (t) => {
    const city = await openCity(t, { env });
    const { server } = city;
    const ride = await arrange(city);
    await server.kill();
    await untilPickup(ride.pickupAt ? ride : { pickupAt: Date.now() + 500 });
    await server.launch();
    await becomes(ride, status);
    const end = await logEnd(server);
    await killAndRestart(server);
    assert.equal(await statusAfresh(ride), status);
    assert.equal(await logEnd(server), end, 'the second start has appended nothing');
  });
}

test('a promotion and a no-show after the restart come in time to who is back', async (t) => {
  const { server, customer, drivers } = await openCity(t, { drivers: 2 });
  const promoted = await scheduleAndConfirm({ customer, driver: drivers[0] }, 3);
  const missed = await schedule({ customer, driver: drivers[0] }, 3.5);
  await missed.decline();
  missed.driver = drivers[1];
  await drivers[1].take('booking_assigned');
  await killAndRestart(server, customer, ...drivers);
  assertFrames(await promoted.promoted(), {
    driver: documented(promoted).customer_accepted({ auto_promoted: true }),
    customer: documented(promoted).offer_auto_accepted(),
  });
  assertAtPickup(promoted);
  assert.equal((await missed.frames('booking_cancelled', 'driver_cancelled')).driver.reason_code,
    noShow);
  assertAtPickup(missed);
  await promoted.complete(); // nothing has come twice
});

test('of an overdue response and an overdue pickup only one ends the booking', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '0.3', ...noGrace };
  const city = await openCity(t, { env, drivers: 2 });
  const { server, drivers } = city;
  const ride = await schedule(city, 1);
  const before = await logEnd(server);
  await server.kill();
  await untilPickup(ride);
  await server.launch();
  await becomes(ride, 'cancelled');
  const events = (await logEnd(server)) - before;
  assert.ok(events === 1 || events === 2, `${events} events: an expiry perhaps, and one end`);
  for (const driver of drivers) {
    await driver.connect();
    assert.equal((await driver.snapshot()).assignment, null);
  }
});

test('a pickup in centuries leaves the server at rest', async (t) => {
  const city = await openCity(t);
  const ride = new Ride(city);
  await ride.request({ scheduled_date: '2999-01-01T00:00:00.000Z' });
  await ride.confirm();
  const usedBefore_ms = cpuTime_ms(city.server);
  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 500)); // what is measured, not waited for
  const share = (cpuTime_ms(city.server) - usedBefore_ms) / (Date.now() - before);
  assert.ok(share < 0.2, `${share} of a core, for nothing`);
});

/** The processor time that the server has used, by Linux's count in hundredths of a second. */
function cpuTime_ms({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
