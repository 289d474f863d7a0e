// The checkpoint beside a log: what it saves, what becomes of a bad one, and how it is made anew.
import assert from 'node:assert/strict';
import {
  cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { CampusRide, newStudent } from '../support/campus.mjs';
import {
  admin, adminTemplate, cancelOverHttp, inSeconds, logEnd, openPatientCity, ownTemplate, setStatus,
} from '../support/city.mjs';
import {
  assertBadAt, assertVerified, checkpointOf, checkpointed, completedRide, copyOf, eager, endOf,
  objectionTo, refusalOf, rewriteCheckpoint, stoppedFolder, untilCheckpointed,
} from '../support/folders.mjs';
import { audit, contents, objection, tamper } from '../support/log.mjs';
import { Ride, openCity, startServer } from '../support/rides.mjs';
import { Member, Room, say } from '../support/rooms.mjs';

test('a checkpoint of all there is in three dialects is what the log folds to', async (t) => {
  const env = { HANSOM_CHECKPOINT_EVENTS: '1' };
  const city = await openPatientCity(t, { drivers: 2, env });
  const { server, customer, driver, drivers } = city;
  const { dataDir } = server.options;
  await new Ride(city).through('accept');
  const passed = await new Ride(city).through('request');
  const template = await ownTemplate(driver, 'A "flat" tyre.');
  await passed.decline({ cancellation_template_id: template });
  await drivers[1].take('booking_assigned');
  const cancelled = await new Ride(city).through('chat');
  await cancelOverHttp(customer, cancelled.id);
  await driver.take('booking_cancelled_by_customer');
  const scheduled = new Ride(city);
  await scheduled.request({ scheduled_date: inSeconds(7200), note: 'Two bags' });
  await scheduled.confirm();
  await customer.requestBooking({}, { 'idempotency-key': 'a key' });
  await adminTemplate(server, 'The admin\'s.');
  await driver.connect({ device_id: 'a phone' }).catch(() => {}); // a ride keeps newcomers out
  await admin(server, 'PATCH', `/accounts/${customer.id}`, { name: 'Alice B.', avatar: null });
  await setStatus(drivers[1], 'blocked');

  const passenger = await newStudent(server, 'passenger');
  const campus = { passenger, driver: await newStudent(server, 'driver') };
  await new CampusRide(campus).through('complete');
  await new CampusRide(campus).through('chat');

  const host = await Member.create(server, 'host');
  const room = await Room.create(host);
  await host.enter(room);
  await say(host, 'Hello.');

  await untilCheckpointed(server);
  const end = await logEnd(server);
  const verified = new RegExp(`^verified: ${end} events in \\d+ streams, and the checkpoint at ` +
    `position ${end}\n$`);
  assert.match(audit(dataDir, 'verify'), verified);
  await server.stop();
  assert.match(audit(dataDir, 'verify'), verified);
});

/** Gives somebody another name in a checkpoint's line. */
const forgedNameOf = ({ id }) => (line) =>
  line.account?.id === id ? { account: { ...line.account, name: 'Forged' } } : line;

test('rewriting a checkpoint without a change leaves it as it is', async (t) => {
  const dataDir = await stoppedFolder(t, eager);
  const before = readFileSync(checkpointOf(dataDir), 'utf8');
  rewriteCheckpoint(dataDir, (lines) => lines);
  assert.equal(readFileSync(checkpointOf(dataDir), 'utf8'), before, 'the tests\' own tool');
});

test('a checkpoint that says something else is refused, though its sum is right', async (t) => {
  const original = await stoppedFolder(t, eager);
  const position = checkpointed(original);
  const rename = (line) => line.account ? { account: { ...line.account, name: 'Mallory' } } : line;
  const changes = {
    'another name': (lines) => lines.map(rename),
    'an account less': (lines) => lines.filter((line, i) => i !== 1),
    'another order': ([head, one, other, ...rest]) => [head, other, one, ...rest],
    'another time': ([{ checkpoint }, ...rest]) =>
      [{ checkpoint: { ...checkpoint, last_at: '2001-01-01T00:00:00.000000Z' } }, ...rest],
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, (t) => {
      const dataDir = copyOf(t, original);
      rewriteCheckpoint(dataDir, change);
      assertBadAt(dataDir, position);
      assert.match(objectionTo(dataDir), /checkpoint.*hansom-replay rebuild/);
    });
  }
});

test('a checkpoint that was cut or changed is named; a start warns and does without', async (t) => {
  const original = await stoppedFolder(t, eager);
  const size = statSync(checkpointOf(original)).size;
  const damages = {
    emptied: (file) => truncateSync(file, 0),
    cut: (file) => truncateSync(file, size >> 1),
    'without its last byte': (file) => truncateSync(file, size - 1),
    changed: (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('Alice', 'Alicf')),
    nonsense: (file) => writeFileSync(file, 'nonsense\n'),
    'of bytes': (file) => writeFileSync(file, Buffer.alloc(1000, 0xff)),
  };
  for (const [name, damage] of Object.entries(damages)) {
    await t.test(name, async (t) => {
      const dataDir = copyOf(t, original);
      damage(checkpointOf(dataDir));
      assert.match(objectionTo(dataDir), /checkpoint is no checkpoint.*hansom-replay rebuild/);
      const server = await startServer(t, { dataDir });
      assert.match(server.output, /warn.*checkpoint/);
      assert.equal((await server.http('GET', '/readyz')).status, 200);
    });
  }
});

