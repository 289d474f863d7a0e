// The two timers of a booking, and which driver is asked next.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, Ride, openCity, pickup, withoutSeq } from '../support/rides.mjs';

// Without grace, for any start has one: the first offers would wait for it to end.
const impatient = {
  DRIVER_RESPONSE_TIME: '0.3', CUSTOMER_WAITING_TIME: '0.4', RESTART_GRACE: '0',
};

function offerExpired(booking_id) {
  return { type: 'offer_expired', booking_id, reason: 'Response window elapsed.' };
}

/** Takes what the last driver and the customer get when a booking finds nobody. */
async function assertCancelled({ booking_id, lastDriver, customer }) {
  const expired = await lastDriver.take('offer_expired');
  assert.deepEqual(withoutSeq(expired), offerExpired(booking_id));
  const cancelled = await lastDriver.take('booking_cancelled');
  assert.ok(expired.seq < cancelled.seq, 'two events, two pushes');
  const { reason, ...rest } = withoutSeq(cancelled);
  assert.deepEqual(rest, {
    type: 'booking_cancelled',
    booking_id,
    status: 'cancelled',
    reason_code: 'NO_DRIVER_AVAILABLE',
  });
  assert.ok(typeof reason === 'string' && reason.length > 0);
  assert.deepEqual(withoutSeq(await customer.take('driver_cancelled')), {
    type: 'driver_cancelled',
    booking_id,
    status: 'cancelled',
    reason: 'No driver available after multiple attempts.',
    reason_code: 'NO_DRIVER_AVAILABLE',
    chat_history: [],
  });
  assert.equal((await customer.app.untilClosed()).code, 1000);
}

test('an offer that is not answered moves to the next driver, who takes the ride', async (t) => {
  const { customer, drivers } = await openCity(t, { env: impatient, drivers: 2 });
  const ride = new Ride({ customer, driver: drivers[0] });
  const before = Date.now();
  const { driver: assigned } = await ride.request();
  const expired = await drivers[0].take('offer_expired');
  const waited_ms = Date.now() - before;
  assert.ok(waited_ms >= 300 && waited_ms < 1500, `expired after ${waited_ms} ms`);
  assert.deepEqual(withoutSeq(expired), offerExpired(ride.id));

  ride.driver = drivers[1];
  const reassigned = await drivers[1].take('booking_assigned');
  assert.deepEqual(withoutSeq(reassigned), withoutSeq(assigned));
  const { customer: offered } = await ride.offer(); // the customer's first push of all
  assert.equal(offered.driver_name, 'Bob 1');
  await drivers[0].isRefused(
    { type: 'submit_arrival_time', booking_id: ride.id, arrival_time: 60 },
    'BOOKING_NOT_ASSIGNABLE',
  );
  await drivers[0].isRefused({ type: 'resync', booking_id: ride.id }, 'BOOKING_NOT_FOUND');
  await ride.accept();
  await ride.complete();
});

test('a booking is cancelled once every driver there is has been asked', async (t) => {
  const { customer, drivers } = await openCity(t, { env: impatient, drivers: 2 });
  const { id: booking_id } = await new Ride({ customer, driver: drivers[0] }).through('request');
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await assertCancelled({ booking_id, lastDriver: drivers[1], customer });
  await drivers[0].snapshot(); // who was asked first is not asked again
});

test('after three attempts a booking is cancelled, though a fourth driver is free', async (t) => {
  const { customer, drivers } = await openCity(t, { env: impatient, drivers: 4 });
  const { id: booking_id } = await new Ride({ customer, driver: drivers[0] }).through('request');
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await drivers[1].take('offer_expired');
  await drivers[2].take('booking_assigned');
  await assertCancelled({ booking_id, lastDriver: drivers[2], customer });
  await drivers[3].snapshot();
  await customer.connect();
  assert.equal((await customer.snapshot(booking_id)).booking_status, 'cancelled');
  assert.equal((await customer.snapshot()).booking_id, null);
});

test('MAX_ATTEMPTS=1 leaves it at the first driver', async (t) => {
  const env = { ...impatient, MAX_ATTEMPTS: '1' };
  const { customer, drivers } = await openCity(t, { env, drivers: 2 });
  const { id: booking_id } = await new Ride({ customer, driver: drivers[0] }).through('request');
  await assertCancelled({ booking_id, lastDriver: drivers[0], customer });
  await drivers[1].snapshot();
});

test('a driver who has gone offline is not asked', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  await drivers[0].app.close();
  await drivers[1].snapshot();
  await new Ride({ customer, driver: drivers[1] }).through('complete');
});

