// Every error code of the taxi document has a test of its name here: what brings it about, that it
// comes with the documented frame, and that nothing is appended to the log for it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  adminTemplate, appendsNothing, assertTurnedAway, inSeconds, openPatientCity, ownTemplate,
  setStatus,
} from '../support/city.mjs';
import { assertError } from '../support/documented.mjs';
import { Person, Ride, openCity } from '../support/rides.mjs';
import { temporaryFolder, token } from '../support/server.mjs';

const unknownIds = ['00000000-0000-4000-8000-000000000000', 'nonsense', ''];

// What ends a connection.

test('error UNAUTHORIZED: no token', async (t) => {
  const { server } = await openCity(t);
  for (const side of ['driver', 'customer']) {
    for (const query of ['', '?device_id=phone']) {
      await assertTurnedAway(server, `/ws/${side}${query}`, 'UNAUTHORIZED');
    }
  }
});

test('error INVALID_TOKEN: a bad or expired token', async (t) => {
  const { server, customer, driver } = await openCity(t);
  for (const { side, email } of [customer, driver]) {
    const forged = token({ email }, { secret: 'another-secret' });
    for (const bad of ['garbage', forged, token({ email, exp: 1 })]) {
      await assertTurnedAway(server, `/ws/${side}?token=${bad}`, 'INVALID_TOKEN');
    }
  }
});

test('error SESSION_REPLACED: the same user has connected from elsewhere', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    const older = person.app;
    await person.connect();
    assertError(await older.next(), 'SESSION_REPLACED');
    assert.equal((await older.untilClosed()).code, 1008);
  }
});

for (const [code, status] of [['ACCOUNT_BLOCKED', 'blocked'], ['ACCOUNT_DELETED', 'deleted']]) {
  test(`error ${code}: the account is ${status}`, async (t) => {
    const { server, customer, driver } = await openCity(t);
    for (const person of [customer, driver]) {
      await setStatus(person, status);
      await assertTurnedAway(server, person.path(), code);
      await assertTurnedAway(server, person.path({ device_id: 'phone' }), code);
    }
  });
}

for (const [side, other] of [['driver', 'customer'], ['customer', 'driver']]) {
  const code = `${side.toUpperCase()}_NOT_FOUND`;
  test(`error ${code}: the token's email is no ${side}'s`, async (t) => {
    const city = await openCity(t);
    const nobody = token({ email: 'nobody@example.org' });
    for (const stranger of [city[other].token, nobody]) {
      await assertTurnedAway(city.server, `/ws/${side}?token=${stranger}`, code);
    }
  });
}

test('error ONGOING_RIDE_ELSEWHERE: the driver has a ride on another device', async (t) => {
  const city = await openCity(t);
  const { server, driver } = city;
  await driver.connect({ device_id: 'phone' });
  const ride = await new Ride(city).through('accept');
  for (const parameters of [{}, { device_id: 'tablet' }]) {
    await assertTurnedAway(server, driver.path(parameters), 'ONGOING_RIDE_ELSEWHERE');
  }
  await ride.complete(); // on the socket that was there first
});

// What is refused on a socket that stays.

test('error INVALID_JSON: what is not JSON, and what is binary', async (t) => {
  const { server, customer, driver } = await openCity(t);
  await appendsNothing(server, async () => {
    for (const person of [customer, driver]) {
      for (const bad of ['{', 'ping', '', Buffer.from('{"type":"ping"}')]) {
        await person.isRefused(bad, 'INVALID_JSON');
      }
    }
  });
});

test('error INVALID_PAYLOAD: a field is missing or of the wrong type', async (t) => {
  const { server, customer, driver } = await openCity(t);
  await appendsNothing(server, async () => {
    for (const person of [customer, driver]) {
      await person.isRefused({}, 'INVALID_PAYLOAD');
      await person.isRefused({ type: 5 }, 'INVALID_PAYLOAD');
      await person.isRefused({ type: 'chat_message', booking_id: 'some-id' }, 'INVALID_PAYLOAD');
    }
    await customer.isRefused({ type: 'accept' }, 'INVALID_PAYLOAD');
    const arrival = { type: 'submit_arrival_time', booking_id: 'some-id', arrival_time: '300' };
    await driver.isRefused(arrival, 'INVALID_PAYLOAD');
  });
});

