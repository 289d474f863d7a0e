// What is news and what was shown before: pushes with positions, messages with a history, rides
// that are shown again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRides } from '../../net/console/client/campus_rides.js';
import { RoomMessages } from '../../net/console/client/room_messages.js';
import { Sequence } from '../../net/console/client/sequence.js';

const seqs = (pushes) => pushes.map(({ seq }) => seq);

/** What is shown of these, pushes by their position and `snapshot`, on one connection. */
function shown(sequence, ...frames) {
  return frames.flatMap((frame) => seqs(
    frame === 'snapshot' ? sequence.end() : sequence.take({ seq: frame })));
}

test('the first time, what comes before the repetition and in it is shown once, in order', () => {
  const sequence = new Sequence();
  assert.equal(sequence.begin(), 0);
  assert.deepEqual(shown(sequence, 20, 21, 5, 9, 20, 21), []);
  assert.deepEqual(shown(sequence, 'snapshot'), [5, 9, 20, 21]);
  assert.deepEqual(shown(sequence, 22, 30), [22, 30]);
  assert.equal(sequence.position, 30);
});

test('what was said before the repetition, and is not in it, is shown with the snapshot', () => {
  const sequence = new Sequence();
  sequence.begin();
  assert.deepEqual(shown(sequence, 20, 21, 'snapshot'), [20, 21]);
});

test('later, the repetition begins with the last that was shown, and is shown as it comes', () => {
  const sequence = new Sequence(10);
  assert.equal(sequence.begin(), 9);
  assert.deepEqual(shown(sequence, 20), [], 'this was said before the repetition');
  assert.deepEqual(shown(sequence, 10), []);
  assert.deepEqual(shown(sequence, 12, 20, 21), [12, 20, 21]);
  assert.deepEqual(shown(sequence, 'snapshot', 22), [22]);
});

test('a repetition that is cut goes on from where it was', () => {
  const sequence = new Sequence(10);
  sequence.begin();
  assert.deepEqual(shown(sequence, 30, 10, 11, 12), [11, 12]);
  assert.equal(sequence.begin(), 11);
  assert.deepEqual(shown(sequence, 31, 12, 13, 30, 31, 'snapshot'), [13, 30, 31]);
});

test('a position that was no push of ours has nothing to begin with: all waits for the end', () => {
  const sequence = new Sequence();
  sequence.begin();
  assert.deepEqual(shown(sequence, 'snapshot'), []);
  sequence.reach(50);
  assert.equal(sequence.begin(), 49);
  assert.deepEqual(shown(sequence, 60, 52, 60, 'snapshot'), [52, 60]);
  sequence.reach(40);
  assert.equal(sequence.position, 60, 'there is no way back');
});

const said = (id, created, { updated = created, body = `says ${id}` } = {}) =>
  ({ id, body, created, updated, edited: updated !== created });
const at = (second) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z`;
const newest = (...messages) => messages.reverse();
const names = (events) => events.map(({ action, id }) => `${action} ${id}`);

test('a room: what the history has more, less and otherwise is what was missed', () => {
  const messages = new RoomMessages();
  messages.begin(newest(said('a', at(1)), said('b', at(2)), said('c', at(3)), said('d', at(4))));
  const history = newest(said('a', at(1)), said('c', at(3), { updated: at(9) }), said('d', at(4)),
    said('e', at(4)), said('f', at(5), { updated: at(6) }));
  const missed = messages.missed(history, true);
  assert.deepEqual(names(missed), ['delete b', 'update c', 'new e', 'new f']);
  assert.deepEqual(missed[3], {
    type: 'chat_message', action: 'new', ...said('f', at(5), { updated: at(6) }) });
  assert.deepEqual(messages.missed(history, true), [], 'once');
});

test('a room: what came while the history was loaded is news only if that lacks it', () => {
  const messages = new RoomMessages();
  messages.begin([]);
  messages.missed(newest(said('a', at(1)), said('b', at(2), { updated: at(5) })), true);
  const come = (action, id, more) => messages.isNews({ action, id, ...more });
  assert.equal(come('new', 'b', said('b', at(2))), false);
  assert.equal(come('update', 'b', { updated: at(4) }), false);
  assert.equal(come('update', 'b', { updated: at(5) }), false);
  assert.equal(come('update', 'b', { updated: at(6) }), true);
  assert.equal(come('delete', 'a'), true);
  assert.equal(come('delete', 'a'), false);
  assert.equal(come('new', 'c', said('c', at(7))), true);
  assert.equal(come('update', 'old', { updated: at(8) }), true, 'from before our time');
});

test('a room: only what was loaded is judged, and what was forgotten stays away', () => {
  const messages = new RoomMessages(300);
  const many = Array.from({ length: 400 }, (_, i) => said(`m${i}`, at(10 + Math.floor(i / 20))));
  messages.begin(newest(...many));
  const part = newest(...many.slice(350));
  assert.equal(messages.areCoveredBy(part), false);
  assert.deepEqual(messages.missed(part, false), []);
  const whole = newest(...many.slice(50));
  assert.equal(messages.areCoveredBy(whole), true);
  assert.deepEqual(messages.missed(whole, false), []);
  const one = whole.filter(({ id }) => id !== 'm399' && id !== 'm120');
  assert.deepEqual(names(messages.missed(one, false)), ['delete m120', 'delete m399']);
});

test('a room that was empty: all there is was missed', () => {
  const messages = new RoomMessages();
  messages.begin([]);
  assert.equal(messages.areCoveredBy([said('a', at(1))]), false);
  assert.deepEqual(names(messages.missed([said('a', at(1))], true)), ['new a']);
});

const about = (action, id, more = {}) => ({ action, data: { id }, ...more });
const pending = (id) => about('sending_pending_ride_request', id);
const ended = (action, ride_request_id) => ({ action, ride_request_id });

test('campus: what is shown again is no news, and what is not shown again has ended', () => {
  const rides = new CampusRides();
  const isNews = (push) => rides.isNews(push);
  for (const push of [pending('a'), pending('b'), about('ride_request_accepted', 'c')]) {
    assert.equal(isNews(push), true);
  }
  rides.begin();
  assert.equal(isNews(pending('b')), false);
  assert.equal(isNews(pending('d')), true);
  assert.equal(isNews({ action: 'chat_message', message: 'Hi' }), true);
  assert.deepEqual(rides.end(),
    [ended('ride_request_gone', 'a'), ended('ride_request_gone', 'c')]);
  rides.begin();
  assert.equal(isNews(about('ride_request_accepted', 'b')), true, 'it was pending');
  assert.equal(isNews(ended('ride_request_closed', 'd')), true);
  assert.deepEqual(rides.end(), []);
  assert.equal(isNews(about('ride_request_completed', 'b')), true);
  assert.equal(rides.areEmpty, true);
});
