// The live board: a WebSocket of the admin's, on which the numbers come when they change.
import assert from 'node:assert/strict';
import test from 'node:test';
import { App } from '../support/app.mjs';
import { CampusRide, openCampus } from '../support/campus.mjs';
import { cancelOverHttp, noGrace, openPatientCity } from '../support/city.mjs';
import { assertFailure, nowhere } from '../support/http.mjs';
import { Ride, moment, startServer } from '../support/rides.mjs';
import { adminToken, token } from '../support/server.mjs';

const path = '/ws/admin/board';
const interval_ms = 1000;

const watch = (server) => App.connect(server, `${path}?token=${adminToken}`);

/** Takes frames until one is as wanted; resolves to that. */
async function until(app, wanted) {
  for (;;) {
    const frame = await app.next();
    if (wanted(frame)) return frame;
  }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const none = { requested: 0, confirmation: 0, on_the_way: 0, completed: 0, cancelled: 0 };

test('the numbers come at once, and then as rides go on', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, driver, drivers } = city;
  const app = await watch(server);
  const first = await until(app, ({ drivers: there }) => there.taxi === 2);
  const { at, since, position, ...rest } = first;
  assert.match(at, moment);
  assert.match(since, moment);
  assert.ok(position > 0);
  const { last_minute, per_minute } = rest.assignments;
  assert.match(last_minute, /:00\.000Z$/);
  assert.deepEqual(per_minute, Array(60).fill(0));
  assert.deepEqual(rest, {
    type: 'board', bookings: { taxi: none, campus: none }, drivers: { taxi: 2, campus: 0 },
    assignments: { last_minute, per_minute }, seconds_to_accept: [], errors: [],
  });

  const ride = await new Ride(city).through('request');
  const requested = await until(app, ({ bookings }) => bookings.taxi.requested === 1);
  assert.equal(sum(requested.assignments.per_minute), 1);
  assert.deepEqual(requested.seconds_to_accept, []);
  await ride.offer();
  const offered = await until(app, ({ bookings }) => bookings.taxi.confirmation === 1);
  assert.equal(offered.seconds_to_accept.length, 1);
  assert.ok(offered.seconds_to_accept[0] > 0 && offered.seconds_to_accept[0] < 10);
  await ride.accept();
  await until(app, ({ bookings }) => bookings.taxi.on_the_way === 1);
  await ride.complete();
  await until(app, ({ bookings }) => bookings.taxi.completed === 1);

  driver.send({ type: 'chat_message', booking_id: nowhere, text: 'Nobody\'s secret.' });
  await driver.take('error');
  await drivers[1].app.close();
  const last = await until(app, ({ errors, drivers: there }) => errors.length === 1 && there.taxi === 1);
  assert.deepEqual(last.bookings.taxi, { ...none, completed: 1 });
  const [{ at: when, ...error }] = last.errors;
  assert.match(when, moment);
  assert.deepEqual(error, { code: 'BOOKING_NOT_CHATTABLE', side: 'driver' });
  const said = JSON.stringify(app.frames);
  for (const secret of ['Alice', 'Bob', 'secret', '@', adminToken]) assert.ok(!said.includes(secret));
});

test('campus has its own numbers', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const app = await watch(campus.server);
  await until(app, ({ drivers }) => drivers.taxi === 0 && drivers.campus === 2);
  const ride = await new CampusRide(campus).through('accept');
  const { bookings, seconds_to_accept } =
    await until(app, ({ bookings: { campus: counts } }) => counts.on_the_way === 1);
  assert.deepEqual(bookings, { taxi: none, campus: { ...none, on_the_way: 1 } });
  assert.equal(seconds_to_accept.length, 1);
  await ride.complete();
  await until(app, ({ bookings: { campus: counts } }) => counts.completed === 1);
});