test('error UNKNOWN_MESSAGE_TYPE: a type that this side does not have', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const drivers = [
    'submit_arrival_time', 'accept_booking', 'decline_booking', 'mark_as_completed',
    'location_update',
  ];
  await appendsNothing(server, async () => {
    for (const type of [...drivers, 'nonsense', 'pong']) {
      await customer.isRefused({ type }, 'UNKNOWN_MESSAGE_TYPE');
    }
    for (const type of ['accept', 'reject', 'nonsense', 'snapshot']) {
      await driver.isRefused({ type, booking_id: 'some-id' }, 'UNKNOWN_MESSAGE_TYPE');
    }
  });
});

test('error BOOKING_NOT_FOUND: resync for a booking that is not yours', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { server, customer, drivers } = city;
  const stranger = await Person.create(server, 'customer');
  await stranger.connect();
  const { id } = await new Ride(city).through('offer');
  await appendsNothing(server, async () => {
    for (const person of [stranger, drivers[1]]) {
      await person.isRefused({ type: 'resync', booking_id: id }, 'BOOKING_NOT_FOUND');
    }
    for (const booking_id of unknownIds) {
      for (const person of [customer, drivers[0]]) {
        await person.isRefused({ type: 'resync', booking_id }, 'BOOKING_NOT_FOUND');
      }
    }
  });
});

// The commands on bookings, each tried in every state that does not allow it.

/** How to come to each state. `declined` is what the first driver sees of a booking handed on. */
const states = {
  requested: (ride) => ride.through('request'),
  confirmation: (ride) => ride.through('offer'),
  on_the_way: (ride) => ride.through('accept'),
  completed: (ride) => ride.through('complete'),
  rejected: async (ride) => {
    await ride.through('offer');
    await ride.reject();
  },
  scheduled: (ride) => ride.request({ scheduled_date: inSeconds(7200) }),
  'scheduled, confirmed': async (ride) => {
    await ride.request({ scheduled_date: inSeconds(7200) });
    await ride.confirm();
  },
  declined: async (ride) => {
    await ride.through('request');
    await ride.decline();
  },
};

const submit = { type: 'submit_arrival_time', arrival_time: 60 };
const decline = { type: 'decline_booking', cancellation_description: 'Flat tyre.' };
const complete = { type: 'mark_as_completed', status: 'completed' };
const chat = { type: 'chat_message', text: 'hello' };
const bySide = { driver: ['driver'], customer: ['customer'], both: ['driver', 'customer'] };

/** The code, who sends what, and the states in which that is fine. */
const commands = [
  ['BOOKING_NOT_ASSIGNABLE', 'driver', submit, ['requested']],
  ['BOOKING_NOT_ASSIGNABLE', 'driver', { type: 'accept_booking' }, ['scheduled']],
  ['BOOKING_NOT_ACCEPTABLE', 'customer', { type: 'accept' }, ['confirmation']],
  [
    'BOOKING_NOT_REJECTABLE', 'customer', { type: 'reject' },
    ['requested', 'confirmation', 'scheduled', 'scheduled, confirmed', 'declined'],
  ],
  ['BOOKING_NOT_DECLINABLE', 'driver', decline, ['requested', 'scheduled']],
  ['BOOKING_NOT_COMPLETABLE', 'driver', complete, ['on_the_way']],
  ['BOOKING_NOT_CHATTABLE', 'both', chat, ['on_the_way']],
];

/** Who sees what of a booking: its status to the two, which no refusal changes. */
async function seenOf({ customer, driver, id }, state) {
  const toCustomer = await customer.snapshot(id);
  return state === 'declined' ? [toCustomer] : [toCustomer, await driver.snapshot(id)];
}

