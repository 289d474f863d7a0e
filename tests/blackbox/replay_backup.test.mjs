// `backup` and `restore`: a copy of a log in use, from which a server goes on.
import assert from 'node:assert/strict';
import {
  cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync,
  truncateSync, watch, writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { admin, logEnd, openPatientCity } from '../support/city.mjs';
import {
  assertLeavesNothing, assertVerified, checkpointOf, checkpointed, completedRide, copyOf, eager,
  endOf, killedFolder, longFolder, rewriteCheckpoint, stoppedFolder, untilCheckpointed,
} from '../support/folders.mjs';
import {
  audit, contents, linesOf, logFiles, objection, replay, startReplay, tamper,
} from '../support/log.mjs';
import { Ride } from '../support/rides.mjs';
import { Server, afterwards, temporaryFolder } from '../support/server.mjs';

const backup = (dataDir, to) => replay('--data-dir', dataDir, 'backup', to);
const restore = (dataDir, from) => replay('--data-dir', dataDir, 'restore', from);

test('a backup of a running server, restored: the ride goes on from there', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  const { dataDir } = server.options;
  const ride = await new Ride(city).through('chat');
  const end = await logEnd(server);
  const folder = temporaryFolder(t);
  const [copy, restored] = [join(folder, 'backups', 'today'), join(folder, 'data')];
  assert.deepEqual(backup(dataDir, copy), {
    status: 0, stdout: `backed up: ${end} events in ${copy}\n`, stderr: '',
  });
  const text = audit(dataDir, 'export');
  assert.equal(audit(copy, 'export'), text);
  assertVerified(copy, end);
  await ride.say(driver, 'Not in the backup.');

  assert.deepEqual(restore(restored, copy), {
    status: 0, stdout: `restored: ${end} events in ${restored}\n`, stderr: '',
  });
  assert.equal(audit(restored, 'export'), text);
  assert.deepEqual(readdirSync(folder).sort(), ['backups', 'data'], 'nothing is left behind');

  await server.stop();
  server.options.dataDir = restored;
  await server.launch();
  for (const person of [customer, driver]) await person.connect();
  const { chat_history } = await customer.snapshot(ride.id);
  assert.ok(chat_history.length === 2, 'as it was when the backup was made');
  await ride.chat();
  await ride.complete();
  await server.stop();
  assertVerified(restored);
  assertVerified(copy, end);
});

test('a backup can be served as it is', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('accept');
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(city.server.options.dataDir, copy).status, 0);
  const twin = await Server.start({ ...city.server.options, dataDir: copy });
  afterwards(t, () => twin.kill());
  const { name } = await admin(twin, 'GET', `/accounts/${city.customer.id}`);
  assert.equal(name, 'Alice');
  await ride.chat(); // the first server goes on
});

test('what seen and at say of a backup is what they say of the original', async (t) => {
  const env = { HANSOM_PUBLIC_URL: 'https://taxi.example' };
  const city = await openPatientCity(t, { env });
  const ride = await new Ride(city).through('chat');
  const { dataDir } = city.server.options;
  const folder = temporaryFolder(t);
  const [copy, restored] = [join(folder, 'copy'), join(folder, 'restored')];
  assert.equal(backup(dataDir, copy).status, 0);
  assert.equal(restore(restored, copy).status, 0);
  const end = String(await logEnd(city.server));
  for (const args of [
    ['seen', ride.id, '--by', 'driver'], ['at', ride.id, '--position', end], ['show', ride.id],
  ]) {
    const said = audit(dataDir, ...args);
    if (args[0] !== 'show') assert.match(said, /https:\/\/taxi\.example/);
    for (const other of [copy, restored]) assert.equal(audit(other, ...args), said);
  }
});

