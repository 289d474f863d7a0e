// Who is told what on campus, when they come late or again, on several sockets, or on both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setStatus } from '../support/city.mjs';
import {
  CampusRide, Student, accept, assertPushes, campusStates, cancel, chat, complete, create,
  newStudent, openCampus,
} from '../support/campus.mjs';

/** So many passengers, each with a request pending, in the order of their creation. */
async function pendingRides(server, howMany) {
  const rides = [];
  for (let i = 0; i < howMany; ++i) {
    const passenger = await newStudent(server, 'passenger');
    rides.push(await new CampusRide({ passenger }).request({ pickup_address: `Gate ${i}` }));
  }
  return rides;
}

const pendingOf = (rides) => rides.map((ride) => ride.pushes.pending);

/** Opens a socket, on which one is told exactly this at once, in this order. */
async function comes(student, ...pushes) {
  assertPushes(await student.connect(), pushes);
  return student;
}

/** The same account on another socket, to which exactly this is told at once. */
const secondSocket = (student, ...pushes) => comes(student.elsewhere(), ...pushes);

/** A new driver, to whom exactly this is told at once. */
const newDriver = async (server, ...pushes) =>
  comes(await Student.create(server, 'driver'), ...pushes);

// Drivers who come late.

test('a driver who comes late is offered each pending request, the oldest first', async (t) => {
  const { server, driver } = await openCampus(t);
  const rides = await pendingRides(server, 5);
  await driver.getsOnly(...pendingOf(rides));
  await secondSocket(driver, ...pendingOf(rides));
  const late = await newDriver(server, ...pendingOf(rides));
  late.send(accept(rides[2].id));
  rides[2].driver = late;
  await rides[2].both(rides[2].pushes.accepted);
  await driver.getsOnly(rides[2].pushes.closed);
});

test('who comes late is not offered what is accepted, completed or cancelled', async (t) => {
  const { server, driver } = await openCampus(t);
  for (const [state, arrange] of Object.entries(campusStates)) {
    const ride = new CampusRide({ driver, passenger: await newStudent(server, 'passenger') });
    await arrange(ride);
    const { pushes } = ride;
    await newDriver(server, ...(state === 'pending' ? [pushes.pending] : []));
    if (state === 'pending') await ride.cancel();
    if (state === 'accepted') await ride.complete();
  }
});

test('a request outlives its sockets, and is taken while its passenger is away', async (t) => {
  const campus = await openCampus(t);
  const { server, passenger, driver } = campus;
  const ride = await new CampusRide(campus).request();
  await passenger.app.close();
  await driver.app.close();
  await newDriver(server, ride.pushes.pending);
  await comes(driver, ride.pushes.pending);
  driver.send(accept(ride.id));
  await driver.getsOnly(ride.pushes.accepted);
  await comes(passenger, ride.pushes.accepted);
  await ride.chat();
  await ride.complete();
});

test('a driver with a ride in progress hears of further requests as well', async (t) => {
  const campus = await openCampus(t);
  const { server, driver } = campus;
  const ride = await new CampusRide(campus).through('accept');
  const [next] = await pendingRides(server, 1);
  await driver.getsOnly(next.pushes.pending);
  const byAction = (a, b) => (a.action < b.action ? -1 : 1); // which comes first is left open
  const told = await driver.elsewhere().connect();
  assertPushes(told.sort(byAction), [ride.pushes.accepted, next.pushes.pending].sort(byAction));
});

// Who wins.

test('the first accept wins, the others are told, and who tried is refused as well', async (t) => {
  const campus = await openCampus(t, { drivers: 4 });
  const { passenger, drivers } = campus;
  const [winner, ...losers] = drivers;
  const ride = await new CampusRide(campus).request();
  await ride.accept();
  for (const loser of losers) await loser.getsOnly(ride.pushes.pending, ride.pushes.closed);
  await losers[0].isRefused(accept(ride.id), 'RIDE_REQUEST_TAKEN');
  await ride.complete();
  for (const student of [passenger, winner, ...losers]) await student.getsOnly();
});

