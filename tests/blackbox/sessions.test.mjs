// Who has to make room for whom, whose session the admin ends, and what that means for bookings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { App } from '../support/app.mjs';
import {
  admin, appendsNothing, assertDisconnected, assertTurnedAway, endSession, killAndRestart,
  openPatientCity, setStatus,
} from '../support/city.mjs';
import { assertError, assertFrame, documented } from '../support/documented.mjs';
import { Person, Ride, moment, openCity } from '../support/rides.mjs';
import { adminToken, token } from '../support/server.mjs';

async function assertReplaced(app) {
  assertError(await app.next(), 'SESSION_REPLACED');
  assert.equal((await app.untilClosed()).code, 1008);
}

/** A newcomer is turned away, and who was there is served on. */
async function assertElsewhere(driver, parameters) {
  await assertTurnedAway(driver.server, driver.path(parameters), 'ONGOING_RIDE_ELSEWHERE');
  assert.deepEqual(await driver.ask({ type: 'ping' }), { type: 'pong' });
}

/** A newcomer takes the place of who was there. */
async function assertReplaces(person, parameters) {
  const older = person.app;
  await person.connect(parameters);
  await assertReplaced(older);
}

test('a newcomer replaces the older session of the same account and side', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    await assertReplaces(person);
    await assertReplaces(person, { device_id: 'phone-1' });
    await assertReplaces(person, { device_id: 'phone-2' });
  }
  await new Ride({ customer, driver }).through('complete'); // the newcomers are served
});

test('the two sides of one account do not replace each other', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const driver = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  await driver.connect();
  const own = await App.connect(server, `/ws/customer?token=${driver.token}`);
  assert.equal((await own.next()).type, 'connected');
  await new Ride({ customer, driver }).through('complete');
  own.send({ type: 'ping' });
  assert.deepEqual(await own.next(), { type: 'pong' });
});

test('a replaced session loses nothing: the newcomer goes on with the ride', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const ride = await new Ride(city).through('request');
  await assertReplaces(driver, { device_id: 'another' });
  await ride.offer();
  await assertReplaces(customer, { device_id: 'another' });
  await ride.accept();
  await assertReplaces(customer); // a customer may change devices amid the ride
  for (const step of ['chat', 'complete']) await ride[step]();
});

test('ONGOING_RIDE_ELSEWHERE: with a ride and a live socket another device waits', async (t) => {
  const { customer, driver } = await openCity(t);
  await assertReplaces(driver, { device_id: 'phone' });
  const ride = await new Ride({ customer, driver }).through('offer');
  await assertReplaces(driver, { device_id: 'tablet' }); // nobody is on the way yet
  await ride.accept();
  await assertElsewhere(driver, { device_id: 'phone' });
  await assertElsewhere(driver, { device_id: 'TABLET' });
  await assertElsewhere(driver, { device_id: '' });
  await assertElsewhere(driver);
  await assertReplaces(driver, { device_id: 'tablet' }); // the same device may come back
  await ride.complete();
  await assertReplaces(driver, { device_id: 'phone' });
});

test('ONGOING_RIDE_ELSEWHERE: a socket without a device_id makes room for nobody', async (t) => {
  const city = await openCity(t);
  const { driver } = city;
  const ride = await new Ride(city).through('accept');
  await assertElsewhere(driver);
  await assertElsewhere(driver, { device_id: 'phone' });
  await ride.complete();
  await assertReplaces(driver);
});

test('a driver amid a ride whose socket is gone may come back on any device', async (t) => {
  const city = await openCity(t);
  const { server, customer, driver } = city;
  await driver.connect({ device_id: 'phone' });
  const ride = await new Ride(city).through('accept');
  await driver.app.close();
  await driver.connect({ device_id: 'tablet' });
  await ride.say(driver, 'Back again.');
  await assertElsewhere(driver, { device_id: 'phone' });
  await killAndRestart(server, customer, driver);
  await ride.complete();
});

// Devices.

const devicesOf = async ({ server, id }) => (await admin(server, 'GET', `/accounts/${id}`)).devices;

test('the devices of an account are listed, the most recently seen first', async (t) => {
  const { server } = await openCity(t, { drivers: 0 });
  const person = await Person.create(server, 'customer');
  await person.connect();
  assert.deepEqual(await devicesOf(person), [], 'a socket without a device_id names none');
  const before = Date.now();
  const idsSeen = async () => {
    const devices = await devicesOf(person);
    for (const device of devices) {
      assert.deepEqual(Object.keys(device), ['device_id', 'device_model', 'last_seen_at']);
      assert.match(device.last_seen_at, moment);
      const at = Date.parse(device.last_seen_at);
      assert.ok(at >= before && at <= Date.now(), device.last_seen_at);
    }
    const times = devices.map((device) => device.last_seen_at);
    assert.deepEqual(times, [...times].sort().reverse());
    return devices.map((device) => device.device_id);
  };
  await person.connect({ device_id: 'phone' });
  assert.deepEqual(await idsSeen(), ['phone']);
  await person.connect({ device_id: 'täblet&more' });
  assert.deepEqual(await idsSeen(), ['täblet&more', 'phone']);
  await person.connect();
  await person.connect({ device_id: 'phone' });
  assert.deepEqual(await idsSeen(), ['phone', 'täblet&more']);
  const devices = await devicesOf(person);
  await killAndRestart(server, person);
  assert.deepEqual(await devicesOf(person), devices);
});

