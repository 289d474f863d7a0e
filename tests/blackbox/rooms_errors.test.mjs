// Every error of the rooms document, word for word: what brings it about, that it goes to the
// sender alone, that the socket stays, that nothing is appended, and which of several comes first.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { appendsNothing } from '../support/city.mjs';
import { noTexts, nowhere } from '../support/http.mjs';
import {
  Member, Room, appsOf, assertHistory, assertUndisturbed, deletion, edit, entryOf, openRoom, say,
  takeBack, text, update,
} from '../support/rooms.mjs';

const invalidJson = 'Invalid JSON.';
const unknownType = 'Unknown message type.';
const invalidMessage = 'Invalid message.';
const empty = 'Message is empty.';
const tooLong = 'Message exceeds 500 characters.';
const notFound = 'Message not found.';
const notYoursToDelete = 'You can only delete your own messages.';
const notYoursToEdit = 'You can only edit your own messages.';

const noStrings = [undefined, null, ...noTexts];
const blanks = [
  '', ' ', '\t', '\n', '\r\n', '\u00a0', '\u3000', ' \t\r\n\u00a0\u3000 ', ' '.repeat(500),
];
const longTexts = [
  'x'.repeat(501), '🚕'.repeat(501), 'é'.repeat(501), `${'x'.repeat(500)}🚕`, 'x'.repeat(9000),
];
const noMessages = [nowhere, '', 'nonsense', '0', 'null', '🚕', 'x'.repeat(600)];

/**
 * A room of three. `own` is what the second has said, `others` what the host has said; `refuses`
 * checks that each of these messages of the second gets this error, and does nothing.
 */
async function openArguingRoom(t) {
  const opened = await openRoom(t);
  const { server, room, host, members } = opened;
  const apps = appsOf(members);
  const [own, others] = [await say(members[1], 'Mine.', apps), await say(host, 'Yours.', apps)];
  const refuses = async (error, messages) => {
    await appendsNothing(server, async () => {
      for (const message of messages) await members[1].isRefused(message, error);
    });
    const { id } = await assertUndisturbed(members[1], apps);
    await takeBack(members[1], { id }, apps);
    await assertHistory(host, room, [others, own].map((event) => entryOf(event)));
  };
  return { ...opened, apps, own, others, refuses };
}

test('"Invalid JSON.": what is not JSON', async (t) => {
  const { refuses } = await openArguingRoom(t);
  await refuses(invalidJson, [
    '', ' ', 'text', '{', '}', '{"type":"text","message":"x"', '{"type":"text","message":"x"}}',
    '{"type":"text","message":"x"} {}', "{'type':'text','message':'x'}", '{type:"text"}',
    '{"type":"text","message":"x",}', '{"type":"text","message":"a\nb"}', '"open', '{"type":"\\x"}',
    '[1,', '01', 'NaN', 'nul', '\u0000', '[['.repeat(8000), '{"a":'.repeat(3000),
  ]);
});

test('"Invalid JSON.": a binary frame, even with JSON in it', async (t) => {
  const { own, refuses } = await openArguingRoom(t);
  const whole = [text('x'), update(own.id, 'x'), deletion(own.id)];
  await refuses(invalidJson, [
    ...whole.map((message) => Buffer.from(JSON.stringify(message))), Buffer.alloc(0),
    randomBytes(200),
  ]);
});

test('"Invalid JSON.": a lone surrogate', async (t) => {
  const { own, refuses } = await openArguingRoom(t);
  const lone = ['\\ud800', '\\udc00', '\\ud800\\ud800', '\\ude00\\ud83d', 'a\\ud83d b'];
  await refuses(invalidJson, lone.flatMap((message) => [
    `{"type":"text","message":"${message}"}`,
    `{"type":"update","messageId":"${own.id}","message":"${message}"}`,
    `{"type":"delete","messageId":"${message}"}`,
    `{"type":"${message}"}`,
  ]));
});

test('"Invalid JSON.": JSON that is no object', async (t) => {
  const { refuses } = await openArguingRoom(t);
  await refuses(invalidJson, [
    'null', 'true', '5', '"text"', '[]', '[{"type":"text","message":"x"}]',
  ]);
});

test('"Unknown message type.": one that rooms do not have, none, or no string', async (t) => {
  const { own, refuses } = await openArguingRoom(t);
  const types = [
    ...noStrings, '', 'TEXT', 'text ', 'text\u0000', 'new', 'edit', 'chat_message', '__proto__',
    'x'.repeat(5000),
  ];
  await refuses(unknownType, [
    {}, { Type: 'text', message: 'x' },
    ...types.map((type) => ({ type, messageId: own.id, message: 'x' })),
  ]);
});

test('"Invalid message.": a field is missing or no string', async (t) => {
  const { own, refuses } = await openArguingRoom(t);
  await refuses(invalidMessage, noStrings.flatMap((no) => [
    text(no), deletion(no), update(no, 'x'), update(own.id, no), update(no, no),
  ]));
  await refuses(invalidMessage, [
    { type: 'text', messageId: own.id }, { type: 'delete', message: 'x' },
    { type: 'text', Message: 'x' }, { type: 'delete', messageid: own.id },
    { type: 'update', id: own.id, message: 'x' },
  ]);
});

test('"Message is empty.": nothing but white space', async (t) => {
  const { own, refuses } = await openArguingRoom(t);
  await refuses(empty, blanks.flatMap((blank) => [text(blank), update(own.id, blank)]));
});