test('rides of several students run side by side', async (t) => {
  const { server, drivers } = await openCampus(t, { drivers: 3 });
  const rides = await pendingRides(server, 3);
  for (const driver of drivers) await driver.getsOnly(...pendingOf(rides));
  for (const [i, ride] of rides.entries()) {
    ride.driver = drivers[i];
    await ride.accept();
    const others = drivers.filter((driver) => driver !== ride.driver);
    for (const other of others) await other.getsOnly(ride.pushes.closed);
  }
  for (const ride of rides) await ride.chat();
  await rides[1].cancel();
  await rides[2].complete();
  await rides[0].chat();
  await rides[0].complete();
  for (const ride of rides) {
    for (const student of [ride.driver, ride.passenger]) await student.getsOnly();
  }
});

// Who is free again.

test('after each end the passenger may ask again, and the driver may take it', async (t) => {
  const campus = await openCampus(t);
  for (const state of ['completed', 'cancelled while pending', 'cancelled while accepted']) {
    await campusStates[state](new CampusRide(campus));
  }
  const ids = new Set();
  for (let i = 0; i < 3; ++i) ids.add((await new CampusRide(campus).through('complete')).id);
  assert.equal(ids.size, 3, 'each request has an id of its own');
});

test('who lost may accept the next request', async (t) => {
  const { server, drivers } = await openCampus(t, { drivers: 2 });
  const [first, second] = await pendingRides(server, 2);
  for (const driver of drivers) await driver.getsOnly(...pendingOf([first, second]));
  first.driver = drivers[0];
  await first.accept();
  await drivers[1].getsOnly(first.pushes.closed);
  await drivers[1].isRefused(accept(first.id), 'RIDE_REQUEST_TAKEN');
  second.driver = drivers[1];
  await second.accept();
  await drivers[0].getsOnly(second.pushes.closed);
});

// Several sockets.

test('several sockets of one account are all served', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { passenger, driver, drivers: [, other] } = campus;
  const rides = [await secondSocket(passenger), await secondSocket(passenger)];
  const drives = [await secondSocket(driver), await secondSocket(driver)];
  const others = await secondSocket(other);
  const ride = new CampusRide(campus);
  const everyone = [...rides, ...drives];
  const { pushes } = await ride.request();
  for (const socket of rides) await socket.getsOnly(pushes.created);
  for (const socket of [...drives, other, others]) await socket.getsOnly(pushes.pending);

  await ride.accept();
  for (const socket of everyone) await socket.getsOnly(ride.pushes.accepted);
  for (const socket of [other, others]) await socket.getsOnly(pushes.closed);

  // Whichever socket somebody speaks on, all of both are told, each once.
  for (const sender of everyone) {
    const said = pushes.said(sender, 'hello');
    sender.send(chat('hello'));
    await sender.gets(said);
    await ride.both(said);
    for (const socket of everyone) await socket.getsOnly(...(socket === sender ? [] : [said]));
  }

  drives[1].send(complete(ride.id));
  await drives[1].getsOnly(ride.pushes.completed);
  await ride.both(ride.pushes.completed);
  for (const socket of [...rides, drives[0]]) await socket.getsOnly(ride.pushes.completed);
  for (const socket of [passenger, driver, other, others]) await socket.getsOnly();
});

test('a request is cancelled from another socket than it was made on', async (t) => {
  const campus = await openCampus(t);
  const { passenger, driver } = campus;
  for (const step of ['request', 'accept']) {
    const ride = await new CampusRide(campus).through(step);
    const { created, accepted, cancelled, closed } = ride.pushes;
    const other = await secondSocket(passenger, step === 'request' ? created : accepted);
    other.send(cancel(ride.id));
    await other.getsOnly(cancelled);
    await passenger.getsOnly(cancelled);
    await driver.getsOnly(step === 'request' ? closed : cancelled);
  }
});

test('a socket that closes leaves the others of its account as they are', async (t) => {
  const campus = await openCampus(t);
  const ride = await new CampusRide(campus).through('accept');
  for (const student of [campus.passenger, campus.driver]) {
    await (await secondSocket(student, ride.pushes.accepted)).app.close();
    await student.getsOnly();
  }
  await ride.chat();
  await ride.complete();
});