test("a booking request's X-Device-ID is seen, and X-Device-Model is kept with it", async (t) => {
  const { customer } = await openCity(t);
  const seen = async () =>
    (await devicesOf(customer)).map(({ device_id, device_model }) => [device_id, device_model]);
  await customer.connect({ device_id: 'phone' });
  assert.deepEqual(await seen(), [['phone', null]]);
  const request = (headers) => customer.requestBooking({}, headers);
  await request({ 'X-Device-ID': 'tablet', 'X-Device-Model': 'Pixel Tablet' });
  assert.deepEqual(await seen(), [['tablet', 'Pixel Tablet'], ['phone', null]]);
  await request({ 'X-Device-ID': 'phone', 'X-Device-Model': 'Pixel 9' });
  assert.deepEqual(await seen(), [['phone', 'Pixel 9'], ['tablet', 'Pixel Tablet']]);
  await customer.connect({ device_id: 'tablet' });
  assert.deepEqual(await seen(), [['tablet', 'Pixel Tablet'], ['phone', 'Pixel 9']]);
  await request({ 'X-Device-Model': 'a model of no device' });
  assert.equal((await seen()).length, 2);
});

test('who is turned away is not seen on that device', async (t) => {
  const { server, driver } = await openCity(t);
  const bad = `/ws/driver?token=${token({ email: driver.email, exp: 1 })}&device_id=thief`;
  await appendsNothing(server, () => assertTurnedAway(server, bad, 'INVALID_TOKEN'));
  assert.deepEqual(await devicesOf(driver), []);
});

// What the admin ends.

test('blocking disconnects both sides at once, and keeps them out', async (t) => {
  const { server, driver } = await openCity(t);
  const both = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  await both.connect();
  const customerPath = `/ws/customer?token=${both.token}`;
  const asCustomer = await App.connect(server, customerPath);
  assert.equal((await asCustomer.next()).type, 'connected');
  await setStatus(both, 'blocked');
  for (const app of [both.app, asCustomer]) await assertDisconnected(app, 'Account blocked.');
  for (const path of [both.path(), customerPath]) {
    await assertTurnedAway(server, path, 'ACCOUNT_BLOCKED');
  }
  await setStatus(both, 'active');
  await both.connect();
  await driver.snapshot(); // nobody else was disturbed
});

test('deleting disconnects at once, and keeps out', async (t) => {
  const { server, customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    await setStatus(person, 'deleted');
    await assertDisconnected(person.app);
    await assertTurnedAway(server, person.path(), 'ACCOUNT_DELETED');
  }
});

test("DELETE .../session ends the sockets, and the account may come back", async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { customer, driver, drivers } = city;
  const ride = await new Ride(city).through('request');
  for (const person of [customer, driver]) {
    assert.equal(await endSession(person), null);
    await assertDisconnected(person.app);
    assert.equal(await endSession(person), null); // of nobody, which is no mistake
    await person.connect();
  }
  // The offer has stood all the while: losing a socket changes nothing by itself.
  for (const step of ['offer', 'accept', 'complete']) await ride[step]();
  await drivers[1].snapshot();
});

test('the admin API knows whom it may end', async (t) => {
  const { server, driver } = await openCity(t);
  const nobody = '/api/admin/accounts/00000000-0000-4000-8000-000000000000';
  for (const [method, path] of [['PATCH', nobody], ['DELETE', `${nobody}/session`]]) {
    const body = method === 'PATCH' ? { status: 'blocked' } : undefined;
    const unknown = await server.http(method, path, { bearer: adminToken, body });
    assert.equal(unknown.status, 404);
    const own = path.replace(nobody, `/api/admin/accounts/${driver.id}`);
    assert.equal((await server.http(method, own, { bearer: driver.token, body })).status, 401);
  }
  await driver.snapshot();
});

// The order of the checks at the connection.

test('of several reasons to turn somebody away the first in the order is given', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  await new Ride(city).through('accept');
  const [driver, other] = drivers;
  const expired = (person) => token({ email: person.email, exp: 1 });
  for (const [person, status] of [[customer, 'blocked'], [driver, 'deleted'], [other, 'blocked']]) {
    await setStatus(person, status);
    await assertTurnedAway(server, `/ws/${person.side}`, 'UNAUTHORIZED');
    const bad = `/ws/${person.side}?token=${expired(person)}`;
    await assertTurnedAway(server, bad, 'INVALID_TOKEN');
    const wrongSide = { driver: 'customer', customer: 'driver' }[person.side];
    const notFound = `${wrongSide.toUpperCase()}_NOT_FOUND`;
    await assertTurnedAway(server, `/ws/${wrongSide}?token=${person.token}`, notFound);
    // The first driver still has the ride: the account comes before it.
    await assertTurnedAway(server, person.path(), `ACCOUNT_${status.toUpperCase()}`);
  }
});

