// The taxi dialect: apps of drivers and of customers (the taxi document; PROTOCOL.md, Taxi).
import { customerApi, driverApi } from './api.js';
import { Client } from './client.js';
import { newKey } from './keys.js';
import { endsSession, reason } from './reasons.js';
import { Sequence } from './sequence.js';

/** Connects a driver's app. See index.d.ts for the options. */
export const connectDriver = (options) => new Driver(options).connect();

/** Connects a customer's app. */
export const connectCustomer = (options) => new Customer(options).connect();

const isId = (id) => typeof id === 'string' && id !== '';

class TaxiClient extends Client {
  #side;
  #sequence;

  constructor(side, options) {
    super(options, { heartbeatMs: 25_000 });
    this.#side = side;
    this.#sequence = new Sequence(options.since);
  }

  /** The position of the last push that was shown: `since` for the app's next start. */
  get position() {
    return this.#sequence.position;
  }

  /** Resolves to the snapshot of a booking; without an id of the one that the document says. */
  resync(bookingId) {
    const message = { type: 'resync', booking_id: bookingId };
    const isAnswer = ({ type }) => type === 'snapshot';
    return this.run({ message, lane: bookingId ?? '', isAnswer, details: { bookingId } });
  }

  /** Resolves once the server has answered. */
  async ping() {
    const isAnswer = ({ type }) => type === 'pong';
    await this.run({ message: { type: 'ping' }, lane: 'ping', isAnswer });
  }

  sendChatMessage(bookingId, text) {
    const isAnswer = (frame) => frame.from === this.#side && frame.text === text;
    return this.about(bookingId, { type: 'chat_message', text }, 'chat_message', isAnswer);
  }

  /** A command about a booking; `ack` is the type of its ack. */
  async about(bookingId, { type, ...rest }, ack, isAnswer = () => true) {
    // The server would refuse it without saying what it is about.
    if (!isId(bookingId)) throw new TypeError('`bookingId` is no booking\'s id.');
    return this.run({
      message: { type, booking_id: bookingId, ...rest },
      lane: bookingId,
      isAnswer: (frame) =>
        frame.type === ack && frame.booking_id === bookingId && isAnswer(frame),
      details: { bookingId },
    });
  }

  address(token) {
    const { deviceId } = this.settings;
    const query = new URLSearchParams({ token: token ?? '' });
    if (deviceId !== undefined) query.set('device_id', deviceId);
    return `/ws/${this.#side}?${query}`;
  }

  opened() {} // the greeting says that we are welcome

  greeted() {
    this.say({ type: 'resync', since: this.#sequence.begin() });
  }

  received(frame) {
    switch (frame.type) {
      case 'connected':
        this.id = frame[`${this.#side}_id`];
        return this.greeted();
      case 'snapshot':
        return this.#shown(frame);
      case 'position':
        this.#sequence.reach(frame.seq);
        return this.caughtUp();
      case 'pong':
        return this.answer(frame);
      case 'force_disconnect':
        return this.putOut(frame);
      case 'error':
        return this.#failed(frame);
      default:
        return this.#pushed('seq' in frame ? this.#sequence.take(frame) : [frame]);
    }
  }

  lost() {}

  ask() {
    this.say({ type: 'ping' });
  }

  #pushed(pushes) {
    for (const push of pushes) this.push(push.type, push);
  }

  /** All that was missed has come before the snapshot. */
  #shown(snapshot) {
    const wasCatchingUp = this.#sequence.isCatchingUp;
    if (wasCatchingUp) this.#pushed(this.#sequence.end());
    this.emit('snapshot', snapshot);
    if (!wasCatchingUp) return this.answer(snapshot);
    if (this.position > 0) return this.caughtUp();
    this.say({ type: 'position' });
  }

  #failed({ code, message, booking_id: bookingId }) {
    if (endsSession({ code })) return this.fail(reason(code, message));
    if (this.status.status === 'connected') {
      return this.refuse(bookingId ?? '', { code, message }, { bookingId });
    }
    if (code === 'UNKNOWN_MESSAGE_TYPE') return this.caughtUp(); // a server without `position`
    return this.fail(reason(code, message));
  }
}

class Driver extends TaxiClient {
  #place;

  /** A driver on the way may come back on the same device only, so there has to be one. */
  constructor({ deviceId = newKey(), ...rest }) {
    const options = { deviceId, ...rest };
    super('driver', options);
    Object.assign(this, driverApi({ ...options, onExchange: (call) => this.emit('call', call) }));
  }

  /** Accepts an instant booking: so many seconds until the pickup. */
  submitArrivalTime(bookingId, seconds) {
    const message = { type: 'submit_arrival_time', arrival_time: seconds };
    return this.about(bookingId, message, 'arrival_time_accepted');
  }

  /** Accepts a scheduled booking. */
  acceptBooking(bookingId) {
    return this.about(bookingId, { type: 'accept_booking' }, 'accept_accepted');
  }

  /** Refuses an offer, with a template's id or a text. */
  declineBooking(bookingId, why) {
    return this.about(bookingId, { type: 'decline_booking', ...why }, 'decline_accepted');
  }

  markAsCompleted(bookingId) {
    const message = { type: 'mark_as_completed', status: 'completed' };
    return this.about(bookingId, message, 'complete_accepted');
  }

  /** Says where the driver is, now or as soon as there is a connection, and after each new one. */
  updateLocation({ latitude, longitude }) {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
      throw new RangeError('A latitude is -90 to 90, a longitude -180 to 180.');
    }
    this.#place = { latitude, longitude };
    if (this.status.status === 'connected') this.#sayPlace();
  }

  greeted() {
    if (this.#place) this.#sayPlace(); // the server forgets it with the connection
    super.greeted();
  }

  #sayPlace() {
    this.say({ type: 'location_update', ...this.#place });
  }
}

/** The customer's last push about a booking is one of these. */
const lastPushes = new Set(['ride_completed', 'driver_cancelled', 'reject_accepted']);

class Customer extends TaxiClient {
  #wanted = new Set(); // bookings that were requested here and have not ended
  #ended = new Set();
  #api;

  constructor(options) {
    super('customer', options);
    this.#api = customerApi({ ...options, onExchange: (call) => this.emit('call', call) });
    const { requestBooking, cancelBooking, ...rest } = this.#api;
    Object.assign(this, rest);
    this.on('push', ({ type, booking_id: id }) => {
      if (lastPushes.has(type)) this.#forget(id);
    });
  }

  /** Asks for a ride. The connection, which the server closes after the last one, is made again. */
  async requestBooking(request, how) {
    const answer = await this.#api.requestBooking(request, how);
    const { booking_id: id } = answer;
    if (!this.#ended.has(id)) this.#wanted.add(id);
    if (this.status.reason?.code === 'NOTHING_IN_PROGRESS') this.connect();
    return answer;
  }

  /** Ends a ride that is on the way. */
  async cancelBooking(bookingId) {
    const answer = await this.#api.cancelBooking(bookingId);
    this.#forget(bookingId);
    return answer;
  }

  accept(bookingId) {
    return this.about(bookingId, { type: 'accept' }, 'accept_accepted');
  }

  reject(bookingId) {
    return this.about(bookingId, { type: 'reject' }, 'reject_accepted');
  }

  /** The server may close the socket while a booking that it does not know of yet is on its way. */
  isNeeded({ code }) {
    return code === 'NOTHING_IN_PROGRESS' && this.#wanted.size > 0;
  }

  #forget(bookingId) {
    this.#wanted.delete(bookingId);
    this.#ended.add(bookingId);
  }
}
