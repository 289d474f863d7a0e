// `show` and `ls`: a booking's story, and the list of all streams; for people and for machines.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRide, newStudent } from '../support/campus.mjs';
import {
  admin, adminTemplate, cancelOverHttp, inSeconds, noGrace, openPatientCity, ownTemplate, setStatus,
} from '../support/city.mjs';
import { audit, linesOf, objection, objectsOf, rowsOf } from '../support/log.mjs';
import { Person, Ride } from '../support/rides.mjs';
import { Member, Room, edit, say, takeBack } from '../support/rooms.mjs';

/** What `show` tells: each event with who caused it, and what was sent to whom. */
function storyOf(text) {
  const story = [];
  for (const line of linesOf(text)) {
    const [, at, since, position, type, by] =
      line.match(/^(\d{4}-\S+Z) {2}\+(\d+\.\d{3}) s {2}#(\d+) {2}(\w+) {2}by (.+)$/) ?? [];
    if (at) {
      story.push({ at, since: Number(since), position: Number(position), type, by, sent: [] });
      continue;
    }
    const [, frame, to] = line.match(/^ {4}-> (\w+) to (.+)$/) ?? [];
    if (frame) story.at(-1).sent.push([frame, to]);
    else story.at(-1).words = line.match(/^ {4}(\S.*)$/)[1];
  }
  return story;
}

const show = ({ server }, id, ...options) => audit(server.options.dataDir, 'show', id, ...options);

test('a ride is told in order: who did what, and who was told', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { drivers } = city;
  const ride = await new Ride(city).through('request');
  await ride.decline();
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  for (const step of ['offer', 'accept', 'chat', 'complete']) await ride[step]();
  const story = storyOf(show(city, ride.id));
  const [alice, bob0, bob1] = ['customer Alice', 'driver Bob 0', 'driver Bob 1'];
  assert.deepEqual(story.map(({ type, by, sent }) => [type, by, sent]), [
    ['booking_requested', alice, []],
    ['driver_assigned', alice, [['booking_assigned', bob0]]],
    ['offer_declined', bob0, [['decline_accepted', bob0]]],
    ['driver_assigned', bob0, [['booking_assigned', bob1]]],
    ['arrival_time_submitted', bob1,
      [['arrival_time_accepted', bob1], ['arrival_time_offered', alice]]],
    ['offer_accepted', alice, [['accept_accepted', alice], ['customer_accepted', bob1]]],
    ['chat_message_sent', bob1, [['chat_message', bob1], ['chat_message', alice]]],
    ['chat_message_sent', alice, [['chat_message', bob1], ['chat_message', alice]]],
    ['ride_completed', bob1, [['complete_accepted', bob1], ['ride_completed', alice]]],
  ]);
  assert.match(story[0].words, /^Alice, instant, 2 passengers: Home to Airport$/);
  assert.match(story[2].words, /"Flat tyre\."/);
  assert.match(story[7].words, /"Coming \u{1f3c3}"/u);
  const micros = (at) => Date.parse(at) * 1000 + Number(at.slice(23, 26));
  for (const { at, since } of story) {
    assert.ok(Math.abs(since - (micros(at) - micros(story[0].at)) / 1e6) < 0.001, `${since}`);
  }
  assert.equal(show(city, `booking-${ride.id}`), show(city, ride.id), 'by its stream\'s name');
});

test('what timers did is theirs', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '0.3' };
  const city = await openPatientCity(t, { env });
  const ride = await new Ride(city).through('request');
  await city.driver.take('offer_expired');
  await city.customer.take('driver_cancelled');
  const [, , expired, cancelled] = storyOf(show(city, ride.id));
  assert.deepEqual([expired.type, cancelled.type], ['offer_expired', 'booking_cancelled']);
  for (const { by } of [expired, cancelled]) assert.equal(by, 'timer');
});

