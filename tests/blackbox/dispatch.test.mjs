// Who is asked next when a driver declines, and several bookings at once on both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  adminTemplate, assertClosesAfterFinalPush, cancelOverHttp, noGrace, openPatientCity, ownTemplate,
} from '../support/city.mjs';
import { assertFrame, documented } from '../support/documented.mjs';
import { Person, Ride, openCity, pickup, steps, withoutSeq } from '../support/rides.mjs';

const quick = { DRIVER_RESPONSE_TIME: '0.5', ...noGrace };
const exhausted = {
  reason: 'No driver available after multiple attempts.', reason_code: 'NO_DRIVER_AVAILABLE',
};

/** The driver that the ride is offered to now; the offer is the next frame. */
async function movesTo(ride, driver) {
  assert.equal((await driver.take('booking_assigned')).booking_id, ride.id);
  ride.driver = driver;
}

async function declines(ride, { reassigned }) {
  assertFrame(await ride.decline(), documented(ride).decline_accepted({ reassigned }));
}

/** Nobody takes the booking: the customer is told so, and leaves. */
async function assertCancelled(ride) {
  const { customer } = ride;
  const cancelled = await customer.take('driver_cancelled');
  assertFrame(cancelled, documented(ride).driver_cancelled(exhausted));
  await assertClosesAfterFinalPush(customer);
  await customer.connect();
  assert.equal((await customer.snapshot(ride.id)).booking_status, 'cancelled');
}

test('a declined booking goes to the next driver, and its customer sees nothing', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  const ride = new Ride({ customer, driver: drivers[0] });
  const { driver: assigned } = await ride.request({ note: 'Ring twice' });
  await declines(ride, { reassigned: true });
  const again = await drivers[1].take('booking_assigned');
  assert.deepEqual(withoutSeq(again), withoutSeq(assigned));
  assert.ok(again.seq > assigned.seq);
  assert.equal((await customer.snapshot(ride.id)).booking_status, 'requested'); // the next frame
  await drivers[0].isRefused({ type: 'resync', booking_id: ride.id }, 'BOOKING_NOT_FOUND');
  ride.driver = drivers[1];
  const { customer: offered } = await ride.offer();
  assert.equal(offered.driver_name, 'Bob 1');
  await ride.accept();
  await ride.complete();
});

test("a decline takes the admin's template, or the driver's own, and nobody else's", async (t) => {
  const { server, customer, drivers } = await openCity(t, { drivers: 3 });
  const admins = await adminTemplate(server, 'Too far away');
  const own = await ownTemplate(drivers[0], 'School run');
  const others = await ownTemplate(drivers[1], 'Lunch');
  for (const cancellation_template_id of [admins, own]) {
    const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
    await drivers[0].isRefused({
      type: 'decline_booking', booking_id: ride.id, cancellation_template_id: others,
    }, 'INVALID_TEMPLATE');
    assert.equal((await ride.decline({ cancellation_template_id })).reassigned, true);
    await movesTo(ride, drivers[1]);
  }
});

test('the last attempt declined: its driver has the ack alone, the customer the end', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 4 });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  for (const next of [drivers[1], drivers[2]]) {
    await declines(ride, { reassigned: true });
    await movesTo(ride, next);
  }
  await declines(ride, { reassigned: false });
  await assertCancelled(ride);
  for (const driver of drivers) await driver.snapshot(); // nothing came in between for anybody
});

test('MAX_ATTEMPTS=1: one decline is the end', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2, env: { MAX_ATTEMPTS: '1' } });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await declines(ride, { reassigned: false });
  await assertCancelled(ride);
  await drivers[1].snapshot();
});

test('nobody left to ask: the end comes before the attempts are used up', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2, env: { MAX_ATTEMPTS: '10' } });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await declines(ride, { reassigned: true });
  await movesTo(ride, drivers[1]);
  await declines(ride, { reassigned: false });
  await assertCancelled(ride);
});

test('declines and timeouts count alike: declined, expired, declined', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 4, env: quick });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await declines(ride, { reassigned: true });
  await movesTo(ride, drivers[1]);
  await drivers[1].take('offer_expired');
  await movesTo(ride, drivers[2]);
  await declines(ride, { reassigned: false });
  await assertCancelled(ride);
  for (const driver of drivers) await driver.snapshot();
});

