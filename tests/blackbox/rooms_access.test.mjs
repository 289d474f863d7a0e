// Who gets into a room, by which token and from which origin, and who is put out of it at once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { admin, appendsNothing, endSession, setStatus } from '../support/city.mjs';
import { assertFailure, dataOf } from '../support/http.mjs';
import {
  Member, Room, appsOf, assertPutOut, assertKeptOut, assertUndisturbed, callCarrying,
  enterAll, knock, openRoom, say, waysIn,
} from '../support/rooms.mjs';
import { mutilated, token } from '../support/server.mjs';

const allowedOrigins = ['https://app.example.org', 'http://localhost:3000'];
const withOrigins = { HANSOM_ALLOWED_ORIGINS: allowedOrigins.join(',') };

/** The upgrade is refused with this status. */
const refused = (server, path, tokens, status, what) =>
  assert.rejects(knock(server, path, tokens), { status }, what);

/** The upgrade succeeds, and the newcomer is heard and hears. */
async function assertLetIn(member, room, tokens, path = room.path) {
  member.app = await knock(member.server, path, tokens);
  await assertUndisturbed(member, appsOf([room.host, member]));
  await member.app.close();
}

/** What no origin may be to a cookie; `undefined` is none at all. */
const foreignOrigins = ({ url }) => [
  undefined, 'null', 'https://evil.example', `${url}.evil.example`, `https://evil.example/${url}`,
  `http://127.0.0.1:${Number(new URL(url).port) - 1}`, 'http://127.0.0.1', url.slice(0, -1),
  `http://evil.example:${new URL(url).port}`,
];

// The statuses of an upgrade.

test('an upgrade without a token is 401', async (t) => {
  const { server, room } = await openRoom(t);
  for (const path of [room.path, room.path.replace(/\/$/, '')]) {
    await refused(server, path, {}, 401);
    await refused(server, `${path}?device_id=phone`, {}, 401);
    await refused(server, path, { origin: server.url }, 401);
  }
});

test('an upgrade with a bad token is 401, wherever it is carried', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const { email } = host;
  const bad = {
    garbage: 'garbage',
    expired: token({ email, exp: 1 }),
    'without exp': token({ email, exp: undefined }),
    'signed with another secret': token({ email }, { secret: 'another-secret' }),
    'of nobody': token({ email: 'nobody@example.org' }),
    'of no email': token({ sub: 'nobody' }),
    'without a name': token({}),
  };
  for (const [what, each] of Object.entries(bad)) {
    await refused(server, room.path, { header: each }, 401, `${what}, in the header`);
    await refused(server, room.path, { query: each }, 401, `${what}, in the URL`);
    const cookie = { cookie: each, origin: server.url };
    await refused(server, room.path, cookie, 401, `${what}, in a cookie`);
  }
  for (const [what, each] of Object.entries(mutilated(host.token))) {
    await refused(server, room.path, { query: each }, 401, what);
  }
  await assertUndisturbed(host, [host.app]);
});

test('an upgrade to a room that is not there is 404', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 2 });
  const [host, guest] = members;
  await Room.create(host, { name: 'Other', slug: 'other' });
  const paths = [
    `/ws/chat/nobody/${room.slug}/`, `/ws/chat/${host.username}/nowhere/`,
    `/ws/chat/${guest.username}/${room.slug}/`, `/ws/chat/${guest.username}/other/`,
    `/ws/chat/${host.username}/${room.slug.toUpperCase()}/`, `/ws/chat/${host.username}/`,
    `/ws/chat/${host.id}/${room.slug}/`, '/ws/chat/', `${room.path}more/`,
  ];
  for (const path of paths) {
    for (const tokens of Object.values(waysIn(host))) {
      await refused(server, path, tokens, 404, path);
    }
  }
  await assertUndisturbed(guest, appsOf(members));
});