test('--json has each event as it is in the log, with the frames that were sent', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('complete');
  const { dataDir } = city.server.options;
  const lines = linesOf(show(city, ride.id, '--json'));
  const stream = `booking-${ride.id}`;
  const events = linesOf(audit(dataDir, 'export', '--stream', stream));
  assert.equal(lines.length, events.length);
  for (const [i, line] of lines.entries()) {
    assert.ok(line.startsWith(`{"event":${events[i]},"sent":[`), line);
  }
  const sent = lines.flatMap((line) => JSON.parse(line).sent);
  for (const side of ['driver', 'customer']) {
    const seen = rowsOf(audit(dataDir, 'seen', ride.id, '--by', side));
    assert.deepEqual(
      sent.filter(({ to }) => to === side).map(({ account, frame }) => [account, frame]),
      seen.map(([, account, frame]) => [account, JSON.parse(frame)]),
    );
    for (const [, , frame] of seen) assert.ok(lines.some((line) => line.includes(frame)), frame);
  }
});

test('every stream that ls names can be shown', async (t) => {
  const city = await openPatientCity(t);
  const { server, driver } = city;
  await new Ride(city).through('accept');
  await ownTemplate(driver, 'A flat tyre.');
  const host = await Member.create(server, 'host');
  const room = await Room.create(host);
  await host.enter(room);
  const said = await say(host, 'Hello.');
  await edit(host, said, 'Hello!');
  await takeBack(host, said);
  await admin(server, 'PATCH', `/accounts/${driver.id}`, { name: 'Robert' });
  const listed = ls(city);
  assert.deepEqual([...new Set(listed.map(({ stream }) => stream.split('-', 1)[0]))].sort(),
    ['account', 'booking', 'room', 'template']);
  for (const { stream, events } of listed) {
    assert.equal(objectsOf(show(city, stream, '--json')).length, events, stream);
    assert.match(show(city, stream), /^\d{4}-\S+Z {2}/);
  }
  assert.match(show(city, `account-${driver.id}`), /account_registered.*Bob 0.*\n.*Robert/s);
  objection(server.options.dataDir, ['show', `account-${driver.id}`, '--diagram'], 2);
});

// The diagram.

const hostile = 'A;b: #c <br> "d" `e` ->> f %% end \\n | {g} [h] (i), \u96e8';

/** Text with nothing that Mermaid takes for its own. */
const plainToMermaid = /^(?:[^;:<>"%{}()[\]|`&\\#]|#\d+;)+$/;

/** Checks that a text is a sequence diagram of Mermaid; resolves to its arrows. */
function arrowsOf(text) {
  const [first, ...lines] = linesOf(text);
  assert.equal(first, 'sequenceDiagram');
  const cast = [];
  const arrows = [];
  for (const line of lines) {
    const [, name, title] = line.match(/^ {2}participant (\w+)(?: as (.+))?$/) ?? [];
    if (name) {
      assert.equal(arrows.length, 0, 'who takes part comes first');
      assert.match(title ?? name, plainToMermaid);
      cast.push(name);
      continue;
    }
    const [, from, kind, to, words] = line.match(/^ {2}(\w+)(->>|-->>)(\w+): (.+)$/) ?? [];
    assert.ok(from, `an arrow: '${line}'`);
    for (const each of [from, to]) assert.ok(cast.includes(each), `${each} takes part`);
    assert.match(words, plainToMermaid);
    arrows.push([from, kind, to, words]);
  }
  assert.equal(new Set(cast).size, cast.length);
  return arrows;
}

test('--diagram has an arrow for each event and each frame, whatever people write', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  await admin(server, 'PATCH', `/accounts/${customer.id}`, { name: hostile });
  await admin(server, 'PATCH', `/accounts/${drivers[1].id}`, { name: hostile });
  const ride = new Ride(city);
  await ride.request({ note: hostile });
  await ride.decline({ cancellation_description: `${hostile}\nend\n` });
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  await ride.offer();
  await ride.accept();
  for (const text of [hostile, 'end', '\n', 'x'.repeat(1000)]) await ride.say(customer, text);
  await cancelOverHttp(ride.driver, ride.id, { cancellation_description: hostile });
  await customer.take('driver_cancelled');
  const arrows = arrowsOf(show(city, ride.id, '--diagram'));
  const story = objectsOf(show(city, ride.id, '--json'));
  assert.equal(arrows.filter(([, kind]) => kind === '->>').length, story.length);
  const frames = story.flatMap(({ sent }) => sent.map(({ frame }) => frame.type));
  assert.deepEqual(
    arrows.filter(([, kind]) => kind === '-->>').map(([, , , words]) => words), frames,
  );
});

test('a campus ride has a diagram, too', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const passenger = await newStudent(server, 'passenger');
  const ride = new CampusRide({ passenger, driver: await newStudent(server, 'driver') });
  await ride.through('complete');
  const arrows = arrowsOf(show(city, ride.id, '--diagram'));
  assert.ok(arrows.some(([, , to]) => to === 'drivers'));
  assert.equal(arrows.filter(([, kind]) => kind === '->>').length, 5);
});

