// `seen`: what a side was sent of a booking, byte for byte, however often its sockets changed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRide, newStudent, openCampus } from '../support/campus.mjs';
import { catchUp, received, recorded, wireOf } from '../support/catching_up.mjs';
import {
  admin, cancelOverHttp, inSeconds, killAndRestart, noGrace, openPatientCity, setStatus,
} from '../support/city.mjs';
import { audit, objectsOf, replayWith, rowsOf } from '../support/log.mjs';
import { Ride, moment } from '../support/rides.mjs';

/** A city in which every frame that anybody gets is kept. */
async function openRecordedCity(t, options) {
  const city = await openPatientCity(t, options);
  for (const person of [city.customer, ...city.drivers]) recorded(person);
  return city;
}

/** The rows of `seen`: time, account, frame. */
function seen({ server }, booking_id, side, ...options) {
  return rowsOf(audit(server.options.dataDir, 'seen', booking_id, '--by', side, ...options));
}

const framesOf = (rows) => rows.map(([, , frame]) => frame);

/** Checks that `seen` prints just what came to all these people; at least one frame did to each. */
function assertSeen(people, booking_id) {
  const bySide = { driver: [], customer: [] };
  for (const person of people) {
    const wire = wireOf(person, booking_id);
    assert.ok(wire.length > 0, `${person.side} ${person.fields.name} was sent something`);
    const rows = seen(person, booking_id, person.side, '--account', person.id);
    assert.deepEqual(framesOf(rows), wire, `${person.side} ${person.fields.name}`);
    assert.ok(rows.every(([, account]) => account === person.id));
    bySide[person.side].push(...rows);
  }
  for (const [side, rows] of Object.entries(bySide)) {
    const all = seen(people[0], booking_id, side);
    assert.deepEqual([...all].sort(), [...rows].sort(), `all that was sent to a ${side}`);
    const seqs = framesOf(all).map((frame) => JSON.parse(frame).seq);
    assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b), 'in order');
  }
}

const lastSeq = (person) => received(person).at(-1).seq;

/** Is back on a new socket, and asks for what came meanwhile. */
async function comesBack(person, since = lastSeq(person)) {
  await person.connect();
  return catchUp(person, since);
}

test('a ride with a decline, a timeout, reconnects and a restart, seen by all four', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '1.5', CUSTOMER_WAITING_TIME: '1' };
  const city = await openRecordedCity(t, { drivers: 3, env });
  const { server, customer, drivers } = city;
  const ride = await new Ride(city).through('request');
  await ride.decline({ cancellation_description: 'A "flat" tyre,\n\tand 雨.' });
  await drivers[1].take('booking_assigned');
  await drivers[1].app.close(); // is away when the time runs out
  await drivers[2].take('booking_assigned');

  ride.driver = drivers[2];
  await customer.app.close();
  ride.driver.send({ type: 'submit_arrival_time', booking_id: ride.id, arrival_time: 300 });
  await ride.driver.take('arrival_time_accepted');
  await ride.driver.connect(); // a newcomer replaces the older socket
  await catchUp(ride.driver, 0);
  await comesBack(customer, 0);
  await ride.promoted();
  await ride.chat();

  await server.kill();
  await server.launch();
  await comesBack(ride.driver);
  await comesBack(customer);
  await ride.say(customer, '"Quotes", \\ and \u{1f3c3}\u2028.');
  await customer.app.close();
  ride.driver.send({ type: 'chat_message', booking_id: ride.id, text: 'You can\'t hear me?' });
  await ride.driver.take('chat_message');
  await comesBack(customer);
  await ride.complete();
  await comesBack(drivers[1], received(drivers[1])[0].seq);

  const types = wireOf(drivers[1], ride.id).map((text) => JSON.parse(text).type);
  assert.deepEqual(types, ['booking_assigned', 'offer_expired']);
  const check = () => assertSeen([customer, ...drivers], ride.id);
  check();
  await server.stop();
  check();
});

