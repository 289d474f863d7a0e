// Every message of the campus document, and of what was decided beyond it, has a test of its name
// here: first those that clients send, then those that the server pushes. Values, keys and their
// order are the document's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { endSession } from '../support/city.mjs';
import {
  CampusRide, accept, assertPush, cancel, chat, complete, create, newStudent, openCampus, trip,
} from '../support/campus.mjs';
import { uuid } from '../support/rides.mjs';

/** A ride on a campus of its own, taken through a step. */
async function openRide(t, { through, ...options } = {}) {
  const campus = await openCampus(t, options);
  const ride = new CampusRide(campus);
  if (through) await ride.through(through);
  return { ...campus, ride, ...ride.pushes };
}

test('a campus ride goes from request to completed, every message as documented', async (t) => {
  const { ride, passenger, driver, drivers } = await openRide(t, { drivers: 2 });
  await ride.through('complete');
  const { pending, closed } = ride.pushes;
  await drivers[1].getsOnly(pending, closed);
  for (const student of [passenger, driver]) await student.getsOnly();
});

// What clients send.

test('create_ride_request: the passenger asks for a ride', async (t) => {
  const { ride, passenger, driver } = await openRide(t);
  await ride.request();
  for (const student of [passenger, driver]) await student.getsOnly();
});

test('create_ride_request: places at the edges, and any kind of address', async (t) => {
  const { passenger, driver } = await openCampus(t);
  for (const changes of [
    { pickup_latitude: 90, pickup_longitude: 180, dropoff_latitude: -90, dropoff_longitude: -180 },
    { pickup_latitude: 0, pickup_longitude: 0, dropoff_latitude: 0.000001 },
    { pickup_address: 'Straße "7"\\\n\t№ 5', dropoff_address: '🏛️ 図書館' },
    { pickup_address: 'x'.repeat(512), dropoff_address: '🚕'.repeat(512) },
  ]) {
    const ride = new CampusRide({ passenger, driver });
    await ride.request(changes);
    await ride.cancel();
  }
});

test('accept_ride_request: the driver takes a pending request', async (t) => {
  const { driver, passenger, ride, accepted } = await openRide(t, { through: 'request' });
  driver.send({ action: 'accept_ride_request', ride_request_id: ride.id });
  for (const student of [driver, passenger]) await student.getsOnly(accepted);
});

test('send_chat_message: either side says something, and both are shown the same', async (t) => {
  const { ride, driver, passenger } = await openRide(t, { through: 'accept' });
  await ride.say(driver, 'Hello, passenger!');
  await ride.say(passenger, 'hello driver');
  for (const student of [passenger, driver]) await student.getsOnly();
});

test('send_chat_message: one to a thousand code points of every kind', async (t) => {
  const { ride, driver, passenger } = await openRide(t, { through: 'accept' });
  for (const sender of [driver, passenger]) {
    for (const message of [
      'x', '🚕', 'x'.repeat(1000), '🚕'.repeat(1000), ' ', '"\\/\b\f\n\r\t', 'e\u0301 שלום 👩‍👩‍👧',
    ]) {
      await ride.say(sender, message);
    }
  }
});

test('complete_ride_request: the driver ends the ride', async (t) => {
  const { driver, passenger, ride, completed } = await openRide(t, { through: 'accept' });
  driver.send({ action: 'complete_ride_request', ride_request_id: ride.id });
  for (const student of [driver, passenger]) await student.getsOnly(completed);
});

test('cancel_ride_request: the passenger takes a pending request back', async (t) => {
  const city = await openRide(t, { through: 'request', drivers: 3 });
  const { passenger, drivers, ride, pending, cancelled, closed } = city;
  passenger.send({ action: 'cancel_ride_request', ride_request_id: ride.id });
  await passenger.getsOnly(cancelled);
  await drivers[0].getsOnly(closed);
  for (const driver of drivers.slice(1)) await driver.getsOnly(pending, closed);
});

test('cancel_ride_request: the passenger calls an accepted ride off', async (t) => {
  const city = await openRide(t, { through: 'accept', drivers: 2 });
  const { passenger, drivers, ride, pending, cancelled, closed } = city;
  await drivers[1].getsOnly(pending, closed);
  passenger.send({ action: 'cancel_ride_request', ride_request_id: ride.id });
  for (const student of [passenger, drivers[0]]) await student.getsOnly(cancelled);
  await drivers[1].getsOnly();
});

// What the server pushes.