test('a checkpoint of another log, or of a longer one, is refused by both', async (t) => {
  const [one, other] = [await stoppedFolder(t, eager), await stoppedFolder(t, eager)];
  const position = checkpointed(one);
  assert.equal(checkpointed(other), position, 'as long as the other');
  const foreign = copyOf(t, one);
  cpSync(checkpointOf(other), checkpointOf(foreign));
  const longer = copyOf(t, one);
  rewriteCheckpoint(longer, ([{ checkpoint }, ...rest]) =>
    [{ checkpoint: { ...checkpoint, position: position + 5 } }, ...rest]);
  for (const [dataDir, where] of [[foreign, position], [longer, position + 5]]) {
    assertBadAt(dataDir, where);
    const line = await refusalOf(dataDir);
    assert.match(line, new RegExp(`checkpoint.* position ${where}\\b.*hansom-replay verify`));
  }
});

test('a start goes on from the checkpoint, whatever was before it', async (t) => {
  const { server, customer, driver, ride } = await completedRide(t, eager);
  await untilCheckpointed(server);
  const { dataDir } = server.options;
  await server.stop();
  // Only who reads the checkpoint can see what is forged in it.
  rewriteCheckpoint(dataDir, (lines) => lines.map(forgedNameOf(customer)));
  await server.launch();
  assert.equal((await admin(server, 'GET', `/accounts/${customer.id}`)).name, 'Forged');
  rmSync(checkpointOf(dataDir));
  await server.stop();
  await server.launch();
  assert.equal((await admin(server, 'GET', `/accounts/${customer.id}`)).name, 'Alice');
  for (const person of [customer, driver]) await person.connect();
  assert.equal((await driver.snapshot(ride.id)).assignment.booking_status, 'completed');
});

test('a checkpoint is written every so many events, and never with 0', async (t) => {
  for (const events of [0, 4]) {
    const env = { HANSOM_CHECKPOINT_EVENTS: `${events}`, WS_RATE_LIMIT: '0' };
    const city = await openCity(t, { env });
    const ride = await new Ride(city).through('accept');
    const { dataDir } = city.server.options;
    for (let i = 0; i < 20; ++i) await ride.say(city.customer, `message ${i}`);
    if (events > 0) {
      const end = await logEnd(city.server);
      await eventually(() => end - checkpointed(dataDir) < events, 'one of the last four');
      await ride.complete();
    }
    await city.server.stop();
    assert.equal(existsSync(checkpointOf(dataDir)), events > 0);
    assertVerified(dataDir);
  }
});

// `rebuild`.

test('rebuild is refused while a server runs, and changes nothing', async (t) => {
  const { server } = await completedRide(t);
  const { dataDir } = server.options;
  const before = contents(dataDir);
  await server.whileHeld(() => {
    assert.match(objection(dataDir, ['rebuild']), /in use|another process|is running/);
    assert.deepEqual(contents(dataDir), before);
  });
  assert.equal((await server.http('GET', '/readyz')).status, 200);
});

test('rebuild makes a checkpoint that verify accepts and a start goes on from', async (t) => {
  const { server, customer, driver, ride } = await completedRide(t);
  await server.stop();
  const { dataDir } = server.options;
  const end = endOf(dataDir);
  assert.equal(checkpointed(dataDir), 0);
  const said = `rebuilt: the checkpoint stands at position ${end}\n`;
  assert.equal(audit(dataDir, 'rebuild'), said);
  assert.match(audit(dataDir, 'verify'), new RegExp(`, and the checkpoint at position ${end}\n$`));
  const made = readFileSync(checkpointOf(dataDir), 'utf8');

  rewriteCheckpoint(dataDir, (lines) => lines.map(forgedNameOf(customer)));
  await server.launch();
  assert.equal((await admin(server, 'GET', `/accounts/${customer.id}`)).name, 'Forged');
  await server.stop();
  assert.equal(audit(dataDir, 'rebuild'), said, 'and once more, over a bad one');
  assert.equal(readFileSync(checkpointOf(dataDir), 'utf8'), made);
  await server.launch();
  assert.equal((await admin(server, 'GET', `/accounts/${customer.id}`)).name, 'Alice');
  await driver.connect();
  assert.equal((await driver.snapshot(ride.id)).assignment.booking_status, 'completed');
});

test('what rebuild makes is what a server makes', async (t) => {
  const dataDir = await stoppedFolder(t, eager);
  const made = readFileSync(checkpointOf(dataDir), 'utf8');
  rmSync(checkpointOf(dataDir));
  audit(dataDir, 'rebuild');
  assert.equal(readFileSync(checkpointOf(dataDir), 'utf8'), made);
});

test('rebuild takes the place of a checkpoint that is cut, or another log\'s', async (t) => {
  const original = await stoppedFolder(t, eager);
  const made = readFileSync(checkpointOf(original), 'utf8');
  for (const text of [made.slice(0, 50), '', made.replace('Alice', 'Alicf'), 'nonsense\n']) {
    const dataDir = copyOf(t, original);
    writeFileSync(checkpointOf(dataDir), text);
    audit(dataDir, 'rebuild');
    assert.equal(readFileSync(checkpointOf(dataDir), 'utf8'), made);
  }
});

test('rebuild of a log that is damaged is refused with the position', async (t) => {
  const dataDir = await stoppedFolder(t, eager);
  const [position] = tamper(dataDir, 'flip', 3);
  const before = readFileSync(checkpointOf(dataDir), 'utf8');
  assert.match(objection(dataDir, ['rebuild']), new RegExp(`position ${position}\\b`));
  assert.equal(readFileSync(checkpointOf(dataDir), 'utf8'), before, 'the old one stays');
});
