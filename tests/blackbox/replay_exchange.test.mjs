// `export` and `import`: the log as text and back, the very same log, or nothing.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { CampusRide, newStudent } from '../support/campus.mjs';
import { openPatientCity, setStatus } from '../support/city.mjs';
import {
  assertLeavesNothing, assertVerified, endOf, longFolder, stoppedFolder,
} from '../support/folders.mjs';
import {
  audit, contents, eventLinesOf, linesOf, objection, objectionIn, objectsOf, replayWith,
  startReplay, tamper,
} from '../support/log.mjs';
import { Ride } from '../support/rides.mjs';
import { Member, Room, edit, say, takeBack } from '../support/rooms.mjs';
import { temporaryFolder } from '../support/server.mjs';

const oddText = 'A "quoted", comma\r\nand newline; \u{1f3c3} \u2028 \\ end';

/** A running server with all that stands in a log: rides, chats, campus, rooms, accounts. */
async function busyCity(t, options) {
  const city = await openPatientCity(t, { drivers: 2, ...options });
  const { server, customer, drivers } = city;
  const ride = await new Ride(city).through('accept');
  await ride.say(customer, oddText);
  await ride.chat();
  const declined = new Ride(city);
  await declined.request({ note: oddText });
  await declined.decline({ cancellation_description: oddText });
  await drivers[1].take('booking_assigned');
  await setStatus(drivers[1], 'blocked');
  await customer.take('driver_cancelled');
  const passenger = await newStudent(server, 'passenger');
  await new CampusRide({ passenger, driver: await newStudent(server, 'driver') }).through('chat');
  const host = await Member.create(server, 'host');
  const room = await Room.create(host, { name: 'A "room", and more' });
  await host.enter(room);
  const said = await say(host, 'Hello,\n"you".');
  await edit(host, said, 'Hello.');
  await takeBack(host, said);
  return { ...city, ride, declined, dataDir: server.options.dataDir };
}

/** Imports a text into a folder that is not there yet; resolves to what is said. */
const importInto = (dataDir, input) => replayWith({ input }, '--data-dir', dataDir, 'import');

const isRecord = (line) => line.startsWith('{"record":');

test('an export, imported, is the same log', async (t) => {
  const { dataDir, server } = await busyCity(t);
  const text = audit(dataDir, 'export');
  const end = endOf(dataDir);
  const copy = join(temporaryFolder(t), 'deep', 'copy');
  const { status, stdout, stderr } = importInto(copy, text);
  assert.deepEqual([status, stdout, stderr], [0, `imported: ${end} events\n`, '']);
  assertVerified(copy, end);
  assert.equal(audit(copy, 'export'), text, 'the same events and hashes');
  await server.stop();
  assert.equal(audit(dataDir, 'export'), text, 'of a stopped server, too');

  const empty = temporaryFolder(t);
  assert.equal(importInto(empty, text).status, 0, 'into a folder that is there and empty');
  assert.equal(audit(empty, 'export'), text);
});

test('a server goes on with an imported log', async (t) => {
  const { dataDir, server, customer, driver, ride } = await busyCity(t);
  const text = audit(dataDir, 'export');
  await server.stop();
  server.options.dataDir = join(temporaryFolder(t), 'copy');
  assert.equal(importInto(server.options.dataDir, text).status, 0);
  await server.launch();
  for (const person of [customer, driver]) await person.connect();
  await ride.say(customer, 'In the copy.');
  await ride.complete();
  await server.stop();
  assertVerified(server.options.dataDir);
  const begin = linesOf(text).slice(0, -1).join('\n'); // without what says that it ends there
  assert.ok(audit(server.options.dataDir, 'export').startsWith(begin), 'the copy goes on');
});

