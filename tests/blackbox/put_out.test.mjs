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
const messages = { before: 20, after: 200 }; // the order to put the speaker out

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

/** Somebody speaks, is put out amid that, and goes on for a while. Resolves to the messages said. */
async function speakAndPutOut(town, person, message, way) {
  const { app } = person;
  let said = 0;
  const speak = (times) => {
    for (let i = 0; i < times; ++i, ++said) app.send(message);
  };
  const order = await town.server.whileHeld(() => {
    speak(messages.before);
    return { given: way.putOut(town, person) };
  });
  for (let i = 0; i < messages.after; ++i) {
    speak(1);
    await new Promise(setImmediate); // so that others of ours come in between
  }
  assert.equal((await app.untilClosed()).code, 1008);
  await order.given;
  const { type = 'chat_message', action } = app.frames.at(-1) ?? {};
  // In a room nobody is told that they are put out, but by the Close.
  const isFarewell = person === town.hall.author ? type === 'chat_message'
    : [type, action].includes('force_disconnect');
  assert.ok(isFarewell, 'told of nothing after that');
  return said;
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
    let said = 0, heard = 0; // before the speakers were put out
    for (let i = 0; i < times; ++i) {
      for (const name of way.speakers) {
        const [person, message, comeBack = () => person.connect()] = speakers[name](town);
        said += await speakAndPutOut(town, person, message, way);
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
    assert.ok(heard > 0 && heard < said, 'they were put out while they spoke');
    counted(t, `${times * way.speakers.length} times somebody was ${what} while they spoke: of ` +
      `${said} messages ${heard} were taken before that, ${said - heard} not at all, 0 afterwards`);
  });
}
