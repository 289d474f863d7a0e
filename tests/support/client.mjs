// @hansom/client in tests: npm's `ws`, short waits, and everything that it shows is kept.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import {
  connectCampusDriver, connectCustomer, connectDriver, connectPassenger, connectRoom,
} from '../../net/console/client/index.js';
import { within } from './app.mjs';
import { afterwards } from './server.mjs';

/** The waits of real life are the subject of few tests only. */
export const shortWaits = { WebSocket, delayMs: 5, attempts: 5 };

/** Keeps what a client shows; it is disconnected when the test ends. */
export function kept(t, client) {
  for (const kind of ['pushes', 'statuses', 'errors', 'frames', 'snapshots', 'calls']) {
    client[kind] = [];
  }
  client.on('push', (push) => client.pushes.push(push));
  client.on('status', (status) => client.statuses.push(status));
  client.on('error', (error) => client.errors.push(error));
  client.on('frame', (frame) => client.frames.push(frame));
  client.on('snapshot', (snapshot) => client.snapshots.push(snapshot));
  client.on('call', (call) => client.calls.push(call));
  afterwards(t, () => client.disconnect());
  return client;
}

/** The client of somebody with an account (rides.mjs, campus.mjs); `options` as for the client. */
export function clientOf(t, person, options = {}) {
  const connect = {
    driver: connectDriver, customer: connectCustomer, passenger: connectPassenger,
    campusDriver: connectCampusDriver,
  }[options.as ?? person.side];
  const { server, token, id: userId } = person;
  return kept(t, connect({ url: server.url, token, userId, ...shortWaits, ...options }));
}

/** The client of a member in a room (rooms.mjs). */
export function roomClientOf(t, member, room, options = {}) {
  const { server, token, username } = member;
  const where = { host: room.host.username, room: room.slug, username };
  return kept(t, connectRoom({ url: server.url, token, ...where, ...shortWaits, ...options }));
}

/** Resolves to the next event of this type, or the next that fits. */
export function next(client, type, fits = () => true) {
  let off;
  const event = new Promise((resolve) => {
    off = client.on(type, (value) => fits(value) && resolve(value));
  });
  return within(event, `${type} of a client`).finally(() => off());
}

/** Resolves to the status, now or when it comes, with this name. */
export function until(client, name) {
  if (client.status.status === name) return Promise.resolve(client.status);
  return next(client, 'status', ({ status }) => status === name);
}

/** Checks that a command, or a call, is rejected with this. */
export async function assertRejected(promise, expected, what) {
  const error = await promise.then(
    (value) => assert.fail(`done: ${JSON.stringify(value)} ${what ?? ''}`), (reason) => reason);
  assert.equal(error.name, 'HansomError', `${what ?? ''} ${error.stack}`);
  assert.ok(error.message.length > 0);
  const shown = Object.fromEntries(Object.keys(expected).map((key) => [key, error[key]]));
  assert.deepEqual(shown, expected, `${what ?? ''} ${error.message}`);
  return error;
}

/** The names of what was shown, in order. */
export const namesOf = ({ pushes }) => pushes.map(({ type, action }) => action ?? type);