test('an export has each event as the log has it, and each record\'s hash', async (t) => {
  const { dataDir } = await busyCity(t);
  const text = audit(dataDir, 'export');
  const events = eventLinesOf(text).map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ position }) => position), [...events.keys()].map((i) => i + 1));
  for (const event of events) {
    assert.deepEqual(Object.keys(event), [
      'position', 'stream', 'revision', 'at', 'type', 'version', 'actor', 'cause', 'data',
    ]);
  }
  let last = {};
  const objects = objectsOf(text);
  const { end } = objects.pop();
  for (const { record, position } of objects) {
    if (record) {
      assert.equal(record.position, last.position, 'a record ends with its last event');
      assert.match(record.hash, /^[0-9a-f]{64}$/);
    }
    last = record ?? { position };
  }
  assert.deepEqual(end, last, 'and the export with its last record');
});

test('what was changed in an export is refused with its line, and leaves nothing', async (t) => {
  const { dataDir } = await busyCity(t);
  const lines = linesOf(audit(dataDir, 'export'));
  const count = lines.length;
  const isFirstOfTwo = (line, i) => !isRecord(line) && !isRecord(lines[i + 1]);
  const pair = lines.findIndex((line, i) => i > 4 && isFirstOfTwo(line, i)); // of one record
  const next = (i) => lines.findIndex((line, j) => j >= i && isRecord(line)) + 1; // its number
  const without = (i) => lines.toSpliced(i, 1);
  const swapped = (i, j) => {
    const all = [...lines];
    [all[i], all[j]] = [all[j], all[i]];
    return all;
  };
  const changed = (i, from, to) => {
    assert.notEqual(lines[i].replace(from, to), lines[i]);
    return lines.with(i, lines[i].replace(from, to));
  };
  const record = lines.findIndex((line, i) => i > 4 && isRecord(line));
  const cases = {
    'a name changed': [changed(0, 'Alice', 'Alicf'), 2],
    'a space added': [changed(0, '{', '{ '), 1],
    'a space within': [changed(0, '":"', '": "'), 2],
    'an event taken out': [without(pair), next(pair + 1) - 1],
    'an event twice': [lines.toSpliced(pair, 0, lines[pair]), next(pair) + 1],
    'two events of one record exchanged': [swapped(pair, pair + 1), next(pair)],
    'a record taken out': [lines.toSpliced(record - 1, 2), next(record + 1) - 2],
    'a record\'s end taken out': [without(record), next(record + 1) - 1],
    'two records exchanged': [[...lines.slice(2, 4), ...lines.slice(0, 2), ...lines.slice(4)], 2],
    'a hash changed': [changed(record, /"hash":"./, '"hash":"g'), null],
    'another hash': [changed(record, /[0-9a-f]{8}"}}$/, '00000000"}}'), record + 1],
    'another position': [changed(record, /"position":/, '"position":1'), record + 1],
    'cut in a line': [[...lines.slice(0, -3), lines.at(-3).slice(0, 50)], count - 2],
    'cut before a record\'s end': [lines.slice(0, -2), count - 2],
    'cut between two records': [lines.slice(0, -3), count - 3],
    'cut before its end': [lines.slice(0, -1), count - 1],
    'its end cut': [[...lines.slice(0, -1), lines.at(-1).slice(0, 50)], count],
    'its last record taken out': [lines.toSpliced(-3, 2), count - 2],
    'another end': [lines.with(-1, lines.at(-1).replace(/[0-9a-f]{8}"}}$/, '00000000"}}')), count],
    'an end in its midst': [lines.toSpliced(record + 1, 0, lines.at(-1)), record + 2],
    'twice': [[...lines, ...lines], count + 1],
    'an empty line': [lines.toSpliced(2, 0, ''), 3],
    'nonsense at the end': [[...lines, 'nonsense'], count + 1],
    'nonsense alone': [['nonsense'], 1],
    'Windows\' line ends': [lines.map((line) => `${line}\r`), 2],
  };
  for (const [name, [altered, line]] of Object.entries(cases)) {
    await t.test(name, (t) => assertLeavesNothing(t, (copy) => {
      const why = objectionIn(importInto(copy, altered.join('\n') + '\n'), name);
      assert.match(why, new RegExp(`^line ${line ?? '\\d+'}\\b`));
    }));
  }
});

test('nothing, a part, and CSV can not be imported, and leave nothing', async (t) => {
  const { dataDir, ride } = await busyCity(t);
  for (const [name, text] of Object.entries({
    nothing: '',
    'an empty line': '\n',
    'events from 3': audit(dataDir, 'export', '--from', 3),
    'one stream': audit(dataDir, 'export', '--stream', `booking-${ride.id}`),
    CSV: audit(dataDir, 'export', '--format', 'csv'),
    'from a record on': linesOf(audit(dataDir, 'export')).slice(2).join('\n') + '\n',
    'bytes': Buffer.alloc(100_000, 0xff),
  })) {
    await t.test(name, (t) => assertLeavesNothing(t, (copy) => {
      assert.match(objectionIn(importInto(copy, text), name), /line \d+|nothing to import/);
    }));
  }
});

test('an import into a folder with anything in it is refused, and changes nothing', async (t) => {
  const dataDir = await stoppedFolder(t);
  const text = audit(dataDir, 'export');
  const before = contents(dataDir);
  assert.match(objectionIn(importInto(dataDir, text), 'a log'), /is not empty/);
  assert.deepEqual(contents(dataDir), before);
  const other = temporaryFolder(t);
  writeFileSync(join(other, 'notes.txt'), 'mine');
  assert.match(objectionIn(importInto(other, text), 'a file'), /is not empty/);
  assert.deepEqual(readdirSync(other), ['notes.txt']);
  const file = join(other, 'notes.txt');
  objectionIn(importInto(file, text), 'a file as the folder');
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.deepEqual(readdirSync(other), ['notes.txt']);
});

/** Waits until an event has come to a file below a folder: it was read, and those before it. */
function untilWritten(folder, position) {
  const text = `{"position":${position},`;
  const isThere = () => contents(folder).some(([, bytes]) =>
    Buffer.from(bytes, 'base64').includes(text));
  return eventually(() => {
    try {
      return isThere();
    } catch (error) {
      assert.equal(error.code, 'ENOENT'); // the database has just moved a file
      return false;
    }
  }, `position ${position} in ${folder}`);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} amid an import leaves nothing, and it exits with 130`, async (t) => {
    const dataDir = await stoppedFolder(t);
    const lines = linesOf(audit(dataDir, 'export'));
    await assertLeavesNothing(t, async (copy) => {
      const { child, ended } = startReplay(t, ['--data-dir', copy, 'import']);
      child.stdin.write(lines.slice(0, 4).join('\n') + '\n');
      await untilWritten(dirname(copy), 2);
      child.kill(signal); // and the pipe stays open, with nothing in it
      const { status, stdout, stderr } = await ended;
      assert.deepEqual([status, stdout, stderr], [130, '', 'hansom-replay: interrupted\n']);
    });
  });
}

test('SIGINT amid a long output ends it with 130', async (t) => {
  const dataDir = await longFolder(t);
  const [stream] = audit(dataDir, 'ls', '--kind', 'booking').split(' ', 1);
  for (const args of [
    ['export'], ['export', '--format', 'csv'], ['export', '--from', '2'],
    ['export', '--stream', stream], ['show', stream],
  ]) {
    await t.test(args.slice(0, 2).join(' '), async (t) => {
      const { child, ended } = startReplay(t, ['--data-dir', dataDir, ...args]);
      // What is not read yet is more than a pipe holds, so there is more to come.
      child.stdout.once('data', () => child.kill('SIGINT'));
      const { status, stderr } = await ended;
      assert.deepEqual([status, stderr], [130, 'hansom-replay: interrupted\n']);
    });
  }
});

test('an export whose reader goes away does not go on', async (t) => {
  const { dataDir } = await busyCity(t);
  const { child, ended } = startReplay(t, ['--data-dir', dataDir, 'export']);
  child.stdout.destroy();
  const { status, signal } = await ended;
  assert.ok(status !== 0 || signal !== null, 'it did not succeed');
});

test('--from and --stream are the same lines of the whole, events alone', async (t) => {
  const { dataDir, ride } = await busyCity(t);
  const events = eventLinesOf(audit(dataDir, 'export'));
  const from = (...args) => linesOf(audit(dataDir, 'export', ...args));
  for (const first of [2, 5, events.length]) {
    assert.deepEqual(from('--from', first), events.slice(first - 1));
  }
  assert.deepEqual(from('--from', events.length + 1), []);
  const streams = new Set(events.map((line) => JSON.parse(line).stream));
  assert.ok(streams.size > 8);
  for (const stream of streams) {
    const ofIt = events.filter((line) => JSON.parse(line).stream === stream);
    assert.deepEqual(from('--stream', stream), ofIt, stream);
    const last = JSON.parse(ofIt.at(-1)).position;
    assert.deepEqual(from('--stream', stream, '--from', last), ofIt.slice(-1), stream);
  }
  const unknown = 'booking-00000000-0000-4000-8000-000000000000';
  assert.match(objection(dataDir, ['export', '--stream', unknown]), /there is no/);
  assert.ok(events.some((line) => line.includes(ride.id)));
});

/** The rows of a CSV text as RFC 4180 has them; rows end with LF or CRLF. */
function csvRows(text) {
  const rows = [];
  let at = 0;
  while (at < text.length) {
    const row = [];
    for (;;) {
      const [whole, quoted, plain] =
        text.slice(at).match(/^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?=,|\r?\n|$)/);
      row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += whole.length;
      if (text[at] !== ',') break;
      ++at;
    }
    rows.push(row);
    const [end] = text.slice(at).match(/^\r?\n/);
    at += end.length;
  }
  return rows;
}

test('CSV has the same data in the same order, with its names on top', async (t) => {
  const { dataDir, declined } = await busyCity(t);
  const events = eventLinesOf(audit(dataDir, 'export')).map((line) => JSON.parse(line));
  const asEvents = (rows) => {
    const [names, ...values] = rows;
    assert.deepEqual(names, [
      'position', 'stream', 'revision', 'at', 'type', 'version', 'actor', 'cause', 'data',
    ]);
    return values.map((row) => {
      const event = Object.fromEntries(names.map((name, i) => [name, row[i]]));
      for (const name of ['position', 'revision', 'version']) event[name] = Number(event[name]);
      return { ...event, data: JSON.parse(event.data) };
    });
  };
  const csv = (...args) => asEvents(csvRows(audit(dataDir, 'export', '--format', 'csv', ...args)));
  assert.deepEqual(csv(), events);
  assert.deepEqual(csv('--from', '7'), events.slice(6));
  const stream = `booking-${declined.id}`;
  assert.deepEqual(csv('--stream', stream), events.filter((event) => event.stream === stream));
  assert.equal(csv('--stream', stream)[0].data.note, oddText);
});

test('an export of a damaged log ends with the position, and can not be imported', async (t) => {
  const dataDir = await stoppedFolder(t);
  const [position] = tamper(dataDir, 'flip', 5);
  const { status, stdout, stderr } = replayWith({}, '--data-dir', dataDir, 'export');
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`^hansom-replay: .*position ${position}\\b.*\n$`));
  await assertLeavesNothing(t, (copy) => objectionIn(importInto(copy, stdout), 'half of it'));
});

test('a folder without a log has nothing to export', (t) => {
  const fresh = temporaryFolder(t);
  assert.match(objection(fresh, ['export']), /there is no log/);
  assert.deepEqual(readdirSync(fresh), []);
});