test('backups made while events pour in are each whole', async (t) => {
  const env = { HANSOM_CHECKPOINT_EVENTS: '5' };
  const city = await openPatientCity(t, { env });
  const ride = await new Ride(city).through('accept');
  const { dataDir } = city.server.options;
  let going = true;
  const growing = (async () => {
    while (going) await ride.say(city.customer, 'on and on');
  })();
  const folder = temporaryFolder(t);
  const ends = [];
  for (let i = 0; i < 6; ++i) {
    const copy = join(folder, `copy-${i}`);
    const before = await logEnd(city.server);
    const { ended } = startReplay(t, ['--data-dir', dataDir, 'backup', copy]);
    const { status, stderr } = await ended;
    assert.deepEqual([status, stderr], [0, '']);
    ends.push(endOf(copy));
    assert.ok(ends[i] >= before && ends[i] <= await logEnd(city.server), 'all acknowledged so far');
  }
  going = false;
  await growing;
  const lines = linesOf(audit(dataDir, 'export'));
  for (const i of ends.keys()) {
    const copied = linesOf(audit(join(folder, `copy-${i}`), 'export'));
    copied.pop(); // says that it ends here
    assert.deepEqual(copied, lines.slice(0, copied.length), 'a beginning of the log');
  }
});

test('a backup has the checkpoint, from which a start goes on', async (t) => {
  const { server } = await completedRide(t, eager);
  await untilCheckpointed(server);
  const { dataDir } = server.options;
  const [copy, restored] = [join(temporaryFolder(t), 'a'), join(temporaryFolder(t), 'b')];
  assert.equal(backup(dataDir, copy).status, 0);
  assert.equal(restore(restored, copy).status, 0);
  for (const each of [copy, restored]) {
    assert.equal(checkpointed(each), endOf(each));
    assert.deepEqual(readFileSync(checkpointOf(each)), readFileSync(checkpointOf(dataDir)));
  }
});

test('backups of a stopped and of a killed server are the same', async (t) => {
  for (const dataDir of [await stoppedFolder(t), await killedFolder(t)]) {
    const before = contents(dataDir);
    const copy = join(temporaryFolder(t), 'copy');
    assert.equal(backup(dataDir, copy).status, 0);
    assert.deepEqual(contents(dataDir), before, 'backup changes nothing');
    assert.equal(audit(copy, 'export'), audit(dataDir, 'export'));
  }
});

test('a backup needs no more than what it copies: what is beside the log stays', async (t) => {
  const dataDir = await stoppedFolder(t);
  writeFileSync(join(dataDir, 'demo-secret'), 'secret');
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(dataDir, copy).status, 0);
  assert.ok(!readdirSync(copy).includes('demo-secret'), 'no secret comes along');
});

// What is refused.

test('a damaged backup is not restored, the position is named, nothing is left', async (t) => {
  const dataDir = await stoppedFolder(t);
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(dataDir, copy).status, 0);
  const end = endOf(copy);
  const damages = {
    'a changed record': (from) => tamper(from, 'flip', 3)[0],
    'a record less': (from) => tamper(from, 'remove', 3)[0],
    'the last record less': (from) => tamper(from, 'remove', end)[0],
    'records exchanged': (from) => Math.min(...tamper(from, 'swap', 2, 6)),
    'its end cut': (from) => tamper(from, 'cut', 6)[0],
    'its files emptied': (from) => {
      for (const kind of ['.sst', '.log']) {
        for (const file of logFiles(from, kind)) truncateSync(file, 0);
      }
      return '\\d+';
    },
    'its mark gone': (from) => {
      rmSync(join(from, 'log.mark'));
      return '\\d+';
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    await t.test(name, async (t) => {
      const from = copyOf(t, copy);
      const position = damage(from);
      const before = contents(from);
      await assertLeavesNothing(t, (to) => {
        assert.match(objection(to, ['restore', from]), new RegExp(`position ${position}\\b`));
      });
      assert.deepEqual(contents(from), before, 'the backup stays as it is');
    });
  }
});

test('a forged backup is not restored', async (t) => {
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(await stoppedFolder(t), copy).status, 0);
  tamper(copy, 'forge', 3);
  await assertLeavesNothing(t, (to) => {
    assert.match(objection(to, ['restore', copy]), /position \d+/);
  });
});

