// `verify`: what is whole passes, live or not; of what is not, the first bad position is named.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openPatientCity } from '../support/city.mjs';
import {
  assertBadAt, assertVerified, completedRide, copyOf, endOf, killedFolder, objectionTo, refusalOf,
  stoppedFolder,
} from '../support/folders.mjs';
import {
  audit, contents, eventLinesOf, eventsOf, linesOf, logFiles, replay, startReplay, tamper,
  untilMarked,
} from '../support/log.mjs';
import { Ride, startServer } from '../support/rides.mjs';

// What is whole.

test('a running server\'s log passes, and nothing is written to its folder', async (t) => {
  const { server } = await completedRide(t);
  await untilMarked(server);
  const { dataDir } = server.options;
  // One customer, one driver, and a ride.
  assert.match(audit(dataDir, 'verify'), /^verified: \d+ events in 3 streams\n$/);
  await server.whileHeld(() => assertVerified(dataDir));
});

test('a log passes that grows, with its checkpoint, while it is read', async (t) => {
  const env = { HANSOM_CHECKPOINT_EVENTS: '3' };
  const city = await openPatientCity(t, { env });
  const ride = await new Ride(city).through('accept');
  const { dataDir } = city.server.options;
  let verifying = true;
  const growing = (async () => {
    while (verifying) await ride.say(city.customer, 'on and on');
  })();
  for (let i = 0; i < 10; ++i) {
    const { ended } = startReplay(t, ['--data-dir', dataDir, 'verify']);
    const { status, stderr } = await ended;
    assert.deepEqual([status, stderr], [0, '']);
  }
  verifying = false;
  await growing;
});

test('an empty log of a server that nobody used passes', async (t) => {
  const server = await startServer(t);
  assertVerified(server.options.dataDir, 0);
  await server.kill();
  assertVerified(server.options.dataDir, 0);
});

// Records that were tampered with.

test('a record that was changed, taken out, or put elsewhere is named', async (t) => {
  const original = await stoppedFolder(t);
  const end = endOf(original);
  assert.ok(end > 5);
  for (let position = 1; position <= end; ++position) {
    const flipped = copyOf(t, original);
    assertBadAt(flipped, tamper(flipped, 'flip', position)[0]);
  }
  for (const position of [1, 4, end]) {
    for (const what of ['remove', 'cut']) {
      const dataDir = copyOf(t, original);
      assertBadAt(dataDir, tamper(dataDir, what, position)[0]);
    }
  }
  for (const [one, other] of [[1, 2], [1, end], [end - 1, end]]) {
    const swapped = copyOf(t, original);
    assertBadAt(swapped, Math.min(...tamper(swapped, 'swap', one, other)));
  }
  assertVerified(original, end);
});

test('a server refuses what verify refuses, and says where to look', async (t) => {
  const original = await stoppedFolder(t);
  for (const what of ['flip', 'remove', 'cut']) {
    const dataDir = copyOf(t, original);
    const [position] = tamper(dataDir, what, 3);
    assertBadAt(dataDir, position);
    assert.match(await refusalOf(dataDir), new RegExp(`position ${position}\\b.*hansom-replay`));
  }
});

test('events that were forged with all hashes made right again are found', async (t) => {
  const original = await stoppedFolder(t);
  const end = endOf(original);
  for (const position of [1, 3, 5, end]) {
    const forged = copyOf(t, original);
    tamper(forged, 'forge', position);
    // The mark has the last record's hash, so whatever is plausible is found there.
    const named = Number(objectionTo(forged).match(/^position (\d+): /)[1]);
    assert.ok(named >= position && named <= end, `forged at ${position}, named is ${named}`);
  }
});

test('what was forged is found where others contradict it, though its mark is right', async (t) => {
  const original = await stoppedFolder(t);
  const end = endOf(original);
  const typesOf = (dataDir) =>
    eventLinesOf(audit(dataDir, 'export')).map((line) => JSON.parse(line).type);
  const at = (type) => typesOf(original).indexOf(type) + 1;
  for (const [forged, named] of [
    [1, at('booking_requested')], // the customer's phone
    [2, at('driver_assigned')], // the driver's code
    [end, end], // who it was that completed the ride
  ]) {
    const dataDir = copyOf(t, original);
    tamper(dataDir, 'forge', forged);
    rmSync(join(dataDir, 'log.mark')); // without one it is exported, though not without a word
    const { stdout } = replay('--data-dir', dataDir, 'export');
    writeFileSync(join(dataDir, 'log.mark'), JSON.stringify(JSON.parse(linesOf(stdout).at(-1)).end));
    assertBadAt(dataDir, named);
  }
});

// The files of the database.

/** Where the text of the event at this position begins in a write-ahead file. */
function placeOf(file, position) {
  const place = readFileSync(file).indexOf(`{"position":${position},`);
  assert.ok(place > 0, `position ${position} is in ${file}`);
  return place;
}

