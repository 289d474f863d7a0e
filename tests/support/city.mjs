// What goes on around rides: the admin's doings, the clock, who is turned away, the log.
import assert from 'node:assert/strict';
import { App, eventually } from './app.mjs';
import { assertError } from './documented.mjs';
import { Ride, openCity } from './rides.mjs';
import { adminToken } from './server.mjs';

/** Any start has a grace; without one the first offers expire in time. */
export const noGrace = { RESTART_GRACE: '0' };

/** A city in which no timer fires and sockets may send as fast as these tests do. */
export function openPatientCity(t, options = {}) {
  const env = { WS_RATE_LIMIT: '0', DRIVER_RESPONSE_TIME: '600', CUSTOMER_WAITING_TIME: '600' };
  return openCity(t, { ...options, env: { ...env, ...options.env } });
}

/** A ride from start to end; the same people, the sockets that were maltreated before. */
export async function assertServes({ customer, driver }) {
  await new Ride({ customer, driver }).through('complete');
}

/** The moment so many seconds from now, as the protocol writes it. */
export function inSeconds(seconds) {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** One call of the admin, which has to succeed; resolves to its data. */
export async function admin(server, method, path, body) {
  const answer = await server.http(method, `/api/admin${path}`, { bearer: adminToken, body });
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

/** Makes an account `active`, `blocked` or `deleted`. */
export function setStatus({ server, id }, status) {
  return admin(server, 'PATCH', `/accounts/${id}`, { status });
}

export function endSession({ server, id }) {
  return admin(server, 'DELETE', `/accounts/${id}/session`);
}

/** Saves a cancellation template as the admin; resolves to its id. */
export async function adminTemplate(server, text) {
  return (await admin(server, 'POST', '/cancellation-templates', { text })).id;
}

/** Saves a driver's own; resolves to its id. */
export async function ownTemplate(driver, text) {
  const answer = await driver.server.http('POST', '/api/mobile/driver/cancellation-templates', {
    bearer: driver.token, body: { text },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.data.id;
}

/** Cancels a ride over HTTP, as one of its two. */
export async function cancelOverHttp(person, booking_id, body) {
  const path = `/api/mobile/${person.side}/booking/${booking_id}/cancel`;
  const answer = await person.server.http('POST', path, { bearer: person.token, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** How many sockets are open, as the metrics have it. */
export async function openSockets(server) {
  const { body } = await server.http('GET', '/metrics');
  return Number(body.match(/^hansom_sockets (\d+)$/m)[1]);
}

/** The position of the log's last event. */
export async function logEnd(server) {
  const { body } = await server.http('GET', '/metrics');
  return Number(body.match(/^hansom_log_end (\d+)$/m)[1]);
}

/** Does something that must append nothing to the log. */
export async function appendsNothing(server, action) {
  const before = await logEnd(server);
  await action();
  assert.equal(await logEnd(server), before, 'nothing is appended');
}

/** The socket opens, gets one error, and is closed with 1008. */
export async function assertTurnedAway(server, path, code, options) {
  const app = await App.connect(server, path, options);
  assertError(await app.next(), code);
  assert.equal((await app.untilClosed()).code, 1008, path);
  assert.equal(app.frames.length, 1, 'one error and nothing else');
}

/** This socket is ended by one last frame, and closed with 1008. */
export async function assertDisconnected(app, reason, kind = 'type') {
  const frame = await app.next();
  assert.equal(frame[kind], 'force_disconnect', JSON.stringify(frame));
  assert.deepEqual(Object.keys(frame), [kind, 'reason']);
  if (reason) assert.equal(frame.reason, reason);
  assert.ok(typeof frame.reason === 'string' && frame.reason.length > 0);
  assert.equal((await app.untilClosed()).code, 1008);
  assert.equal(app.frames.at(-1), frame, 'nothing comes after it');
}

/** The socket closes by itself, about 200 ms after the final push. */
export async function assertClosesAfterFinalPush({ app }) {
  assert.equal((await app.untilClosed()).code, 1000);
  const pause_ms = app.closedAt - app.lastFrameAt;
  // (We may have seen the push late; without a pause both come together.)
  assert.ok(pause_ms > 20 && pause_ms < 1500, `closed ${pause_ms} ms after the final push`);
}

/**
 * The booking's status as a new connection sees it. After a start, what fires may be pushed to the
 * connection, and close it: then there is none to see yet.
 */
export async function statusAfresh({ customer, id }) {
  await customer.connect();
  customer.send({ type: 'resync', booking_id: id });
  const snapshot = await customer.skipTo(({ type }) => type === 'snapshot').catch(() => null);
  await customer.app.close();
  return snapshot?.booking_status;
}

/** Waits until a booking has come to a status that is announced to nobody. */
export function becomes(ride, status) {
  return eventually(async () => (await statusAfresh(ride)) === status, `status ${status}`);
}

/** kill -9, a new start, and these people are back. */
export async function killAndRestart(server, ...people) {
  await server.kill();
  await server.launch();
  for (const person of people) await person.connect();
}
