// Rooms over HTTP: who makes them, who is let in and put out, and the history page by page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appendsNothing, killAndRestart, setStatus } from '../support/city.mjs';
import {
  assertFailure, assertPagesOfFour, dataOf, idsOfAllPages, noIds, noLimits, noTexts,
} from '../support/http.mjs';
import {
  Member, Room, appsOf, assertPutOut, assertHistory, assertKeptOut, assertUndisturbed,
  callCarrying, edit, entryOf, history, openRoom, say, startRoomServer, takeBack, text, waysIn,
} from '../support/rooms.mjs';
import { token } from '../support/server.mjs';

const slugPattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;

const create = (member, fields) => member.call('POST', '/api/rooms', fields);
const add = (member, room, body) => member.call('POST', `${room.api}/participants`, body);
const drop = (member, room, username) =>
  member.call('DELETE', `${room.api}/participants/${username}`);
const read = (member, room, query = '') => member.call('GET', `${room.api}/messages${query}`);

/** A page of a room's history as its ids and its `next_before`. */
async function cut(member, room, query) {
  const { messages, next_before } = await history(member, room, query);
  return [messages.map(({ id }) => id), next_before];
}

/** What there is to call, each with a body that is fine. */
const calls = (room, username) => [
  ['POST', '/api/rooms', { name: 'Chemistry', slug: 'chemistry' }],
  ['POST', `${room.api}/participants`, { username }],
  ['GET', `${room.api}/messages`],
  ['DELETE', `${room.api}/participants/${username}`],
];

/** Somebody of this account with another token, or none. */
const withToken = (member, bearer) => Object.assign(new Member(), { ...member, token: bearer });

// Making a room.

test('a room is made with the slug that is given, and its host takes part in it', async (t) => {
  const server = await startRoomServer(t);
  const host = await Member.create(server, 'alice');
  for (const slug of ['physics', '0', 'x'.repeat(64), 'a-_b_-', '9_9']) {
    const data = dataOf(await create(host, { name: 'Physics', slug }), 201);
    assert.deepEqual(data, { host: 'alice', slug });
    const room = new Room(host, slug);
    await host.enter(room);
    await say(host, 'Anybody here?');
    assert.equal((await history(host, room)).messages.length, 1);
  }
});

test('a slug is made from the name where none is given', async (t) => {
  const server = await startRoomServer(t);
  for (const [i, name] of [
    'Physics', 'physics 101', '  Ph.D. -- Thesis!  ', '7', '🚕 é x', 'x'.repeat(200),
  ].entries()) {
    const host = await Member.create(server, `host-${i}`);
    const { slug, ...rest } = dataOf(await create(host, { name }), 201);
    assert.deepEqual(rest, { host: host.username });
    assert.match(slug, slugPattern, name);
    await host.enter(new Room(host, slug));
    await say(host, name);
  }
});

test('a name of which no slug can be made needs one that is given', async (t) => {
  const server = await startRoomServer(t);
  const host = await Member.create(server, 'alice');
  const names = ['物理', '🚕', '...', '___', '-', ' ', 'é', 'Физика', '７'];
  await appendsNothing(server, async () => {
    for (const name of names) {
      assertFailure(await create(host, { name }), 422, 'INVALID_PAYLOAD', name);
    }
  });
  for (const [i, name] of names.entries()) {
    const slug = `room-${i}`;
    const data = dataOf(await create(host, { name, slug }), 201);
    assert.deepEqual(data, { host: 'alice', slug }, name);
  }
  const { slug } = dataOf(await create(host, { name: '物理 1' }), 201);
  assert.match(slug, slugPattern, 'one digit is enough');
});

test('a bad name or slug is 422, and no room is made', async (t) => {
  const server = await startRoomServer(t);
  const host = await Member.create(server, 'alice');
  const slugs = [
    ...noTexts, '', 'Physics', '-x', '_x', 'a b', ' x', 'x ', 'a.b', 'a/b', '..', 'zoë', '物理',
    'x\u0000', 'x'.repeat(65),
  ];
  await appendsNothing(server, async () => {
    for (const slug of slugs) {
      const answer = await create(host, { name: 'Physics', slug });
      assertFailure(answer, 422, 'INVALID_PAYLOAD', JSON.stringify(slug));
    }
    for (const name of [undefined, null, ...noTexts, '']) {
      const answer = await create(host, { name, slug: 'physics' });
      assertFailure(answer, 422, 'INVALID_PAYLOAD', JSON.stringify(name));
    }
    for (const body of ['', '{', '{"name":"Physics"']) {
      assertFailure(await create(host, body), 400, 'INVALID_JSON', body);
    }
    for (const body of ['null', '5', '"Physics"', '[]', '[{"name":"Physics"}]']) {
      assertFailure(await create(host, body), 422, 'INVALID_PAYLOAD', body);
    }
  });
  dataOf(await create(host, { name: 'Physics', slug: 'physics' }), 201);
});