for (const [code, senders, command, fine] of commands) {
  test(`error ${code}: ${command.type} in a state that does not allow it`, async (t) => {
    const city = await openPatientCity(t, { drivers: 2 });
    const { customer, driver, server } = city;
    await new Ride(city).through('request'); // keeps the customer's socket open to the end
    for (const [state, arrange] of Object.entries(states)) {
      if (fine.includes(state)) continue;
      const ride = new Ride({ customer, driver });
      await arrange(ride);
      const seen = await seenOf(ride, state);
      await appendsNothing(server, async () => {
        for (const sender of bySide[senders]) {
          await city[sender].isRefused({ ...command, booking_id: ride.id }, code);
        }
      });
      assert.deepEqual(await seenOf(ride, state), seen, state);
    }
  });

  test(`error ${code}: ${command.type} on a booking that is not yours, or nobody's`, async (t) => {
    const { server, customer, driver, drivers } = await openPatientCity(t, { drivers: 2 });
    const strangers = {
      driver: drivers[1],
      customer: await Person.create(server, 'customer'),
    };
    await strangers.customer.connect();
    for (const state of fine.filter((each) => each !== 'declined')) {
      const ride = new Ride({ customer, driver });
      await states[state](ride);
      await appendsNothing(server, async () => {
        for (const sender of bySide[senders]) {
          for (const booking_id of [ride.id, ...unknownIds]) {
            await strangers[sender].isRefused({ ...command, booking_id }, code);
          }
        }
      });
      await seenOf(ride, state); // nothing has been pushed to the two
    }
  });
}

test('error REJECT_WINDOW_CLOSED: a scheduled reject within an hour of the pickup', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const ride = new Ride(city);
  await ride.request({ scheduled_date: inSeconds(1800) });
  const reject = { type: 'reject', booking_id: ride.id };
  const refused = () => customer.isRefused(reject, 'REJECT_WINDOW_CLOSED');
  await appendsNothing(server, refused);
  await ride.confirm();
  await appendsNothing(server, refused);
  assert.equal((await customer.snapshot(ride.id)).booking_status, 'confirmation');
});

test('error INVALID_TEMPLATE: a cancellation_template_id that is not to be used', async (t) => {
  const city = await openPatientCity(t, { drivers: 3 });
  const { server, driver, drivers } = city;
  const ride = await new Ride(city).through('request');
  const others = await ownTemplate(drivers[1], 'Lunch');
  const gone = await ownTemplate(driver, 'School run');
  const path = `/api/mobile/driver/cancellation-templates/${gone}`;
  const removal = await server.http('DELETE', path, { bearer: driver.token });
  assert.equal(removal.status, 200, JSON.stringify(removal.body));
  const dashless = (await adminTemplate(server, 'Too far away')).replaceAll('-', '');
  await appendsNothing(server, async () => {
    for (const cancellation_template_id of [others, gone, dashless, ride.id, ...unknownIds]) {
      const message = { type: 'decline_booking', booking_id: ride.id, cancellation_template_id };
      await driver.isRefused(message, 'INVALID_TEMPLATE');
    }
  });
  await ride.offer(); // the offer stands
});

test('error INTERNAL_ERROR: a part of the log can no longer be read', async (t) => {
  const dataDir = temporaryFolder(t);
  const city = await openPatientCity(t, { dataDir });
  const { server, customer, driver } = city;
  const ended = await new Ride(city).through('complete');
  await customer.app.untilClosed();
  // What comes after it is so much that it lies in other blocks of the file, which are cached.
  await customer.connect();
  const ride = await new Ride(city).through('accept');
  for (let i = 0; i < 300; ++i) await ride.say(customer, randomBytes(400).toString('base64'));
  await server.stop();
  await server.launch(); // moves all from the write-ahead log to a table
  await customer.connect();
  await driver.connect();

  damageLargestTable(join(dataDir, 'log'));
  for (const person of [customer, driver]) {
    await person.isRefused({ type: 'resync', booking_id: ended.id }, 'INTERNAL_ERROR');
  }
  assert.match(server.output, /damaged at position .*hansom-replay/);
  await ride.chat(); // what is in memory goes on
  await ride.complete();
});

/** Overwrites the first blocks of the database's largest file, as a failing disk would. */
function damageLargestTable(folder) {
  const tables = readdirSync(folder).filter((name) => name.endsWith('.sst'));
  const bytes = (name) => statSync(join(folder, name)).size;
  const largest = tables.sort((a, b) => bytes(b) - bytes(a))[0];
  const file = openSync(join(folder, largest), 'r+');
  writeSync(file, Buffer.alloc(Math.floor(bytes(largest) / 4), 0x2a), 0);
  closeSync(file);
}
