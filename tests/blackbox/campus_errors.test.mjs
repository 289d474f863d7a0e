// Every error code of the campus dialect has a test of its name here: what brings it about, that
// the socket stays, and that nothing is appended to the log for it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appendsNothing } from '../support/city.mjs';
import {
  CampusRide, accept, campusStates, cancel, chat, complete, create, newStudent, openCampus,
} from '../support/campus.mjs';
import { noTexts, nowhere } from '../support/http.mjs';

const unknownIds = [nowhere, 'nonsense', '', 'x'.repeat(5000)];

/** All of these are still served: a ride of theirs goes from request to completed. */
const assertServes = (campus) => new CampusRide(campus).through('complete');

/** Each message is refused with the code, and nothing is appended for any of them. */
async function refuses(student, code, ...messages) {
  await appendsNothing(student.server, async () => {
    for (const message of messages) await student.isRefused(message, code);
  });
}

// What can't be read.

test('campus error INVALID_JSON: what is not JSON, and what is binary', async (t) => {
  const campus = await openCampus(t);
  const good = JSON.stringify(create());
  for (const student of [campus.driver, campus.passenger]) {
    await refuses(
      student, 'INVALID_JSON', '', '{', 'hello', '[1,', `${good}}`, good.replaceAll('"', "'"),
      Buffer.from(good), Buffer.from(JSON.stringify(chat('hello'))), Buffer.alloc(0),
    );
  }
  await assertServes(campus);
});

test('campus error INVALID_PAYLOAD: no action, or one that is no text', async (t) => {
  const campus = await openCampus(t);
  for (const student of [campus.driver, campus.passenger]) {
    await refuses(
      student, 'INVALID_PAYLOAD', {}, { type: 'send_chat_message', message: 'hello' },
      ...[null, ...noTexts].map((action) => ({ action, message: 'hello' })),
      'null', 'true', '5', '"send_chat_message"', '[]', '[{"action":"send_chat_message"}]',
    );
  }
  await assertServes(campus);
});

const noTextAtAll = [undefined, null, ...noTexts];
const noNumbers = [undefined, null, '', '5', true, [], {}, [5]];
const noLatitude = [...noNumbers, 90.001, -90.001, -91, 1e30];
const noAddress = [...noTextAtAll, 'x'.repeat(513), '🚕'.repeat(513), 'é'.repeat(5000)];
const noLongitude = [...noNumbers, 180.001, -180.001, 181, -1e30];

/** Each command with its fields, and what these must not be. */
const badFields = [
  {
    side: 'passenger',
    state: null,
    message: () => create(),
    bad: {
      pickup_latitude: noLatitude,
      pickup_longitude: noLongitude,
      dropoff_latitude: noLatitude,
      dropoff_longitude: noLongitude,
      pickup_address: noAddress,
      dropoff_address: noAddress,
    },
  },
  { side: 'driver', state: 'pending', message: accept, bad: { ride_request_id: noTextAtAll } },
  { side: 'driver', state: 'accepted', message: complete, bad: { ride_request_id: noTextAtAll } },
  { side: 'passenger', state: 'accepted', message: cancel, bad: { ride_request_id: noTextAtAll } },
  ...['driver', 'passenger'].map((side) => ({
    side,
    state: 'accepted',
    message: () => chat('hello'),
    bad: { message: [...noTextAtAll, '', 'x'.repeat(1001), '🚕'.repeat(1001)] },
  })),
];

for (const { side, state, message, bad } of badFields) {
  const { action } = message();
  const fields = Object.keys(bad).join(', ');
  test(`campus error INVALID_PAYLOAD: a ${side}'s ${action} with a bad ${fields}`, async (t) => {
    const campus = await openCampus(t);
    const ride = new CampusRide(campus);
    if (state) await campusStates[state](ride);
    const good = message(ride.id);
    const messages = Object.entries(bad).flatMap(([field, values]) =>
      values.map((value) => ({ ...good, [field]: value })));
    await refuses(campus[side], 'INVALID_PAYLOAD', ...messages);
    for (const student of [campus.driver, campus.passenger]) await student.getsOnly();
    const answer = await campus[side].ask(good);
    assert.notEqual(answer.action, 'error', `as it should be: ${JSON.stringify(answer)}`);
  });
}

