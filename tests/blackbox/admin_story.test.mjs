// A booking's story over HTTP: what was really sent, and what hansom-replay says of the same log.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CampusRide, openCampus } from '../support/campus.mjs';
import { recorded, wireOf } from '../support/catching_up.mjs';
import { eventually } from '../support/app.mjs';
import { admin, logEnd, openPatientCity } from '../support/city.mjs';
import { asAdmin, assertFailure, dataOf, noIds, noLimits } from '../support/http.mjs';
import { audit, objectsOf, rowsOf } from '../support/log.mjs';
import { Ride, pickup } from '../support/rides.mjs';

const pathOf = (id, query = '') => `/bookings/${id}/story${query}`;

async function storyOf(server, id, query) {
  return (await admin(server, 'GET', pathOf(id, query))).story;
}

const sideOf = { driver: 'driver', customer: 'customer', passenger: 'customer' };
/** A frame as a story has it: with the length of a transcript in its place. */
const parsed = (text) => JSON.parse(text, (name, value) =>
  (name === 'chat_history' ? value.length : value));
const brief = (value) => parsed(JSON.stringify(value));

/** What the story says a person was sent, in order. */
const sentTo = (story, { side, id }) => story.events
  .flatMap(({ sent }) => sent)
  .filter(({ to, account }) => to === sideOf[side] && [id, null].includes(account))
  .map(({ frame }) => frame);

/** Events, frames and snapshots are what hansom-replay prints. */
function assertAudited({ server }, story) {
  const { dataDir } = server.options;
  const shown = objectsOf(audit(dataDir, 'show', story.booking_id, '--json'));
  assert.deepEqual(story.events.map(({ event, sent }) => ({ event, sent })), brief(shown));
  for (const { event, snapshots } of story.events) {
    const out = audit(dataDir, 'at', story.booking_id, '--position', String(event.position));
    const rows = snapshots.map(({ to, account, frame }) => [to, account ?? '*', frame]);
    const printed = rowsOf(out).map(([to, account, frame]) => [to, account, parsed(frame)]);
    assert.deepEqual(rows, printed, `at ${event.position}`);
  }
  const last = story.events.at(-1);
  assert.equal(story.last_position, last.event.position);
  assert.equal(story.status, last.status);
  assert.equal(story.next_after, null);
}

/** Each choice has the drivers, in the order and with the words, that `why` prints. */
function assertExplained({ server }, story) {
  const printed = audit(server.options.dataDir, 'why', story.booking_id).split('\n')
    .map((line) => line.match(/^ {4}([* ]) (\S{36}) .*?, (\w.*)$/)).filter(Boolean)
    .map(([, star, driver, reason]) => [star === '*', driver, reason]);
  const told = story.events.flatMap(({ choice }) => choice?.candidates ?? [])
    .map(({ verdict, driver, reason }) => [verdict === 'chosen', driver, reason]);
  assert.deepEqual(told, printed);
}