test('ride_request_created: tells the passenger the id, and repeats the request', async (t) => {
  const { passenger } = await openCampus(t, { drivers: 0 });
  const created = await passenger.ask(create());
  const { id } = created.data;
  assert.match(id, uuid);
  assertPush(created, {
    action: 'ride_request_created', data: { id, ...trip, status: 'pending' },
  });
});

test('sending_pending_ride_request: every driver is offered the request', async (t) => {
  const { passenger, drivers } = await openCampus(t, { drivers: 3 });
  const { id } = (await passenger.ask(create())).data;
  for (const driver of drivers) {
    await driver.getsOnly({
      action: 'sending_pending_ride_request',
      type: 'send_pending_ride_request',
      data: {
        id,
        pickup_latitude: 37.7749,
        pickup_longitude: -122.4194,
        dropoff_latitude: 37.7874,
        dropoff_longitude: -122.4082,
        pickup_address: '123 Main St, San Francisco, CA',
        dropoff_address: '456 Elm St, San Francisco, CA',
        status: 'pending',
      },
    });
  }
  await passenger.getsOnly();
});

test('ride_request_accepted: tells both who drives', async (t) => {
  const { driver, passenger, ride } = await openRide(t, { through: 'request' });
  driver.send(accept(ride.id));
  for (const student of [driver, passenger]) {
    await student.getsOnly({
      action: 'ride_request_accepted',
      data: { id: ride.id, ...trip, status: 'accepted', driver_id: driver.id },
    });
  }
});

test('ride_request_closed: tells every other driver that the request is gone', async (t) => {
  const { ride, drivers, pending } = await openRide(t, { through: 'request', drivers: 4 });
  for (const driver of drivers.slice(1)) await driver.getsOnly(pending);
  await ride.accept();
  for (const driver of drivers.slice(1)) {
    await driver.getsOnly({ action: 'ride_request_closed', ride_request_id: ride.id });
  }
  await ride.complete();
  for (const driver of drivers) await driver.getsOnly();
});

test('ride_request_completed: tells both that the ride is over', async (t) => {
  const { driver, passenger, ride } = await openRide(t, { through: 'chat' });
  driver.send(complete(ride.id));
  for (const student of [driver, passenger]) {
    const push = await student.take('ride_request_completed');
    const { driver_id = driver.id, ...data } = push.data;
    assert.deepEqual({ ...push, data }, {
      action: 'ride_request_completed', data: { id: ride.id, ...trip, status: 'completed' },
    });
    assert.equal(driver_id, driver.id);
  }
});

test('ride_request_cancelled: tells the passenger, and the driver if there is one', async (t) => {
  const { driver, passenger } = await openCampus(t);
  for (const through of ['request', 'accept']) {
    const ride = await new CampusRide({ driver, passenger }).through(through);
    const push = { action: 'ride_request_cancelled', ride_request_id: ride.id };
    passenger.send(cancel(ride.id));
    await passenger.getsOnly(push);
    await driver.getsOnly(through === 'accept' ? push : ride.pushes.closed);
  }
});

test('chat_message: says who has said it, to the two of the ride and nobody else', async (t) => {
  const { server, driver, passenger, ride, drivers } = await openRide(t, { drivers: 2 });
  const stranger = await newStudent(server, 'passenger');
  await ride.through('accept');
  await drivers[1].heard();
  for (const sender of [driver, passenger]) {
    sender.send(chat('hello'));
    await sender.gets({ action: 'chat_message', user_id: sender.id, message: 'hello' });
    for (const student of [driver, passenger]) {
      if (student === sender) await student.getsOnly();
      else await student.getsOnly({ action: 'chat_message', user_id: sender.id, message: 'hello' });
    }
  }
  for (const bystander of [drivers[1], stranger]) await bystander.getsOnly();
});

test('force_disconnect on a campus socket: says why, and is the last', async (t) => {
  const { driver, passenger } = await openCampus(t);
  for (const student of [driver, passenger]) {
    await endSession(student);
    const { reason, ...push } = await student.app.next();
    assert.deepEqual(push, { action: 'force_disconnect' });
    assert.ok(typeof reason === 'string' && reason.length > 0);
    assert.equal((await student.app.untilClosed()).code, 1008);
  }
});

test('error on a campus socket: action, code and message', async (t) => {
  const { driver, passenger } = await openCampus(t);
  for (const student of [driver, passenger]) {
    const { message, ...error } = await student.ask(chat('hello'));
    assert.deepEqual(error, { action: 'error', code: 'NO_ACTIVE_RIDE' });
    assert.ok(typeof message === 'string' && message.length > 0);
  }
});
