// A full room: a thousand sockets see one order, and one that does not read holds up nobody.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { openSockets } from '../support/city.mjs';
import { appsOf, assertPutOut, assertUndisturbed, openRoom, say, text } from '../support/rooms.mjs';

/** No limit of sockets, and none is dropped for a pong that did not come. */
const openWide = { MAX_SOCKETS_PER_ADDRESS: '0', WS_PING_INTERVAL: '600' };

const untilOpen = (server, sockets) =>
  eventually(async () => await openSockets(server) === sockets, `${sockets} open sockets`);

/** A room of ten accounts with so many sockets in all; `apps` are these, `speakers` one of each. */
async function openCrowd(t, sockets) {
  const { members, ...rest } = await openRoom(t, { members: 10, env: openWide });
  const speakers = appsOf(members);
  const apps = [...speakers];
  while (apps.length < sockets) {
    apps.push(...await Promise.all(members.map((member) => member.enter(rest.room))));
  }
  for (const [i, member] of members.entries()) member.app = speakers[i];
  await untilOpen(rest.server, sockets);
  return { ...rest, members, apps };
}

const take = async (app, howMany) => {
  for (let i = 0; i < howMany; ++i) await app.next();
};

const idsOf = (app) => app.frames.map(({ id }) => id);

/** One who did not read is cut off; the others were sent all messages, each once, in one order. */
async function assertCutOff(silent, apps, messages) {
  silent.socket.resume();
  const { code } = await silent.untilClosed();
  assert.ok([1013, 1006].includes(code), `${code}: cut, with or without a last word`);
  const order = idsOf(apps[0]);
  assert.equal(new Set(order).size, messages, 'each once');
  for (const app of apps) assert.deepEqual(idsOf(app), order);
  assert.deepEqual(idsOf(silent), order.slice(0, silent.frames.length), 'a beginning, no gaps');
}

test('a thousand sockets get every message once, in one order', async (t) => {
  const { server, members, apps } = await openCrowd(t, 1000);
  const each = 2;
  for (let i = 0; i < each; ++i) {
    for (const member of members) member.send(text(`${member.username} says ${i}`));
  }
  const messages = each * members.length;
  await Promise.all(apps.map((app) => take(app, messages)));
  const order = idsOf(apps[0]);
  assert.equal(new Set(order).size, messages, 'each once');
  for (const app of apps) assert.deepEqual(idsOf(app), order);
  const said = apps[0].frames.map(({ body }) => body).sort();
  const sent = members.flatMap(({ username }) => [0, 1].map((i) => `${username} says ${i}`));
  assert.deepEqual(said, sent.sort());
  await say(members[3], 'And this is the next for all.', apps);
  assert.equal(await openSockets(server), apps.length);
});

test('who is put out of a crowd is put out with all sockets, and nobody else is', async (t) => {
  const { server, room, members, apps } = await openCrowd(t, 200);
  await room.remove(members[7]);
  const isOut = (_, i) => i % members.length === 7;
  await assertPutOut(apps.filter(isOut));
  await assertUndisturbed(members[0], apps.filter((app, i) => !isOut(app, i)));
  await untilOpen(server, 180);
});

/** So many messages of 500 code points with four bytes each, no two alike. */
const longTexts = (name, howMany) =>
  Array.from({ length: howMany }, (_, i) => `${name}:${i} `.padEnd(500, 'x').replaceAll('x', '🚕'));