test('declines and timeouts count alike: expired, declined, expired', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 4, env: quick });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await drivers[0].take('offer_expired');
  await movesTo(ride, drivers[1]);
  await declines(ride, { reassigned: true });
  await movesTo(ride, drivers[2]);
  await drivers[2].take('offer_expired');
  await drivers[2].take('booking_cancelled');
  await assertCancelled(ride);
  for (const driver of drivers) await driver.snapshot();
});

test('who has been asked is not asked again, however near and newly connected', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 3, env: { MAX_ATTEMPTS: '10' } });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  for (const next of [drivers[1], drivers[2]]) {
    const before = ride.driver;
    await declines(ride, { reassigned: true });
    await before.connect();
    await before.driveTo(pickup);
    await movesTo(ride, next);
  }
  await declines(ride, { reassigned: false });
  await assertCancelled(ride);
  for (const driver of drivers) await driver.snapshot();
});

test('who has declined one booking is asked for the next', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  const declined = await new Ride({ customer, driver: drivers[0] }).through('request');
  await declines(declined, { reassigned: true });
  await new Ride({ customer, driver: drivers[0] }).through('complete');
});

test('who connects after the request is asked as well', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const ride = await new Ride({ customer, driver }).through('request');
  const late = await Person.create(server, 'driver');
  await late.connect();
  await declines(ride, { reassigned: true });
  await movesTo(ride, late);
  for (const step of ['offer', 'accept', 'complete']) await ride[step]();
});

test('a declined offer does not expire, and the next driver has the full time', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2, env: quick });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  const declinedAt = Date.now();
  await declines(ride, { reassigned: true });
  await movesTo(ride, drivers[1]);
  await drivers[1].take('offer_expired');
  const waited_ms = Date.now() - declinedAt;
  assert.ok(waited_ms >= 500 && waited_ms < 1700, `expired after ${waited_ms} ms`);
  await drivers[0].snapshot(); // whose time has long been over
});

test('with nobody online the answer is 201 without a driver, and a cancellation', async (t) => {
  const { customer } = await openCity(t, { drivers: 0 });
  const ride = new Ride({ customer });
  for (const changes of [{}, { scheduled_date: '2099-01-01T00:00:00.000Z' }]) {
    const answer = await customer.requestBooking(changes);
    assert.equal(answer.status, 201);
    const { booking_id, ...data } = answer.body.data;
    const booking_type = changes.scheduled_date ? 'scheduled' : 'instant';
    assert.deepEqual(data, { booking_type, driver_id: null });
    Object.assign(ride, { id: booking_id, asked: changes });
    const cancelled = await customer.take('driver_cancelled');
    const { reason } = cancelled;
    assertFrame(cancelled, documented(ride).driver_cancelled({ ...exhausted, reason }));
    assert.ok(reason.length > 0);
    await assertClosesAfterFinalPush(customer);
    await customer.connect();
    assert.equal((await customer.snapshot(booking_id)).booking_status, 'cancelled');
  }
});

// Several bookings at once.

test('one driver declines a booking, takes another, lets a third pass', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '1.5' };
  const { customer, drivers } = await openCity(t, { drivers: 2, env });
  const bookings = [];
  for (const note of ['decline', 'take', 'leave']) {
    const ride = new Ride({ customer, driver: drivers[0] });
    await ride.request({ note });
    bookings.push(ride);
  }
  const [declined, taken, left] = bookings;
  await taken.offer();
  await declines(declined, { reassigned: true });
  await movesTo(declined, drivers[1]);
  await declined.offer();
  await taken.accept();
  assertFrame(await drivers[0].take('offer_expired'), documented(left).offer_expired());
  await movesTo(left, drivers[1]);
  await left.offer();
  await left.reject();
  await taken.chat();
  await declined.accept();
  await taken.complete();
  await declined.complete();
  await assertClosesAfterFinalPush(customer);
  for (const driver of drivers) assert.equal((await driver.snapshot()).assignment, null);
});

test('rides of several customers and drivers run side by side', async (t) => {
  const { server, customer: alice, drivers } = await openCity(t, { drivers: 2 });
  const zoe = await Person.create(server, 'customer', { name: 'Zoë' });
  await zoe.connect();
  const rides = [alice, zoe].map((customer) => new Ride({ customer, driver: drivers[0] }));
  for (const step of steps) {
    for (const ride of rides) await ride[step]();
  }
  await drivers[1].snapshot(); // the farther driver was never asked, and got nothing
  for (const customer of [alice, zoe]) await customer.app.untilClosed();
});

