// RFC 6455 on raw sockets: the cases of the Autobahn suite by their numbers, classes 1 to 7 (246
// cases), 9 and 10, and Hansom's own, whose numbers have an H. What stands here for the suite's
// echoes is said in support/rfc6455/conversation.mjs. (8 has no cases; 12 and 13 are compression,
// which Hansom does not offer.)
import assert from 'node:assert/strict';
import test from 'node:test';
import { closing } from '../support/rfc6455/closing.mjs';
import { pingsAndPongs } from '../support/rfc6455/control.mjs';
import { fragmentation } from '../support/rfc6455/fragmentation.mjs';
import { framing, opcodes, reservedBits } from '../support/rfc6455/framing.mjs';
import { limits } from '../support/rfc6455/limits.mjs';
import { randomConversation } from '../support/rfc6455/random.mjs';
import { Stage } from '../support/rfc6455/stage.mjs';
import { utf8Handling } from '../support/rfc6455/utf8.mjs';
import { Member, startRoomServer } from '../support/rooms.mjs';
import { counted, rounds } from '../support/torture.mjs';

/** Does so many at a time. */
async function inLanes(lanes, items, each) {
  const waiting = [...items];
  const lane = async () => {
    while (waiting.length) await each(waiting.shift());
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Carries out all the cases of a class, which has so many of Autobahn's. */
async function runClass(t, server, cases, ofAutobahn, { lanes = 50 } = {}) {
  const isOfAutobahn = ({ number }) => !number.includes('H');
  assert.equal(new Set(cases.map(({ number }) => number)).size, cases.length);
  assert.equal(cases.filter(isOfAutobahn).length, ofAutobahn);

  const stage = await Stage.open(server);
  const all = cases.flatMap(({ number, what, conversations }) =>
    conversations.map((conversation) => ({ name: `${number} ${what}`, conversation })));
  const failures = new Map(); // the first of each case
  await inLanes(lanes, all, async ({ name, conversation }) => {
    await stage.carryOut(conversation).catch(({ message }) => {
      if (!failures.has(name)) failures.set(name, message);
    });
  });
  const shown = [...failures].map(([name, message]) => `${name}: ${message}`);
  assert.equal(failures.size, 0, shown.join('\n\n'));
  await stage.assertSilence();
  counted(t, `RFC 6455, class ${t.name}: ${ofAutobahn} cases of Autobahn's and `
    + `${cases.length - ofAutobahn} more in ${all.length} conversations, as expected`);
}

function startForMany(t) {
  const openWide = { MAX_SOCKETS_PER_ADDRESS: '0', MAX_SOCKETS_PER_ACCOUNT: '0' };
  return startRoomServer(t, { env: { ...openWide, WS_PING_INTERVAL: '600' } });
}

test('every case of RFC 6455 is answered as expected', async (t) => {
  const server = await startForMany(t);
  const classes = {
    '1 (framing)': [framing, 16],
    '2 (pings and pongs)': [pingsAndPongs, 11],
    '3 (reserved bits)': [reservedBits, 7],
    '4 (opcodes)': [opcodes, 10],
    '5 (fragmentation)': [fragmentation, 20],
    '6 (UTF-8)': [utf8Handling, 145],
    '7 (closing)': [closing, 37],
  };
  for (const [name, [cases, ofAutobahn]] of Object.entries(classes)) {
    await t.test(name, (t) => runClass(t, server, cases, ofAutobahn));
  }
});

test('every limit holds, however it is reached', async (t) => {
  const server = await startForMany(t);
  // Few at a time, as what is too long has to be read to its end within a Close's five seconds.
  await t.test('9 and 10 (limits)', (t) => runClass(t, server, limits, 55, { lanes: 4 }));
});

test('whatever is right is understood, however it is cut up', async (t) => {
  const server = await startForMany(t);
  const count = rounds(100, 2000);
  let texts = 0;
  for (let first = 1; first <= count; first += 500) { // as a host may have a thousand rooms
    const stage = await Stage.open(server);
    const numbers = Array.from({ length: Math.min(500, count) }, (_, i) => first + i);
    await inLanes(30, numbers, async (number) => {
      const conversation = randomConversation(number);
      texts += conversation.expected.filter((what) => what.startsWith('said ')).length;
      await stage.carryOut(conversation).catch(({ message }) => {
        throw new Error(`conversation ${number}: ${message.slice(0, 2000)}`);
      });
    });
  }
  counted(t, `RFC 6455: ${texts} texts in ${count} random conversations, in fragments and pieces, `
    + 'amid pings: each repeated as it was sent');
});