test('a bad token amid a ride is INVALID_TOKEN, not ONGOING_RIDE_ELSEWHERE', async (t) => {
  const city = await openCity(t);
  const { server, driver } = city;
  await new Ride(city).through('accept');
  await assertTurnedAway(server, '/ws/driver?token=garbage', 'INVALID_TOKEN');
  await assertTurnedAway(server, '/ws/driver', 'UNAUTHORIZED');
  await assertElsewhere(driver);
});

// What becomes of a driver's bookings.

for (const status of ['blocked', 'deleted']) {
  test(`a driver who is ${status}: open offers move on at once, as if declined`, async (t) => {
    const { customer, drivers } = await openPatientCity(t, { drivers: 2 });
    const offers = [];
    for (let i = 0; i < 3; ++i) {
      offers.push(await new Ride({ customer, driver: drivers[0] }).through('request'));
    }
    await setStatus(drivers[0], status);
    await assertDisconnected(drivers[0].app);
    const moved = [];
    for (const _ of offers) moved.push((await drivers[1].take('booking_assigned')).booking_id);
    assert.deepEqual(moved.sort(), offers.map((ride) => ride.id).sort());
    for (const ride of offers) {
      assert.equal((await customer.snapshot(ride.id)).booking_status, 'requested');
    }
    const [ride] = offers;
    ride.driver = drivers[1];
    for (const step of ['offer', 'accept', 'complete']) await ride[step]();
  });
}

test('the offers of a blocked driver whom nobody can follow are cancelled', async (t) => {
  const { customer, driver } = await openPatientCity(t);
  const ride = await new Ride({ customer, driver }).through('request');
  await setStatus(driver, 'blocked');
  const cancelled = await customer.take('driver_cancelled');
  const { reason } = cancelled;
  assertFrame(cancelled, documented(ride).driver_cancelled({
    reason, reason_code: 'NO_DRIVER_AVAILABLE',
  }));
  assert.equal((await customer.app.untilClosed()).code, 1000);
});

test('the offers of a driver who is blocked while offline move on as well', async (t) => {
  const { customer, drivers } = await openPatientCity(t, { drivers: 2 });
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  await drivers[0].app.close();
  await setStatus(drivers[0], 'blocked');
  assert.equal((await drivers[1].take('booking_assigned')).booking_id, ride.id);
  await setStatus(drivers[0], 'active');
  await drivers[0].connect();
  assert.equal((await drivers[0].snapshot()).assignment, null);
});

test('being blocked uses up an attempt', async (t) => {
  const env = { MAX_ATTEMPTS: '2' };
  const { customer, drivers } = await openPatientCity(t, { drivers: 3, env });
  await new Ride({ customer, driver: drivers[0] }).through('request');
  for (const driver of drivers.slice(0, 2)) await setStatus(driver, 'blocked');
  assert.equal((await customer.take('driver_cancelled')).reason_code, 'NO_DRIVER_AVAILABLE');
  await drivers[2].snapshot();
});

test("a blocked driver's confirmed rides stay, and go on once the driver is back", async (t) => {
  const { customer, drivers } = await openPatientCity(t, { drivers: 2 });
  const people = { customer, driver: drivers[0] };
  const offered = await new Ride(people).through('offer');
  const onTheWay = await new Ride(people).through('accept');
  await setStatus(drivers[0], 'blocked');
  await assertDisconnected(drivers[0].app, 'Account blocked.');
  assert.equal((await customer.snapshot(offered.id)).booking_status, 'confirmation');
  assert.equal((await customer.snapshot(onTheWay.id)).booking_status, 'on_the_way');
  await drivers[1].snapshot();
  await setStatus(drivers[0], 'active');
  await drivers[0].connect();
  await offered.accept();
  for (const ride of [offered, onTheWay]) await ride.complete();
});

// Sockets that no longer answer.

test('a socket that misses a pong is dropped, one that answers stays', async (t) => {
  const { customer, driver } = await openCity(t, { env: { WS_PING_INTERVAL: '0.3' } });
  await driver.connect({}, { autoPong: false });
  const silent = driver.app;
  const openedAt = Date.now();
  await silent.untilClosed();
  const lasted_ms = Date.now() - openedAt;
  assert.ok(lasted_ms >= 250 && lasted_ms < 3000, `dropped after ${lasted_ms} ms`);
  let pings = 0;
  await new Promise((resolve) => customer.app.socket.on('ping', () => ++pings === 4 && resolve()));
  const { body } = await customer.requestBooking();
  assert.equal(body.data.driver_id, null, 'who was dropped is not asked');
  await customer.take('driver_cancelled');
});

test('a socket without a word for long stays, as long as it answers pings', async (t) => {
  const { customer, driver } = await openCity(t, { env: { WS_PING_INTERVAL: '0.2' } });
  let pings = 0;
  await new Promise((resolve) => driver.app.socket.on('ping', () => ++pings === 6 && resolve()));
  await new Ride({ customer, driver }).through('complete');
});
