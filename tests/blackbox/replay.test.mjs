// hansom-replay from outside: what an auditor types, what comes out, and with which exit code.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replay, replayBinary } from '../support/log.mjs';
import { openCity, Ride } from '../support/rides.mjs';
import { temporaryFolder } from '../support/server.mjs';

/** What `replay` does, while the test goes on. */
function replayMeanwhile(...args) {
  const child = spawn(replayBinary, args);
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })));
}

/** Every file of the folder with its bytes. */
function contents(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file, 'base64')]);
}

/** A ride that was taken to its end, on a server that still runs. */
async function completedRide(t) {
  const city = await openCity(t);
  await (await new Ride(city).through('chat')).complete();
  return city.server;
}

test('verify passes on the log of a running server, and writes nothing', async (t) => {
  const server = await completedRide(t);
  const before = contents(join(server.options.dataDir, 'log'));
  const { status, stdout, stderr } = replay('--data-dir', server.options.dataDir, 'verify');
  assert.equal(status, 0, stderr);
  // Two accounts, and a ride of at least six events.
  assert.match(stdout, /^verified: \d+ events in 3 streams\n$/);
  assert.deepEqual(contents(join(server.options.dataDir, 'log')), before);
});

test('verify passes on a log that grows under it', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '0' } });
  const ride = await new Ride(city).through('accept');
  let verifying = true;
  const growing = (async () => {
    while (verifying) await ride.say(city.customer, 'on and on');
  })();
  for (let i = 0; i < 10; ++i) {
    const { status, stderr } = await replayMeanwhile('--data-dir', city.server.options.dataDir, 'verify');
    assert.equal(status, 0, stderr);
  }
  verifying = false;
  await growing;
});

test('verify names the position of a log that was cut below its mark', async (t) => {
  const server = await completedRide(t);
  await server.kill();
  const mark = { position: 1_000, hash: '0'.repeat(64) };
  writeFileSync(join(server.options.dataDir, 'log.mark'), JSON.stringify(mark));
  const { status, stdout, stderr } = replay('--data-dir', server.options.dataDir, 'verify');
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^hansom-replay: .*position \d+.*1000.*\n$/);
});

test('verify names a log that can not be read', async (t) => {
  const server = await completedRide(t);
  await server.stop();
  const folder = join(server.options.dataDir, 'log');
  const [sorted] = readdirSync(folder).filter((name) => name.endsWith('.sst'));
  truncateSync(join(folder, sorted), statSync(join(folder, sorted)).size >> 1);
  const { status, stderr } = replay('--data-dir', server.options.dataDir, 'verify');
  assert.equal(status, 1);
  assert.match(stderr, /^hansom-replay: .*\n$/);
});

test('a folder without a log, a wrong command and a wrong flag are one line each', (t) => {
  const empty = temporaryFolder(t);
  rmSync(empty, { recursive: true });
  for (const [args, code] of [
    [['--data-dir', empty, 'verify'], 1],
    [['destroy'], 2],
    [['verify', 'more'], 2],
    [['--nonsense'], 2],
    [[], 2],
  ]) {
    const { status, stdout, stderr } = replay(...args);
    assert.equal(status, code, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^hansom-replay: [^\n]+\n$/);
  }
});

test('--help shows the commands', () => {
  const { status, stdout } = replay('--help');
  assert.equal(status, 0);
  assert.match(stdout, /verify/);
});