test('rides side by side, each with an end of its own, are told apart', async (t) => {
  const city = await openRecordedCity(t, { drivers: 2 });
  const { customer, drivers } = city;
  const both = [customer, drivers[0]];
  const rides = {};
  for (const name of ['cancelled', 'called off', 'completed']) {
    rides[name] = await new Ride(city).through('chat');
  }
  rides.rejected = await new Ride(city).through('offer');
  rides.scheduled = new Ride(city);
  await rides.scheduled.request({ scheduled_date: inSeconds(7200), note: 'Two "bags"' });
  await rides.scheduled.confirm();

  await rides.completed.say(customer, 'To the one of three.');
  await cancelOverHttp(drivers[0], rides.cancelled.id, { cancellation_description: 'A dog.' });
  await customer.take('driver_cancelled');
  await cancelOverHttp(customer, rides['called off'].id);
  await drivers[0].take('booking_cancelled_by_customer');
  await rides.completed.complete();
  await rides.rejected.reject();
  for (const [name, ride] of Object.entries(rides)) {
    await t.test(name, () => assertSeen(both, ride.id));
  }

  const passed = await new Ride(city).through('request');
  await setStatus(drivers[0], 'blocked');
  await drivers[1].take('booking_assigned');
  passed.driver = drivers[1];
  await passed.decline();
  await customer.take('driver_cancelled');
  assertSeen([customer, ...drivers], passed.id);
});

test('a booking for which nobody was there was seen by its customer alone', async (t) => {
  const { customer } = await openRecordedCity(t, { drivers: 0 });
  const { body } = await customer.requestBooking();
  await customer.take('driver_cancelled');
  assertSeen([customer], body.data.booking_id);
});

test('a time is that of the event behind the frame', async (t) => {
  const city = await openRecordedCity(t);
  const ride = await new Ride(city).through('chat');
  const story = objectsOf(audit(city.server.options.dataDir, 'show', ride.id, '--json'));
  const times = new Map(story.map(({ event }) => [event.position, event.at]));
  for (const side of ['driver', 'customer']) {
    const rows = seen(city, ride.id, side);
    assert.ok(rows.length > 0);
    for (const [time, , frame] of rows) assert.equal(time, times.get(JSON.parse(frame).seq));
  }
  const said = seen(city, ride.id, 'customer').at(-1);
  assert.match(JSON.parse(said[2]).sent_at, moment);
  assert.equal(`${said[0].slice(0, 23)}Z`, JSON.parse(said[2]).sent_at);
});

test('names are as they were then, and not as they are now', async (t) => {
  const city = await openRecordedCity(t);
  const ride = await new Ride(city).through('offer');
  const rename = (name) => admin(city.server, 'PATCH', `/accounts/${city.driver.id}`, { name });
  await rename('Renamed once');
  await ride.accept();
  await rename('Renamed again');
  await ride.complete();
  assertSeen([city.customer, city.driver], ride.id);
});

/** A server that says it is reached at this address. */
const at = (url) => ({ HANSOM_PUBLIC_URL: url });