test('"Message exceeds 500 characters.": 501 code points are too many, 500 are fine', async (t) => {
  const { members: [, member], apps, own, refuses } = await openArguingRoom(t);
  await refuses(tooLong, longTexts.flatMap((long) => [text(long), update(own.id, long)]));
  for (const body of ['x'.repeat(500), 'é'.repeat(500), '🚕'.repeat(500)]) {
    await say(member, body, apps);
    await edit(member, own, body, apps);
  }
});

test('"Message not found.": no UUID, or an unknown one', async (t) => {
  const { own, room, host, refuses } = await openArguingRoom(t);
  const ids = [...noMessages, `${own.id}0`, own.id.slice(0, -1), host.id, room.slug];
  await refuses(notFound, ids.flatMap((id) => [deletion(id), update(id, 'x')]));
});

test('"Message not found.": a message that is deleted, one\'s own or not', async (t) => {
  const { members: [host, member], apps, refuses } = await openArguingRoom(t);
  const gone = [await say(member, 'Goes.', apps), await say(host, 'Goes too.', apps)];
  await takeBack(member, gone[0], apps);
  await takeBack(host, gone[1], apps);
  await refuses(notFound, gone.flatMap(({ id }) => [deletion(id), update(id, 'x')]));
});

test('"Message not found.": a message of another room, one\'s own or not', async (t) => {
  const { members: [host, member], refuses } = await openArguingRoom(t);
  const elsewhere = await Room.create(host, { name: 'Elsewhere', slug: 'elsewhere' });
  await elsewhere.add(member);
  const here = appsOf([host, member]);
  const there = [await host.enter(elsewhere), await member.enter(elsewhere)];
  const [own, others] = [await say(member, 'Mine.', there), await say(host, 'Yours.', there)];
  [host.app, member.app] = here;
  await refuses(notFound, [own, others].flatMap(({ id }) => [deletion(id), update(id, 'x')]));
  [host.app, member.app] = there;
  await assertUndisturbed(member, there);
  await edit(member, own, 'Still there.', there);
});

for (const [error, command] of [
  [notYoursToDelete, deletion], [notYoursToEdit, (id) => update(id, 'x')],
]) {
  test(`"${error}": not even the host may touch what another has said`, async (t) => {
    const { server, host, members, apps, own, others, refuses } = await openArguingRoom(t);
    await refuses(error, [command(others.id)]);
    await appendsNothing(server, async () => {
      await host.isRefused(command(own.id), error);
      await members[2].isRefused(command(own.id), error);
      await members[2].isRefused(command(others.id), error);
    });
    await assertUndisturbed(members[2], apps);
    await edit(members[1], own, 'Still mine.', apps);
    await takeBack(host, others, apps);
  });
}

test('of several errors the first in the order is given', async (t) => {
  const { members: [host, member], apps, own, others, refuses } = await openArguingRoom(t);
  const gone = await say(host, 'Goes.', apps);
  await takeBack(host, gone, apps);
  const missing = [nowhere, 'nonsense', '', gone.id];
  const anybodys = [...missing, others.id, own.id];
  const long = 'x'.repeat(501);
  await refuses(invalidJson, [
    Buffer.from('{"type":"nonsense"}'), Buffer.from(JSON.stringify(text(''))),
    '{"type":"nonsense","message":"\\ud800"}', '["nonsense"]',
    `{"type":"update","messageId":"${nowhere}","message":"\\ud800`,
  ]);
  await refuses(unknownType, [
    { type: 'nonsense', messageId: 5, message: 5 }, { type: 'nonsense', message: '' },
    { type: 5, messageId: others.id, message: long },
  ]);
  await refuses(invalidMessage, [
    update(5, ''), update(undefined, long), update(null, ' '),
    ...anybodys.map((id) => update(id, 5)),
  ]);
  await refuses(empty, anybodys.flatMap((id) => [update(id, ''), update(id, ' '.repeat(501))]));
  await refuses(empty, [text('\u3000'.repeat(501))]);
  await refuses(tooLong, anybodys.map((id) => update(id, long)));
  await refuses(notFound, missing.flatMap((id) => [update(id, 'x'), deletion(id)]));
  assert.equal(member.app.socket.readyState, member.app.socket.OPEN);
});

test('an error goes to the socket that asked for it, and to no other of its account', async (t) => {
  const { room, members: [host, member], others } = await openArguingRoom(t);
  const older = member.app;
  await member.enter(room);
  for (const [message, error] of [
    ['{', invalidJson], [{}, unknownType], [text(), invalidMessage], [text(''), empty],
    [text('x'.repeat(501)), tooLong], [deletion(nowhere), notFound],
    [deletion(others.id), notYoursToDelete], [update(others.id, 'x'), notYoursToEdit],
  ]) {
    await member.isRefused(message, error);
    await assertUndisturbed(member, [older, host.app, member.app]);
  }
});

test('what is refused in one room is refused without a trace in another', async (t) => {
  const { server, room, host, own } = await openArguingRoom(t);
  const stranger = await Member.create(server, 'stranger');
  const elsewhere = await Room.create(stranger);
  await stranger.enter(elsewhere);
  await appendsNothing(server, async () => {
    await stranger.isRefused(deletion(own.id), notFound);
    await stranger.isRefused(update(own.id, 'x'), notFound);
  });
  await assertUndisturbed(stranger, [stranger.app]);
  await assertUndisturbed(host, [host.app]);
  assert.equal(room.slug, elsewhere.slug, 'two hosts, one slug');
});
