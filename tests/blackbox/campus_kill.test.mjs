// What was shown to anyone on campus survives kill -9, and the ride goes on from there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { killAndRestart } from '../support/city.mjs';
import {
  CampusRide, accept, assertPushes, campusSteps, cancel, chat, complete, create, newStudent,
  openCampus,
} from '../support/campus.mjs';

/** A new connection, on which one is told exactly this. */
async function comesBack(student, ...pushes) {
  assertPushes(await student.connect(), pushes);
}

/** What each is told who comes back after a step: the two of the ride, and any other driver. */
const toldAfter = {
  request: ({ created, pending }) => ({
    passenger: [created], driver: [pending], other: [pending],
  }),
  accept: ({ accepted }) => ({ passenger: [accepted], driver: [accepted], other: [] }),
  chat: ({ accepted }) => ({ passenger: [accepted], driver: [accepted], other: [] }),
  complete: () => ({ passenger: [], driver: [], other: [] }),
};

/** Kills and restarts after a step; all come back and are told how it stands. */
async function restartAfter(step, ride, { server, passenger, driver, drivers: [, other] }) {
  await killAndRestart(server);
  const told = toldAfter[step](ride.pushes);
  await comesBack(other, ...told.other);
  await comesBack(driver, ...told.driver);
  await comesBack(passenger, ...told.passenger);
}

for (const [i, step] of campusSteps.entries()) {
  test(`a campus ride killed after its step '${step}' goes on from there`, async (t) => {
    const campus = await openCampus(t, { drivers: 2 });
    const ride = await new CampusRide(campus).through(step);
    await restartAfter(step, ride, campus);
    const { passenger, driver, drivers: [, other] } = campus;
    if (step !== 'complete') await passenger.isRefused(create(), 'RIDE_REQUEST_OPEN');
    if (step !== 'request') await other.isRefused(accept(ride.id), 'RIDE_REQUEST_TAKEN');
    for (const next of campusSteps.slice(i + 1)) await ride[next]();
    await driver.isRefused(complete(ride.id), 'NO_ACTIVE_RIDE');
    await new CampusRide(campus).through('complete');
  });
}

test('a campus ride killed after every single step is completed in the end', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const ride = new CampusRide(campus);
  for (const step of campusSteps) {
    await ride[step]();
    await restartAfter(step, ride, campus);
    await restartAfter(step, ride, campus);
  }
  await new CampusRide(campus).through('complete');
});

test('what has ended on campus stays ended over a kill', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, driver, drivers: [, other] } = campus;
  const completed = await new CampusRide(campus).through('complete');
  const withdrawn = await new CampusRide(campus).through('request');
  await withdrawn.cancel();
  const calledOff = await new CampusRide(campus).through('accept');
  await calledOff.cancel();

  await killAndRestart(server);
  for (const student of [passenger, driver, other]) await comesBack(student);
  await other.isRefused(accept(completed.id), 'RIDE_REQUEST_TAKEN');
  await passenger.isRefused(cancel(completed.id), 'NO_ACTIVE_RIDE');
  for (const { id } of [withdrawn, calledOff]) {
    for (const each of [driver, other]) {
      await each.isRefused(accept(id), 'RIDE_REQUEST_NOT_FOUND');
    }
    await passenger.isRefused(cancel(id), 'RIDE_REQUEST_NOT_FOUND');
  }
  for (const { id } of [completed, calledOff]) {
    await driver.isRefused(complete(id), 'NO_ACTIVE_RIDE');
  }
  for (const student of [passenger, driver]) {
    await student.isRefused(chat('hello'), 'NO_ACTIVE_RIDE');
  }
  await new CampusRide(campus).through('complete');
});

test('a driver with a ride in progress still has it after a kill', async (t) => {
  const campus = await openCampus(t);
  const { server, passenger, driver } = campus;
  const ride = await new CampusRide(campus).through('accept');
  await killAndRestart(server);
  await comesBack(driver, ride.pushes.accepted);
  await comesBack(passenger, ride.pushes.accepted);
  const another = await newStudent(server, 'passenger');
  const next = await new CampusRide({ passenger: another, driver }).through('request');
  await driver.isRefused(accept(next.id), 'RIDE_IN_PROGRESS');
  await ride.complete();
  await next.accept();
});

test('a kill amid a burst of requests loses none that was shown, nor their order', async (t) => {
  const { server, driver } = await openCampus(t);
  const passengers = await Promise.all(
    Array.from({ length: 20 }, () => newStudent(server, 'passenger')),
  );
  for (const passenger of passengers) passenger.send(create());
  for (let shown = 0; shown < 5; ++shown) await driver.take('sending_pending_ride_request');
  await server.kill();
  await Promise.all([driver, ...passengers].map(({ app }) => app.untilClosed()));
  const offeredTo = (frames) => frames.filter(({ type }) => type === 'send_pending_ride_request')
    .map(({ data }) => data.id);
  const seen = offeredTo(driver.app.frames);
  const created = passengers.flatMap(({ app }) => app.frames)
    .filter(({ action }) => action === 'ride_request_created')
    .map(({ data }) => data.id);

  await server.launch();
  const kept = offeredTo(await driver.connect());
  assert.deepEqual(kept.slice(0, seen.length), seen, 'first what was shown, in its order');
  assert.deepEqual(created.filter((id) => !kept.includes(id)), []);
  assert.equal(new Set(kept).size, kept.length, 'each is offered once');
});

test('a kill amid a burst of acceptances leaves the ride with who was told so', async (t) => {
  const campus = await openCampus(t, { drivers: 10 });
  const { server, passenger, drivers } = campus;
  const ride = await new CampusRide(campus).request();
  for (const driver of drivers.slice(1)) await driver.getsOnly(ride.pushes.pending);
  for (const driver of drivers) driver.send(accept(ride.id));
  const { driver_id } = (await passenger.take('ride_request_accepted')).data;
  await server.kill();
  await Promise.all(drivers.map(({ app }) => app.untilClosed()));
  ride.driver = drivers.find(({ id }) => id === driver_id);
  const { accepted } = ride.pushes;
  for (const driver of drivers) {
    const saysSo = driver.app.frames.some(({ action }) => action === accepted.action);
    assert.ok(!saysSo || driver === ride.driver, 'nobody else was told so');
  }

  await server.launch();
  for (const driver of drivers) {
    await comesBack(driver, ...(driver === ride.driver ? [accepted] : []));
  }
  await comesBack(passenger, accepted);
  await ride.chat();
  await ride.complete();
});
