// What the server really sends, as TypeScript: every frame has to be one of the documented types,
// with all of its keys and no other.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { CampusRide, cancel, openCampus } from '../support/campus.mjs';
import { recorded } from '../support/catching_up.mjs';
import {
  cancelOverHttp, endSession, inSeconds, noGrace, openPatientCity,
} from '../support/city.mjs';
import { appFolder } from '../support/client_package.mjs';
import { nowhere } from '../support/http.mjs';
import { Ride, dropOff } from '../support/rides.mjs';
import { edit, openRoom, say, takeBack, text } from '../support/rooms.mjs';

const tsc = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/typescript/bin/tsc');

/** Compiles an app in which each frame is a literal of its type. */
function assertTyped(t, framesOf) {
  const folder = appFolder(t);
  const lines = Object.entries(framesOf).map(([type, frames]) =>
    `import type { ${type} } from '@hansom/client';\nexport const of${type}: ${type}[] = ` +
    `[\n${frames.map((frame) => JSON.stringify(frame)).join(',\n')}\n];\n`);
  const file = join(folder, 'frames.mts');
  writeFileSync(file, lines.join('\n'));
  const compilerOptions = {
    strict: true, noEmit: true, target: 'es2022', module: 'nodenext', types: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
}

/** Checks that just these kinds of frames are there. */
function assertKinds(frames, key, kinds) {
  assert.deepEqual([...new Set(frames.map((frame) => frame[key]))].sort(), [...kinds].sort());
}

async function recordedCity(t, options) {
  const city = await openPatientCity(t, options);
  for (const person of [city.customer, ...city.drivers]) recorded(person);
  return city;
}

const framesOf = (people) => people.flatMap(({ apps }) => apps.flatMap(({ frames }) => frames));

test('taxi', { timeout: 60_000 }, async (t) => {
  const city = await recordedCity(t, { drivers: 2 });
  const { customer, driver, drivers, server } = city;
  for (const person of [customer, driver]) {
    await person.snapshot();
    await person.ask({ type: 'ping' });
    await person.ask({ type: 'position' });
    await person.ask({ type: 'resync', booking_id: nowhere });
    await person.ask('{');
  }
  const several = new Ride(city);
  await several.request({ drop_offs: [dropOff(), dropOff()], note: 'With a dog.' });
  await customer.snapshot();
  await several.offer(5400);
  for (const person of [customer, driver]) await person.snapshot();
  await several.reject();
  await new Ride(city).through('chat');
  const cancelled = await new Ride(city).through('chat');
  await cancelOverHttp(customer, cancelled.id);
  await driver.take('booking_cancelled_by_customer');
  const flatTyre = await new Ride(city).through('chat');
  await cancelOverHttp(driver, flatTyre.id, { cancellation_description: 'A flat tyre.' });
  await customer.take('driver_cancelled');
  const scheduled = new Ride(city);
  await scheduled.request({ scheduled_date: inSeconds(7200) });
  await scheduled.confirm();
  const passed = await new Ride(city).through('request');
  await passed.decline();
  await drivers[1].take('booking_assigned');
  passed.driver = drivers[1];
  await passed.reject();
  await (await new Ride(city).through('accept')).complete();
  for (const person of [customer, driver]) {
    await endSession({ server, id: person.id });
    await person.take('force_disconnect');
  }

  const hasty = await recordedCity(t, {
    env: { ...noGrace, DRIVER_RESPONSE_TIME: '0.3', CUSTOMER_WAITING_TIME: '0.3' },
  });
  await (await new Ride(hasty).through('offer')).promoted();
  await new Ride(hasty).request();
  for (const type of ['offer_expired', 'booking_cancelled']) await hasty.driver.take(type);
  await hasty.customer.take('driver_cancelled');

  const both = ['connected', 'snapshot', 'pong', 'position', 'force_disconnect', 'error',
    'accept_accepted', 'chat_message'];
  const toDrivers = framesOf([...drivers, hasty.driver]);
  const toCustomers = framesOf([customer, hasty.customer]);
  assertKinds(toDrivers, 'type', [...both, 'booking_assigned', 'arrival_time_accepted',
    'customer_accepted', 'complete_accepted', 'decline_accepted', 'offer_expired',
    'booking_cancelled', 'booking_cancelled_by_customer', 'customer_rejected']);
  assertKinds(toCustomers, 'type', [...both, 'arrival_time_offered', 'booking_confirmed',
    'driver_cancelled', 'offer_auto_accepted', 'reject_accepted', 'ride_completed']);
  assertTyped(t, { DriverFrame: toDrivers, CustomerFrame: toCustomers });
});

test('campus', { timeout: 60_000 }, async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, driver, drivers: [, other] } = campus;
  await new CampusRide(campus).through('complete');
  const cancelled = await new CampusRide(campus).through('accept');
  await cancelled.cancel();
  passenger.send(cancel(nowhere));
  await passenger.skipTo(({ action }) => action === 'error');
  for (const { id, app } of [passenger, driver]) {
    await endSession({ server, id });
    await app.untilClosed();
  }
  const toDrivers = [driver, other].flatMap(({ app }) => app.frames);
  const both = ['ride_request_accepted', 'ride_request_completed', 'ride_request_cancelled',
    'chat_message', 'force_disconnect', 'error'];
  assertKinds(toDrivers, 'action',
    [...both, 'sending_pending_ride_request', 'ride_request_closed']);
  assertKinds(passenger.app.frames, 'action', [...both, 'ride_request_created']);
  assertTyped(t, { CampusDriverFrame: toDrivers, PassengerFrame: passenger.app.frames });
});

test('rooms', { timeout: 60_000 }, async (t) => {
  const { members: [host, guest] } = await openRoom(t, { members: 2 });
  const apps = [host.app, guest.app];
  const event = await say(host, 'Hello', apps);
  await edit(host, event, 'Hello all', apps);
  await takeBack(host, event, apps);
  await host.ask(text(''));
  assertKinds(host.app.frames, 'action', ['new', 'update', 'delete', undefined]);
  assertTyped(t, { RoomFrame: host.app.frames });
});
