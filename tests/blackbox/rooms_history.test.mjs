// The history of rooms in which much was said, and much of it deleted; and how many rooms there may
// be.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appendsNothing, killAndRestart } from '../support/city.mjs';
import { assertFailure, dataOf, idsOfAllPages } from '../support/http.mjs';
import {
  Member, Room, appsOf, deletion, edit, entryOf, heard, history, openRoom, say, startRoomServer,
  takeBack, text,
} from '../support/rooms.mjs';

/** Somebody says all of these in a row; resolves to the events. */
async function sayAll(author, bodies) {
  for (const body of bodies) author.send(text(body));
  const events = [];
  for (const body of bodies) {
    const event = await author.app.next();
    assert.equal(event.body, body);
    events.push(event);
  }
  return events;
}

/** The author deletes all of these in a row. */
async function takeBackAll(author, events) {
  for (const { id } of events) author.send(deletion(id));
  for (const { id } of events) {
    assert.deepEqual(await author.app.next(), { type: 'chat_message', action: 'delete', id });
  }
}

const bodies = (name, howMany) => Array.from({ length: howMany }, (_, i) => `${name} ${i}`);
const idsOf = (events) => events.map(({ id }) => id);

const pagesOf = (member, room) => async (query) => {
  const { messages, next_before } = await history(member, room, query);
  return [idsOf(messages), next_before];
};

const howManyDeleted = 1500;

/** A room of two with many deleted messages between `living` ones, which are newest first. */
async function openThinnedRoom(t) {
  const opened = await openRoom(t, { members: 1 });
  const { server, room, host } = opened;
  const old = await sayAll(host, bodies('old', 12));
  const deleted = await sayAll(host, bodies('deleted', howManyDeleted));
  const recent = await sayAll(host, bodies('recent', 12));
  await takeBackAll(host, deleted);
  const guest = await Member.create(server, 'guest');
  await room.add(guest);
  return { ...opened, guest, old, deleted, recent, living: idsOf([...old, ...recent]).reverse() };
}

test('paging reaches everything beyond 1,500 deleted messages', async (t) => {
  const { server, room, host, guest, living } = await openThinnedRoom(t);
  for (let i = 0; i < 2; ++i) {
    for (const member of [host, guest]) {
      for (const limit of [1, 5, 12, 24, 50, 100]) {
        const ids = await idsOfAllPages(pagesOf(member, room), limit, { gaps: true });
        assert.deepEqual(ids, living, `limit ${limit}`);
      }
    }
    await killAndRestart(server);
  }
});

test('a room of which only deleted messages are left is paged to its end', async (t) => {
  const { room, host, old, recent } = await openThinnedRoom(t);
  await takeBackAll(host, [...recent, ...old]);
  for (const limit of [1, 50, 100]) {
    assert.deepEqual(await idsOfAllPages(pagesOf(host, room), limit, { gaps: true }), []);
  }
});

test('before may name a message that is deleted', async (t) => {
  const { room, host, old, deleted, recent, living } = await openThinnedRoom(t);
  const pageOf = pagesOf(host, room);
  const beyond = idsOf(old).reverse();
  for (const { id } of [deleted[0], deleted[1], deleted[700], deleted.at(-1)]) {
    assert.deepEqual(await idsOfAllPages(pageOf, 5, { gaps: true, before: id }), beyond);
  }
  await takeBack(host, recent[11]);
  await takeBack(host, recent[5]);
  const now = living.filter((id) => ![recent[11].id, recent[5].id].includes(id));
  const page = (before) => pageOf(`?limit=4&before=${before}`).then(([ids]) => ids);
  assert.deepEqual(await page(recent[11].id), now.slice(0, 4));
  assert.deepEqual(await page(recent[5].id), idsOf(recent.slice(1, 5)).reverse());
});

test('a before of another room is 404, living or deleted', async (t) => {
  const { room, host } = await openRoom(t, { members: 1 });
  await say(host, 'Hello.');
  const elsewhere = await Room.create(host, { name: 'Elsewhere', slug: 'elsewhere' });
  await host.enter(elsewhere);
  const [living, deleted] = [await say(host, 'Hello there.'), await say(host, 'Goes.')];
  await takeBack(host, deleted);
  for (const { id } of [living, deleted]) {
    const answer = await host.call('GET', `${room.api}/messages?before=${id}`);
    assertFailure(answer, 404, 'NOT_FOUND');
    await history(host, elsewhere, `?before=${id}`);
  }
});

test('a message of long ago can be edited and deleted, and the history shows it', async (t) => {
  const { server, room, members: [host, guest] } = await openRoom(t, { members: 2 });
  const apps = appsOf([host, guest]);
  const [first, second, third] = [
    await say(guest, 'Helo.', apps), await say(host, 'Goes.', apps), await say(guest, 'x', apps),
  ];
  const between = bodies('later', howManyDeleted);
  for (const body of between) host.send(text(body));
  for (const body of between) assert.equal((await heard(apps)).body, body);
  const oldest = async (howMany) => {
    const ids = await idsOfAllPages(pagesOf(guest, room), 100);
    const { messages } = await history(guest, room, `?before=${ids.at(-1 - howMany)}`);
    assert.equal(messages.length, howMany);
    return messages;
  };

  const edited = entryOf(first, await edit(guest, first, 'Hello.', apps));
  assert.deepEqual(await oldest(3), [entryOf(third), entryOf(second), edited]);
  await takeBack(host, second, apps);
  const again = entryOf(first, await edit(guest, first, 'Hello, all.', apps));
  assert.deepEqual(await oldest(2), [entryOf(third), again]);
  await killAndRestart(server);
  assert.deepEqual(await oldest(2), [entryOf(third), again]);
  for (const member of [host, guest]) await member.enter(room);
  const anew = appsOf([host, guest]);
  await takeBack(guest, third, anew);
  const last = entryOf(first, await edit(guest, first, 'Hello, once more.', anew));
  assert.deepEqual(await oldest(1), [last]);
});

test('TOO_MANY_ROOMS: a host may have a thousand, and no more', async (t) => {
  const server = await startRoomServer(t);
  const [alice, bob] = [await Member.create(server, 'alice'), await Member.create(server, 'bob')];
  const create = (host, slug) => host.call('POST', '/api/rooms', { name: 'Room', slug });
  const most = 1000;
  for (let i = 0; i < most; i += 50) {
    const slugs = Array.from({ length: 50 }, (_, j) => `room-${i + j}`);
    for (const answer of await Promise.all(slugs.map((slug) => create(alice, slug)))) {
      dataOf(answer, 201);
    }
  }
  for (let i = 0; i < 2; ++i) {
    await appendsNothing(server, async () => {
      const answers = await Promise.all(bodies('', 5).map((_, j) => create(alice, `more-${j}`)));
      for (const answer of answers) assertFailure(answer, 409, 'TOO_MANY_ROOMS');
    });
    dataOf(await create(bob, `room-${i}`), 201);
    await killAndRestart(server);
  }
  await alice.enter(new Room(alice, `room-${most - 1}`));
  await say(alice, 'The last one.');
});