test('a ride with a decline: frames, snapshots and choices as they were', async (t) => {
  const city = await openPatientCity(t, { drivers: 3 });
  const { server, customer, drivers } = city;
  const people = [customer, ...drivers].map(recorded);
  const ride = await new Ride(city).through('request');
  await ride.decline({ cancellation_description: '<script>alert("flat")</script>' });
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  await ride.offer();
  await ride.accept();
  const underway = await storyOf(server, ride.id);
  assert.equal(underway.status, 'on_the_way');
  assertAudited(city, underway);
  await ride.chat();
  await ride.complete();

  const story = await storyOf(server, ride.id);
  assert.deepEqual(story.events.slice(0, underway.events.length), underway.events);
  for (const person of people) {
    assert.deepEqual(sentTo(story, person), wireOf(person, ride.id).map(parsed), person.fields.name);
  }
  assertAudited(city, story);
  assertExplained(city, story);
  const { booking_id, protocol, booking_type, status, names } = story;
  assert.deepEqual([booking_id, protocol, booking_type, status],
    [ride.id, 'taxi', 'instant', 'completed']);
  assert.equal(story.customer, customer.id);
  for (const person of people) assert.equal(names[person.id], person.fields.name);

  const [first, second, ...none] = story.events.map(({ choice }) => choice).filter(Boolean);
  assert.deepEqual(none, []);
  assert.deepEqual([first.chosen, second.chosen], [drivers[0].id, drivers[1].id]);
  assert.deepEqual(first.pickup, pickup);
  assert.deepEqual(first.candidates.map(({ rank, driver, position, name }) =>
    [rank, driver, position, name]), drivers.map(({ id, fields }, i) =>
    [i + 1, id, { ...pickup, latitude: pickup.latitude + 0.01 * (i + 1) }, fields.name]));
  for (const [i, { distance_m }] of first.candidates.entries()) {
    assert.ok(Math.abs(distance_m - 1112 * (i + 1)) < 2 * (i + 1), `${distance_m} m`);
  }
  assert.deepEqual(second.candidates.map(({ verdict }) => verdict),
    ['already_asked', 'chosen', 'farther']);
  const due = ({ deadlines }) => deadlines.map(({ kind }) => kind);
  const assigned = story.events.find(({ event }) => event.type === 'driver_assigned');
  assert.deepEqual(due(assigned), ['driver_response']);
  assert.equal(assigned.deadlines[0].due, assigned.event.data.respond_by);
  assert.deepEqual(due(story.events.at(-1)), []);
});

test('a ride of campus: what each side was sent, and nobody was chosen', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { passenger, drivers } = campus;
  const people = [passenger, ...drivers];
  const before = people.map(({ app }) => app.frames.length);
  const ride = await new CampusRide(campus).through('complete');
  const story = await storyOf(campus.server, ride.id);
  assert.equal(story.protocol, 'campus');
  assertAuditedOnCampus(campus, story);
  assert.ok(story.events.every(({ choice }) => choice === null));
  await drivers[1].heard(); // ends with an error that is no part of the ride
  const [toPassenger, toDriver, toOther] =
    people.map(({ app }, i) => app.frames.slice(before[i]));
  assert.deepEqual(sentTo(story, passenger), toPassenger);
  const isClosing = ({ action }) => action === 'ride_request_closed';
  const closing = sentTo(story, drivers[1]).filter(isClosing);
  assert.equal(closing.length, 1);
  assert.deepEqual(sentTo(story, drivers[0]).filter((frame) => !isClosing(frame)), toDriver);
  assert.deepEqual(sentTo(story, drivers[1]), toOther.slice(0, -1));
  assert.ok(sentTo(story, passenger).length >= 5);
});

/** Nobody is shown a ride that is over, about which `at` has a word for people. */
function assertAuditedOnCampus({ server }, story) {
  const { dataDir } = server.options;
  const shown = objectsOf(audit(dataDir, 'show', story.booking_id, '--json'));
  assert.deepEqual(story.events.map(({ event, sent }) => ({ event, sent })), shown);
  assert.deepEqual(story.events.at(-1).snapshots, []);
  for (const { event, snapshots } of story.events.slice(0, -1)) {
    const out = audit(dataDir, 'at', story.booking_id, '--position', String(event.position));
    const printed = rowsOf(out).map(([to, account, frame]) => [to, account, parsed(frame)]);
    assert.deepEqual(snapshots.map(({ to, account, frame }) => [to, account ?? '*', frame]), printed);
  }
}

test('all bookings, newest first, page by page', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  const rides = [await new Ride(city).through('complete')];
  rides.unshift(await new Ride(city).through('request'));
  const answer = await customer.requestBooking();
  rides.unshift({ id: answer.body.data.booking_id });

  const list = async (query = '') => dataOf(await asAdmin(server, 'GET', `/bookings${query}`));
  const { bookings, next_before } = await list();
  assert.equal(next_before, null);
  assert.deepEqual(bookings.map(({ booking_id }) => booking_id), rides.map(({ id }) => id));
  const oldest = bookings.at(-1);
  const story = await storyOf(server, oldest.booking_id);
  assert.deepEqual(oldest, {
    booking_id: story.booking_id, position: story.events[0].event.position, protocol: 'taxi',
    booking_type: 'instant', status: 'completed', requested_at: story.events[0].event.at,
    changed_at: story.events.at(-1).event.at,
    customer: { account: customer.id, name: 'Alice' },
    driver: { account: drivers[0].id, name: 'Bob 0' },
  });

  const paged = [];
  for (let query = '?limit=1'; ;) {
    const page = await list(query);
    assert.ok(page.bookings.length <= 1);
    paged.push(...page.bookings);
    if (page.next_before === null) break;
    query = `?limit=1&before=${page.next_before}`;
  }
  assert.deepEqual(paged, bookings);
});

