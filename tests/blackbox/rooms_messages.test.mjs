// What clients send into a room and the three events that come of it, as the rooms document shows
// them: every value, every key, the order of the keys, and who gets them.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  Member, Room, appsOf, assertNew, assertUndisturbed, deletion, edit, enterAll, heard, knock,
  openRoom, say, startRoomServer, takeBack, text, update,
} from '../support/rooms.mjs';

/** A room of three, each of whom has two sockets; `apps` are all of them. */
async function openBusyRoom(t) {
  const { members, ...rest } = await openRoom(t);
  const apps = appsOf(members);
  await enterAll(rest.room, members);
  return { ...rest, members, apps: [...apps, ...appsOf(members)] };
}

/** Checks that a time of an event lies between two moments of ours. */
function assertBetween(time, before, after) {
  const at = Date.parse(time);
  assert.ok(at >= before && at <= after, `${time} is not between ${before} and ${after}`);
}

test('text: a new message reaches all sockets of all, the sender\'s too', async (t) => {
  const { members, apps } = await openBusyRoom(t);
  for (const member of members) {
    const before = Date.now();
    const { created } = await say(member, `Hello from ${member.username}!`, apps);
    assertBetween(created, before, Date.now());
  }
});

test('update: an edited message reaches all sockets of all participants', async (t) => {
  const { members, apps } = await openBusyRoom(t);
  for (const member of members) {
    const event = await say(member, 'Helo world!', apps);
    const before = Date.now();
    const { updated } = await edit(member, event, 'Hello world!', apps);
    assertBetween(updated, before, Date.now());
    await edit(member, { ...event, created: updated }, 'Hello, world!', apps);
  }
});

test('delete: a deleted message reaches all sockets of all participants', async (t) => {
  const { members, apps } = await openBusyRoom(t);
  for (const member of members) {
    const kept = await say(member, 'Stays.', apps);
    const edited = await say(member, 'Goes.', apps);
    await edit(member, edited, 'Goes as well.', apps);
    await takeBack(member, edited, apps);
    await edit(member, kept, 'Stays still.', apps);
  }
});

test('every message has an id of its own, the same text or not', async (t) => {
  const { host } = await openRoom(t, { members: 1 });
  const ids = new Set();
  for (let i = 0; i < 20; ++i) ids.add((await say(host, 'Again.')).id);
  assert.equal(ids.size, 20);
});

test('user is the username, user_id the account\'s id, userAvatar its avatar', async (t) => {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const avatar = 'avatars/user.jpg';
  const johndoe = await Member.create(server, 'johndoe', { avatar });
  await room.add(johndoe);
  await johndoe.enter(room);
  const apps = appsOf([host, johndoe]);
  const { user, user_id, userAvatar } = await say(johndoe, 'Hello world!', apps);
  assert.deepEqual([user, user_id, userAvatar], ['johndoe', johndoe.id, avatar]);
  assert.equal((await say(host, 'Hello.', apps)).userAvatar, null);
});

test('texts of every kind of character arrive as they were sent', async (t) => {
  const { host, members } = await openRoom(t, { members: 2 });
  const bodies = [
    'x', '0', 'null', '🏃', 'é'.repeat(500), '🚕'.repeat(500), 'x'.repeat(500),
    '日本語\u3000です', 'שלום עליכם', '</script><!--', '"\\/', 'two\nlines', 'a\u0000b',
    'a\u2028b\u2029c', 'e\u0301', '👩‍👩‍👧‍👦', '{"type":"text"}',
  ];
  const apps = appsOf(members);
  for (const body of bodies) {
    const event = await say(host, body, apps);
    await edit(host, event, [...body].reverse().join(''), apps);
  }
  host.send('{"type":"text","message":"\\ud83d\\ude95"}');
  assertNew(await heard(apps), host, '🚕');
});

