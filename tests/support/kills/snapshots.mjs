// What snapshots say of taxi bookings, held against what the log makes of them.
import assert from 'node:assert/strict';
import { logEnd } from '../city.mjs';
import { audit, linesOf, objectsOf, replay, rowsOf } from '../log.mjs';

/** The ids of all bookings that the log has in one of these statuses. */
export const bookingsIn = ({ options: { dataDir } }, ...statuses) => statuses.flatMap((status) =>
  linesOf(audit(dataDir, 'ls', '--kind', 'booking', '--status', status))
    .filter((line) => line.includes('instant'))
    .map((line) => line.match(/^booking-(\S+)/)[1]));

/** What each side would have been shown at a position: `{side, id, frame}`. */
const shownIn = (text) =>
  rowsOf(text).map(([side, id, frame]) => ({ side, id, frame: JSON.parse(frame) }));

/**
 * Checks a snapshot that somebody was sent who had been told of all up to this position; returns
 * whether it shows anything.
 */
export function assertAsInLog({ options: { dataDir } }, { side, id }, { snapshot, position }) {
  const { booking_id } = snapshot.assignment ?? snapshot;
  if (!booking_id) return false; // nothing was in progress
  const at = (where) => replay('--data-dir', dataDir, 'at', booking_id, '--position', where);
  let { status, stdout } = at(position);
  if (status !== 0) { // it was requested since: that is pushed to its driver alone
    const [{ event }] = objectsOf(audit(dataDir, 'show', booking_id, '--json'));
    assert.ok(event.position > position, `${booking_id} at ${position}`);
    ({ status, stdout } = at(event.position));
  }
  const then = shownIn(stdout).find((shown) => shown.side === side && shown.id === id);
  assert.deepEqual(snapshot, then?.frame, `to the ${side}, at ${position}`);
  return true;
}

/** Checks that all who have to do with a booking in progress are shown what the log makes of it. */
export async function assertAllShown(server, people) {
  const end = await logEnd(server);
  for (const booking of bookingsIn(server, 'requested', 'confirmation', 'on_the_way')) {
    const there = shownIn(audit(server.options.dataDir, 'at', booking, '--position', end));
    assert.ok(there.length > 0, booking);
    for (const { side, id, frame } of there) {
      const person = people.find((each) => each.side === side && each.id === id);
      assert.deepEqual(await person.snapshot(booking), frame, `to the ${side}, at the end`);
    }
  }
}