test('what there is not, and what is no number', async (t) => {
  const { server } = await openPatientCity(t, { drivers: 0 });
  for (const id of noIds) {
    assertFailure(await asAdmin(server, 'GET', pathOf(id)), 404, 'BOOKING_NOT_FOUND', id);
  }
  for (const limit of noLimits) {
    const answer = await asAdmin(server, 'GET', `/bookings?limit=${limit}`);
    assertFailure(answer, 422, 'INVALID_PAYLOAD', limit);
  }
  for (const no of ['-1', '1.5', 'x', '5x', '99999999999999999999999', noIds[0]]) {
    for (const path of [`/bookings?before=${no}`, pathOf(noIds[0], `?after=${no}`)]) {
      assertFailure(await asAdmin(server, 'GET', path), 422, 'INVALID_PAYLOAD', path);
    }
  }
  assert.deepEqual(dataOf(await asAdmin(server, 'GET', '/bookings')), {
    bookings: [], next_before: null,
  });
});

test('a log that can\'t be read is unavailable, and told again once it can', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('request');
  const file = join(city.server.options.dataDir, 'log.mark');
  // Once the mark has come as far as the log, the server leaves it alone.
  const end = await logEnd(city.server);
  await eventually(() => JSON.parse(readFileSync(file, 'utf8')).position === end, 'the mark');
  const mark = readFileSync(file);
  writeFileSync(file, 'no mark');
  for (const path of [pathOf(ride.id), '/bookings']) {
    assertFailure(await asAdmin(city.server, 'GET', path), 503, 'LOG_UNAVAILABLE', path);
  }
  writeFileSync(file, mark);
  assert.equal((await storyOf(city.server, ride.id)).status, 'requested');
  await ride.offer();
});

/** A ride on which so much was said that its story comes in parts. */
async function longRide(city) {
  const ride = await new Ride(city).through('accept');
  const text = 'A very long message.'.padEnd(990, '.');
  for (let i = 0; i < 120; ++i) await ride.say(i % 2 ? ride.driver : ride.customer, text);
  return ride;
}

test('a long story comes in parts, each of which goes on where the last one ended', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const ride = await longRide(city);
  const events = [];
  let parts = 0;
  for (let after = 0; after !== null; ++parts) {
    const part = await storyOf(server, ride.id, `?after=${after}`);
    events.push(...part.events);
    // However much was said before, an event is no larger for it.
    assert.ok(JSON.stringify(part).length < 640 * 1024);
    after = part.next_after;
  }
  assert.ok(parts > 1, `${parts} parts`);
  assertAudited(city, { ...(await storyOf(server, ride.id)), next_after: null, events });
});

test('more questions than may wait are refused, and rides go on', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const { id } = await longRide(city);
  await storyOf(server, id); // the log is open
  const answers = await server.whileHeld(async () => {
    const all = Array.from({ length: 60 }, () => asAdmin(server, 'GET', pathOf(id)));
    await new Promise((resolve) => setImmediate(resolve));
    return { all };
  });
  const ride = new Ride(city);
  const requested = ride.customer.requestBooking();
  const statuses = (await Promise.all(answers.all)).map(({ status, body }) => {
    if (status !== 200) assertFailure({ status, body }, 503, 'SERVER_BUSY');
    return status;
  });
  assert.equal((await requested).status, 201);
  assert.ok(statuses.includes(200) && statuses.includes(503), statuses.join(' '));
  await storyOf(server, id);
});
