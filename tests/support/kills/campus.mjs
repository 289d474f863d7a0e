// Students who ride and drive, and go on from what a new socket tells them.
import { randomUUID } from 'node:crypto';
import { accept, cancel, chat, complete, create } from '../campus.mjs';
import { facts } from './facts.mjs';
import { Listener } from './client.mjs';

const messages_a_ride = 3;

class Student extends Listener {
  constructor(load, person) {
    super(load);
    this.person = person;
  }

  get path() {
    const { side, id, token } = this.person;
    return `/${side}/${id}?${new URLSearchParams({ token })}`;
  }

  forget() {
    this.ride = null;
  }

  take(frame) {
    const { action, code, data, ride_request_id } = frame;
    if (action === 'error') return this.regret(code);
    if (action === 'chat_message') {
      if (!this.ride) return this.faults.push(`${this.person.side}: chat without a ride`);
      this.shown(this.ride.stream, facts.said(frame.user_id, frame.message));
      if (frame.user_id === this.person.id && this.caughtUp) this.talk();
      return;
    }
    const id = data?.id ?? ride_request_id;
    this.about({ action, id, stream: `booking-${id}`, driver: data?.driver_id });
  }

  talk() {
    if (this.ride.said++ < messages_a_ride) this.send(chat(`${this.person.side} ${randomUUID()}`));
    else this.haveTalked();
  }

  haveTalked() {}

  ended(stream, fact) {
    this.shown(stream, fact);
    this.ride = null;
    if (this.caughtUp) this.goOn();
  }

  accepted({ id, stream, driver }) {
    this.shown(stream, facts.accepted(driver));
    this.ride = { id, stream, said: 0, isAccepted: true };
    if (this.caughtUp) this.talk();
  }
}

export class Passenger extends Student {
  goOn() {
    if (!this.ride) this.send(create());
    else if (this.ride.isAccepted) this.talk();
  }

  /** Calls a ride off at times, but once. */
  waver(id) {
    if (this.calledOff === id || !this.dice.chance(0.1)) return;
    this.calledOff = id;
    this.send(cancel(id));
  }

  about(news) {
    const { action, id, stream } = news;
    if (action === 'ride_request_created') {
      this.ride = { id, stream, said: 0 };
      this.shown(stream, facts.requested());
      if (this.caughtUp) this.waver(id);
    } else if (action === 'ride_request_accepted') {
      this.accepted(news);
      if (this.caughtUp) this.waver(id);
    } else if (action === 'ride_request_completed') {
      this.ended(stream, facts.completed());
    } else if (action === 'ride_request_cancelled') {
      this.ended(stream, facts.cancelled());
    } else {
      this.faults.push(`passenger: ${action}`);
    }
  }

  regret(code) {
    // The ride has ended while one spoke, or called it off.
    if (code !== 'NO_ACTIVE_RIDE') this.protest(`passenger: ${code}`);
  }
}

export class CampusDriver extends Student {
  forget() {
    super.forget();
    this.pending = new Set();
    this.tried = null;
  }

  goOn() {
    if (this.ride) return this.talk();
    if (this.tried) return;
    [this.tried = null] = this.pending;
    if (this.tried) this.send(accept(this.tried));
  }

  haveTalked() {
    this.send(complete(this.ride.id));
  }

  about(news) {
    const { action, id, stream, driver } = news;
    if (action === 'sending_pending_ride_request') {
      this.ledger.shown(`${stream} ${facts.requested()}`);
      this.pending.add(id);
      if (this.caughtUp && !this.ride) this.goOn();
    } else if (action === 'ride_request_accepted') {
      if (driver !== this.person.id) this.faults.push(`driver: told of ${driver}'s ride`);
      this.tried = null;
      this.pending.delete(id);
      this.accepted(news);
    } else if (action === 'ride_request_closed') {
      this.pending.delete(id);
    } else if (action === 'ride_request_completed') {
      this.ended(stream, facts.completed());
    } else if (action === 'ride_request_cancelled') {
      this.ended(stream, facts.cancelled());
    } else {
      this.faults.push(`driver: ${action}`);
    }
  }

  regret(code) {
    if (code === 'NO_ACTIVE_RIDE') return; // the passenger was faster
    if (!/^RIDE_REQUEST_(TAKEN|NOT_FOUND)$/.test(code)) this.protest(`driver: ${code}`);
    this.pending.delete(this.tried);
    this.tried = null;
    if (this.caughtUp && !this.ride) this.goOn();
  }
}
