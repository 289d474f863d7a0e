// The live board's client: all with each frame, over lost connections, for the admin alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket } from 'ws';
import { connectBoard } from '../../net/console/client/index.js';
import { Ride, openCity } from '../support/rides.mjs';
import { adminToken, cutDown } from '../support/server.mjs';

function watch(t, server, options) {
  const board = connectBoard({ url: server.url, token: adminToken, WebSocket, ...options });
  t.after(() => board.disconnect());
  const frames = [];
  board.on('board', (frame) => frames.push(frame));
  return { board, frames };
}

/** Resolves to the first frame, also among those that came, that is as wanted. */
function until({ board, frames }, wanted) {
  return new Promise((resolve) => {
    const look = () => {
      const found = frames.find(wanted);
      if (found) {
        off();
        resolve(found);
      }
    };
    const off = board.on('board', look);
    look();
  });
}

test('the board is told of rides, and again after a restart', async (t) => {
  const city = await openCity(t, { env: { RESTART_GRACE: '0' } });
  const { server } = city;
  const watched = watch(t, server, { delayMs: 50, attempts: 100 });
  await watched.board.untilConnected();
  await until(watched, ({ drivers }) => drivers.taxi === 1);
  await new Ride(city).through('complete');
  await until(watched, ({ bookings }) => bookings.taxi.completed === 1);
  const lost = new Promise((resolve) => watched.board.once('status', resolve));
  const launch = await cutDown(server);
  const { status, reason } = await lost;
  assert.deepEqual([status, reason.code], ['waiting', 'CONNECTION_LOST']);
  watched.frames.length = 0;
  await launch();
  await watched.board.untilConnected();
  const { bookings } = await until(watched, () => true);
  assert.equal(bookings.taxi.completed, 0); // since the start
});

test('whoever is not the admin is told so, and not again', async (t) => {
  const { server } = await openCity(t);
  const { board } = watch(t, server, { token: 'nobody' });
  await assert.rejects(board.untilConnected(), { code: 'INVALID_TOKEN', status: 401 });
  assert.equal(board.status.status, 'disconnected');
});