// Found by a review: what a room says in one turn was counted against every socket before the
// system had taken any of it, and all were cut off.
test('more than may wait for a socket is said at once, and nobody who reads is cut', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 4, env: { WS_RATE_LIMIT: '50' } });
  const [, speaker] = members;
  const mouths = [speaker.app];
  while (mouths.length < 10) mouths.push(await speaker.enter(room));
  const apps = [...appsOf(members.filter((member) => member !== speaker)), ...mouths];
  const each = 90; // of the hundred that may come at once
  const said = mouths.map((_, i) => longTexts(`s${i}`, each));
  await server.whileHeld(() => {
    for (const [i, mouth] of mouths.entries()) for (const body of said[i]) mouth.send(text(body));
  });
  await Promise.all(apps.map((app) => take(app, mouths.length * each)));
  const order = idsOf(apps[0]);
  assert.equal(new Set(order).size, mouths.length * each, 'each once');
  for (const app of apps) assert.deepEqual(idsOf(app), order, 'one order');
  const bodies = apps[0].frames.map(({ body }) => body);
  for (const mine of said) {
    const name = mine[0].slice(0, 3);
    assert.deepEqual(bodies.filter((body) => body.startsWith(name)), mine, 'as they were sent');
  }
  assert.equal(await openSockets(server), apps.length, 'nobody is cut off');
  await assertUndisturbed(members[0], apps);
});

test('however much is said at once, who does not read is dropped, and nobody else', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 5, env: openWide });
  const apps = appsOf(members);
  const silent = await members[4].enter(room);
  members[4].app = apps[4];
  silent.socket.pause();
  await untilOpen(server, apps.length + 1);
  let messages = 0;
  for (let round = 0; round < 16 && await openSockets(server) > apps.length; ++round) {
    await server.whileHeld(() => {
      for (const body of longTexts(`r${round}`, 1000)) members[0].send(text(body));
    });
    messages += 1000;
    await Promise.all(apps.map((app) => take(app, 1000)));
  }
  await untilOpen(server, apps.length);
  await assertCutOff(silent, apps, messages);
  await assertUndisturbed(members[1], apps);
});

// Some thousand messages are always on their way to the slow one. The system's buffers take the
// first megabytes of them; what waits in the server stays between its two limits.
test('who goes on reading, but much too late, is dropped, and nobody else', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 4, env: openWide });
  const apps = appsOf(members);
  const slow = await members[3].enter(room);
  members[3].app = apps[3];
  await untilOpen(server, apps.length + 1);
  const [batch, behind] = [250, 5000];
  const texts = longTexts('on', batch);
  let [messages, target] = [0, 0];
  slow.socket.pause();
  slow.socket.on('message', () => slow.frames.length >= target && slow.socket.pause());
  const end = Date.now() + 40_000;
  while (await openSockets(server) > apps.length) {
    assert.ok(Date.now() < end, `${messages} messages, and still it is there`);
    for (const body of texts) members[0].send(text(body));
    messages += batch;
    await Promise.all(apps.map((app) => take(app, batch)));
    target = Math.max(Math.floor(messages / 4), messages - behind);
    slow.socket.resume();
    await eventually(() => slow.frames.length >= target || slow.closedAt, `message ${target}`);
  }
  await assertCutOff(slow, apps, messages);
  await assertUndisturbed(members[1], apps);
});

// The kernel takes some megabytes for a socket before anything waits in the server, and each of the
// others is sent as much: hence a hundred of them and not a thousand.
test('a socket that reads nothing is dropped, and the others miss nothing', async (t) => {
  const { server, room, members, apps } = await openCrowd(t, 100);
  const silent = await members[9].enter(room);
  members[9].app = apps[9];
  silent.socket.pause();
  await untilOpen(server, apps.length + 1);
  const body = '🚕'.repeat(500);
  const [batch, most] = [20, 16_000]; // 32 MiB are more than the kernel and 1 MiB hold
  let messages = 0;
  while (messages < most && await openSockets(server) > apps.length) {
    for (let i = 0; i < batch; ++i) members[i % 9].send(text(body));
    messages += batch;
    await Promise.all(apps.map((app) => take(app, batch)));
  }
  assert.ok(messages < most, `${messages} messages, and still it is there`);
  await assertCutOff(silent, apps, messages);
  await assertUndisturbed(members[9], apps);
  assert.equal(await openSockets(server), apps.length, 'nobody else is disconnected');
});