test('links begin with the address that the server noted last, or as one says', async (t) => {
  const city = await openRecordedCity(t, { env: at('https://old.example') });
  const { server, customer, driver } = city;
  const ride = await new Ride(city).through('offer');
  assertSeen([customer, driver], ride.id);
  const before = wireOf(driver, ride.id);
  assert.match(before[0], /"flag":"https:\/\/old\.example\//);

  server.options.env = { ...server.options.env, ...at('https://new.example') };
  await killAndRestart(server, customer, driver);
  for (const person of [customer, driver]) {
    person.apps = [person.app]; // what comes again is what counts now
    await catchUp(person, 0);
  }
  assertSeen([customer, driver], ride.id);
  assert.match(wireOf(driver, ride.id)[0], /"flag":"https:\/\/new\.example\//);

  const { dataDir } = server.options;
  const args = ['--data-dir', dataDir, 'seen', ride.id, '--by', 'driver'];
  const { stdout } = replayWith({ env: at('https://old.example') }, ...args);
  assert.deepEqual(framesOf(rowsOf(stdout)), before);
});

test('without such an address, a restart on another port changes no link', async (t) => {
  const city = await openRecordedCity(t);
  const { server, customer, driver } = city;
  const ride = await new Ride(city).through('offer');
  const { url } = server;
  await server.kill();
  do await server.launch(); while (server.url === url && (await server.kill()));
  for (const person of [customer, driver]) await person.connect();
  await ride.accept();
  assertSeen([customer, driver], ride.id);
});

// Campus has no seq: the frames of the sockets themselves are compared.

/** Has a student tell by `watched()` what came from here on. */
function watched(student) {
  const kept = [];
  student.watched = () => {
    kept.push(...student.app.texts.slice(student.app.first));
    student.app.first = student.app.texts.length;
    return kept;
  };
  student.app.first = student.app.texts.length;
}

/** Is back on a new socket; what it is greeted with comes again, and does not count. */
async function campusComesBack(student) {
  student.watched();
  await student.connect();
  student.app.first = student.app.texts.length;
}

test('a campus ride is seen as its passenger and its driver saw it', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, drivers } = campus;
  const everyone = [passenger, ...drivers];
  everyone.forEach(watched);
  const ride = await new CampusRide(campus).through('chat');
  await drivers[1].getsOnly(ride.pushes.pending, ride.pushes.closed);
  const other = drivers[1].watched().filter((text) => !text.includes('RIDE_REQUEST_NOT_FOUND'));

  await server.kill();
  await server.launch();
  for (const student of [passenger, drivers[0]]) await campusComesBack(student);
  await ride.say(passenger, 'Still "there"?');
  await ride.complete();

  const rowsFor = (side, id) =>
    seen({ server }, ride.id, side).filter(([, account]) => account === id);
  assert.deepEqual(framesOf(seen({ server }, ride.id, 'customer')), passenger.watched());
  assert.equal(rowsFor('customer', passenger.id).length, passenger.watched().length);
  // Of what went to all drivers, the first was to be seen by the one who accepted, too.
  const toAll = framesOf(rowsFor('driver', '*'));
  assert.deepEqual(toAll, other);
  assert.deepEqual(
    [toAll[0], ...framesOf(rowsFor('driver', drivers[0].id))], drivers[0].watched(),
  );
});

test('--account on campus is what that account was sent, and no more', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, driver } = campus;
  [passenger, driver].forEach(watched);
  const ride = await new CampusRide(campus).through('complete');
  for (const [side, student] of [['customer', passenger], ['driver', driver]]) {
    const rows = seen({ server }, ride.id, side, '--account', student.id);
    assert.deepEqual(framesOf(rows), student.watched(), side);
  }
});

test('a campus request that was called off was seen by all drivers', async (t) => {
  const campus = await openCampus(t);
  const { server, passenger, driver } = campus;
  [passenger, driver].forEach(watched);
  const ride = await new CampusRide(campus).through('request');
  await ride.cancel();
  assert.deepEqual(framesOf(seen({ server }, ride.id, 'customer')), passenger.watched());
  assert.deepEqual(framesOf(seen({ server }, ride.id, 'driver')), driver.watched());
});

test('a campus request of a blocked passenger was closed for all drivers', async (t) => {
  const campus = await openCampus(t);
  const { server, passenger, driver } = campus;
  const late = await newStudent(server, 'driver');
  [driver, late].forEach(watched);
  const ride = await new CampusRide(campus).through('request');
  await setStatus(passenger, 'blocked');
  for (const student of [driver, late]) {
    await student.skipTo(({ action }) => action === 'ride_request_closed');
    assert.deepEqual(framesOf(seen({ server }, ride.id, 'driver')), student.watched());
  }
});