test('SLUG_TAKEN: for the same host only', async (t) => {
  const server = await startRoomServer(t);
  const hosts = [await Member.create(server, 'alice'), await Member.create(server, 'bob')];
  const fields = { name: 'Physics', slug: 'physics' };
  for (const host of hosts) {
    assert.deepEqual(dataOf(await create(host, fields), 201), {
      host: host.username, slug: 'physics',
    });
    await appendsNothing(server, async () => {
      const again = await create(host, { ...fields, name: 'Another name' });
      assertFailure(again, 409, 'SLUG_TAKEN', host.username);
    });
  }
  const rooms = hosts.map((host) => new Room(host, 'physics'));
  for (const [i, host] of hosts.entries()) {
    await host.enter(rooms[i]);
    await assertKeptOut(host, rooms[1 - i]);
  }
});

test('of many rooms made at once with one slug, one is made', async (t) => {
  const server = await startRoomServer(t);
  const host = await Member.create(server, 'alice');
  const fields = { name: 'Physics', slug: 'physics' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(host, fields)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  for (const answer of answers) {
    if (answer.status !== 201) assertFailure(answer, 409, 'SLUG_TAKEN');
  }
});

test('an account without a username can\'t host: 422', async (t) => {
  const server = await startRoomServer(t);
  for (const fields of [{}, { username: null }]) {
    const nameless = await Member.create(server, undefined, fields);
    await appendsNothing(server, async () => {
      const answer = await create(nameless, { name: 'Physics', slug: 'physics' });
      assertFailure(answer, 422);
    });
  }
});

// Who takes part.

test('the host adds participants, a second time as well, and each may enter', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const bob = await Member.create(server, 'bob');
  await assertKeptOut(bob, room);
  dataOf(await add(host, room, { username: 'bob' }), 201);
  await bob.enter(room);
  for (const { username } of [bob, host]) {
    dataOf(await add(host, room, { username }), 200);
  }
  await say(bob, 'Thank you.', appsOf([host, bob]));
});

test('the host removes participants, who may be added again', async (t) => {
  const { room, host, members: [, bob, carol] } = await openRoom(t);
  for (let round = 0; round < 2; ++round) {
    assert.equal(dataOf(await drop(host, room, bob.username)), null);
    await assertPutOut([bob.app]);
    await assertKeptOut(bob, room);
    assertFailure(await read(bob, room), 403);
    assertFailure(await drop(host, room, bob.username), 404, 'NOT_FOUND', 'a second time');
    dataOf(await add(host, room, { username: bob.username }), 201);
    await bob.enter(room);
  }
  await say(bob, 'Back again.', appsOf([host, bob, carol]));
});

test('HOST_MUST_STAY: the host can\'t be removed', async (t) => {
  const { server, room, host, members } = await openRoom(t, { members: 2 });
  await appendsNothing(server, async () => {
    assertFailure(await drop(host, room, host.username), 409, 'HOST_MUST_STAY');
  });
  await assertUndisturbed(host, appsOf(members));
});

test('only the host adds and removes, not even oneself', async (t) => {
  const { server, room, host, members: [, bob, carol] } = await openRoom(t);
  const dave = await Member.create(server, 'dave');
  await appendsNothing(server, async () => {
    for (const member of [bob, dave]) {
      for (const { username } of [bob, carol, dave]) {
        assertFailure(await add(member, room, { username }), 403, undefined, 'adding');
      }
      for (const { username } of [bob, carol]) {
        assertFailure(await drop(member, room, username), 403, undefined, 'removing');
      }
    }
  });
  await assertUndisturbed(bob, appsOf([host, bob, carol]));
  await assertKeptOut(dave, room);
});

test('an unknown username is 404, whether it is to be added or removed', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  await Member.create(server, 'stranger');
  await appendsNothing(server, async () => {
    for (const username of ['nobody', 'member-1', '0', 'x'.repeat(64)]) {
      assertFailure(await add(host, room, { username }), 404, 'NOT_FOUND', username);
      assertFailure(await drop(host, room, username), 404, 'NOT_FOUND', username);
    }
    assertFailure(await drop(host, room, 'stranger'), 404, 'NOT_FOUND', 'no participant');
    for (const username of noIds) {
      assertFailure(await drop(host, room, username), 404, 'NOT_FOUND', username);
    }
  });
});

test('a username that is missing or no text is 422', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  await appendsNothing(server, async () => {
    for (const username of [undefined, null, ...noTexts]) {
      const answer = await add(host, room, { username });
      assertFailure(answer, 422, 'INVALID_PAYLOAD', JSON.stringify(username));
    }
    assertFailure(await add(host, room, '{'), 400, 'INVALID_JSON');
    assertFailure(await add(host, room, '[]'), 422, 'INVALID_PAYLOAD');
  });
});

