// The book of all that a server has acknowledged, kept by those who were told and outlive it; and
// what the log must have of it.
import assert from 'node:assert/strict';
import { factOf } from './facts.mjs';

/** What event is behind each push of the taxi dialect. */
const eventsBehind = {
  booking_assigned: ['driver_assigned'],
  arrival_time_accepted: ['arrival_time_submitted'],
  arrival_time_offered: ['arrival_time_submitted'],
  accept_accepted: ['offer_accepted'],
  customer_accepted: ['offer_accepted', 'offer_auto_accepted'],
  offer_auto_accepted: ['offer_auto_accepted'],
  reject_accepted: ['booking_rejected'],
  customer_rejected: ['booking_rejected'],
  chat_message: ['chat_message_sent'],
  complete_accepted: ['ride_completed'],
  ride_completed: ['ride_completed'],
  decline_accepted: ['offer_declined'],
  offer_expired: ['offer_expired'],
  driver_cancelled: ['booking_cancelled'],
  booking_cancelled: ['booking_cancelled'],
  booking_cancelled_by_customer: ['ride_cancelled_by_customer'],
};
/** What both the customer and the driver are pushed, whoever did it. */
const shownToBoth = [
  'arrival_time_submitted', 'offer_accepted', 'offer_auto_accepted', 'chat_message_sent',
  'ride_completed',
];

export class Ledger {
  constructor() {
    this.bookings = new Map(); // answers 201 by booking
    this.cancellations = [];
    this.things = [];
    this.settledThings = [];
    this.facts = new Set();
    this.sequences = [];
  }

  booked(person, booking_id, key, body) {
    const before = this.bookings.get(booking_id);
    assert.ok(!before || before.key === key, 'one booking, one key');
    this.bookings.set(booking_id, { person, key, body });
  }

  anyBookingOf(person, dice) {
    const all = [...this.bookings.values()].filter((each) => each.person === person);
    return all.length > 0 && dice.pick(all);
  }

  cancelled(booking_id) {
    this.cancellations.push(booking_id);
  }

  made(kind, name, id) {
    this.things.push({ kind, name, id });
  }

  settled(kind, name) {
    this.settledThings.push(`${kind} ${name}`);
  }

  shown(fact) {
    this.facts.add(fact);
  }

  /** Compares with the log's events; resolves to how much was acknowledged, by kind. */
  check(events, riders) {
    checkNumbers(events);
    this.checkBookings(events);
    this.checkThings(events);
    this.checkFacts(events);
    checkPushes(events, riders);
    return {
      'pushes and acks with seq': riders.reduce((sum, { stream }) => sum + stream.length, 0),
      'pushes without seq': this.facts.size,
      'answers 201 and 200': this.bookings.size + this.things.length + this.cancellations.length,
      events: events.length,
    };
  }

  /** Each answered request is one booking, and each booking of a key was answered in the end. */
  checkBookings(events) {
    const ids = events
      .filter(({ type, data }) => type === 'booking_requested' && data.booking_type !== 'open')
      .map(({ stream }) => stream.replace('booking-', ''));
    assert.deepEqual(ids.sort(), [...this.bookings.keys()].sort(), 'bookings');
    const keys = [...this.bookings.values()].map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length, 'one booking a key');
    const cancelled = new Set(events
      .filter(({ type }) => type === 'ride_cancelled_by_customer').map(({ stream }) => stream));
    for (const id of this.cancellations) assert.ok(cancelled.has(`booking-${id}`), id);
  }

  checkThings(events) {
    const found = new Map();
    const add = (name, id) => found.set(name, [...(found.get(name) ?? []), id]);
    for (const { type, stream, data } of events) {
      const id = stream.slice(stream.indexOf('-') + 1);
      if (type === 'account_registered') add(`account ${data.email.split('@')[0]}`, id);
      if (type === 'template_added') add(`template ${data.text}`, id);
      if (type === 'room_opened') add(`room ${data.slug}`, undefined);
    }
    for (const { kind, name, id } of this.things) {
      assert.ok(found.get(`${kind} ${name}`)?.includes(id), `${kind} ${name}`);
    }
    for (const name of this.settledThings) assert.equal(found.get(name).length, 1, name);
  }

  /** What was shown is there once; what one saw on one socket is in order and without a gap. */
  checkFacts(events) {
    const byStream = new Map();
    const inLog = new Set();
    for (const event of events) {
      const fact = factOf(event);
      if (!fact) continue;
      assert.ok(!inLog.has(fact), `twice: ${fact}`);
      inLog.add(fact);
      if (!byStream.has(event.stream)) byStream.set(event.stream, []);
      byStream.get(event.stream).push(fact);
    }
    const lost = [...this.facts].filter((fact) => !inLog.has(fact));
    assert.deepEqual(lost, [], 'shown, and not in the log');
    for (const [stream, facts] of this.sequences) {
      const begin = byStream.get(stream).indexOf(facts[0]);
      const there = byStream.get(stream).slice(begin, begin + facts.length);
      assert.deepEqual(facts, there, `as it was shown of ${stream}`);
    }
  }
}

/** Positions and revisions count up from 1, and leave nothing out. */
function checkNumbers(events) {
  const revisions = new Map();
  for (const [i, { position, stream, revision }] of events.entries()) {
    assert.equal(position, i + 1);
    assert.equal(revision, (revisions.get(stream) ?? 0) + 1, stream);
    revisions.set(stream, revision);
  }
}

/** Behind each push is its event, and what concerns both sides was pushed to both. */
function checkPushes(events, riders) {
  const seen = new Map(riders.map(({ person: { id } }) => [id, new Set()]));
  for (const { person, stream } of riders) {
    for (const { type, seq, booking_id, text } of stream) {
      const event = events[seq - 1];
      const note = `${type} at ${seq}: ${JSON.stringify(event)}`;
      assert.equal(event?.stream, `booking-${booking_id}`, note);
      assert.ok(eventsBehind[type]?.includes(event.type), note);
      if (type === 'chat_message') assert.equal(event.data.text, text);
      assert.ok(!seen.get(person.id).has(seq), `twice: ${note}`);
      seen.get(person.id).add(seq);
    }
  }
  const parties = new Map();
  for (const { type, stream, position, data } of events) {
    if (type === 'booking_requested' && data.booking_type !== 'open') {
      parties.set(stream, { customer: data.customer.account });
    }
    const both = parties.get(stream);
    if (!both) continue;
    if (type === 'driver_assigned') both.driver = data.driver.account;
    if (!shownToBoth.includes(type)) continue;
    for (const side of ['customer', 'driver']) {
      assert.ok(seen.get(both[side])?.has(position), `${type} at ${position}, to the ${side}`);
    }
  }
}