// ls.

/** The rows of `ls`. */
function ls({ server }, ...options) {
  return linesOf(audit(server.options.dataDir, 'ls', ...options)).map((line) => {
    const [, stream, status, events, began, last, about] =
      line.match(/^([a-z]+-\S+) +(\w*) +(\d+) {2}(\S+Z) {2}(\S+Z) {2}(.*)$/);
    return { stream, status, events: Number(events), began, last, about };
  });
}

test('ls lists every stream once, newest first, with what it is about', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  const first = await new Ride(city).through('accept');
  const second = await new Ride(city).through('offer');
  await first.say(customer, 'The first is the newest now.');
  const rows = ls(city);
  const last = rows.map((row) => row.last);
  assert.deepEqual(last, [...last].sort().reverse(), 'newest first');
  assert.deepEqual(rows.slice(0, 2).map(({ stream }) => stream),
    [first, second].map(({ id }) => `booking-${id}`));
  const streams = objectsOf(audit(server.options.dataDir, 'tail', '-n', '9999', '--json'));
  assert.deepEqual(rows.map(({ stream }) => stream).sort(),
    [...new Set(streams.map(({ stream }) => stream))].sort());
  for (const { stream, events, began, last: end } of rows) {
    const story = streams.filter((event) => event.stream === stream);
    assert.deepEqual([events, began, end], [story.length, story[0].at, story.at(-1).at], stream);
  }
  const [, offered] = rows;
  assert.equal(offered.status, 'confirmation');
  for (const part of ['instant', 'Alice', customer.id, 'Bob 0', drivers[0].id]) {
    assert.ok(offered.about.includes(part), `${part} in '${offered.about}'`);
  }
});

test('ls by kind, status, side and time', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  const both = await Person.create(server, 'customer', { roles: ['customer', 'driver'] });
  await both.connect();
  const rides = {};
  rides.onTheWay = await new Ride(city).through('accept');
  rides.completed = await new Ride(city).through('complete');
  rides.offered = await new Ride(city).through('offer');
  rides.passed = await new Ride(city).through('request');
  await rides.passed.decline();
  await drivers[1].take('booking_assigned');
  rides.rejected = await new Ride(city).through('request');
  await rides.rejected.reject();
  rides.others = new Ride({ customer: both, driver: drivers[0] });
  await rides.others.request({ scheduled_date: inSeconds(7200) });
  await adminTemplate(server, 'A flat tyre.');
  await Room.create(await Member.create(server, 'host'));
  await setStatus(both, 'blocked');

  const listed = (...options) => new Set(ls(city, ...options).map(({ stream }) => stream));
  const of = (...names) => new Set(names.map((name) => `booking-${rides[name].id}`));
  assert.deepEqual(listed('--kind', 'booking'), of(...Object.keys(rides)));
  for (const [kind, count] of [['account', 5], ['template', 1], ['room', 1]]) {
    const rows = ls(city, '--kind', kind);
    assert.equal(rows.length, count, kind);
    assert.ok(rows.every(({ stream }) => stream.startsWith(`${kind}-`)));
  }
  assert.equal(ls(city).length, 13);
  for (const [status, ...names] of [
    ['on_the_way', 'onTheWay'], ['completed', 'completed'], ['confirmation', 'offered'],
    ['requested', 'passed', 'others'], ['cancelled', 'rejected'],
  ]) {
    assert.deepEqual(listed('--status', status), of(...names), status);
    assert.deepEqual(listed('--kind', 'booking', '--status', status), of(...names), status);
    assert.ok(ls(city, '--status', status).every((row) => row.status === status));
  }
  assert.deepEqual(listed('--customer', both.id), of('others'));
  assert.deepEqual(listed('--driver', both.id), of());
  const all = ['onTheWay', 'completed', 'offered', 'passed', 'rejected'];
  assert.deepEqual(listed('--customer', customer.id), of(...all));
  assert.deepEqual(listed('--customer', `account-${customer.id}`), of(...all));
  assert.deepEqual(listed('--driver', drivers[0].id), of(...all, 'others'), 'declined, too');
  assert.deepEqual(listed('--driver', drivers[1].id), of('passed'));
  assert.deepEqual(listed('--driver', drivers[0].id, '--customer', both.id), of('others'));
  assert.deepEqual(listed('--driver', drivers[1].id, '--status', 'completed'), of());
  assert.deepEqual(listed('--customer', customer.id, '--status', 'completed'), of('completed'));

  const [{ event }] = objectsOf(show(city, rides.rejected.id, '--json'));
  const since = ['--since', event.at];
  assert.deepEqual(listed('--kind', 'booking', ...since), of('rejected', 'others'));
  assert.deepEqual(listed('--customer', customer.id, ...since), of('rejected'));
  // An older stream with a newer event is shown whole.
  const [blocked] = ls(city, '--kind', 'account', ...since);
  const [whole] = ls(city, '--kind', 'account');
  assert.deepEqual(blocked, whole);
  assert.deepEqual([blocked.stream, blocked.status], [`account-${both.id}`, 'blocked']);
  assert.deepEqual(listed('--since', '2999-01-01'), new Set());
});

