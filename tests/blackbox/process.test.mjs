// The server as a process: its settings, its folder, its disk, its end.
import assert from 'node:assert/strict';
import {
  appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { App, eventually } from '../support/app.mjs';
import { fillDisk, smallDisk } from '../support/disks.mjs';
import { logFiles } from '../support/log.mjs';
import { Person, Ride, openCity, startServer } from '../support/rides.mjs';
import { afterwards, goodEnvironment, run, temporaryFolder } from '../support/server.mjs';

const anyPort = ['--listen', '127.0.0.1:0'];

/** A start that must fail: some exit code other than 0, one line that says why. */
async function assertRefused(args, { env = goodEnvironment, says = /\S/, code } = {}) {
  const result = await run(args, { env });
  const shown = `${JSON.stringify(args)} ${JSON.stringify(result)}`;
  assert.notEqual(result.code, null, `it ran on, or crashed: ${shown}`);
  assert.notEqual(result.code, 0, shown);
  if (code !== undefined) assert.equal(result.code, code, shown);
  assert.match(result.stderr, /^[^\n]+\n$/, `one line: ${shown}`);
  assert.match(result.stderr, says, shown);
  assert.ok(!result.stdout.includes('listening on'), shown);
  return result.stderr;
}

test('--help shows the flags and exits with 0', async () => {
  const { code, stdout } = await run(['--help']);
  assert.equal(code, 0);
  for (const flag of ['--listen', '--data-dir']) assert.ok(stdout.includes(flag), stdout);
});

test('all settings may come from the environment, and a flag wins over it', async (t) => {
  const [fromEnv, fromFlag] = [temporaryFolder(t), temporaryFolder(t)].map((f) => join(f, 'data'));
  const env = { HANSOM_LISTEN: '127.0.0.1:0', HANSOM_DATA_DIR: fromEnv };
  const byEnv = await startServer(t, { dataDir: null, env });
  assert.equal((await byEnv.http('GET', '/healthz')).status, 200);
  assert.ok(existsSync(fromEnv));
  assert.ok(!existsSync(fromFlag));
  await startServer(t, { dataDir: null, env, args: ['--data-dir', fromFlag] });
  assert.ok(existsSync(fromFlag), 'with the folder of the environment it could not even start');
});

test('healthz, readyz and metrics answer without a token', async (t) => {
  const { server, customer, driver } = await openCity(t);
  assert.equal((await server.http('GET', '/healthz')).status, 200);
  assert.equal((await server.http('GET', '/readyz')).status, 200);
  await new Ride({ customer, driver }).through('complete');
  const metrics = await server.http('GET', '/metrics');
  assert.equal(metrics.status, 200);
  assert.match(metrics.headers.get('content-type'), /^text\/plain/);
  const line = /^(#.*|[a-zA-Z_:][\w:]*(\{.*\})? (-?[\d.]+(e[+-]?\d+)?|[+-]?Inf|NaN)( \d+)?|)$/i;
  for (const text of metrics.body.split('\n')) assert.match(text, line);
  assert.match(metrics.body, /^# TYPE /m);
});

test('a second process on the same folder says so and exits with 1', async (t) => {
  const city = await openCity(t);
  const { dataDir } = city.server.options;
  const ride = await new Ride(city).through('offer');
  for (let attempt = 0; attempt < 2; ++attempt) {
    await assertRefused([...anyPort, '--data-dir', dataDir], { code: 1 });
  }
  for (const step of ['accept', 'chat', 'complete']) await ride[step]();
  await city.server.kill();
  await city.server.launch(); // the lock goes with its holder, however that ends
});

test('a port in use is named', async (t) => {
  const { server } = await openCity(t);
  const address = new URL(server.url).host;
  const dataDir = join(temporaryFolder(t), 'data');
  await assertRefused(['--listen', address, '--data-dir', dataDir], { says: new RegExp(address) });
  assert.equal((await server.http('GET', '/healthz')).status, 200);
});

test('a data folder that cannot be written to is named', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'a file is no folder');
  for (const dataDir of [file, join(file, 'data'), '/proc/hansom-data']) {
    await assertRefused([...anyPort, '--data-dir', dataDir], { says: new RegExp(dataDir) });
  }
  assert.equal(readFileSync(file, 'utf8'), 'a file is no folder');
});

test('a data folder on a read-only disk is named', async (t) => {
  const disk = smallDisk(t, 'size=1m,ro');
  if (!disk) return t.skip('mounting is not permitted here');
  for (const dataDir of [disk, join(disk, 'data')]) {
    await assertRefused([...anyPort, '--data-dir', dataDir], { says: new RegExp(disk) });
  }
});

test('a flag that is unknown or has a bad value is refused', async (t) => {
  const dataDir = join(temporaryFolder(t), 'data');
  const good = [...anyPort, '--data-dir', dataDir];
  await assertRefused([...good, '--no-such-flag'], { says: /no-such-flag/ });
  await assertRefused([...good, '--no-such-flag=5'], { says: /no-such-flag/ });
  await assertRefused([...good, '-Z'], { says: /Z/ });
  await assertRefused([...good, 'stray'], { says: /stray/ });
  await assertRefused(['--data-dir', dataDir, '--listen'], { says: /listen/ });
  const addresses = [
    'nonsense', '127.0.0.1', '127.0.0.1:', '127.0.0.1:x', '127.0.0.1:65536', '127.0.0.1:-1',
    '999.0.0.1:80', ':', '127.0.0.1:80:80',
  ];
  for (const address of addresses) {
    await assertRefused(['--data-dir', dataDir, '--listen', address], { says: /listen/i });
  }
});

test('an environment variable with a bad value is named', async (t) => {
  const dataDir = join(temporaryFolder(t), 'data');
  const noNumber = ['x', '-1', '5x', '1e', 'nan', 'inf', '1 2', '0x10', '99999999999999999999'];
  const bad = {
    HANSOM_LISTEN: ['nonsense', '127.0.0.1:65536'],
    DRIVER_RESPONSE_TIME: noNumber,
    CUSTOMER_WAITING_TIME: noNumber,
    MAX_ATTEMPTS: [...noNumber, '0', '1.5'],
    RESTART_GRACE: noNumber,
    WS_PING_INTERVAL: noNumber,
    WS_RATE_LIMIT: noNumber,
    MAX_SOCKETS_PER_ADDRESS: [...noNumber, '1.5'],
    MAX_SOCKETS_PER_ACCOUNT: [...noNumber, '1.5'],
  };
  for (const [name, values] of Object.entries(bad)) {
    const listen = name === 'HANSOM_LISTEN' ? [] : anyPort;
    for (const value of values) {
      const env = { ...goodEnvironment, [name]: value };
      await assertRefused([...listen, '--data-dir', dataDir], { env, says: new RegExp(name) });
    }
  }
});

test('with no way to check tokens the server does not start, and says what to set', async (t) => {
  const dataDir = join(temporaryFolder(t), 'data');
  const { code, stderr } = await run([...anyPort, '--data-dir', dataDir], { env: {} });
  assert.ok(code > 0, stderr);
  assert.match(stderr, /HANSOM_JWT_SECRET/);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} drains: sockets are closed with 1001, the exit code is 0`, async (t) => {
    const city = await openCity(t);
    const { server, customer, driver } = city;
    const ride = await new Ride(city).through('chat');
    const before = await driver.snapshot();
    const { hostname, port } = new URL(server.url);
    const idle = connect({ host: hostname, port }); // one that says nothing must not hold it up
    idle.on('error', () => {});
    afterwards(t, () => idle.destroy());
    const exit = await server.stop(signal);
    assert.deepEqual(exit, { code: 0, signal: null });
    for (const person of [customer, driver]) {
      assert.equal((await person.app.untilClosed()).code, 1001);
    }
    await server.launch();
    await customer.connect();
    await driver.connect();
    assert.deepEqual(await driver.snapshot(), before);
    await ride.complete();
  });
}

test('a drain answers what it has accepted, and keeps what it has answered', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const requests = Array.from({ length: 30 }, () => customer.requestBooking().catch(() => null));
  await driver.take('booking_assigned'); // so some are through, others on their way
  assert.equal((await server.stop()).code, 0);
  const answers = await Promise.all(requests);
  const created = answers.filter((answer) => answer?.status === 201);
  assert.ok(created.length > 0);
  await server.launch();
  await customer.connect();
  for (const { body } of created) {
    const { booking_id } = body.data;
    assert.equal((await customer.snapshot(booking_id)).booking_id, booking_id);
  }
});

test('sockets are pinged, and one that misses a pong is dropped', async (t) => {
  const { server, customer } = await openCity(t, { env: { WS_PING_INTERVAL: '1' } });
  const path = `/ws/driver?token=${(await Person.create(server, 'driver')).token}`;
  const mute = await App.connect(server, path, { autoPong: false });
  let pings = 0;
  customer.app.socket.on('ping', () => ++pings);
  await mute.untilClosed();
  assert.ok(pings >= 1, 'who answers is pinged as well');
  await customer.snapshot(); // and stays
});

test('a start on a full disk is refused in one line, and works once there is space', async (t) => {
  const disk = smallDisk(t, 'size=64m');
  if (!disk) return t.skip('mounting is not permitted here');
  const dataDir = join(disk, 'data');
  const city = await openCity(t, { dataDir });
  const ride = await new Ride(city).through('chat');
  await city.server.stop();
  const filler = join(disk, 'filler');
  fillDisk(filler);
  await assertRefused([...anyPort, '--data-dir', dataDir]);
  await assertRefused([...anyPort, '--data-dir', join(disk, 'fresh')]);
  rmSync(filler);
  await city.server.launch();
  await city.customer.connect();
  await city.driver.connect();
  await ride.complete();
});

/** A folder left behind by kill -9 after a whole ride, once the mark covers the ride's end. */
async function folderWithHistory(t) {
  const city = await openCity(t);
  const { dataDir } = city.server.options;
  const { driver: last } = await (await new Ride(city).through('chat')).complete();
  const markFile = join(dataDir, 'log.mark');
  const names = new RegExp(`\\b${last.seq}\\b`);
  await eventually(
    () => existsSync(markFile) && names.test(readFileSync(markFile, 'utf8')), 'the mark',
  );
  JSON.parse(readFileSync(markFile, 'utf8'));
  await city.server.kill();
  return dataDir;
}

function flipByte(file, position) {
  const bytes = readFileSync(file);
  bytes[position] ^= 0x40;
  writeFileSync(file, bytes);
}

/** The log is no longer whole: no start serves it, or mends it behind anybody's back. */
async function assertDamageIsNamed(dataDir) {
  const args = [...anyPort, '--data-dir', dataDir];
  const line = await assertRefused(args, { says: /hansom-replay/ });
  assert.match(line, /position \d+/, 'the position is named');
  await assertRefused(args, { says: /hansom-replay/ });
}

test('a log that was tampered with is not served, and the line says where', async (t) => {
  const original = await folderWithHistory(t);
  const size = statSync(logFiles(original)[0]).size;
  const tamperings = {
    'a byte flipped near the start': (file) => flipByte(file, 20),
    'a byte flipped in the first quarter': (file) => flipByte(file, size >> 2),
    'a byte flipped in the middle': (file) => flipByte(file, size >> 1),
    'a byte flipped in the last quarter': (file) => flipByte(file, size - (size >> 2)),
    'a byte flipped in the last record': (file) => flipByte(file, size - 10),
    'zeroed': (file) => writeFileSync(file, Buffer.alloc(size)),
    'its second half zeroed': (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0, size >> 1));
    },
    'truncated to nothing': (file) => truncateSync(file, 0),
    'truncated to its half': (file) => truncateSync(file, size >> 1),
    'its last record cut': (file) => truncateSync(file, size - 10),
    'deleted': (file) => rmSync(file),
  };
  for (const [what, tamper] of Object.entries(tamperings)) {
    await t.test(what, async (t) => {
      const dataDir = join(temporaryFolder(t), 'data');
      cpSync(original, dataDir, { recursive: true });
      tamper(logFiles(dataDir)[0]);
      await assertDamageIsNamed(dataDir);
    });
  }
  await t.test('untouched it is served', async (t) => {
    const server = await startServer(t, { dataDir: original });
    assert.equal((await server.http('GET', '/readyz')).status, 200);
  });
});

test('a sorted file that was tampered with is not served either', async (t) => {
  const dataDir = await folderWithHistory(t);
  const server = await startServer(t, { dataDir });
  await server.stop(); // what was written ahead is sorted by now
  const [file] = logFiles(dataDir, '.sst');
  flipByte(file, statSync(file).size >> 2);
  await assertDamageIsNamed(dataDir);
});

test('a record torn by a crash, behind all that was acknowledged, does no harm', async (t) => {
  const dataDir = await folderWithHistory(t);
  // The head of a record (checksum, length 1000, kind) that promises more bytes than follow, as a
  // power cut leaves it.
  const torn = Buffer.from([1, 2, 3, 4, 0xe8, 0x03, 1, ...Buffer.from('torn')]);
  appendFileSync(logFiles(dataDir)[0], torn);
  const server = await startServer(t, { dataDir });
  assert.equal((await server.http('GET', '/readyz')).status, 200);
});

test('a log whose database has lost a file is refused, and nothing takes its place', async (t) => {
  const original = await folderWithHistory(t);
  for (const lost of ['MANIFEST-', 'CURRENT', '']) {
    const dataDir = join(temporaryFolder(t), 'data');
    cpSync(original, dataDir, { recursive: true });
    const folder = join(dataDir, 'log');
    for (const name of readdirSync(folder)) {
      if (name.startsWith(lost)) rmSync(join(folder, name));
    }
    const left = logFiles(dataDir);
    await assertDamageIsNamed(dataDir);
    assert.deepEqual(logFiles(dataDir), left, 'what is left stays');
  }
});
