// The client in a room: every event and every command, and the history it begins with.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRejected, namesOf, next, roomClientOf, until } from '../support/client.mjs';
import { nowhere } from '../support/http.mjs';
import { openRoom, text } from '../support/rooms.mjs';

/** A room of two by this client, beside their own sockets, connected. */
async function enter(t, options) {
  const scene = await openRoom(t, { members: 2 });
  const clients = scene.members.map((member) => roomClientOf(t, member, scene.room, options));
  for (const client of clients) await until(client, 'connected');
  return { ...scene, clients };
}

test('said, edited, deleted: each command resolves to its event, shown to all once', async (t) => {
  const { members, clients: [alice, bob] } = await enter(t);
  const heard = next(bob, 'new');
  const said = await alice.text('Hello');
  assert.deepEqual([said.user, said.body, said.edited], [members[0].username, 'Hello', false]);
  assert.deepEqual(await heard, said);
  const edited = await alice.update(said.id, 'Hello all');
  assert.deepEqual([edited.id, edited.body, edited.edited], [said.id, 'Hello all', true]);
  const gone = next(bob, 'delete');
  assert.equal((await alice.delete(said.id)).id, said.id);
  await gone;
  for (const client of [alice, bob]) {
    assert.deepEqual(namesOf(client), ['new', 'update', 'delete']);
  }
});

test('the history comes first, and only once', async (t) => {
  const { members, room } = await enter(t);
  for (const body of ['one', 'two']) await members[0].ask(text(body));
  const late = roomClientOf(t, members[1], room);
  const { messages, next_before } = await next(late, 'history');
  assert.deepEqual([messages.map(({ body }) => body), next_before], [['two', 'one'], null]);
  await until(late, 'connected');
  const { id } = await late.text('three');
  assert.equal((await late.messages({ limit: 1 })).messages[0].id, id);
  assert.deepEqual(namesOf(late), ['new']);
});

test('commands that the server refuses are rejected with a code and its sentence', async (t) => {
  const { clients: [alice, bob] } = await enter(t);
  const { id } = await alice.text('Mine');
  const refusals = [
    [bob.delete(id), 'MESSAGE_NOT_YOURS_TO_DELETE', 'You can only delete your own messages.'],
    [bob.update(id, 'Ours'), 'MESSAGE_NOT_YOURS_TO_EDIT', 'You can only edit your own messages.'],
    [bob.update(nowhere, 'x'), 'MESSAGE_NOT_FOUND', 'Message not found.'],
    [bob.text('x'.repeat(501)), 'MESSAGE_TOO_LONG', 'Message exceeds 500 characters.'],
    [bob.text(' '), 'MESSAGE_EMPTY', 'Message is empty.'],
    [bob.text(5), 'INVALID_PAYLOAD', 'Invalid message.'],
  ];
  await Promise.all(refusals.map(([promise, code, message]) =>
    assertRejected(promise, { code, message, outcome: 'refused' })));
  assert.deepEqual(bob.errors, []);
});

test('two who say the same at once each get their own event', async (t) => {
  const { members, clients } = await enter(t);
  const said = await Promise.all(clients.flatMap((client) =>
    Array.from({ length: 10 }, () => client.text('Yes'))));
  assert.equal(new Set(said.map(({ id }) => id)).size, 20);
  for (const [i, { user }] of said.entries()) {
    assert.equal(user, members[Math.floor(i / 10)].username);
  }
});

test('who is taken out of the room is disconnected for good', async (t) => {
  const { members, clients: [host, guest] } = await enter(t);
  await host.removeParticipant(members[1].username);
  const { reason } = await until(guest, 'disconnected');
  assert.deepEqual([reason.code, reason.closeCode], ['POLICY_VIOLATION', 1008]);
  await host.addParticipant(members[1].username);
  guest.connect();
  await until(guest, 'connected');
});

test('what was missed while away is shown on coming back, in the order of the room', async (t) => {
  const { members: [host], clients: [, bob] } = await enter(t);
  const ids = [];
  const say = async (body) => ids.push((await host.ask(text(body))).id);
  const allHeard = next(bob, 'new', ({ body }) => body === 'kept');
  for (const body of ['edited', 'deleted', 'kept']) await say(body);
  await allHeard;
  bob.disconnect();
  await host.ask({ type: 'update', messageId: ids[0], message: 'edited indeed' });
  await host.ask({ type: 'delete', messageId: ids[1] });
  for (let i = 0; i < 120; ++i) await say(`missed ${i}`);
  bob.connect();
  await until(bob, 'connected');
  const shown = bob.pushes.slice(3).map(({ action, id }) => [action, ids.indexOf(id)]);
  assert.deepEqual(shown, [['delete', 1], ['update', 0],
    ...Array.from({ length: 120 }, (_, i) => ['new', i + 3])]);
});

test('names of rooms that are no path do no harm', async (t) => {
  const { members, room } = await enter(t);
  const lost = roomClientOf(t, members[0], { ...room, host: members[0], slug: '../x?y#z' });
  const { reason } = await until(lost, 'disconnected');
  assert.equal(reason.code, 'NOT_FOUND');
});