test('campus error UNKNOWN_MESSAGE_TYPE: an action that this side does not have', async (t) => {
  const campus = await openCampus(t);
  const { driver, passenger } = campus;
  const ride = await new CampusRide(campus).through('accept');
  const nobodys = [
    '', 'nonsense', 'SEND_CHAT_MESSAGE', 'sending_pending_ride_request', 'chat_message', 'error',
  ].map((action) => ({ action, ride_request_id: ride.id, message: 'hello' }));
  await refuses(driver, 'UNKNOWN_MESSAGE_TYPE', create(), cancel(ride.id), ...nobodys);
  await refuses(passenger, 'UNKNOWN_MESSAGE_TYPE', accept(ride.id), complete(ride.id), ...nobodys);
  await ride.complete();
  await assertServes(campus);
});

// What is not to be had.

test('campus error RIDE_REQUEST_OPEN: the passenger has one pending or accepted', async (t) => {
  const campus = await openCampus(t);
  const { driver, passenger } = campus;
  const ride = await new CampusRide(campus).through('request');
  await refuses(passenger, 'RIDE_REQUEST_OPEN', create(), create({ pickup_latitude: 1 }));
  await refuses(await secondSocket(passenger, ride.pushes.created), 'RIDE_REQUEST_OPEN', create());
  await ride.accept();
  await refuses(passenger, 'RIDE_REQUEST_OPEN', create());
  await driver.getsOnly();
  await ride.complete();
  await assertServes(campus);
});

/** The student's other device, which is told this on connecting. */
async function secondSocket(student, push) {
  const other = student.elsewhere();
  assert.deepEqual(await other.connect(), [push]);
  return other;
}

test('campus error RIDE_IN_PROGRESS: the driver has accepted another', async (t) => {
  const campus = await openCampus(t);
  const { server, driver } = campus;
  const others = await newStudent(server, 'passenger');
  const ride = await new CampusRide(campus).through('accept');
  const next = await new CampusRide({ passenger: others, driver }).through('request');
  await refuses(driver, 'RIDE_IN_PROGRESS', accept(next.id), accept(ride.id));
  await others.getsOnly();
  await ride.complete();
  await next.accept();
});

test('campus error RIDE_REQUEST_TAKEN: another driver has accepted or completed it', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, driver, drivers: [, late] } = campus;
  const ride = await new CampusRide(campus).through('accept');
  await late.getsOnly(ride.pushes.pending, ride.pushes.closed);
  await refuses(late, 'RIDE_REQUEST_TAKEN', accept(ride.id));
  const newcomer = await newStudent(server, 'driver');
  await refuses(newcomer, 'RIDE_REQUEST_TAKEN', accept(ride.id));
  await ride.complete();
  for (const other of [late, newcomer]) {
    await refuses(other, 'RIDE_REQUEST_TAKEN', accept(ride.id));
  }
  for (const student of [passenger, driver, late, newcomer]) await student.getsOnly();
});

test('campus error RIDE_REQUEST_NOT_FOUND: a request that does not exist', async (t) => {
  const { driver, passenger } = await openCampus(t);
  const about = (command) => unknownIds.map((id) => command(id));
  await refuses(driver, 'RIDE_REQUEST_NOT_FOUND', ...about(accept), ...about(complete));
  await refuses(passenger, 'RIDE_REQUEST_NOT_FOUND', ...about(cancel));
});

test('campus error RIDE_REQUEST_NOT_FOUND: a request that was cancelled', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  for (const state of ['cancelled while pending', 'cancelled while accepted']) {
    const ride = new CampusRide(campus);
    await campusStates[state](ride);
    await campus.drivers[1].heard();
    for (const driver of campus.drivers) {
      await refuses(driver, 'RIDE_REQUEST_NOT_FOUND', accept(ride.id));
    }
    await refuses(campus.passenger, 'RIDE_REQUEST_NOT_FOUND', cancel(ride.id));
  }
});

