// SIGTERM in the midst of many upgrades: who was let in is told that the server goes, and soon it
// is gone. Who does not answer holds it up for five seconds.
import assert from 'node:assert/strict';
import test from 'node:test';
import { App, within } from '../support/app.mjs';
import { Student } from '../support/campus.mjs';
import { onSide, upgradeOf } from '../support/http.mjs';
import { askForLongList } from '../support/long_list.mjs';
import { Member, Room, startRoomServer } from '../support/rooms.mjs';
import { connectTo, patience_ms, slack_ms } from '../support/tcp_peer.mjs';

const openWide = { MAX_SOCKETS_PER_ADDRESS: '0' };
const drain_ms_max = 2_000;

/** A server, and the paths of 400 sockets of all three protocols, one after the other. */
async function openTown(t) {
  const server = await startRoomServer(t, { env: openWide });
  const people = await Promise.all(Array.from({ length: 100 }, () =>
    Student.create(server, 'passenger', { roles: ['driver', 'customer', 'student'] })));
  const member = await Member.create(server, 'alice');
  const room = await Room.create(member);
  const paths = people.flatMap((person, i) => [
    onSide(person, i % 2 ? 'customer' : 'driver').path(),
    `/passenger/${person.id}?token=${person.token}`,
    `/driver/${person.id}?token=${person.token}`,
    `${room.path}?token=${member.token}`,
  ]);
  return { server, paths };
}

/**
 * Asks for all these sockets and drains the server at a certain moment: once so many upgrades were
 * sent, or so many sockets are open. Resolves to the end of the server, and to the sockets.
 */
async function drainAmid({ server, paths }, moment, count) {
  let drain;
  const drained = new Promise((resolve) => {
    drain = () => {
      const before = Date.now();
      resolve(server.stop().then((exit) => ({ ...exit, took_ms: Date.now() - before })));
    };
  });
  const seen = { sent: 0, opened: 0 };
  const happens = (what) => {
    if (++seen[what] === count && what === moment) drain();
  };
  const finishRequest = (request) => {
    request.once('finish', () => happens('sent'));
    request.end();
  };
  const asked = paths.map((path) => App.connect(server, path, { finishRequest }).then((app) => {
    happens('opened');
    return app;
  }, () => null));
  const exit = await drained;
  const apps = (await Promise.all(asked)).filter(Boolean);
  return { exit, apps };
}

/** Checks that the server went in time, and has told all who were let in. */
async function assertGone({ exit: { took_ms, ...exit }, apps }, what) {
  assert.deepEqual(exit, { code: 0, signal: null }, what);
  assert.ok(took_ms < drain_ms_max, `${what}: gone after ${took_ms} ms`);
  const codes = {};
  for (const app of apps) {
    const { code } = await app.untilClosed();
    codes[code] = (codes[code] ?? 0) + 1;
  }
  assert.deepEqual(codes, apps.length ? { 1001: apps.length } : {}, what);
}

test('a drain amid hundreds of upgrades closes all that were answered, and soon', async (t) => {
  const { server, paths } = await openTown(t);
  const moments = [
    ['sent', 1], ['sent', 100], ['sent', 250], ['sent', 400], ['opened', 1], ['opened', 40],
    ['opened', 150], ['opened', 300], ['opened', 399], ['opened', 400],
  ];
  for (const [moment, count] of [...moments, ...moments]) {
    const what = `${count} ${moment}`;
    const drained = await drainAmid({ server, paths }, moment, count);
    if (moment === 'opened') assert.ok(drained.apps.length >= count, what);
    await assertGone(drained, what);
    await server.launch();
  }
});

test('a drain that finds hundreds of upgrades asked for at once is over as soon', async (t) => {
  const { server, paths } = await openTown(t);
  for (let round = 0; round < 8; ++round) {
    let drained;
    await server.whileHeld(async () => {
      let signalled;
      const atSignal = new Promise((resolve) => { signalled = resolve; });
      const stop = () => {
        signalled();
        return server.stop();
      };
      drained = drainAmid({ server: { wsUrl: server.wsUrl, stop }, paths }, 'sent', paths.length);
      await atSignal;
    });
    await assertGone(await drained, `round ${round}`);
    await server.launch();
  }
});

test('who does not answer is cut after five seconds, and the server is gone', async (t) => {
  const server = await startRoomServer(t);
  const member = await Member.create(server, 'alice');
  const room = await Room.create(member);
  const bearer = { Authorization: `Bearer ${member.token}` };
  const mute = connectTo(t, server); // reads a Close, and says nothing
  mute.socket.write(upgradeOf(room.path, bearer));
  await mute.hears(/^HTTP\/1\.1 101 /);
  // Each of these answers has more time than a drain: five seconds, and 16 more.
  const request = await askForLongList(server, 1024 * 1024);
  const deaf = connectTo(t, server);
  deaf.socket.write(request);
  await deaf.hears(/^HTTP\/1\.1 200 /);
  deaf.socket.pause().write(request.repeat(24));
  const before = Date.now();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const took_ms = Date.now() - before;
  assert.ok(took_ms > patience_ms - 500, `they have five seconds, not ${took_ms} ms`);
  assert.ok(took_ms < patience_ms + slack_ms, `gone after ${took_ms} ms`);
  await within(Promise.race([mute.finished, mute.gone]), 'the end of its connection');
  assert.match(mute.heard, /\x88.\x03\xe9/s, '1001');
});