test('an upgrade by somebody who does not take part is 403', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 2 });
  const stranger = await Member.create(server, 'stranger');
  const nameless = await Member.create(server, undefined);
  await Room.create(stranger, { name: 'Physics', slug: room.slug });
  for (const outsider of [stranger, nameless]) {
    for (const tokens of Object.values(waysIn(outsider))) {
      await refused(server, room.path, tokens, 403);
    }
  }
  await assertUndisturbed(members[1], appsOf(members));
});

for (const status of ['blocked', 'deleted']) {
  test(`an upgrade by somebody who is ${status} is 403, and not once that is over`, async (t) => {
    const { server, room, host, members: [, guest] } = await openRoom(t, { members: 2 });
    await setStatus(guest, status);
    await assertPutOut([guest.app]);
    for (const tokens of Object.values(waysIn(guest))) {
      await refused(server, room.path, tokens, 403);
    }
    await setStatus(guest, 'active');
    await guest.enter(room);
    await assertUndisturbed(guest, appsOf([host, guest]));
  });
}

test('the token comes first, then the room, then who takes part in it', async (t) => {
  const { server, room } = await openRoom(t, { members: 1 });
  const stranger = await Member.create(server, 'stranger');
  const nowhere = '/ws/chat/nobody/nowhere/';
  await refused(server, nowhere, {}, 401);
  await refused(server, nowhere, { query: 'garbage' }, 401);
  await refused(server, nowhere, { query: stranger.token }, 404);
  await refused(server, room.path, { query: stranger.token }, 403);
  for (const status of ['blocked', 'deleted']) {
    await setStatus(stranger, status);
    for (const tokens of Object.values(waysIn(stranger))) {
      await refused(server, nowhere, tokens, 404, status);
      await refused(server, room.path, tokens, 403, status);
    }
  }
});

test('who is refused leaves nothing in the log', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const stranger = await Member.create(server, 'stranger');
  await appendsNothing(server, async () => {
    await refused(server, room.path, {}, 401);
    await refused(server, '/ws/chat/nobody/nowhere/', { query: host.token }, 404);
    await refused(server, room.path, { query: stranger.token }, 403);
  });
});

// By which token.

test('a token is taken from the header, from the URL and from a cookie', async (t) => {
  const { room, members: [, guest] } = await openRoom(t, { members: 2 });
  for (const tokens of Object.values(waysIn(guest))) {
    for (const path of [room.path, room.path.replace(/\/$/, '')]) {
      await assertLetIn(guest, room, tokens, path);
    }
  }
});

test('the cookie is found among others', async (t) => {
  const { server, room, members: [, guest] } = await openRoom(t, { members: 2 });
  const origin = server.url;
  await assertLetIn(guest, room, { cookie: `${guest.token}; theme=dark`, origin });
  const headers = (cookie) => ({ headers: { cookie, origin } });
  const among = [
    `theme=dark; access_token=${guest.token}`, `a=1; access_token=${guest.token}; b=2`,
    `access_token_old=garbage; access_token=${guest.token}`,
  ];
  for (const cookie of among) {
    guest.app = await knock(server, room.path, {}, headers(cookie));
    await assertUndisturbed(guest, appsOf([room.host, guest]));
  }
  for (const cookie of [`token=${guest.token}`, `my_access_token=${guest.token}`]) {
    await assert.rejects(knock(server, room.path, {}, headers(cookie)), { status: 401 }, cookie);
  }
});