test('a backup\'s checkpoint that is forged, or another log\'s, does not come along', async (t) => {
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(await stoppedFolder(t, eager), copy).status, 0);
  const other = await stoppedFolder(t, eager);
  const changes = {
    forged: (from) => rewriteCheckpoint(from, (lines) => lines.map((line) =>
      line.account ? { account: { ...line.account, name: 'Forged' } } : line)),
    'another log\'s': (from) => cpSync(checkpointOf(other), checkpointOf(from)),
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, async (t) => {
      const from = copyOf(t, copy);
      change(from);
      const to = join(temporaryFolder(t), 'data');
      // Whether it is refused or left out: what is restored is in order.
      if (restore(to, from).status === 0) assertVerified(to);
      else assert.deepEqual(readdirSync(dirname(to)), []);
    });
  }
});

test('a damaged log is not backed up', async (t) => {
  const dataDir = await stoppedFolder(t);
  const [position] = tamper(dataDir, 'flip', 4);
  await assertLeavesNothing(t, (to) => {
    assert.match(objection(dataDir, ['backup', to]), new RegExp(`position ${position}\\b`));
  });
});

test('a place that is not empty is refused by both, and stays as it is', async (t) => {
  const dataDir = await stoppedFolder(t);
  const copy = join(temporaryFolder(t), 'copy');
  assert.equal(backup(dataDir, copy).status, 0);
  const full = temporaryFolder(t);
  writeFileSync(join(full, 'notes.txt'), 'mine');
  for (const [where, args] of [
    [dataDir, ['backup', full]], [dataDir, ['backup', copy]], [dataDir, ['backup', dataDir]],
    [full, ['restore', copy]], [dataDir, ['restore', copy]], [copy, ['restore', copy]],
  ]) {
    const before = [dataDir, copy, full].map(contents);
    assert.match(objection(where, args), /is not empty/, args.join(' '));
    assert.deepEqual([dataDir, copy, full].map(contents), before);
  }
});

test('a folder without a log is neither backed up nor restored', async (t) => {
  const empty = temporaryFolder(t);
  for (const from of [empty, join(empty, 'nowhere')]) {
    await assertLeavesNothing(t, (to) => {
      assert.match(objection(from, ['backup', to]), /there is no log/);
      assert.match(objection(to, ['restore', from]), /there is no log/);
    });
  }
  assert.deepEqual(readdirSync(empty), []);
});

test('the place of a copy may be empty, and its path end in a slash', async (t) => {
  const dataDir = await stoppedFolder(t);
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'empty'));
  for (const to of ['new/', 'empty/', 'a/../b']) {
    assert.equal(backup(dataDir, join(folder, to)).status, 0, to);
    assertVerified(join(folder, to));
  }
  assert.deepEqual(readdirSync(folder).sort(), ['b', 'empty', 'new']);
});

test('an empty folder keeps its mode, so that nobody else can read the copy', async (t) => {
  const dataDir = await stoppedFolder(t);
  for (const args of [(to) => [dataDir, 'backup', to], (to) => [to, 'restore', dataDir]]) {
    const to = join(temporaryFolder(t), 'data');
    mkdirSync(to, { mode: 0o700 });
    audit(...args(to));
    assert.equal((statSync(to).mode & 0o777).toString(8), '700', args(to).join(' '));
  }
});

test('a link to an empty folder stays, and the copy comes to where it leads', async (t) => {
  const dataDir = await stoppedFolder(t);
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'disk'));
  symlinkSync('disk', join(folder, 'link'));
  audit(dataDir, 'backup', join(folder, 'link'));
  assert.ok(lstatSync(join(folder, 'link')).isSymbolicLink());
  assertVerified(join(folder, 'disk'));
});

// What is interrupted.

test('SIGINT amid a backup or a restore leaves nothing, and it exits with 130', async (t) => {
  const dataDir = await longFolder(t);
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(dataDir, copy, { recursive: true });
  for (const argsTo of [
    (to) => ['--data-dir', dataDir, 'backup', to], (to) => ['--data-dir', to, 'restore', copy],
  ]) {
    await assertLeavesNothing(t, async (to) => {
      const begun = new Promise((resolve) => watch(dirname(to), resolve).unref());
      const { child, ended } = startReplay(t, argsTo(to));
      await begun; // its folder stands beside the place, and is being filled
      child.kill('SIGINT');
      const { status, stdout, stderr } = await ended;
      assert.deepEqual([status, stdout, stderr], [130, '', 'hansom-replay: interrupted\n']);
    });
  }
  assertVerified(dataDir);
});
