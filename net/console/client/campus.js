// The campus dialect: students who drive and students who ride (the campus document; PROTOCOL.md,
// Campus).
import { customerApi } from './api.js';
import { CampusRides } from './campus_rides.js';
import { Client } from './client.js';
import { endsSession, reason, refusedWith } from './reasons.js';

/** Connects a student who drives. See index.d.ts for the options. */
export const connectCampusDriver = (options) => new CampusDriver(options).connect();

/** Connects a student who rides. */
export const connectPassenger = (options) => new Passenger(options).connect();

/** No ride request has this id. What is asked about it passes through the engine. */
const nobodys = '00000000-0000-0000-0000-000000000000';
const askedAbout = new Set(['RIDE_REQUEST_NOT_FOUND']);

class CampusClient extends Client {
  #side;
  #probe;
  #rides = new CampusRides();
  #wasShownSomething = false; // since the last probe

  /** `probe` is a command that this side may give. */
  constructor(side, probe, options) {
    super(options, { heartbeatMs: 0 });
    if (typeof options.userId !== 'string') throw new TypeError('`userId` is missing.');
    this.id = options.userId.toLowerCase();
    this.#side = side;
    this.#probe = { action: probe, ride_request_id: nobodys };
  }

  sendChatMessage(message) {
    return this.command({ action: 'send_chat_message', message }, (frame) =>
      frame.action === 'chat_message' && frame.user_id === this.id && frame.message === message);
  }

  command(message, isAnswer) {
    const details = { rideRequestId: message.ride_request_id };
    return this.run({ message, lane: '', isAnswer, details });
  }

  address(token) {
    return `/${this.#side}/${this.id}?${new URLSearchParams({ token: token ?? '' })}`;
  }

  /** What is open is shown at once. Where that matters, a refusal that is sure says it was all. */
  opened() {
    if (this.#rides.areEmpty && !this.hasDoubts) return this.caughtUp();
    this.#rides.begin();
    this.#askForTheEnd();
  }

  received(frame) {
    switch (frame.action) {
      case 'force_disconnect':
        return this.putOut(frame);
      case 'error':
        return this.#failed(frame);
      default:
        return this.#pushed(frame);
    }
  }

  lost() {}

  /** The documents have no ping here. */
  ask() {
    this.command(this.#probe, () => false).catch(() => {}); // refused, as it should be
  }

  /** Browsers do not say why an upgrade was refused; but a token that is bad is so everywhere. */
  async explain() {
    try {
      await customerApi(this.settings).profile();
    } catch ({ status }) {
      if (status === 401) return refusedWith(status);
    }
    return undefined;
  }

  #askForTheEnd() {
    this.#wasShownSomething = false;
    this.say(this.#probe);
  }

  #pushed(frame) {
    this.#wasShownSomething ||= frame.data !== undefined;
    if (this.#rides.isNews(frame)) this.push(frame.action, frame);
    else this.answer(frame);
  }

  #failed({ code, message }) {
    if (endsSession({ code })) return this.fail(reason(code, message));
    if (this.status.status === 'connected') return this.refuse('', { code, message });
    if (!askedAbout.has(code)) return this.fail(reason(code, message));
    // Much is shown in parts, of which the next may have come only after the probe.
    if (this.#wasShownSomething) return this.#askForTheEnd();
    for (const push of this.#rides.end()) this.push(push.action, push);
    this.giveUpSent();
    this.caughtUp();
  }
}

class CampusDriver extends CampusClient {
  constructor(options) {
    super('driver', 'complete_ride_request', options);
  }

  /** The first driver to accept has the ride. */
  acceptRideRequest(id) {
    return this.command({ action: 'accept_ride_request', ride_request_id: id }, (frame) =>
      frame.action === 'ride_request_accepted' && frame.data.id === id &&
      frame.data.driver_id === this.id);
  }

  completeRideRequest(id) {
    return this.command({ action: 'complete_ride_request', ride_request_id: id }, (frame) =>
      frame.action === 'ride_request_completed' && frame.data.id === id);
  }
}

/** By these a passenger knows the own request again, accepted or not. */
const createdOrAccepted = new Set(['ride_request_created', 'ride_request_accepted']);

class Passenger extends CampusClient {
  constructor(options) {
    super('passenger', 'cancel_ride_request', options);
  }

  createRideRequest(trip) {
    return this.command({ action: 'create_ride_request', ...trip }, ({ action, data }) =>
      createdOrAccepted.has(action) && Object.keys(trip).every((key) => data[key] === trip[key]));
  }

  cancelRideRequest(id) {
    return this.command({ action: 'cancel_ride_request', ride_request_id: id }, (frame) =>
      frame.action === 'ride_request_cancelled' && frame.ride_request_id === id);
  }
}