test('of several tokens the first counts: header, URL, cookie', async (t) => {
  const { server, room, members: [, guest] } = await openRoom(t, { members: 2 });
  const origin = server.url;
  const good = guest.token;
  const bad = token({ email: guest.email, exp: 1 });
  const letIn = [
    { header: good, query: bad, cookie: bad }, { header: good, query: bad },
    { header: good, cookie: bad }, { query: good, cookie: bad },
  ];
  const keptOut = [
    { header: bad, query: good, cookie: good }, { header: bad, query: good },
    { header: bad, cookie: good }, { query: bad, cookie: good },
  ];
  const read = (tokens) =>
    callCarrying(server, { ...tokens, origin }, 'GET', `${room.api}/messages`);
  for (const tokens of letIn) {
    await assertLetIn(guest, room, { ...tokens, origin });
    dataOf(await read(tokens));
  }
  for (const tokens of keptOut) {
    await refused(server, room.path, { ...tokens, origin }, 401, Object.keys(tokens).join());
    assertFailure(await read(tokens), 401, undefined, Object.keys(tokens).join());
  }
  const stranger = await Member.create(server, 'stranger');
  const strangersFirst = { query: stranger.token, cookie: good, origin };
  await refused(server, room.path, strangersFirst, 403, 'the account of the first, too');
});

// From which origin.

test('with a cookie, an upgrade needs the server\'s own origin', async (t) => {
  const { server, room, members: [, guest] } = await openRoom(t, { members: 2 });
  const cookie = guest.token;
  await assertLetIn(guest, room, { cookie, origin: server.url });
  for (const origin of [...foreignOrigins(server), ...allowedOrigins]) {
    await refused(server, room.path, { cookie, origin }, 403, `origin ${origin}`);
  }
});

test('with a cookie, an upgrade may come from one of HANSOM_ALLOWED_ORIGINS', async (t) => {
  const opened = await openRoom(t, { members: 2, env: withOrigins });
  const { server, room, members: [, guest] } = opened;
  const cookie = guest.token;
  for (const origin of [server.url, ...allowedOrigins]) {
    await assertLetIn(guest, room, { cookie, origin });
  }
  const foreign = [
    ...foreignOrigins(server), withOrigins.HANSOM_ALLOWED_ORIGINS, 'http://localhost:3001',
    'http://app.example.org', 'https://example.org', 'https://app.example.org.evil.example',
  ];
  for (const origin of foreign) {
    await refused(server, room.path, { cookie, origin }, 403, `origin ${origin}`);
  }
});

test('with a cookie, all calls but GET need an allowed origin, or do nothing', async (t) => {
  const opened = await openRoom(t, { members: 2, env: withOrigins });
  const { server, room, host, members: [, guest] } = opened;
  const dave = await Member.create(server, 'dave');
  const calls = [
    ['POST', '/api/rooms', { name: 'Chemistry', slug: 'chemistry' }, 201],
    ['POST', `${room.api}/participants`, { username: dave.username }, 201],
    ['DELETE', `${room.api}/participants/${dave.username}`, undefined, 200],
  ];
  const call = (origin, method, path, body) =>
    callCarrying(server, { cookie: host.token, origin }, method, path, body);
  await appendsNothing(server, async () => {
    for (const origin of foreignOrigins(server)) {
      for (const [method, path, body] of calls) {
        assertFailure(await call(origin, method, path, body), 403, undefined, `${origin}`);
      }
    }
  });
  for (const [i, origin] of [server.url, ...allowedOrigins].entries()) {
    for (const [method, path, body, status] of calls) {
      const fields = body?.slug ? { ...body, slug: `chemistry-${i}` } : body;
      dataOf(await call(origin, method, path, fields), status);
    }
  }
  await assertUndisturbed(guest, appsOf([host, guest]));
});

test('with a cookie, the history needs no origin', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const { id } = await say(host, 'Hello.');
  for (const origin of [undefined, server.url]) {
    const tokens = { cookie: host.token, origin };
    const { messages } = dataOf(await callCarrying(server, tokens, 'GET', `${room.api}/messages`));
    assert.deepEqual(messages.map((message) => message.id), [id]);
  }
});

test('a token in the header or in the URL needs no origin', async (t) => {
  const { server, room, members: [host, guest] } = await openRoom(t, { members: 2 });
  for (const origin of foreignOrigins(server)) {
    for (const [where, tokens] of Object.entries({
      header: { header: guest.token, origin }, query: { query: guest.token, origin },
    })) {
      await assertLetIn(guest, room, tokens);
      const body = { username: guest.username };
      const hosts = { [where]: host.token, origin };
      dataOf(await callCarrying(server, hosts, 'POST', `${room.api}/participants`, body));
    }
  }
});