test('a killed server\'s write-ahead file: cut, zeroed, flipped, emptied, gone', async (t) => {
  const original = await killedFolder(t);
  const events = eventsOf(original);
  const end = events.at(-1).position;
  assertVerified(original, end);
  // Each of these is a record of its own; that of the request is shared with the assignment.
  const alone = [events[1], events.at(-2), events.at(-1)];
  const damages = {
    cut: (file, place) => truncateSync(file, place + 10),
    'zeroed from there on': (file, place) =>
      writeFileSync(file, readFileSync(file).fill(0, place + 10)),
    'zeroed there': (file, place) =>
      writeFileSync(file, readFileSync(file).fill(0, place + 10, place + 20)),
    flipped: (file, place) => {
      const bytes = readFileSync(file);
      bytes[place + 12] ^= 0x40;
      writeFileSync(file, bytes);
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    for (const { position } of alone) {
      await t.test(`${name}, at position ${position}`, (t) => {
        const dataDir = copyOf(t, original);
        const [file] = logFiles(dataDir);
        damage(file, placeOf(file, position));
        assertBadAt(dataDir, position);
      });
    }
  }
  for (const [name, damage] of [['emptied', (file) => truncateSync(file, 0)], ['gone', rmSync]]) {
    await t.test(name, (t) => {
      const dataDir = copyOf(t, original);
      damage(logFiles(dataDir)[0]);
      assertBadAt(dataDir, 1);
    });
  }
});

test('a killed server\'s file that is damaged before the mark has come', async (t) => {
  const original = await killedFolder(t);
  const nothing = { position: 0, hash: '0'.repeat(64) };
  writeFileSync(join(original, 'log.mark'), JSON.stringify(nothing));
  const [file] = logFiles(original);
  const bytes = readFileSync(file);
  bytes[placeOf(file, 2) + 12] ^= 0x40;
  writeFileSync(file, bytes);
  assertBadAt(original, 2);
});

test('sorted files: each of them gone, emptied, cut or flipped', async (t) => {
  const original = await stoppedFolder(t);
  const files = logFiles(original, '.sst');
  assert.ok(files.length > 0);
  const damages = {
    gone: rmSync,
    emptied: (file) => truncateSync(file, 0),
    cut: (file) => truncateSync(file, statSync(file).size >> 1),
    flipped: (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 2] ^= 0x40;
      writeFileSync(file, bytes);
    },
  };
  for (const i of files.keys()) {
    for (const [name, damage] of Object.entries(damages)) {
      await t.test(`file ${i} of ${files.length} ${name}`, async (t) => {
        const dataDir = copyOf(t, original);
        damage(logFiles(dataDir, '.sst')[i]);
        await refusalOf(dataDir);
        assert.match(objectionTo(dataDir), /^position \d+: /);
      });
    }
  }
});

test('what tells the database of its files is gone', async (t) => {
  const original = await stoppedFolder(t);
  for (const name of ['CURRENT', 'MANIFEST']) {
    await t.test(name, (t) => {
      const dataDir = copyOf(t, original);
      const [[file]] = contents(join(dataDir, 'log')).filter(([each]) => each.includes(name));
      rmSync(file);
      assert.match(objectionTo(dataDir), /^position \d+: /);
    });
  }
  await t.test('the whole log', (t) => {
    const dataDir = copyOf(t, original);
    rmSync(join(dataDir, 'log'), { recursive: true });
    assert.match(objectionTo(dataDir), /there is no log in/);
  });
});

// The mark.

test('a mark beyond the log\'s end names what is missing', async (t) => {
  const dataDir = await stoppedFolder(t);
  const mark = { position: 1_000, hash: '0'.repeat(64) };
  const end = endOf(dataDir);
  writeFileSync(join(dataDir, 'log.mark'), JSON.stringify(mark));
  assertBadAt(dataDir, end + 1);
  assert.match(objectionTo(dataDir), /1000/);
});

test('without its mark, or with a broken one, a log with events is refused', async (t) => {
  for (const original of [await stoppedFolder(t), await killedFolder(t)]) {
    const end = endOf(original);
    for (const damage of [
      (file) => rmSync(file),
      (file) => truncateSync(file, 0),
      (file) => truncateSync(file, 20),
      (file) => writeFileSync(file, 'nonsense'),
    ]) {
      const dataDir = copyOf(t, original);
      damage(join(dataDir, 'log.mark'));
      assert.match(objectionTo(dataDir), new RegExp(`^position ${end}: .*log\\.mark`));
      assert.match(await refusalOf(dataDir), /log\.mark/);
    }
  }
});

test('a mark of another hash is refused at its position', async (t) => {
  const dataDir = await stoppedFolder(t);
  const mark = JSON.parse(readFileSync(join(dataDir, 'log.mark')));
  writeFileSync(join(dataDir, 'log.mark'), JSON.stringify({ ...mark, hash: 'ab'.repeat(32) }));
  assertBadAt(dataDir, mark.position);
});