// What people write.

// Colours, a window's title, the screen cleared, a bell, line ends, and C1's own way to begin.
const controls = 'a\x1b[31mb\x1b]0;owned\x07c\x1b[2Jd\x08\x7f\r\n\te\u009b31mf\u0085\u0090g';
const harmful = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

test('control characters that people write never reach a terminal', async (t) => {
  const city = await openPatientCity(t, { drivers: 1 });
  const { server } = city;
  const { dataDir } = server.options;
  const lenient = async (attempt) => attempt().then(() => true, () => false); // may be refused
  const tries = [];
  const customer = await Person.create(server, 'customer', { name: 'Mallory' });
  const driver = city.driver;
  for (const person of [customer, driver]) {
    const path = `/accounts/${person.id}`;
    for (const field of ['name', 'phone', 'vehicle_number', 'driver_code', 'avatar']) {
      tries.push(await lenient(() => admin(server, 'PATCH', path, { [field]: controls })));
    }
  }
  await customer.connect({ device_id: controls, device_model: controls });
  const ride = new Ride({ customer, driver });
  await ride.request({
    note: controls, pickup_location_title: controls, pickup_location_address: controls,
  });
  await ride.offer();
  await ride.accept();
  await ride.say(customer, controls);
  await ride.say(driver, controls);
  await cancelOverHttp(driver, ride.id, { cancellation_description: controls });
  await customer.take('driver_cancelled');
  const declined = await customer.requestBooking({ note: controls });
  await driver.take('booking_assigned');
  driver.send({
    type: 'decline_booking', booking_id: declined.body.data.booking_id,
    cancellation_description: controls,
  });
  await driver.take('decline_accepted');
  tries.push(await lenient(() => adminTemplate(server, controls)));
  tries.push(await lenient(() => ownTemplate(driver, controls)));
  const host = await Member.create(server, 'host', { name: 'Host' });
  const room = await Room.create(host, { name: controls }).catch(() => Room.create(host));
  await host.enter(room);
  await say(host, controls);
  assert.ok(tries.includes(true), 'some of it is taken');

  const streams = ls(city).map(({ stream }) => stream);
  for (const args of [
    ['ls'], ['tail', '-n', '999'], ['stats'], ['stats', '--by', 'driver'],
    ...streams.map((stream) => ['show', stream]),
    ...streams.filter((stream) => stream.startsWith('booking-')).flatMap((stream) => [
      ['why', stream], ['show', stream, '--diagram'],
    ]),
  ]) {
    const text = audit(dataDir, ...args);
    const [bad] = text.match(harmful) ?? [];
    assert.equal(bad, undefined, `${args.join(' ')}: ${JSON.stringify(bad)}`);
  }
  const told = show(city, ride.id);
  assert.match(told, /"a \[31mb.*f *g"/, 'what can be shown is there');
  // For machines it is all there, as JSON writes it.
  const [{ event }] = objectsOf(show(city, ride.id, '--json'));
  assert.equal(event.data.note, controls);
});