// Who is put out.

/** Two rooms of three, in each of which all have two sockets; `apps(member, i)` are theirs. */
async function openTwoRooms(t) {
  const { server, room, host, members } = await openRoom(t);
  const second = await Room.create(host, { name: 'Second', slug: 'second' });
  await second.add(...members.slice(1));
  const rooms = [room, second];
  const inside = rooms.map(() => new Map(members.map((member) => [member, []])));
  for (const member of members) inside[0].get(member).push(member.app);
  for (const [i, count] of [[0, 1], [1, 2]]) {
    for (let n = 0; n < count; ++n) {
      await enterAll(rooms[i], members);
      for (const member of members) inside[i].get(member).push(member.app);
    }
  }
  const apps = (member, i) => inside[i].get(member);
  /** Checks that these people have been sent nothing in that room, and hear each other. */
  const assertQuiet = (people, i) => {
    const speaker = people.at(-1);
    [speaker.app] = apps(speaker, i);
    return assertUndisturbed(speaker, people.flatMap((each) => apps(each, i)));
  };
  return { server, rooms, host, members, apps, assertQuiet };
}

test('who is removed is disconnected from that room at once, and nobody else is', async (t) => {
  const { rooms, members, apps, assertQuiet } = await openTwoRooms(t);
  const [host, bob, carol] = members;
  await rooms[0].remove(bob);
  await assertPutOut(apps(bob, 0));
  await assertQuiet([host, carol], 0);
  await assertQuiet([host, carol, bob], 1);
  for (const tokens of Object.values(waysIn(bob))) {
    await refused(bob.server, rooms[0].path, tokens, 403);
  }
  await rooms[0].add(bob);
  await bob.enter(rooms[0]);
  await assertUndisturbed(bob, [...appsOf([bob]), ...apps(host, 0), ...apps(carol, 0)]);
});

for (const status of ['blocked', 'deleted']) {
  test(`who is ${status} is disconnected from all rooms at once, and nobody else is`, async (t) => {
    const { rooms, members, apps, assertQuiet } = await openTwoRooms(t);
    const [host, bob, carol] = members;
    await setStatus(bob, status);
    for (const [i, room] of rooms.entries()) {
      await assertPutOut(apps(bob, i));
      await assertQuiet([host, carol], i);
      await assertKeptOut(bob, room);
    }
  });
}

test('who is blocked hosts no longer, but the room goes on', async (t) => {
  const { rooms, members, apps, assertQuiet } = await openTwoRooms(t);
  const [host, bob, carol] = members;
  await setStatus(host, 'blocked');
  for (const [i, room] of rooms.entries()) {
    await assertPutOut(apps(host, i));
    await assertQuiet([bob, carol], i);
    await assertKeptOut(host, room);
  }
});

test('whose session is ended is disconnected from all rooms, and may come back', async (t) => {
  const { rooms, members, apps, assertQuiet } = await openTwoRooms(t);
  const [host, bob, carol] = members;
  assert.equal(await endSession(bob), null);
  for (const [i, room] of rooms.entries()) {
    await assertPutOut(apps(bob, i));
    await assertQuiet([host, carol], i);
    await bob.enter(room);
    await assertUndisturbed(bob, [bob.app, ...apps(host, i), ...apps(carol, i)]);
  }
});

test('removed, blocked or ended while nobody is connected is no mistake', async (t) => {
  const { server, room, members: [host, bob] } = await openRoom(t, { members: 2 });
  await bob.app.close();
  assert.equal(await endSession(bob), null);
  await setStatus(bob, 'blocked');
  await room.remove(bob);
  await setStatus(bob, 'active');
  await assertKeptOut(bob, room);
  assert.equal((await admin(server, 'GET', `/accounts/${bob.id}`)).status, 'active');
  await assertUndisturbed(host, [host.app]);
});
