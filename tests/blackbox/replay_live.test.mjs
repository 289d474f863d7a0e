// The audit tool beside a busy server: it misses nothing, disturbs nothing and writes nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { CampusRide, newStudent } from '../support/campus.mjs';
import { logEnd, openPatientCity } from '../support/city.mjs';
import {
  audit, contents, eventLinesOf, linesOf, objectsOf, replayBinary, startReplay, untilMarked,
} from '../support/log.mjs';
import { longServer } from '../support/folders.mjs';
import { Person, Ride, pickup } from '../support/rides.mjs';
import { Member, Room, say } from '../support/rooms.mjs';
import { temporaryFolder } from '../support/server.mjs';

/** Several pairs and a room that keep a server busy until they are told to stop. */
async function underLoad(t, { server }) {
  let going = true;
  const rides = [];
  for (let i = 0; i < 3; ++i) {
    const passenger = await newStudent(server, 'passenger');
    const driver = await newStudent(server, 'driver');
    rides.push([passenger, driver]);
  }
  const members = [await Member.create(server, 'host'), await Member.create(server, 'guest')];
  const room = await Room.create(members[0]);
  await room.add(members[1]);
  for (const member of members) await member.enter(room);

  const ridesOnCampus = async ([passenger, driver]) => {
    while (going) {
      const ride = new CampusRide({ passenger });
      await ride.request();
      driver.send({ action: 'accept_ride_request', ride_request_id: ride.id });
      for (const text of ['On my way.', 'Here.']) {
        await passenger.skipTo(({ action }) => action !== 'ride_request_closed');
        driver.send({ action: 'send_chat_message', message: text });
      }
      await passenger.skipTo(({ message }) => message === 'Here.');
      driver.send({ action: 'complete_ride_request', ride_request_id: ride.id });
      await passenger.skipTo(({ action }) => action === 'ride_request_completed');
    }
  };
  const talksInTheRoom = async () => {
    while (going) await say(members[0], 'On and on.', members.map(({ app }) => app));
  };
  const work = [...rides.map(ridesOnCampus), talksInTheRoom()];
  work.forEach((each) => each.catch(() => {})); // whoever fails is found by `stop`
  return {
    stop() {
      going = false;
      return Promise.all(work);
    },
  };
}

/** Runs a command on a server's log, while the test goes on; resolves to what it prints. */
async function auditMeanwhile(t, { dataDir, env }, ...args) {
  const { ended } = startReplay(t, ['--data-dir', dataDir, ...args], env);
  const { status, stdout, stderr } = await ended;
  assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  return stdout;
}

