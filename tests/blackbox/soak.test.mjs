// Everything at once for a long time: the server's memory stays as it is. An hour in
// `./dev torture`, a few seconds in `./dev test`; HANSOM_SOAK_MINUTES says otherwise.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { App } from '../support/app.mjs';
import { CampusRide, newStudent } from '../support/campus.mjs';
import { inSeconds, openPatientCity } from '../support/city.mjs';
import { as } from '../support/http.mjs';
import { Person, Ride, pickup } from '../support/rides.mjs';
import { Member, Room, appsOf, edit, enterAll, history, say, takeBack } from '../support/rooms.mjs';
import { counted, notSanitized, rounds } from '../support/torture.mjs';

const minutes = Number(process.env.HANSOM_SOAK_MINUTES ?? rounds(0.1, 60));
/** What is told of is the highest of each minute, or of each tenth of less time than ten. */
const stretch_s = Math.min(60, Math.max(1, Math.round(minutes * 6)));

/**
 * The database gathers 64 MiB of log and 16 MiB of index in memory before it writes them out
 * (events/rocksdb_*.cpp), so memory comes and goes by as much. It stays below this all the time.
 */
const mib_max = 256;
/** From twenty minutes on its highest points in the last third are also those of the one before. */
const long_minutes = 20;
const growth_max = 1.05;
const growth_mib_max = 8;

const residentMib = ({ child }) =>
  Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m)[1]) / 1024;

/** Lets go of the frames that were read: an hour's are more than this process holds. */
function forget({ app }) {
  assert.equal(app.unread, app.frames.length, 'all is read');
  app.frames = [];
  app.texts = [];
  app.unread = 0;
}

/** What is done again and again, by people of their own: each is one round of it. */
const doings = {
  async rides({ server }, number) {
    const customer = await Person.create(server, 'customer');
    const driver = await Person.create(server, 'driver');
    await customer.connect();
    await driver.connect();
    const latitude = pickup.latitude + 1 + number; // far from all others
    await driver.driveTo({ ...pickup, latitude });
    // With a booking for later the socket stays open after each ride.
    const later = new Ride({ customer, driver });
    await later.request({ pickup_latitude: latitude, scheduled_date: inSeconds(30 * 86_400) });
    await later.confirm();
    return async () => {
      const ride = new Ride({ customer, driver });
      await ride.request({ pickup_latitude: latitude });
      for (const step of ['offer', 'accept', 'chat', 'complete']) await ride[step]();
      [customer, driver].forEach(forget);
    };
  },

  async 'campus rides'({ server }) {
    const passenger = await newStudent(server, 'passenger');
    const driver = await newStudent(server, 'driver');
    return async () => {
      await new CampusRide({ passenger, driver }).through('complete');
      [passenger, driver].forEach(forget);
    };
  },

  async 'room talks'({ server }) {
    const members = [];
    for (const name of ['ann', 'ben', 'cem']) members.push(await Member.create(server, name));
    const room = await Room.create(members[0]);
    await room.add(...members.slice(1));
    await enterAll(room, members);
    const apps = appsOf(members);
    return async () => {
      const message = await say(members[1], 'Hello.', apps);
      await edit(members[1], message, 'Hello!', apps);
      await say(members[2], 'Bye.', apps);
      await takeBack(members[1], message, apps);
      assert.equal((await history(members[0], room, '?limit=5')).messages.length > 0, true);
      members.forEach(forget);
    };
  },

  async 'comings and goings'({ server }) {
    const person = await Person.create(server, 'customer');
    return async () => {
      await person.connect();
      await person.snapshot();
      assert.equal((await as(person, 'GET', '/profile')).status, 200);
      await person.app.close();
    };
  },

  async 'bad manners'({ server }) {
    const person = await Person.create(server, 'driver');
    return async () => {
      await person.connect();
      await person.isRefused('{', 'INVALID_JSON');
      await person.isRefused({ type: 'fly' }, 'UNKNOWN_MESSAGE_TYPE');
      await person.isRefused({ type: 'accept_booking', booking_id: 'x' }, 'BOOKING_NOT_ASSIGNABLE');
      person.send('x'.repeat(17 * 1024));
      assert.equal((await person.app.untilClosed()).code, 1009);
      await person.connect();
      person.app.socket.terminate();
      await person.app.untilClosed();
      await assert.rejects(App.connect(server, '/passenger/nobody'), { status: 401 });
      assert.equal((await as(person, 'POST', '/cancellation-templates', {})).status, 422);
    };
  },
};

test('memory stays as it is, however long everything is done at once', {
  timeout: (minutes * 60 + 120) * 1000, skip: notSanitized,
}, async (t) => {
  const city = await openPatientCity(t, { env: { MAX_SOCKETS_PER_ADDRESS: '0' } });
  const done = {};
  const start = Date.now();
  const end = start + minutes * 60_000;
  const workers = Object.entries(doings).flatMap(([what, begin]) =>
    Array.from({ length: what === 'rides' ? 4 : 1 }, async (_, number) => {
      const round = await begin(city, number);
      for (; Date.now() < end; done[what] = (done[what] ?? 0) + 1) await round();
    }));
  const highest = [];
  const look = setInterval(() => {
    const stretch = Math.floor((Date.now() - start) / 1000 / stretch_s);
    highest[stretch] = Math.max(highest[stretch] ?? 0, residentMib(city.server));
  }, 500);
  await Promise.all(workers).finally(() => clearInterval(look));

  const rounded = highest.map((mib) => mib.toFixed(1)).join(', ');
  const all = Object.entries(done).map(([what, times]) => `${times} ${what}`).join(', ');
  counted(t, `${minutes} minutes of ${all}; MiB resident, the highest of every ${stretch_s} s: `
    + rounded);
  assert.deepEqual(Object.keys(done).sort(), Object.keys(doings).sort(), 'everything was done');
  assert.ok(Math.max(...highest) < mib_max, `${rounded} MiB`);
  if (minutes < long_minutes) return;
  const third = Math.floor(highest.length / 3);
  const before = Math.max(...highest.slice(third, 2 * third));
  const last = Math.max(...highest.slice(-third));
  assert.ok(last <= before * growth_max + growth_mib_max, `memory grows: ${rounded} MiB`);
});
