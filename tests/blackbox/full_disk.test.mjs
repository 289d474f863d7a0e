// The disk is full while the server runs: commands are refused, what was acknowledged is kept, and
// what is lost nevertheless is not passed over.
import assert from 'node:assert/strict';
import { rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { fillDisk, smallDisk } from '../support/disks.mjs';
import { refusalOf } from '../support/folders.mjs';
import { assertFailure } from '../support/http.mjs';
import { logFiles } from '../support/log.mjs';
import { Ride, openCity } from '../support/rides.mjs';
import { patience_ms } from '../support/tcp_peer.mjs';
import { notSanitized } from '../support/torture.mjs';

/** A ride on a server whose disk can be filled with `filler`; null without such a disk. */
async function rideOnSmallDisk(t) {
  const disk = smallDisk(t, 'size=64m');
  if (!disk) return t.skip('mounting is not permitted here');
  const city = await openCity(t, { dataDir: join(disk, 'data') });
  return { ...city, ride: await new Ride(city).through('accept'), filler: join(disk, 'filler') };
}

/** Says something in a ride; resolves to what the driver is answered. */
async function say({ driver, ride }, text) {
  driver.send({ type: 'chat_message', booking_id: ride.id, text });
  return driver.skipTo(({ type }) => ['chat_message', 'error'].includes(type));
}

async function assertRefusesToSay(city, text) {
  const { message, ...error } = await say(city, text);
  assert.deepEqual(error, { type: 'error', code: 'LOG_UNAVAILABLE', booking_id: city.ride.id });
  assert.ok(message.length > 0);
}

/** A snapshot, whatever pushes come before it. */
function lastSnapshot(person, booking_id) {
  person.send({ type: 'resync', booking_id });
  return person.skipTo((frame) => frame.type === 'snapshot');
}

async function assertSaid({ driver, ride }, said) {
  const { assignment } = await lastSnapshot(driver, ride.id);
  const kept = assignment.chat_history.map((entry) => entry.text);
  // Whether a refused message was written is unknown; nothing else may come in between.
  assert.deepEqual(kept.filter((text) => text !== 'amid'), said);
}

const isReady = async (server) => (await server.http('GET', '/readyz')).status === 200;

test('a full disk refuses commands, and loses nothing that was acknowledged', async (t) => {
  const city = await rideOnSmallDisk(t);
  if (!city) return;
  const { server, customer, driver, ride, filler } = city;
  await say(city, 'before');

  const acknowledged = [];
  let refusal;
  // The log may have taken space in advance: large bookings use that up.
  for (let i = 0; i < 600 && !refusal; ++i) {
    fillDisk(filler);
    const answer = await customer.requestBooking({ pickup_location_address: 'x'.repeat(60_000) });
    if (answer.status === 201) acknowledged.push(answer.body.data.booking_id);
    else refusal = answer;
  }
  assert.equal(refusal?.status, 503, 'the disk is full');
  assert.equal(refusal.body.code, 'LOG_UNAVAILABLE');
  fillDisk(filler);
  await assertRefusesToSay(city, 'amid');
  await eventually(async () => !(await isReady(server)), 'readyz to say 503');
  assert.equal((await server.http('GET', '/healthz')).status, 200);

  rmSync(filler);
  await eventually(() => isReady(server), 'readyz to say 200 again');
  assert.equal((await say(city, 'after')).type, 'chat_message');
  const assertAllKept = async () => {
    await assertSaid(city, ['before', 'after']);
    for (const id of acknowledged) {
      assert.equal((await lastSnapshot(customer, id)).booking_status, 'requested');
    }
  };
  await assertAllKept();
  await server.kill();
  await server.launch();
  await customer.connect();
  await driver.connect();
  await assertAllKept();
  await ride.complete();
});

/** Lets the log fail, and not be opened again; resolves to what was said before. */
async function breakLog(city) {
  const said = [];
  city.server.limitDescriptors(0);
  fillDisk(city.filler);
  for (;;) {
    const text = `${said.length} ${'x'.repeat(900)}`; // may fit in where the log ends
    const { type } = await say(city, text);
    if (type === 'error') return said;
    said.push(text);
  }
}

test('a drain while the log is out of order lets everybody go, and keeps all', {
  skip: notSanitized,
}, async (t) => {
  const city = await rideOnSmallDisk(t);
  if (!city) return;
  const { server, customer, driver, ride, filler } = city;
  const said = await breakLog(city);
  await assertRefusesToSay(city, 'amid');
  const seen = driver.app.frames.length;
  let request;
  let exit;
  const begun = Date.now();
  await server.whileHeld(() => {
    driver.send({ type: 'chat_message', booking_id: ride.id, text: 'amid' });
    request = customer.requestBooking().catch(() => null); // may be cut off
    exit = server.stop();
  });
  assert.deepEqual(await exit, { code: 0, signal: null });
  assert.ok(Date.now() - begun < patience_ms, 'nobody had to be cut');
  for (const { app } of [customer, driver]) assert.equal((await app.untilClosed()).code, 1001);
  const answer = await request;
  if (answer) assertFailure(answer, 503);
  for (const { code } of driver.app.frames.slice(seen)) {
    assert.ok(['LOG_UNAVAILABLE', 'SERVER_BUSY'].includes(code), code);
  }

  rmSync(filler);
  await server.launch();
  await customer.connect();
  await driver.connect();
  await assertSaid(city, said);
  await ride.complete();
});

test('a log that loses what was acknowledged while it is out of order stays so', {
  skip: notSanitized,
}, async (t) => {
  const city = await rideOnSmallDisk(t);
  if (!city) return;
  const { server, customer, filler } = city;
  const { dataDir } = server.options;
  await breakLog(city);
  const [file] = logFiles(dataDir);
  truncateSync(file, statSync(file).size >> 1);
  rmSync(filler);
  server.limitDescriptors(1_024);
  const complaint = /is damaged at position \d+: .+; look with: hansom-replay .+ verify/g;
  await eventually(() => server.output.match(complaint)?.length >= 2, 'two trials, in vain');
  assert.ok(!(await isReady(server)));
  await assertRefusesToSay(city, 'anything');
  assertFailure(await customer.requestBooking(), 503, 'LOG_UNAVAILABLE');
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const [position] = server.output.match(complaint)[0].match(/position \d+/);
  assert.match(await refusalOf(dataDir), new RegExp(`is damaged at ${position}: .+ verify\\n$`));
});