test('tail --follow prints all events of a busy server, none twice, in order', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const { dataDir } = server.options;
  const json = startReplay(t, ['--data-dir', dataDir, 'tail', '--follow', '-n', '1000', '--json']);
  const words = startReplay(t, ['--data-dir', dataDir, 'tail', '-f', '-n', '1000']);
  const late = [];
  const load = await underLoad(t, city);
  const ride = await new Ride(city).through('accept');
  for (let i = 0; i < 20; ++i) {
    await ride.chat();
    if (i % 10 === 5) late.push(startReplay(t, ['--data-dir', dataDir, 'tail', '-f', '--json']));
  }
  await load.stop();
  await ride.complete();
  const last = `"position":${await logEnd(server)},`;
  for (const tail of [json, ...late]) {
    await eventually(() => tail.stdout.includes(last) && tail.stdout.endsWith('\n'), 'the last');
  }
  const end = `#${await logEnd(server)} `;
  await eventually(() => words.stdout.includes(end) && words.stdout.endsWith('\n'), 'the last');
  for (const { child, ended } of [json, words, ...late]) {
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    assert.deepEqual([status, stderr], [0, '']);
  }
  const events = eventLinesOf(audit(dataDir, 'export'));
  assert.deepEqual(linesOf(json.stdout), events);
  for (const { stdout } of late) {
    const shown = linesOf(stdout);
    assert.ok(shown.length > 0);
    assert.deepEqual(shown, events.slice(-shown.length));
  }
  const positions = linesOf(words.stdout).map((line) => Number(line.match(/ #(\d+) /)[1]));
  assert.deepEqual(positions, [...events.keys()].map((i) => i + 1));
});

test('tail goes on over a restart of the server', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  const { dataDir } = server.options;
  const tail = startReplay(t, ['--data-dir', dataDir, 'tail', '-f', '--json']);
  const ride = await new Ride(city).through('accept');
  const shows = async (what) => {
    const end = await logEnd(server);
    await eventually(() => tail.stdout.includes(`"position":${end},`), what);
  };
  await shows('the acceptance');
  for (const stop of ['kill', 'stop', 'stop']) {
    await server[stop]();
    await server.launch();
    for (const person of [customer, driver]) await person.connect();
    await ride.say(driver, `After a ${stop}.`);
    await shows(`what was said after a ${stop}`);
  }
  tail.child.kill('SIGTERM');
  const { stderr, stdout } = await tail.ended;
  assert.equal(stderr, '');
  const positions = objectsOf(stdout).map(({ position }) => position);
  assert.deepEqual(positions, [...positions.keys()].map((i) => i + 1));
});

test('who reads slowly is not disturbed when the server is restarted meanwhile', async (t) => {
  const { server, dataDir, end } = await longServer(t);
  const readers = [['export'], ['export', '--format', 'csv'], ['tail', '-n', '9999', '--json']]
    .map((args) => spawn(replayBinary, ['--data-dir', dataDir, ...args]));
  for (const { stdout } of readers) await once(stdout, 'readable'); // and nobody reads on
  for (let i = 0; i < 2; ++i) {
    await server.stop();
    await server.launch();
  }
  for (const reader of readers) {
    const closed = once(reader, 'close');
    let last = '';
    reader.stdout.setEncoding('utf8').on('data', (text) => (last = (last + text).slice(-2000)));
    reader.stderr.on('data', (text) => (last += text));
    assert.deepEqual(await closed, [0, null], last);
    assert.match(last, new RegExp(`(^|\\n)(\\{"position":|\\{"end":\\{"position":)?${end},`));
  }
});

test('tail begins with the last ten, or as many as one likes', async (t) => {
  const city = await openPatientCity(t);
  await new Ride(city).through('complete');
  const { dataDir } = city.server.options;
  const all = objectsOf(audit(dataDir, 'tail', '-n', '1000', '--json'));
  const end = await logEnd(city.server);
  assert.equal(all.length, end);
  for (const [args, count] of [
    [['-n', '3'], 3], [['--lines', '0'], 0], [['--lines=1'], 1], [[], Math.min(10, end)],
  ]) {
    const shown = audit(dataDir, 'tail', '--json', ...args);
    assert.deepEqual(shown === '' ? [] : objectsOf(shown), all.slice(end - count), args.join(' '));
    assert.equal(linesOf(audit(dataDir, 'tail', ...args)).length, count);
  }
});

test('every reader works beside a busy server, and leaves no file anywhere', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const { dataDir } = server.options;
  const ride = await new Ride(city).through('accept');
  const load = await underLoad(t, city);
  const names = () => readdirSync(dataDir, { recursive: true }).sort();
  const before = names();
  const TMPDIR = temporaryFolder(t);
  const env = { TMPDIR };
  for (let i = 0; i < 2; ++i) {
    for (const args of [
      ['ls'], ['ls', '--status', 'completed'], ['ls', '--customer', customer.id],
      ['show', ride.id], ['show', ride.id, '--json'], ['show', ride.id, '--diagram'],
      ['seen', ride.id, '--by', 'driver'], ['at', ride.id, '--time', '2999-01-01'],
      ['why', ride.id], ['tail'], ['stats'], ['stats', '--by', 'driver', '--json'], ['verify'],
      ['export'], ['export', '--format', 'csv'],
    ]) {
      const said = await auditMeanwhile(t, { dataDir, env }, ...args);
      assert.notEqual(said, '', args.join(' '));
    }
    await auditMeanwhile(t, { dataDir, env }, 'backup', join(temporaryFolder(t), 'copy'));
  }
  const after = names().filter((name) => !before.includes(name));
  assert.deepEqual(after.filter((name) => !/^log\.mark/.test(name)), [], 'no new file');
  assert.deepEqual(readdirSync(TMPDIR), [], 'nothing is left where temporary files are');
  await load.stop();
  await ride.complete();
});

test('no reader changes a byte of a folder in use', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const { dataDir } = server.options;
  const ride = await new Ride(city).through('accept');
  await untilMarked(server);
  await server.whileHeld(() => {
    const before = contents(dataDir);
    for (const args of [
      ['ls'], ['show', ride.id], ['seen', ride.id, '--by', 'customer'], ['why', ride.id], ['tail'],
      ['at', ride.id, '--time', '2999-01-01'], ['stats'], ['verify'], ['export'],
      ['backup', join(temporaryFolder(t), 'copy')],
    ]) {
      audit(dataDir, ...args);
      assert.deepEqual(contents(dataDir), before, args.join(' '));
    }
  });
  await ride.complete();
});

test('ls, stats and tail of bookings made meanwhile by several customers agree', async (t) => {
  const city = await openPatientCity(t, { drivers: 3 });
  const { server, drivers } = city;
  const { dataDir } = server.options;
  const customers = [];
  for (let i = 0; i < 3; ++i) customers.push(await Person.create(server, 'customer'));
  for (const customer of customers) await customer.connect();
  for (const driver of drivers) await driver.driveTo(pickup);
  const ids = await Promise.all(customers.flatMap((customer) => [1, 2, 3, 4].map(async () => {
    const { status, body } = await customer.requestBooking();
    assert.equal(status, 201);
    return body.data.booking_id;
  })));
  const listed = linesOf(audit(dataDir, 'ls', '--kind', 'booking'))
    .map((line) => line.match(/^booking-(\S+)/)[1]);
  assert.deepEqual([...listed].sort(), [...ids].sort());
  const [stats] = objectsOf(audit(dataDir, 'stats', '--json'));
  assert.equal(stats.requested, ids.length);
  const requested = objectsOf(audit(dataDir, 'tail', '-n', '1000', '--json'))
    .filter(({ type }) => type === 'booking_requested');
  assert.equal(requested.length, ids.length);
});