test('an unknown room is 404, whether its host is known or not', async (t) => {
  const { server, room, members: [host, guest] } = await openRoom(t, { members: 2 });
  const unknown = [
    new Room(host, 'nowhere'), new Room(guest, room.slug),
    new Room({ username: 'nobody' }, room.slug),
    ...noIds.map((segment) => new Room(host, segment)),
    ...noIds.map((segment) => new Room({ username: segment }, room.slug)),
  ];
  await appendsNothing(server, async () => {
    for (const nowhere of unknown) {
      const { username } = guest;
      assertFailure(await add(host, nowhere, { username }), 404, 'NOT_FOUND', nowhere.api);
      assertFailure(await drop(host, nowhere, username), 404, 'NOT_FOUND', nowhere.api);
      assertFailure(await read(host, nowhere), 404, 'NOT_FOUND', nowhere.api);
    }
  });
});

// Who may call at all.

test('no token or a bad one is 401', async (t) => {
  const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
  const forged = token({ email: host.email }, { secret: 'another-secret' });
  await appendsNothing(server, async () => {
    for (const bearer of [undefined, 'garbage', forged, token({ email: host.email, exp: 1 })]) {
      for (const [method, path, body] of calls(room, guest.username)) {
        const answer = await withToken(host, bearer).call(method, path, body);
        assertFailure(answer, 401, undefined, `${method} ${path}`);
      }
    }
  });
});

test('an account that nobody has may do nothing', async (t) => {
  const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
  const nobody = withToken(host, token({ email: 'nobody@example.org' }));
  await appendsNothing(server, async () => {
    for (const [method, path, body] of calls(room, guest.username)) {
      const { status } = await nobody.call(method, path, body);
      assert.ok([401, 403].includes(status), `${method} ${path}: ${status}`);
    }
  });
});

for (const status of ['blocked', 'deleted']) {
  test(`a host who is ${status} gets 403`, async (t) => {
    const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
    await setStatus(host, status);
    await appendsNothing(server, async () => {
      for (const [method, path, body] of calls(room, guest.username)) {
        assertFailure(await host.call(method, path, body), 403, undefined, `${method} ${path}`);
      }
    });
    await setStatus(host, 'active');
    for (const [method, path, body] of calls(room, guest.username)) {
      const answer = await host.call(method, path, body);
      assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    }
  });
}

test('tokens count in the header, in the URL and in a cookie', async (t) => {
  const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
  for (const [i, [what, tokens]] of Object.entries(waysIn(host)).entries()) {
    const call = (method, path, body) => callCarrying(server, tokens, method, path, body);
    const participants = `${room.api}/participants`;
    dataOf(await call('POST', '/api/rooms', { name: what, slug: `room-${i}` }), 201);
    assert.equal(dataOf(await call('DELETE', `${participants}/${guest.username}`)), null);
    dataOf(await call('POST', participants, { username: guest.username }), 201);
    const { messages } = dataOf(await call('GET', `${room.api}/messages`));
    assert.deepEqual(messages, [], what);
  }
});

test('other methods on the paths of the rooms get 405', async (t) => {
  const { room, host, members: [, guest] } = await openRoom(t, { members: 2 });
  for (const [, path] of calls(room, guest.username)) {
    for (const method of ['PUT', 'PATCH']) {
      assertFailure(await host.call(method, path, {}), 405, undefined, `${method} ${path}`);
    }
  }
});

// The history.

test('the history of a room without messages is empty', async (t) => {
  const { room, members } = await openRoom(t, { members: 2 });
  for (const member of members) {
    for (const query of ['', '?limit=1', '?limit=100']) {
      assert.deepEqual(await history(member, room, query), { messages: [], next_before: null });
    }
  }
});

test('the history shows messages as they were announced, newest first', async (t) => {
  const { server, room, members: [host, guest] } = await openRoom(t, { members: 2 });
  const avatar = 'avatars/user.jpg';
  const carol = await Member.create(server, 'carol', { avatar });
  await room.add(carol);
  await carol.enter(room);
  const apps = appsOf([host, guest, carol]);
  const entries = [];
  for (const member of [host, guest, carol, guest]) {
    entries.unshift(entryOf(await say(member, `I am ${member.username}.`, apps)));
    for (const reader of [host, guest, carol]) await assertHistory(reader, room, entries);
  }
  assert.deepEqual(Object.keys(entries[0]), [
    'id', 'user', 'user_id', 'body', 'created', 'edited', 'updated', 'userAvatar',
  ]);
});