test('a start counts what is in progress, also after a kill', async (t) => {
  const city = await openPatientCity(t, { drivers: 2, env: noGrace });
  const { server, customer } = city;
  const ride = await new Ride(city).through('accept');
  const second = await customer.requestBooking({ scheduled_date: inAMonth() });
  assert.equal(second.status, 201);
  await server.kill();
  await server.launch();
  const app = await watch(server);
  const { bookings, drivers: there } = await app.next();
  assert.deepEqual(bookings.taxi, { ...none, requested: 1, on_the_way: 1 });
  assert.deepEqual(there, { taxi: 0, campus: 0 });
  await cancelOverHttp(customer, ride.id);
  const { bookings: then } = await until(app, ({ bookings: { taxi } }) => taxi.cancelled === 1);
  assert.deepEqual(then.taxi, { ...none, requested: 1, cancelled: 1 });
});

const inAMonth = () => new Date(Date.now() + 30 * 86_400_000).toISOString();

test('what comes is a change, a second apart, and the same for all who watch', async (t) => {
  const city = await openPatientCity(t);
  const { server, driver } = city;
  const apps = [await watch(server), await watch(server)];
  for (const app of apps) app.arrivals = [];
  for (const app of apps) app.socket.on('message', () => app.arrivals.push(Date.now()));
  const end = Date.now() + 3.5 * interval_ms;
  while (Date.now() < end) {
    driver.send({ type: 'chat_message', booking_id: nowhere, text: 'Hello?' });
    await driver.take('error');
  }
  await until(apps[0], ({ errors }) => errors.length === 20);
  for (const { arrivals } of apps) {
    const gaps = arrivals.slice(1).map((at, i) => at - arrivals[i]);
    assert.ok(gaps.every((gap) => gap > 0.7 * interval_ms), gaps.join(' '));
    assert.ok(arrivals.length >= 2 && arrivals.length <= 6, `${arrivals.length} frames`);
  }
  const [first, second] = apps.map(({ frames }) => frames.slice(1).map(({ at }) => at));
  assert.ok(second.length > 1 && second.every((at) => first.includes(at)), 'one frame for all');
  for (const { frames } of apps) {
    const contents = frames.slice(1).map(({ at, ...rest }) => JSON.stringify(rest));
    assert.equal(new Set(contents).size, contents.length, 'each says something new');
  }
});

test('who watches can say nothing, and goes with the server', async (t) => {
  const city = await openPatientCity(t);
  const app = await watch(city.server);
  await app.next();
  for (let i = 0; i < 200; ++i) app.send('{"type":"location_update","latitude":1,"longitude":1}');
  await new Ride(city).through('complete');
  await until(app, ({ bookings }) => bookings.taxi.completed === 1);
  assert.deepEqual(app.frames.at(-1).errors, []);
  const closed = app.untilClosed();
  await city.server.stop();
  assert.equal((await closed).code, 1001);
});

test('only the admin gets in', async (t) => {
  const { server, customer } = await openPatientCity(t);
  const refused = async (query, headers, status) => {
    const error = await App.connect(server, path + query, { headers }).then(() => null, (e) => e);
    assert.equal(error?.status, status, query);
  };
  await refused('', {}, 401);
  for (const no of ['nonsense', `${adminToken}x`, adminToken.slice(1), customer.token,
    token({ email: 'admin' })]) {
    await refused(`?token=${no}`, {}, 401);
    await refused('', { authorization: `Bearer ${no}` }, 401);
  }
  await refused('', { cookie: `access_token=${adminToken}` }, 401);
  assertFailure(await server.http('GET', path, { bearer: adminToken }), 426, 'UPGRADE_REQUIRED');
  const byHeader = { headers: { authorization: `Bearer ${adminToken}` } };
  assert.equal((await (await App.connect(server, path, byHeader)).next()).type, 'board');

  const without = await startServer(t, { env: { HANSOM_ADMIN_TOKEN: undefined } });
  const error = await App.connect(without, `${path}?token=x`).then(() => null, (e) => e);
  assert.equal(error?.status, 403);
});
