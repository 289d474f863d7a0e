// What a room was told survives kill -9, and the room goes on from there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appendsNothing, killAndRestart, setStatus } from '../support/city.mjs';
import { assertFailure, dataOf, idsOfAllPages } from '../support/http.mjs';
import {
  Member, Room, appsOf, assertHistory, assertKeptOut, assertUndisturbed, deletion, edit, enterAll,
  entryOf, history, openRoom, say, startRoomServer, takeBack, text, update,
} from '../support/rooms.mjs';

test('messages, edits and deletions are there after a kill, as they were shown', async (t) => {
  const { server, room, members } = await openRoom(t);
  const apps = appsOf(members);
  const kept = [];
  for (const member of [...members, ...members]) {
    const plain = await say(member, 'Stays.', apps);
    const edited = await say(member, 'To be edited.', apps);
    const gone = await say(member, 'Goes.', apps);
    await edit(member, gone, 'Goes all the same.', apps);
    await takeBack(member, gone, apps);
    await edit(member, edited, 'Edited.', apps);
    const last = await edit(member, edited, 'Edited again. 🏃', apps);
    kept.unshift(entryOf(edited, last), entryOf(plain));
  }
  await assertHistory(members[0], room, kept);
  for (let i = 0; i < 2; ++i) {
    await killAndRestart(server);
    for (const member of members) await assertHistory(member, room, kept);
  }
});

test('after a kill one\'s messages can be edited and deleted, others\' can\'t', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 2 });
  const [host, guest] = members;
  const said = [];
  for (const body of ['Plain.', 'Edited.', 'Gone.', 'Goes.']) {
    said.push(await say(guest, body, appsOf(members)));
  }
  const [plain, edited, gone, goes] = said;
  await edit(guest, edited, 'Edited before.', appsOf(members));
  await takeBack(guest, gone, appsOf(members));
  await killAndRestart(server);
  await enterAll(room, members);
  const apps = appsOf(members);
  await appendsNothing(server, async () => {
    for (const { id } of [plain, edited, goes]) {
      await host.isRefused(update(id, 'Mine.'), 'You can only edit your own messages.');
      await host.isRefused(deletion(id), 'You can only delete your own messages.');
    }
    for (const member of members) {
      await member.isRefused(update(gone.id, 'x'), 'Message not found.');
      await member.isRefused(deletion(gone.id), 'Message not found.');
    }
  });
  const now = entryOf(plain, await edit(guest, plain, 'Edited now.', apps));
  const again = entryOf(edited, await edit(guest, edited, 'Edited after.', apps));
  await takeBack(guest, goes, apps);
  const fresh = entryOf(await say(host, 'And on it goes.', apps));
  await assertHistory(host, room, [fresh, again, now]);
  await killAndRestart(server);
  await assertHistory(guest, room, [fresh, again, now]);
});

test('rooms and participants are there after a kill, and who was removed stays out', async (t) => {
  const server = await startRoomServer(t);
  const members = [];
  for (const username of ['alice', 'bob', 'carol', 'dave']) {
    members.push(await Member.create(server, username));
  }
  const [alice, bob, carol, dave] = members;
  const fields = { name: 'Physics', slug: 'physics' };
  const [first, second] = [await Room.create(alice, fields), await Room.create(bob, fields)];
  await first.add(bob, carol, dave);
  await second.add(carol);
  await first.remove(carol); // for good
  await first.remove(dave);
  await first.add(dave); // back again
  await setStatus(bob, 'blocked');

  const check = async () => {
    assert.equal((await history(alice, first)).next_before, null);
    await enterAll(first, [alice, dave]);
    await assertUndisturbed(dave, appsOf([alice, dave]));
    await carol.enter(second);
    await assertUndisturbed(carol, [carol.app]);
    for (const room of [first, second]) await assertKeptOut(bob, room);
    await assertKeptOut(carol, first);
    await assertKeptOut(alice, second);
    await assertKeptOut(alice, new Room(alice, 'nowhere'), 404);
    assertFailure(await alice.call('POST', '/api/rooms', fields), 409, 'SLUG_TAKEN');
    const participants = `${first.api}/participants`;
    const add = (host, { username }) => host.call('POST', participants, { username });
    dataOf(await add(alice, dave), 200);
    assertFailure(await add(dave, carol), 403);
    assertFailure(await alice.call('DELETE', `${participants}/alice`), 409, 'HOST_MUST_STAY');
    assertFailure(await alice.call('DELETE', `${participants}/carol`), 404, 'NOT_FOUND');
  };
  await check();
  for (let i = 0; i < 2; ++i) {
    await killAndRestart(server);
    await check();
  }
  await setStatus(bob, 'active');
  await enterAll(second, [bob, carol]);
  await assertUndisturbed(bob, appsOf([bob, carol]));
  await first.add(carol);
  await carol.enter(first);
});

test('who was away reads in the history what was missed, and goes on', async (t) => {
  const { server, room, members } = await openRoom(t);
  const [host, guest, late] = members;
  const seen = await say(guest, 'Before.', appsOf(members));
  await late.app.close();
  const missed = await say(host, 'Meanwhile.', appsOf([host, guest]));
  const edited = await edit(guest, seen, 'Before, edited.', appsOf([host, guest]));
  await killAndRestart(server);
  await enterAll(room, members);
  await assertHistory(late, room, [entryOf(missed), entryOf(seen, edited)]);
  await say(late, 'Back again.', appsOf(members));
});

test('a kill amid a burst of messages loses none that was shown to anyone', async (t) => {
  const { server, room, members } = await openRoom(t);
  const apps = appsOf(members);
  const each = 40;
  for (let i = 0; i < each; ++i) {
    for (const member of members) member.send(text(`${member.username}: ${i}`));
  }
  for (let shown = 0; shown < 20; ++shown) await apps[0].next();
  await server.kill();
  await Promise.all(apps.map((app) => app.untilClosed()));
  await server.launch();
  const newestFirst = await idsOfAllPages(async (query) => {
    const { messages, next_before } = await history(members[0], room, query);
    return [messages.map(({ id }) => id), next_before];
  }, 100);
  const kept = newestFirst.reverse();
  for (const { frames } of apps) {
    const shown = frames.map(({ id }) => id);
    assert.deepEqual(kept.slice(0, shown.length), shown, 'in the order in which they were shown');
  }
  assert.ok(kept.length >= 20 && kept.length <= each * members.length, `${kept.length} kept`);
  await enterAll(room, members);
  await assertUndisturbed(members[1], appsOf(members));
});

test('a drain closes the sockets of a room with 1001, and nothing is lost', async (t) => {
  const { server, room, host, members } = await openRoom(t);
  const entry = entryOf(await say(host, 'Last words.', appsOf(members)));
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  for (const app of appsOf(members)) assert.equal((await app.untilClosed()).code, 1001);
  await server.launch();
  await assertHistory(members[1], room, [entry]);
});
