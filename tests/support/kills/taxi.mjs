// Customers and drivers who live on what they are pushed, and after a kill on what `resync` brings.
import { randomUUID } from 'node:crypto';
import { bookingRequest, pickup } from '../rides.mjs';
import { Client } from './client.mjs';

const unnumbered = ['connected', 'error', 'pong', 'snapshot', 'force_disconnect'];
const rides_at_once = 2;
const messages_a_ride = 4;

/** What takes a ride away from one, and how far the others bring it. */
const endings = [
  'complete_accepted', 'ride_completed', 'driver_cancelled', 'booking_cancelled', 'offer_expired',
  'decline_accepted', 'customer_rejected', 'booking_cancelled_by_customer', 'reject_accepted',
];
const statuses = {
  booking_assigned: 'requested', arrival_time_accepted: 'confirmation',
  arrival_time_offered: 'confirmation', customer_accepted: 'on_the_way',
  accept_accepted: 'on_the_way', offer_auto_accepted: 'on_the_way',
};

/** Either side of the taxi dialect. `stream` is all that was pushed, each once, in order. */
class Rider extends Client {
  constructor(load, person) {
    super(load);
    this.person = person;
    this.isHasty = load.isHasty;
    this.stream = [];
    this.last = 1; // since when; 0 would mean what is in progress
    this.rides = new Map(); // by id: how far it has come, as far as one was told
    this.glimpsed = []; // what came while catching up: it has to turn up in the stream, too
    this.snapshots = []; // each with the position up to which one had been told by then
  }

  async connect(life) {
    this.caughtUp = false;
    this.catchingUp = new Map();
    if (!(await this.open(life, this.person.path()))) return;
    this.report();
    this.send({ type: 'resync', since: this.last });
  }

  /** What one says of oneself on a new socket. */
  report() {}

  closedWith(code) {
    // 1000: the last ride is over. It comes back as an app does.
    if (code === 1000) this.connect(this.life);
    else super.closedWith(code);
  }

  hear(frame) {
    if (frame.type === 'snapshot') this.haveCaughtUp(frame);
    else if (frame.type === 'error') this.regret(frame);
    else if (!unnumbered.includes(frame.type) && this.caughtUp) this.push(frame);
    else if (!unnumbered.includes(frame.type)) this.collect(frame);
  }

  /** What is pushed before `resync` is read comes again with what that brings. */
  collect(frame) {
    this.glimpsed.push(frame);
    this.catchingUp.set(frame.seq, frame);
  }

  /** All missed is here: every ride goes on from where it is. */
  haveCaughtUp(snapshot) {
    const missed = [...this.catchingUp.values()].sort((a, b) => a.seq - b.seq);
    for (const frame of missed) this.push(frame);
    this.snapshots.push({ snapshot, position: this.last });
    this.caughtUp = true;
    this.goOn();
  }

  push(frame) {
    if (!(frame.seq > this.last)) {
      this.faults.push(`${this.person.side}: seq ${frame.seq} after ${this.last}`);
    }
    this.last = frame.seq;
    this.stream.push(frame);
    this.note(frame);
    if (this.caughtUp) this.act(frame.booking_id);
  }

  goOn() {
    for (const id of this.rides.keys()) this.act(id);
  }

  note({ type, booking_id }) {
    if (endings.includes(type)) this.end(booking_id);
    const status = statuses[type];
    if (status) this.rides.set(booking_id, { status, said: 0 });
  }

  /** A command that came too late, as the other side was faster: that ride is over. */
  regret({ code, booking_id }) {
    if (/^BOOKING_NOT_/.test(code)) this.end(booking_id);
    else this.protest(`${this.person.side}: ${code}`);
  }

  end(booking_id) {
    this.rides.delete(booking_id);
  }

  /** Where deadlines run out, some let them. */
  hesitates() {
    return this.isHasty && this.dice.chance(0.1);
  }

  say(ride, booking_id) {
    ++ride.said;
    this.send({ type: 'chat_message', booking_id, text: `${this.person.side} ${randomUUID()}` });
  }
}

export class Driver extends Rider {
  report() {
    this.send({ type: 'location_update', ...pickup });
  }

  act(booking_id) {
    const ride = this.rides.get(booking_id);
    if (ride?.status === 'requested') {
      if (this.hesitates()) return;
      if (this.dice.chance(0.1)) {
        const cancellation_description = 'Too far away.';
        this.send({ type: 'decline_booking', booking_id, cancellation_description });
      } else {
        this.send({ type: 'submit_arrival_time', booking_id, arrival_time: 300 });
      }
    } else if (ride?.status === 'on_the_way') {
      if (ride.said < messages_a_ride) this.say(ride, booking_id);
      else this.send({ type: 'mark_as_completed', booking_id, status: 'completed' });
    }
  }
}

export class Customer extends Rider {
  constructor(load, person) {
    super(load, person);
    this.ended = new Set();
    this.key = null; // of a request that has no answer yet
  }

  goOn() {
    super.goOn();
    this.book();
    this.askAgain();
  }

  end(booking_id) {
    super.end(booking_id);
    this.ended.add(booking_id);
    if (this.caughtUp) this.book();
  }

  act(booking_id) {
    const ride = this.rides.get(booking_id);
    if (ride?.status === 'confirmation') {
      if (this.hesitates()) return;
      this.send({ type: this.dice.chance(0.1) ? 'reject' : 'accept', booking_id });
    } else if (ride?.status === 'on_the_way' && ride.said < messages_a_ride - 1) {
      if (this.dice.chance(0.05)) this.cancel(booking_id);
      else this.say(ride, booking_id);
    }
  }

  request(key) {
    const { person: { token: bearer }, life } = this;
    const headers = { 'Idempotency-Key': key };
    const path = '/api/mobile/customer/booking/request';
    return this.call(life, 'POST', path, { bearer, headers, body: bookingRequest() });
  }

  /** Books until there are rides enough; what a kill left without an answer is asked for again. */
  async book() {
    if (this.booking === this.life) return;
    const life = (this.booking = this.life);
    while (!life.isOver && this.rides.size < rides_at_once) {
      this.key ??= randomUUID();
      const answer = await this.request(this.key);
      if (!answer || answer.status >= 500) break;
      if (answer.status !== 201) {
        this.faults.push(`no booking: ${JSON.stringify(answer.body)}`);
        break;
      }
      const { booking_id } = answer.body.data;
      this.ledger.booked(this.person, booking_id, this.key, answer.body);
      this.key = null;
      if (!this.ended.has(booking_id) && !this.rides.has(booking_id)) {
        this.rides.set(booking_id, { status: 'requested', said: 0 });
      }
    }
    if (this.booking === life) this.booking = null;
  }

  /** A request that was answered before is answered the same, and books nothing. */
  async askAgain() {
    const first = this.ledger.anyBookingOf(this.person, this.dice);
    if (!first) return;
    const answer = await this.request(first.key);
    if (!answer || answer.status >= 500) return;
    if (JSON.stringify(answer.body) !== JSON.stringify(first.body)) {
      this.faults.push(`another answer: ${JSON.stringify([answer.body, first.body])}`);
    }
  }

  async cancel(booking_id) {
    const { person: { token: bearer }, life } = this;
    const path = `/api/mobile/customer/booking/${booking_id}/cancel`;
    const answer = await this.call(life, 'POST', path, { bearer });
    if (!answer || answer.status >= 500) return;
    if (answer.status === 200) this.ledger.cancelled(booking_id);
    this.end(booking_id);
  }
}
