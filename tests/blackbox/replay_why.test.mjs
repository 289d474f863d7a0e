// `why`: who was looked at for a booking, who was asked, and why the others were not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRide, openCampus } from '../support/campus.mjs';
import { openPatientCity } from '../support/city.mjs';
import { onSide } from '../support/http.mjs';
import { audit, linesOf, objectsOf } from '../support/log.mjs';
import { Person, Ride, pickup } from '../support/rides.mjs';

/**
 * What `why` says: for each search its head, and of each candidate the id, the distance and the
 * reason; whoever was asked has a star.
 */
function why({ server }, id) {
  const searches = [];
  for (const line of linesOf(audit(server.options.dataDir, 'why', id))) {
    const [, time, position, head] =
      line.match(/^(\d{4}-\S+Z) {2}#(\d+) {2}(.+)$/) ?? [];
    if (time) {
      searches.push({ head, position: Number(position), candidates: [] });
      continue;
    }
    const [, star, driver, distance, name, reason] =
      line.match(/^ {4}([* ]) ([0-9a-f-]{36}) {2}(no position|[\d.]+ k?m) +(.+?), (.+)$/) ?? [];
    assert.ok(driver, `a candidate: '${line}'`);
    searches.at(-1).candidates.push({ asked: star === '*', driver, distance, name, reason });
  }
  return searches;
}

/** The metres between two positions, on a sphere of the earth's mean radius. */
function metresBetween(a, b) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const sin2 = (x) => Math.sin(x / 2) ** 2;
  const h = sin2(rad(b.latitude - a.latitude)) +
    Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * sin2(rad(b.longitude - a.longitude));
  return 2 * 6_371_009 * Math.asin(Math.sqrt(h));
}

const place = (degrees) => ({ ...pickup, latitude: pickup.latitude + degrees });

test('the nearest was chosen, the others were farther by so much', async (t) => {
  const city = await openPatientCity(t, { drivers: 3 });
  const { drivers } = city;
  const degrees = [0.005, 0.015, 0.1]; // some 0.6 km, 1.7 km, 11 km
  for (const [i, driver] of drivers.entries()) await driver.driveTo(place(degrees[i]));
  const ride = await new Ride(city).through('request');
  const [{ head, candidates }, ...rest] = why(city, ride.id);
  assert.deepEqual(rest, []);
  assert.match(head, /^attempt 1: Bob 0 was asked$/);
  assert.deepEqual(candidates.map(({ driver }) => driver), drivers.map(({ id }) => id));
  assert.deepEqual(candidates.map(({ name }) => name), ['Bob 0', 'Bob 1', 'Bob 2']);
  assert.deepEqual(candidates.map(({ asked }) => asked), [true, false, false]);
  const metres = degrees.map((each) => metresBetween(pickup, place(each)));
  assert.equal(candidates[0].distance, `${Math.round(metres[0])} m`);
  assert.equal(candidates[1].distance, `${(metres[1] / 1000).toFixed(1)} km`);
  assert.equal(candidates[2].distance, `${(metres[2] / 1000).toFixed(1)} km`);
  assert.match(candidates[0].reason, /^chosen: the nearest/);
  assert.match(candidates[1].reason, new RegExp(
    `^not asked: ${((metres[1] - metres[0]) / 1000).toFixed(1)} km farther$`));
});

test('after a decline the next was asked, and the first one not again', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { customer, drivers } = city;
  const ride = await new Ride(city).through('request');
  await ride.decline();
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  assert.equal((await ride.decline()).reassigned, false);
  await customer.take('driver_cancelled');
  const [first, second, given_up, ...none] = why(city, ride.id);
  assert.deepEqual(none, []);
  assert.match(first.head, /^attempt 1: Bob 0 was asked/);
  assert.match(second.head, /^attempt 2: Bob 1 was asked/);
  assert.match(given_up.head, /^given up, NO_DRIVER_AVAILABLE: No driver available/);
  const reasonsOf = ({ candidates }) =>
    Object.fromEntries(candidates.map(({ driver, reason }) => [driver, reason]));
  assert.match(reasonsOf(second)[drivers[0].id], /^not asked again/);
  assert.match(reasonsOf(second)[drivers[1].id], /^chosen/);
  for (const { id } of drivers) assert.match(reasonsOf(given_up)[id], /^not asked again/);
  const story = objectsOf(audit(city.server.options.dataDir, 'show', ride.id, '--json'));
  const positions = story
    .filter(({ event }) => ['driver_assigned', 'booking_cancelled'].includes(event.type))
    .map(({ event }) => event.position);
  assert.deepEqual([first, second, given_up].map(({ position }) => position), positions);
});

test('who has no position, and who waited less, were passed over for that', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, drivers } = city;
  const nowhere = await Person.create(server, 'driver', { name: 'Nowhere' });
  await nowhere.connect();
  await new Ride(city).through('request'); // the nearest has it
  for (const driver of drivers) await driver.driveTo(place(0.01));
  const second = await city.customer.requestBooking();
  await drivers[1].take('booking_assigned');
  const [{ candidates }] = why(city, second.body.data.booking_id);
  const reasonOf = ({ id }) => candidates.find(({ driver }) => driver === id).reason;
  assert.match(reasonOf(drivers[1]), /^chosen/);
  assert.match(reasonOf(drivers[0]), /waited longest$/);
  assert.match(reasonOf(nowhere), /^not asked: has no position$/);
});

test('a customer who drives was not asked to drive themselves', async (t) => {
  const city = await openPatientCity(t, { drivers: 1 });
  const { server, driver } = city;
  const both = { roles: ['driver', 'customer'], name: 'Dora' };
  const dora = await Person.create(server, 'driver', both);
  await dora.connect();
  await dora.driveTo(pickup);
  const answer = await onSide(dora, 'customer').requestBooking();
  await driver.take('booking_assigned');
  const [{ candidates }] = why(city, answer.body.data.booking_id);
  const own = candidates.find(({ driver: id }) => id === dora.id);
  assert.deepEqual([own.asked, own.reason], [false, 'not asked: it is their own booking']);
});

test('nobody was there, and on campus nobody is chosen', async (t) => {
  const city = await openPatientCity(t, { drivers: 0 });
  const { body } = await city.customer.requestBooking();
  await city.customer.take('driver_cancelled');
  const said = audit(city.server.options.dataDir, 'why', body.data.booking_id);
  assert.match(said, /#\d+ {2}given up, NO_DRIVER_AVAILABLE.*\n {4}nobody was looked at\n$/);

  const campus = await openCampus(t);
  const ride = await new CampusRide(campus).through('request');
  const { dataDir } = campus.server.options;
  assert.match(audit(dataDir, 'why', ride.id), /^nobody/);
  await ride.accept();
  assert.match(audit(dataDir, 'why', ride.id), /first to accept\n.*all drivers/);
});