test('a lost socket changes nothing by itself: the offer stands', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await drivers[0].app.close();
  await drivers[0].connect();
  assert.equal((await drivers[0].snapshot()).assignment.booking_id, ride.id);
  for (const step of ['offer', 'accept', 'complete']) await ride[step]();
  await drivers[1].snapshot();
});

test('an offer that the customer leaves unanswered is accepted for them', async (t) => {
  const { customer, driver } = await openCity(t, { env: impatient });
  const ride = new Ride({ customer, driver });
  const { driver: assigned } = await ride.request({ note: 'Ring twice' });
  const before = Date.now();
  await ride.offer();
  const promoted = await ride.frames('customer_accepted', 'offer_auto_accepted');
  const waited_ms = Date.now() - before;
  assert.ok(waited_ms >= 400 && waited_ms < 1500, `promoted after ${waited_ms} ms`);
  assert.deepEqual(withoutSeq(promoted.customer), {
    type: 'offer_auto_accepted',
    booking_id: ride.id,
    booking_status: 'on_the_way',
    chat_history: [],
  });
  assert.deepEqual(withoutSeq(promoted.driver), {
    type: 'customer_accepted',
    booking_id: ride.id,
    booking_status: 'on_the_way',
    no_of_passengers: 2,
    note: 'Ring twice',
    customer_name: 'Alice',
    customer_phone: '211234567',
    customer_phone_code: assigned.customer_phone_code,
    pickup_location: assigned.pickup_location,
    dropoff_location: assigned.dropoff_location,
    chat_history: [],
    auto_promoted: true,
  });
  await customer.isRefused({ type: 'accept', booking_id: ride.id }, 'BOOKING_NOT_ACCEPTABLE');
  await ride.chat();
  await ride.complete();
});

test('what is answered in time is left alone by its timer', async (t) => {
  const { customer, driver } = await openCity(t, { env: impatient });
  const answered = await new Ride({ customer, driver }).through('accept');
  // The promotion of a later ride is the clock: by then both timers of the first were due.
  const clock = await new Ride({ customer, driver }).through('offer');
  await clock.frames('customer_accepted', 'offer_auto_accepted');
  await answered.chat();
  await answered.complete();
  await clock.complete();
});

test('the nearest driver is asked first, those without a position last', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0, env: impatient });
  const at = [undefined, { ...pickup, longitude: 151.5 }, { ...pickup, longitude: 151.21 }];
  const drivers = [];
  for (const position of at) {
    const driver = await Person.create(server, 'driver');
    await driver.connect();
    if (position) await driver.driveTo(position);
    drivers.push(driver);
  }
  const answer = await customer.requestBooking();
  assert.equal(answer.body.data.driver_id, drivers[2].id);
  for (const driver of [drivers[2], drivers[1], drivers[0]]) {
    await driver.take('booking_assigned');
    await driver.take('offer_expired');
  }
});

test('distance is measured on a sphere: across the date line is near', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const fiji = { latitude: -16.8, longitude: 179.99 };
  const drivers = [];
  for (const longitude of [179.5, -179.99]) {
    const driver = await Person.create(server, 'driver');
    await driver.connect();
    await driver.driveTo({ ...fiji, longitude });
    drivers.push(driver);
  }
  const answer = await customer.requestBooking({
    pickup_latitude: fiji.latitude, pickup_longitude: fiji.longitude,
  });
  assert.equal(answer.body.data.driver_id, drivers[1].id);
});

test('a driver who comes nearer is asked from the new position', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 2 });
  await drivers[1].driveTo(pickup);
  const answer = await customer.requestBooking();
  assert.equal(answer.body.data.driver_id, drivers[1].id);
});

test('equals take turns: whoever was assigned longest ago is asked', async (t) => {
  const { customer, drivers } = await openCity(t, { drivers: 3 });
  for (const driver of drivers) await driver.driveTo(pickup);
  const order = [];
  for (let i = 0; i < 6; ++i) {
    const answer = await customer.requestBooking();
    order.push(answer.body.data.driver_id);
  }
  assert.equal(new Set(order.slice(0, 3)).size, 3, 'everybody gets one first');
  assert.deepEqual(order.slice(3), order.slice(0, 3), 'and then again in that order');
});

test('nobody drives themselves', async (t) => {
  const { server } = await openCity(t, { drivers: 0 });
  const driver = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  await driver.connect();
  const answer = await driver.requestBooking();
  assert.equal(answer.status, 201);
  assert.equal(answer.body.data.driver_id, null);
});