test('the history shows what was edited, and has nothing that was deleted', async (t) => {
  const { room, members: [host, guest] } = await openRoom(t, { members: 2 });
  const apps = appsOf([host, guest]);
  const said = [];
  for (const member of [host, guest, host, guest]) said.push(await say(member, 'First.', apps));
  const [first, second, third, fourth] = said;
  const edited = entryOf(second, await edit(guest, second, 'Second.', apps));
  await assertHistory(host, room, [entryOf(fourth), entryOf(third), edited, entryOf(first)]);
  await takeBack(host, third, apps);
  await assertHistory(guest, room, [entryOf(fourth), edited, entryOf(first)]);
  await takeBack(guest, fourth, apps);
  const again = entryOf(second, await edit(guest, second, 'Second, again.', apps));
  await assertHistory(host, room, [again, entryOf(first)]);
  await takeBack(guest, second, apps);
  await takeBack(host, first, apps);
  await assertHistory(host, room, []);
});

test('a message that one socket has been told of is in the history at once', async (t) => {
  const { room, host, members } = await openRoom(t, { members: 2 });
  for (let i = 0; i < 20; ++i) {
    const { id } = await say(host, `${i}`, appsOf(members));
    assert.equal((await cut(members[1], room, '?limit=1'))[0][0], id);
  }
});

test('a limit cuts the history, and next_before is null at its end', async (t) => {
  const { room, host, members } = await openRoom(t, { members: 2 });
  const ids = [];
  for (let i = 0; i < 4; ++i) ids.unshift((await say(host, `${i}`, appsOf(members))).id);
  await assertPagesOfFour(ids, (query) => cut(members[1], room, query));
});

test('hundreds of messages are paged through without gaps or repeats', async (t) => {
  const { server, room, host, members } = await openRoom(t, { members: 2 });
  const howMany = 230;
  const newestFirst = []; // a socket tells in which order they were said
  for (let i = 0; i < howMany; ++i) members[i % 2].send(text(`message ${i}`));
  for (let i = 0; i < howMany; ++i) newestFirst.unshift((await host.app.next()).id);
  const check = async () => {
    for (const member of members) {
      const pageOf = (query) => cut(member, room, query);
      for (const limit of [7, 50, 100]) {
        assert.deepEqual(await idsOfAllPages(pageOf, limit), newestFirst, `limit ${limit}`);
      }
      const [ids, next_before] = await pageOf('');
      assert.deepEqual(ids, newestFirst.slice(0, 50), '50 by default');
      assert.equal(next_before, newestFirst[49]);
    }
  };
  assert.equal(new Set(newestFirst).size, howMany);
  await check();
  await killAndRestart(server);
  await check();
});

test('what is said and deleted while somebody pages does not disturb the pages', async (t) => {
  const { room, host } = await openRoom(t, { members: 1 });
  const said = [];
  for (let i = 0; i < 5; ++i) said.unshift(await say(host, `${i}`));
  const ids = said.map(({ id }) => id);
  const [first, next_before] = await cut(host, room, '?limit=2');
  const { id: newest } = await say(host, 'Amid.');
  await takeBack(host, said[3]);
  const [second] = await cut(host, room, `?limit=2&before=${next_before}`);
  assert.deepEqual([...first, ...second], [ids[0], ids[1], ids[2], ids[4]]);
  assert.deepEqual(await cut(host, room, ''), [[newest, ids[0], ids[1], ids[2], ids[4]], null]);
});

test('a limit is a whole number of 1 to 100', async (t) => {
  const { room, host } = await openRoom(t, { members: 1 });
  const { id } = await say(host, 'Hello.');
  for (const limit of noLimits) {
    assertFailure(await read(host, room, `?limit=${limit}`), 422, 'INVALID_PAYLOAD', limit);
  }
  for (const limit of [1, 100]) {
    assert.deepEqual(await cut(host, room, `?limit=${limit}`), [[id], null]);
  }
});

test('a before that is unknown or of another room is 404', async (t) => {
  const { room, host } = await openRoom(t, { members: 1 });
  await say(host, 'Hello.');
  const elsewhere = await Room.create(host, { name: 'Elsewhere', slug: 'elsewhere' });
  await host.enter(elsewhere);
  const { id } = await say(host, 'Hello there.');
  for (const before of [...noIds, id]) {
    assertFailure(await read(host, room, `?before=${before}`), 404, 'NOT_FOUND', before);
  }
  assert.deepEqual(await cut(host, elsewhere, `?before=${id}`), [[], null]);
});

test('only participants read the history', async (t) => {
  const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
  const { id } = await say(host, 'Between us.', appsOf([host, guest]));
  const stranger = await Member.create(server, 'stranger');
  await Room.create(stranger, { name: 'Physics', slug: room.slug });
  for (const query of ['', '?limit=1', `?before=${id}`]) {
    assertFailure(await read(stranger, room, query), 403, undefined, query);
  }
  await room.add(stranger);
  assert.deepEqual(await cut(stranger, room, ''), [[id], null], 'what was said before as well');
});