test('a client\'s timestamp is ignored, whatever it is', async (t) => {
  const { members: [host, guest] } = await openRoom(t, { members: 2 });
  const apps = appsOf([host, guest]);
  const timestamps = [
    '2024-01-01T12:00:00.000Z', '2099-12-31T23:59:59.999Z', '', 'yesterday', null, 5, -1, true, [],
    {},
  ];
  for (const timestamp of timestamps) {
    const before = Date.now();
    host.send({ ...text('Hello world!'), timestamp });
    const event = await heard(apps);
    assertNew(event, host, 'Hello world!');
    assertBetween(event.created, before, Date.now());
    host.send({ ...update(event.id, 'Updated message content'), timestamp });
    const { updated } = await heard(apps);
    assertBetween(updated, before, Date.now());
    host.send({ ...deletion(event.id), timestamp });
    assert.equal((await heard(apps)).action, 'delete');
  }
});

test('the path is served with and without its last slash, and is one room', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 2 });
  const [host, guest] = members;
  const apps = appsOf(members);
  const bare = room.path.replace(/\/$/, '');
  for (const path of [room.path, bare]) {
    for (const tokens of [{ query: guest.token }, { header: guest.token }]) {
      apps.push(guest.app = await knock(server, path, tokens));
      await say(guest, path, apps);
    }
  }
  await say(host, 'I hear you on all of them.', apps);
});

test('what is said by one socket of an account can be edited and deleted by another', async (t) => {
  const { room, members: [host, guest] } = await openRoom(t, { members: 2 });
  const apps = appsOf([host, guest]);
  const event = await say(guest, 'From my phone.', apps);
  apps.push(await guest.enter(room));
  await edit(guest, event, 'From my desk.', apps);
  await apps[1].close();
  await takeBack(guest, event, [apps[0], apps[2]]);
});

test('who connects hears what is said from then on', async (t) => {
  const { room, members: [host, guest] } = await openRoom(t, { members: 2 });
  await say(host, 'Before.', appsOf([host, guest]));
  await guest.app.close();
  await say(host, 'Meanwhile.');
  await guest.enter(room);
  await say(host, 'After.', appsOf([host, guest]));
});

test('a participant may be in several rooms, and each hears its own only', async (t) => {
  const server = await startRoomServer(t);
  const alice = await Member.create(server, 'alice');
  const bob = await Member.create(server, 'bob');
  const rooms = [
    await Room.create(alice, { name: 'One', slug: 'one' }),
    await Room.create(alice, { name: 'Two', slug: 'two' }),
    await Room.create(bob, { name: 'One', slug: 'one' }),
  ];
  await rooms[0].add(bob);
  await rooms[1].add(bob);
  await rooms[2].add(alice);
  const inside = [];
  for (const room of rooms) inside.push([await alice.enter(room), await bob.enter(room)]);
  for (const [i, apps] of inside.entries()) {
    [alice.app, bob.app] = apps;
    const event = await say(alice, `In ${rooms[i].path}`, apps);
    await edit(alice, event, `Still in ${rooms[i].path}`, apps);
    await takeBack(alice, event, apps);
  }
  for (const apps of inside) {
    [alice.app, bob.app] = apps;
    await assertUndisturbed(bob, apps);
  }
});

test('all sockets see one order, however many speak, edit and delete at once', async (t) => {
  const { members, apps } = await openBusyRoom(t);
  const rounds = 20;
  const events = [];
  for (const member of members) events.push(await say(member, 'Mine.', apps));
  for (let i = 0; i < rounds; ++i) {
    for (const [j, member] of members.entries()) {
      member.send(text(`${i}`));
      member.send(update(events[j].id, `Mine, for the ${i}th time.`));
    }
  }
  for (const [j, member] of members.entries()) member.send(deletion(events[j].id));
  const order = [];
  for (let i = 0; i < members.length * (2 * rounds + 1); ++i) order.push(await heard(apps));
  for (const [j, { username }] of members.entries()) {
    const bodies = (fits) => order.filter(fits).map(({ body }) => body);
    const each = Array.from({ length: rounds }, (_, i) => `${i}`);
    assert.deepEqual(bodies(({ user }) => user === username), each, `what ${username} said`);
    assert.deepEqual(
      bodies(({ action, id }) => action !== 'new' && id === events[j].id),
      [...each.map((i) => `Mine, for the ${i}th time.`), undefined],
    );
  }
});
