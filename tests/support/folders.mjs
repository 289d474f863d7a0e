// Data folders that servers left behind: how they come to be, and what is said of them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './app.mjs';
import { logEnd, openPatientCity } from './city.mjs';
import { audit, contents, objection, untilMarked } from './log.mjs';
import { Ride, openCity } from './rides.mjs';
import { goodEnvironment, run, temporaryFolder } from './server.mjs';

export const checkpointOf = (dataDir) => join(dataDir, 'checkpoint');

/** The position that a folder's checkpoint stands at; 0 without one. */
export function checkpointed(dataDir) {
  const file = checkpointOf(dataDir);
  if (!existsSync(file)) return 0;
  return JSON.parse(readFileSync(file, 'utf8').split('\n', 1)[0]).checkpoint.position;
}

/** Waits until a server has made a checkpoint of all that has happened. */
export async function untilCheckpointed(server) {
  const end = await logEnd(server);
  await eventually(() => checkpointed(server.options.dataDir) === end, `a checkpoint at ${end}`);
}

/** How a server is started that makes a checkpoint of everything. */
export const eager = { env: { HANSOM_CHECKPOINT_EVENTS: '1' } };

/** Changes the lines of a checkpoint, and makes its last one, the sum over them, right again. */
export function rewriteCheckpoint(dataDir, change) {
  const lines = readFileSync(checkpointOf(dataDir), 'utf8').split('\n').slice(0, -2);
  const text = change(lines.map(JSON.parse)).map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  writeFileSync(checkpointOf(dataDir), `${text}{"sha256":"${sha256}"}\n`);
}

/** A ride that was taken to its end, on a server that still runs. */
export async function completedRide(t, options) {
  const city = await openCity(t, options);
  const ride = await new Ride(city).through('complete');
  return { ...city, ride };
}

/** The folder that a server leaves behind when it is stopped after a ride. */
export async function stoppedFolder(t, options) {
  const { server } = await completedRide(t, options);
  if (options) await untilCheckpointed(server);
  await server.stop();
  return server.options.dataDir;
}

/** The folder that a server leaves behind when it is killed after a ride, its mark at the end. */
export async function killedFolder(t) {
  const { server } = await completedRide(t);
  await untilMarked(server);
  await server.kill();
  return server.options.dataDir;
}

/**
 * A server with thousands of events, most of them of one ride. Each message brings the last hundred
 * again, and a socket may have only so much waiting for it, so they are sent a few at a time.
 */
export async function longServer(t) {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const ride = await new Ride(city).through('accept');
  const before = await logEnd(server);
  const many = 3_000;
  const atOnce = 200;
  for (let i = 0; i < many; i += atOnce) {
    for (let j = i; j < i + atOnce; ++j) {
      const text = `${j} ${'x'.repeat(200)}`;
      customer.send({ type: 'chat_message', booking_id: ride.id, text });
    }
    for (let j = 0; j < atOnce; ++j) await ride.frames('chat_message', 'chat_message');
  }
  assert.equal(await logEnd(server), before + many);
  return { server, dataDir: server.options.dataDir, end: before + many };
}

export async function longFolder(t) {
  const { server, dataDir } = await longServer(t);
  await server.stop();
  return dataDir;
}

export function copyOf(t, dataDir) {
  const copy = join(temporaryFolder(t), 'data');
  cpSync(dataDir, copy, { recursive: true });
  return copy;
}

/** verify refuses the folder and leaves it as it is; resolves to the line that says why. */
export function objectionTo(dataDir) {
  const before = contents(dataDir);
  const line = objection(dataDir, ['verify']);
  assert.deepEqual(contents(dataDir), before, 'verify changes nothing');
  return line;
}

/** verify names this as the first bad position. */
export function assertBadAt(dataDir, position) {
  assert.match(objectionTo(dataDir), new RegExp(`^position ${position}: `));
}

export function assertVerified(dataDir, end) {
  const before = contents(dataDir);
  assert.match(audit(dataDir, 'verify'), new RegExp(`^verified: ${end ?? '\\d+'} events in `));
  assert.deepEqual(contents(dataDir), before, 'verify changes nothing');
}

/** How many events a folder's log has. */
export const endOf = (dataDir) => Number(audit(dataDir, 'verify').match(/\d+/)[0]);

/** No start serves the folder; resolves to the line that says why. */
export async function refusalOf(dataDir) {
  const args = ['--listen', '127.0.0.1:0', '--data-dir', dataDir];
  const { code, stdout, stderr } = await run(args, { env: goodEnvironment });
  assert.equal(code, 1, stdout + stderr);
  return stderr;
}

/** Makes a folder, or fails to: whatever happens, nothing is there behind it. */
export async function assertLeavesNothing(t, attempt) {
  const parent = temporaryFolder(t);
  await attempt(join(parent, 'data'));
  assert.deepEqual(readdirSync(parent), [], 'nothing is left behind');
}
