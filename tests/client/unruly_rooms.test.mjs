// A room on a bad network. What each member was shown has to make the room as it is, each message
// once and in the order of the log.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { roomClientOf } from '../support/client.mjs';
import { audit, eventLinesOf } from '../support/log.mjs';
import { Member, Room, history, startRoomServer } from '../support/rooms.mjs';
import { counted } from '../support/torture.mjs';
import { Unrest, assertSameList, restless, timeout } from '../support/unrest.mjs';

/** A member who says things, edits and takes back, until there is peace. */
async function talk(client, unrest, outcomes) {
  const { dice } = unrest;
  const own = [];
  for (let i = 0; !unrest.isOver; ++i) {
    const kind = own.length > 3 ? dice.pick(['text', 'text', 'text', 'update', 'delete']) : 'text';
    const at = dice.below(own.length);
    const body = `${client.settings.username} ${i}`;
    try {
      if (kind === 'text') own.push((await client.text(body)).id);
      if (kind === 'update') await client.update(own[at], body);
      if (kind === 'delete') await client.delete(own.splice(at, 1)[0]);
      ++outcomes[kind];
    } catch ({ code, outcome, message }) {
      // Nothing says whether what was on its way was heard; and what was deleted then is gone.
      assert.ok(['CONNECTION_LOST', 'MESSAGE_NOT_FOUND'].includes(code), `${code}: ${message}`);
      if (code === 'CONNECTION_LOST') assert.equal(outcome, 'unknown');
      ++outcomes.unknown;
    }
    await new Promise((resolve) => setTimeout(resolve, dice.below(10)));
  }
}

/** Makes of events what is to be seen in a room, oldest first; each has to make sense. */
function seenOf(events, name) {
  const seen = new Map();
  const ever = new Set();
  for (const { action, id, ...event } of events) {
    if (action === 'new') {
      assert.ok(!ever.has(id), `${name}: new once`);
      ever.add(id);
      seen.set(id, event);
    } else if (action === 'delete' && !ever.has(id)) {
      // It was sent while this one was away, and deleted before the history was loaded.
    } else {
      assert.ok(seen.has(id), `${name}: ${action} of what is there`);
      if (action === 'delete') seen.delete(id);
      else seen.set(id, { ...seen.get(id), ...event });
    }
  }
  return [...seen].map(([id, { body, edited, updated }]) => ({ id, body, edited, updated }));
}

/** The ids of all messages that were ever sent, each with its place in the log. */
function sentInLog(dataDir) {
  const events = eventLinesOf(audit(dataDir, 'export')).map((line) => JSON.parse(line));
  const sent = events.filter(({ type }) => type === 'room_message_sent');
  return new Map(sent.map(({ cause }, i) => [cause, i]));
}

/** All of a room's history, oldest first. */
async function wholeHistory(member, room) {
  const all = [];
  for (let before = ''; before !== null;) {
    const page = await history(member, room, `?limit=100${before && `&before=${before}`}`);
    all.push(...page.messages);
    before = page.next_before;
  }
  return all.reverse();
}

test('every message is shown once and in order', { timeout }, async (t) => {
  const server = await startRoomServer(t);
  const members = [];
  for (let i = 0; i < 3; ++i) members.push(await Member.create(server, `member-${i}`));
  const room = await Room.create(members[0]);
  await room.add(...members.slice(1));
  const unrest = await Unrest.begin(t, server);
  const clients = members.map((member) =>
    roomClientOf(t, unrest.behind(member), room, { ...restless, remember: 100_000 }));
  await Promise.all(clients.map((client) => client.untilConnected()));

  const outcomes = { text: 0, update: 0, delete: 0, unknown: 0 };
  await Promise.all([
    unrest.rage(), ...clients.map((client) => talk(client, unrest, outcomes)),
  ]);
  // What was said before is there with this event.
  const last = await clients[0].text('Peace.');
  for (const client of clients) {
    await eventually(() => client.pushes.some(({ id }) => id === last.id), 'the last message');
  }

  const now = (await wholeHistory(members[0], room))
    .map(({ id, body, edited, updated }) => ({ id, body, edited, updated }));
  const sent = sentInLog(server.options.dataDir);
  let pushes = 0;
  for (const client of clients) {
    const { username } = client.settings;
    const news = client.pushes.filter(({ action }) => action === 'new');
    const places = news.map(({ id }) => sent.get(id));
    assert.ok(places.every((place, i) => place > (places[i - 1] ?? -1)), `${username}: in order`);
    assertSameList(seenOf(client.pushes, username), now, `${username} sees the room as it is`);
    assert.deepEqual(client.errors, []);
    pushes += client.pushes.length;
  }
  counted(t, `client, rooms: ${unrest.summary}; ${now.length} messages in the end, ` +
    `${pushes} events shown once and in order; ${JSON.stringify(outcomes)}`);
});