test("one end leaves the customer's and the driver's other bookings as they are", async (t) => {
  const { customer, driver } = await openPatientCity(t);
  const others = [];
  for (const step of ['request', 'offer', 'accept']) {
    others.push(await new Ride({ customer, driver }).through(step));
  }
  const [requested, offered, onTheWay] = others;
  await (await new Ride({ customer, driver }).through('offer')).reject();
  await new Ride({ customer, driver }).through('complete');
  for (const [ride, status] of [
    [requested, 'requested'], [offered, 'confirmation'], [onTheWay, 'on_the_way'],
  ]) {
    assert.equal((await customer.snapshot(ride.id)).booking_status, status);
    assert.equal((await driver.snapshot(ride.id)).assignment.booking_status, status);
  }
});

/** The ways a booking ends with a final push to its customer. */
const ends = {
  ride_completed: (ride) => ride.through('complete'),
  reject_accepted: async (ride) => {
    await ride.through('offer');
    await ride.reject();
  },
  driver_cancelled: async (ride) => {
    await ride.through('request');
    await declines(ride, { reassigned: false });
    await ride.customer.take('driver_cancelled');
  },
};

// A promotion comes long after the 200 ms, so it tells that a socket has outlived them.
const promoting = { CUSTOMER_WAITING_TIME: '0.7', MAX_ATTEMPTS: '1' };

for (const [type, end] of Object.entries(ends)) {
  test(`after ${type} the customer's socket closes with 1000, the driver's stays`, async (t) => {
    const { customer, driver } = await openCity(t, { env: promoting });
    await end(new Ride({ customer, driver }));
    await assertClosesAfterFinalPush(customer);
    assert.equal((await driver.snapshot()).assignment, null);
  });

  test(`after ${type} a customer with another booking in progress stays connected`, async (t) => {
    const { customer, driver } = await openCity(t, { env: promoting });
    const other = await new Ride({ customer, driver }).through('request');
    await end(new Ride({ customer, driver }));
    await other.offer();
    await other.promoted();
    await other.chat();
    await other.complete();
    await assertClosesAfterFinalPush(customer);
  });

  test(`a booking made just after ${type} calls the closing off`, async (t) => {
    const { customer, driver } = await openCity(t, { env: promoting });
    await end(new Ride({ customer, driver }));
    const next = await new Ride({ customer, driver }).through('offer');
    await next.promoted();
    await next.complete();
    await assertClosesAfterFinalPush(customer);
  });
}

test('the last of several bookings to end closes the socket, and only that one', async (t) => {
  const { customer, driver } = await openCity(t, { env: promoting });
  const rides = [];
  for (let i = 0; i < 3; ++i) rides.push(await new Ride({ customer, driver }).through('request'));
  for (const ride of rides.slice(0, 2)) await ride.reject();
  await rides[2].offer();
  await rides[2].promoted();
  await rides[2].complete();
  await assertClosesAfterFinalPush(customer);
});

test('a booking that called the closing off, and was cancelled by its customer, leaves it off', async (t) => {
  const { customer, driver } = await openCity(t);
  await new Ride({ customer, driver }).through('complete');
  const next = await new Ride({ customer, driver }).through('accept');
  await cancelOverHttp(customer, next.id);
  await driver.take('booking_cancelled_by_customer');
  await stillThereAfterTheClosing(customer, driver);
});

test('a booking that ended beside another one closes nothing later', async (t) => {
  const { customer, driver } = await openCity(t);
  const first = await new Ride({ customer, driver }).through('accept');
  const second = await new Ride({ customer, driver }).through('accept');
  await first.complete();
  await cancelOverHttp(customer, second.id);
  await driver.take('booking_cancelled_by_customer');
  await stillThereAfterTheClosing(customer, driver);
});

/** Longer than the 200 ms after which a socket is closed, by a ride that takes longer. */
async function stillThereAfterTheClosing(customer, driver) {
  const other = await Person.create(customer.server, 'customer');
  await other.connect();
  await new Ride({ customer: other, driver }).through('complete');
  await assertClosesAfterFinalPush(other); // begun later, and over
  await customer.snapshot();
}
