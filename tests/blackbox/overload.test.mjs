// More is said at once than the server can decide: it takes what it can, says at once of the rest
// that it is busy, loses nothing of what it took, and serves as usual afterwards.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { openSockets } from '../support/city.mjs';
import { Member, Room, history, say, startRoomServer, text } from '../support/rooms.mjs';
import { counted, rounds } from '../support/torture.mjs';

const people = 50;
const openWide = { MAX_SOCKETS_PER_ADDRESS: '0' };
/** What everybody says at once, twice: both times together it is what may wait for the engine. */
const messages = 600;
/** After so many answers it is no burst any more (net/limits.hpp: 64 turns of 256 commands). */
const behind_after = 64 * 256 + messages;
const times = rounds(1, 20);

/** The threads of a process: `{id, niceness}` each. */
const threadsOf = ({ pid }) => readdirSync(`/proc/${pid}/task`).map((id) => {
  const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third on
  return { id, niceness: Number(fields[19 - 3]) };
});

/** A processor that this process may run on. */
const aProcessor = () =>
  execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }).match(/: (\d+)/)[1];

/** Leaves the engine's threads a fifth of one processor, while `doing` is under way. */
async function starvingEngine({ child }, doing) {
  const threads = threadsOf(child);
  const usual = Math.min(...threads.map(({ niceness }) => niceness));
  const slow = threads.filter(({ niceness }) => niceness > usual);
  assert.ok(slow.length > 0, 'the net threads come first');
  const processor = aProcessor();
  for (const { id } of slow) execFileSync('taskset', ['-cp', processor, id]);
  const nicer = String(slow[0].niceness - usual);
  const busy = Array.from({ length: 4 }, () => spawn(
    'taskset', ['-c', processor, 'nice', '-n', nicer, process.execPath, '-e', 'for (;;);'],
    { stdio: 'ignore' },
  ));
  try {
    return await doing();
  } finally {
    for (const each of busy) each.kill('SIGKILL');
  }
}

/** Everybody speaks in a room of their own: what is said is answered to who said it. */
async function openRooms(server) {
  return Promise.all(Array.from({ length: people }, async (_, i) => {
    const member = await Member.create(server, `member-${i}`);
    const room = await Room.create(member);
    await member.enter(room);
    return { member, room };
  }));
}

/** What became of all messages: the bodies of those that were taken, and how many were not. */
async function answers({ app }, onAnswer) {
  const said = { taken: [], refused: 0 };
  for (let i = 0; i < 2 * messages; ++i) {
    const { error, body } = await app.next();
    onAnswer();
    if (error === undefined) {
      said.taken.push(body);
    } else {
      assert.equal(error, 'The server has too much to do; try again.');
      said.refused += 1;
    }
  }
  app.frames.length = app.texts.length = app.unread = 0;
  return said;
}

/** All that is in a room, oldest first. */
async function bodiesIn({ member, room }) {
  const bodies = [];
  for (let before = ''; before !== null;) {
    const page = await history(member, room, `?limit=100${before && `&before=${before}`}`);
    bodies.push(...page.messages.map(({ body }) => body));
    before = page.next_before;
  }
  return bodies.reverse();
}

test('who can not be served is told at once, and who was is not forgotten', async (t) => {
  const server = await startRoomServer(t, { env: openWide });
  const rooms = await openRooms(server);
  const taken = rooms.map(() => []);
  let refused = 0;
  for (let time = 0; time < times; ++time) {
    const said = await starvingEngine(server, async () => {
      const sayMuch = (what) => server.whileHeld(() => rooms.map(({ member }) => {
        for (let i = 0; i < messages; ++i) member.send(text(`${what} ${i}`));
      }));
      await sayMuch(`First, ${time},`);
      let answered = 0;
      return Promise.all(rooms.map(({ member }) => answers(member, () => {
        if (++answered === behind_after) sayMuch(`Then, ${time},`);
      })));
    });
    const refusedNow = said.reduce((sum, each) => sum + each.refused, 0);
    assert.ok(refusedNow > 0, 'the server noticed that it is behind');
    assert.ok(refusedNow < 2 * people * messages, 'and has taken some');
    refused += refusedNow;
    said.forEach((each, i) => taken[i].push(...each.taken));
    // Afterwards all is as usual.
    await Promise.all(rooms.map(async ({ member }, i) => {
      await say(member, 'And now?');
      taken[i].push('And now?');
    }));
  }
  for (const [i, each] of rooms.entries()) assert.deepEqual(await bodiesIn(each), taken[i]);
  assert.equal(await openSockets(server), people);
  const sent = 2 * times * people * messages;
  counted(t, `overload: ${times} times twice ${people * messages} messages at once: ` +
    `${sent - refused} taken, all of them in their rooms' histories, in order; ${refused} refused ` +
    'as SERVER_BUSY');
});
