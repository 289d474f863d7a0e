// Who is put out while they speak: what they said is in the log before that, or not at all, and
// from then on they are told nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openTown } from '../support/authorization/town.mjs';
import { chat } from '../support/campus.mjs';
import { admin } from '../support/city.mjs';
import { audit, eventLinesOf } from '../support/log.mjs';
import { text } from '../support/rooms.mjs';
import { counted, rounds } from '../support/torture.mjs';

const times = rounds(3, 100); // for each who speaks and each way to be put out
const messages = 20;

/** Who speaks, with what they say, and how they come back. */
const speakers = {
  customer: ({ customer, bookings }) => [
    customer, { type: 'chat_message', booking_id: bookings.underway, text: 'Hello.' },
  ],
  driver: ({ driver, bookings }) => [
    driver, { type: 'chat_message', booking_id: bookings.underway, text: 'Hello.' },
  ],
  passenger: ({ campus }) => [campus.underway.passenger, chat('Hello.')],
  'campus driver': ({ campus }) => [campus.underway.driver, chat('Hello.')],
  author: ({ hall }) => [hall.author, text('Hello.'), () => hall.author.enter(hall.room)],
};

const status = (what) => ({
  speakers: Object.keys(speakers),
  putOut: ({ server }, { id }) => admin(server, 'PATCH', `/accounts/${id}`, { status: what }),
  letIn: ({ server }, { id }) => admin(server, 'PATCH', `/accounts/${id}`, { status: 'active' }),
  isOut: ({ type, data }) => type === 'account_status_changed' && data.status === what,
  isIn: ({ type, data }) => type === 'account_status_changed' && data.status === 'active',
});

const ways = {
  blocked: status('blocked'),
  deleted: status('deleted'),
  removed: {
    speakers: ['author'],
    putOut: ({ hall }, member) => hall.room.remove(member),
    letIn: ({ hall }, member) => hall.room.add(member),
    isOut: ({ type, data }, { id }) => type === 'participant_removed' && data.account === id,
    isIn: ({ type, data }, { id }) => type === 'participant_added' && data.account === id,
  },
};

/** Half of what is said comes before the order to put the speaker out, and all of it at once. */
async function speakAndPutOut(town, person, message, way) {
  const { app } = person;
  const said = () => Array.from({ length: messages / 2 }, () => app.send(message));
  const [order] = await town.server.whileHeld(() => {
    said();
    const promise = way.putOut(town, person);
    said();
    return [promise];
  });
  await order;
  assert.equal((await app.untilClosed()).code, 1008);
  const { type, action } = app.frames.at(-1) ?? {};  // in a room, who was not heard is told nothing
  const isLast = person === town.hall.author || [type, action].includes('force_disconnect');
  assert.ok(isLast, 'told of nothing after that');
}

const isMessage = ({ data }) => [data.text, data.body].includes('Hello.');

/** How many of the messages were taken, and the positions of all that was done by who was out. */
function doings(events, person, way) {
  let isOut = false;
  const done = { taken: 0, afterwards: [] };
  for (const event of events) {
    const { stream, actor, position } = event;
    const concerns = stream === `account-${person.id}` || stream.startsWith('room-');
    if (concerns && way.isOut(event, person)) isOut = true;
    if (concerns && way.isIn(event, person)) isOut = false;
    if (!actor.endsWith(person.id)) continue;
    if (isOut) done.afterwards.push(position);
    if (isMessage(event)) ++done.taken;
  }
  return done;
}

for (const [what, way] of Object.entries(ways)) {
  test(`who is ${what} while they speak is heard before that, or not at all`, async (t) => {
    const town = await openTown(t);
    let heard = 0; // before the speakers were put out
    for (let i = 0; i < times; ++i) {
      for (const name of way.speakers) {
        const [person, message, comeBack = () => person.connect()] = speakers[name](town);
        await speakAndPutOut(town, person, message, way);
        await way.letIn(town, person);
        await comeBack();
      }
    }
    await town.server.stop();
    const lines = eventLinesOf(audit(town.server.options.dataDir, 'export'));
    const events = lines.map((line) => JSON.parse(line));
    for (const name of way.speakers) {
      const [person] = speakers[name](town);
      const { taken, afterwards } = doings(events, person, way);
      assert.deepEqual(afterwards, [], `${name}: done by who was ${what}`);
      heard += taken;
    }
    const tried = times * way.speakers.length;
    counted(t, `${tried} times somebody was ${what} amid ${messages} messages: ${heard} were ` +
      `taken before that, ${tried * messages - heard} not at all, 0 afterwards`);
  });
}
