// What somebody was sent, over all their sockets, and what `resync` with `since` sends of it again.
import assert from 'node:assert/strict';
import { Person } from './rides.mjs';

const unnumbered = ['connected', 'error', 'pong', 'force_disconnect', 'snapshot', 'position'];

/** Keeps every socket that this person opens from here on; resolves to the person. */
export function recorded(person) {
  person.apps = person.app ? [person.app] : [];
  person.connect = async (...how) => {
    const greeting = await Person.prototype.connect.apply(person, how);
    person.apps.push(person.app);
    return greeting;
  };
  return person;
}

/** Every push and ack, as it came the first time, in order. */
export function received({ apps }) {
  const first = new Map();
  for (const frame of apps.flatMap((app) => app.frames)) {
    if (unnumbered.includes(frame.type)) continue;
    assert.ok(Number.isSafeInteger(frame.seq) && frame.seq > 0, JSON.stringify(frame));
    if (!first.has(frame.seq)) first.set(frame.seq, frame);
  }
  return [...first.values()].sort((a, b) => a.seq - b.seq);
}

/** Asks for what came after `since`; resolves to the frames before the snapshot, and to that. */
export async function catchUp(person, since, booking_id) {
  person.send({ type: 'resync', since, booking_id });
  const frames = [];
  for (;;) {
    const frame = await person.app.next();
    assert.notEqual(frame.type, 'error', JSON.stringify(frame));
    if (frame.type === 'snapshot') return { frames, snapshot: frame };
    frames.push(frame);
  }
}

/** Checks that `since` sends exactly this, and then the snapshot that comes without it too. */
export async function assertCatchesUp(person, since, expected, booking_id) {
  const { frames, snapshot } = await catchUp(person, since, booking_id);
  assert.deepEqual(frames, expected, `${person.side}, since ${since}`);
  assert.deepEqual(snapshot, await person.snapshot(booking_id));
}

/** Checks that from wherever one left off, exactly the rest comes again. */
export async function assertCatchesUpFromAnywhere(person, booking_id) {
  const frames = received(person);
  const positions = new Set(frames.flatMap(({ seq }) => [seq - 1, seq, seq + 1]));
  for (const since of positions) {
    if (since === 0) continue; // which does not mean a position
    const rest = frames.filter(({ seq }) => seq > since);
    await assertCatchesUp(person, since, rest, booking_id);
  }
}

/** What somebody was sent about a booking, as it was on the wire the first time, in order. */
export function wireOf({ apps }, booking_id) {
  const texts = new Map();
  for (const app of apps) {
    for (const [i, frame] of app.frames.entries()) {
      if (frame.seq === undefined || frame.booking_id !== booking_id) continue;
      const text = app.texts[i];
      assert.equal(texts.get(frame.seq) ?? text, text, 'what comes again is the same');
      texts.set(frame.seq, text);
    }
  }
  return [...texts.values()];
}
