// Two hundred drivers reach for one request at the same moment, again and again: one of them has
// it, everybody is told so, and the log says the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import { logEnd } from '../support/city.mjs';
import { CampusRide, accept, assertPush, newStudent, openCampus } from '../support/campus.mjs';
import { eventsOf, replay } from '../support/log.mjs';

const howManyDrivers = 200;
const rounds = 50;

/** The codes of the errors, and the other frames. */
function sorted(frames) {
  const isError = ({ action }) => action === 'error';
  return {
    codes: frames.filter(isError).map(({ code }) => code),
    pushes: frames.filter((frame) => !isError(frame)),
  };
}

/** All accept before any of them reads; resolves to the one that was told that it has the ride. */
async function race(ride, drivers, first) {
  const order = [...drivers.slice(first), ...drivers.slice(0, first)];
  for (const driver of order) driver.send(accept(ride.id));
  const told = await Promise.all(drivers.map(async (driver) => {
    return { driver, ...sorted(await driver.heard()) };
  }));
  const winners = told.filter(({ codes }) => codes.length === 0);
  assert.equal(winners.length, 1, 'one is not refused');
  [{ driver: ride.driver }] = winners;
  for (const { driver, codes, pushes } of told) {
    assert.equal(pushes.length, 1, JSON.stringify(pushes));
    const won = driver === ride.driver;
    assertPush(pushes[0], won ? ride.pushes.accepted : ride.pushes.closed);
    if (!won) assert.deepEqual(codes, ['RIDE_REQUEST_TAKEN']);
  }
  await ride.passenger.getsOnly(ride.pushes.accepted);
}

test('two hundred drivers accept at once: one has the ride, and the log says who', async (t) => {
  const { server, passenger } = await openCampus(t, { drivers: 0 });
  const drivers = await Promise.all(
    Array.from({ length: howManyDrivers }, () => newStudent(server, 'driver')),
  );
  const rides = [];
  for (let round = 0; round < rounds; ++round) {
    const ride = await new CampusRide({ passenger }).request({ pickup_address: `Gate ${round}` });
    const { pending } = ride.pushes;
    await Promise.all(drivers.map((driver) => driver.gets(pending)));
    await race(ride, drivers, (round * 67) % howManyDrivers);
    await ride.complete();
    rides.push(ride);
  }
  await Promise.all([passenger, ...drivers].map((student) => student.getsOnly()));

  const end = await logEnd(server);
  await server.kill();
  const { dataDir } = server.options;
  const events = eventsOf(dataDir);
  const positions = Array.from({ length: end }, (_, i) => i + 1);
  assert.deepEqual(events.map(({ position }) => position), positions, 'the whole log is read');
  for (const { id, driver } of rides) {
    const acceptances = events.filter((event) =>
      /accepted/.test(event.type) && JSON.stringify(event).includes(id));
    assert.equal(acceptances.length, 1, JSON.stringify(acceptances));
    assert.ok(JSON.stringify(acceptances[0]).includes(driver.id), 'it names who was told so');
  }
  const { status, stderr } = replay('--data-dir', dataDir, 'verify');
  assert.equal(status, 0, stderr);
});