// Who comes again.

test('who comes back into a request is told of it again, on that socket alone', async (t) => {
  const campus = await openCampus(t);
  const { passenger, driver } = campus;
  const ride = await new CampusRide(campus).request();
  const { created, pending } = ride.pushes;
  await secondSocket(passenger, created);
  await secondSocket(driver, pending);
  await ride.accept();
  for (const student of [passenger, driver]) {
    await secondSocket(student, ride.pushes.accepted);
    await student.getsOnly();
    await student.app.close();
    await comes(student, ride.pushes.accepted);
  }
  await ride.chat();
  await ride.complete();
});

test('who comes back after the end is told nothing', async (t) => {
  const campus = await openCampus(t);
  for (const state of ['completed', 'cancelled while pending', 'cancelled while accepted']) {
    await campusStates[state](new CampusRide(campus));
    for (const student of [campus.passenger, campus.driver]) await secondSocket(student);
  }
});

// Both sides.

test('a student who also drives is shown their own requests, but can\'t accept them', async (t) => {
  const campus = await openCampus(t);
  const { passenger, driver } = campus;
  const own = await comes(passenger.elsewhere('driver'));
  for (const end of ['cancel', 'accept']) {
    const ride = await new CampusRide(campus).request();
    const { pending, closed } = ride.pushes;
    await own.getsOnly(pending);
    const late = await comes(passenger.elsewhere('driver'), pending);
    for (const socket of [own, late]) {
      await socket.isRefused(accept(ride.id), 'RIDE_REQUEST_NOT_FOUND');
    }
    await driver.getsOnly();
    await ride[end]();
    for (const socket of [own, late]) await socket.getsOnly(closed);
    await comes(passenger.elsewhere('driver'));
    await late.app.close();
  }
});

test('what a student says as a passenger does not reach whom they drive', async (t) => {
  const campus = await openCampus(t);
  const { server, driver } = campus;
  const [other] = await pendingRides(server, 1);
  await driver.gets(other.pushes.pending);
  const both = { passenger: campus.passenger, driver: campus.passenger.elsewhere('driver') };
  await comes(both.driver, other.pushes.pending);
  other.driver = both.driver;
  await other.accept();
  await driver.getsOnly(other.pushes.closed);
  const own = await new CampusRide({ passenger: both.passenger, driver }).through('accept');
  await both.driver.getsOnly(own.pushes.pending, own.pushes.closed);
  both.passenger.send(chat('to my driver'));
  await own.both(own.pushes.said(both.passenger, 'to my driver'));
  await other.passenger.getsOnly();
  both.driver.send(chat('to my passenger'));
  await other.both(other.pushes.said(both.driver, 'to my passenger'));
  await driver.getsOnly();
});

// Passengers who are blocked.

for (const status of ['blocked', 'deleted']) {
  test(`a pending request of a passenger who is ${status} is closed for all drivers`, async (t) => {
    const campus = await openCampus(t, { drivers: 3 });
    const { server, passenger, drivers } = campus;
    const ride = await new CampusRide(campus).request();
    await setStatus(passenger, status);
    const { pending, closed } = ride.pushes;
    await drivers[0].getsOnly(closed);
    for (const driver of drivers.slice(1)) await driver.getsOnly(pending, closed);
    await newDriver(server);
    await drivers[0].isRefused(accept(ride.id), 'RIDE_REQUEST_NOT_FOUND');
    await passenger.app.untilClosed();
    await setStatus(passenger, 'active');
    await comes(passenger);
    passenger.send(create());
    await passenger.take('ride_request_created');
  });
}

test('a pending request of a passenger who is blocked while away is closed as well', async (t) => {
  const campus = await openCampus(t);
  const ride = await new CampusRide(campus).request();
  await campus.passenger.app.close();
  await setStatus(campus.passenger, 'blocked');
  await campus.driver.getsOnly(ride.pushes.closed);
});