test("campus error RIDE_REQUEST_NOT_FOUND: someone else's request", async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, drivers: [, stranger] } = campus;
  const others = await newStudent(server, 'passenger');
  const ride = await new CampusRide(campus).through('request');
  await stranger.getsOnly(ride.pushes.pending);
  await refuses(others, 'RIDE_REQUEST_NOT_FOUND', cancel(ride.id));
  await refuses(stranger, 'RIDE_REQUEST_NOT_FOUND', complete(ride.id)); // as yet nobody's
  await ride.accept();
  await stranger.getsOnly(ride.pushes.closed);
  await refuses(others, 'RIDE_REQUEST_NOT_FOUND', cancel(ride.id));
  await refuses(stranger, 'RIDE_REQUEST_NOT_FOUND', complete(ride.id));
  await passenger.getsOnly();
  await ride.complete();
});

test("campus error RIDE_REQUEST_NOT_FOUND: the request of one's own account", async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const own = campus.passenger.elsewhere('driver');
  assert.deepEqual(await own.connect(), []);
  const ride = await new CampusRide(campus).through('request');
  const { pending, closed } = ride.pushes;
  await own.getsOnly(pending);
  await refuses(own, 'RIDE_REQUEST_NOT_FOUND', accept(ride.id), complete(ride.id));
  assert.deepEqual(await own.connect(), [pending], 'it is shown all the same');
  await refuses(own, 'RIDE_REQUEST_NOT_FOUND', accept(ride.id));
  await campus.passenger.getsOnly();
  await ride.accept();
  await own.getsOnly(closed);
});

test('campus error NO_ACTIVE_RIDE: chat without an accepted ride', async (t) => {
  const campus = await openCampus(t);
  const both = [campus.driver, campus.passenger];
  for (const student of both) await refuses(student, 'NO_ACTIVE_RIDE', chat('hello'));
  for (const [state, arrange] of Object.entries(campusStates)) {
    if (state === 'accepted') continue;
    const ride = new CampusRide(campus);
    await arrange(ride);
    for (const student of both) await refuses(student, 'NO_ACTIVE_RIDE', chat('hello'));
    for (const student of both) await student.getsOnly();
    if (state === 'pending') await ride.cancel();
  }
});

test('campus error NO_ACTIVE_RIDE: completing a ride that has ended', async (t) => {
  const campus = await openCampus(t);
  for (const state of ['completed', 'cancelled while accepted']) {
    const ride = new CampusRide(campus);
    await campusStates[state](ride);
    await refuses(campus.driver, 'NO_ACTIVE_RIDE', complete(ride.id), complete(ride.id));
    await campus.passenger.getsOnly();
  }
});

test('campus error NO_ACTIVE_RIDE: cancelling a ride that is completed', async (t) => {
  const campus = await openCampus(t);
  const ride = await new CampusRide(campus).through('complete');
  await refuses(campus.passenger, 'NO_ACTIVE_RIDE', cancel(ride.id));
  await campus.driver.getsOnly();
});

test('what is refused in the midst of a campus ride leaves it as it is', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, driver, drivers: [, stranger] } = campus;
  const ride = new CampusRide(campus);
  for (const step of ['request', 'accept', 'chat']) {
    await ride[step]();
    await stranger.heard();
    await appendsNothing(server, async () => {
      for (const student of [passenger, driver, stranger]) {
        for (const bad of ['{', '{}', { action: 'nonsense' }]) {
          assert.equal((await student.ask(bad)).action, 'error');
        }
      }
      await stranger.isRefused(complete(ride.id), 'RIDE_REQUEST_NOT_FOUND');
    });
    for (const student of [driver, passenger]) await student.getsOnly();
  }
  await ride.complete();
});
