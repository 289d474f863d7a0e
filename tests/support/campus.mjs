// The campus dialect: students who drive and students who ride, their sockets, and one ride.
import assert from 'node:assert/strict';
import { App } from './app.mjs';
import { nowhere } from './http.mjs';
import { Person, startServer, uuid } from './rides.mjs';

/** What the document's example asks for, its keys in its order. */
export const trip = {
  pickup_latitude: 37.7749,
  pickup_longitude: -122.4194,
  dropoff_latitude: 37.7874,
  dropoff_longitude: -122.4082,
  pickup_address: '123 Main St, San Francisco, CA',
  dropoff_address: '456 Elm St, San Francisco, CA',
};

/** What passengers and drivers send. */
export const create = (changes = {}) => ({ action: 'create_ride_request', ...trip, ...changes });
const about = (action) => (ride_request_id) => ({ action, ride_request_id });
export const cancel = about('cancel_ride_request');
export const accept = about('accept_ride_request');
export const complete = about('complete_ride_request');
export const chat = (message) => ({ action: 'send_chat_message', message });

/** The three ways in which a token comes, as a query or as headers. */
const ways = {
  query: (token) => ({ query: `?${new URLSearchParams({ token })}` }),
  header: (token) => ({ headers: { authorization: `Bearer ${token}` } }),
  cookie: (token) => ({ headers: { cookie: `theme=dark; access_token=${token}; lang=en` } }),
  nothing: () => ({}),
};

/** A student on one side, `driver` or `passenger`. */
export class Student extends Person {
  static create(server, side, fields = {}) {
    return super.create(server, side, { roles: ['student'], ...fields });
  }

  get kind() {
    return 'action';
  }

  /** The same account with a socket of its own, on this side or on the other. */
  elsewhere(side = this.side) {
    return Object.assign(new Student(), { ...this, side, app: undefined });
  }

  /** An upgrade. A cookie comes with the server's own origin, unless another, or null, is given. */
  open({ by = 'query', id = this.id, token = this.token, origin } = {}) {
    const { query = '', headers = {} } = ways[by](token);
    if (origin === undefined && by === 'cookie') origin = this.server.url;
    const options = { headers: origin ? { ...headers, origin } : headers };
    return App.connect(this.server, `/${this.side}/${id}${query}`, options);
  }

  /** Opens the socket; resolves to what one is told on it at once. */
  async connect(how) {
    this.app = await this.open(how);
    return this.heard();
  }

  /** The upgrade is answered with this status, and no socket opens. */
  async isKeptOut(status, how = {}) {
    const what = `${this.side}, ${JSON.stringify(how)}`;
    const refusal = await this.open(how).then(() => null, (error) => error);
    assert.ok(refusal, `let in: ${what}`);
    assert.equal(refusal.status, status, `${what}: ${refusal}`);
  }

  /**
   * What has come since the last look. The command that nobody may give passes through the engine:
   * all that was decided before is here before its error.
   */
  async heard() {
    this.send(this.side === 'driver' ? complete(nowhere) : cancel(nowhere));
    const frames = [];
    for (;;) {
      const frame = await this.app.next();
      if (frame.code === 'RIDE_REQUEST_NOT_FOUND') return frames;
      frames.push(frame);
    }
  }

  /** These pushes come next, in this order. */
  async gets(...pushes) {
    for (const push of pushes) assertPush(await this.app.next(), push);
  }

  /** These pushes have come since the last look, in this order, and nothing else. */
  async getsOnly(...pushes) {
    assertPushes(await this.heard(), pushes);
  }
}

/** A push as it should be: every value, every key, and their order. */
export function assertPush(frame, expected) {
  // "{.., status}" of a completion leaves open whether the driver is still named.
  const named = frame.action !== 'ride_request_completed' || 'driver_id' in Object(frame.data);
  const wanted = named ? expected : withoutDriver(expected);
  assert.deepEqual(frame, wanted);
  const order = `the order of keys in ${frame.action}`;
  assert.equal(JSON.stringify(frame), JSON.stringify(wanted), order);
}

function withoutDriver({ data: { driver_id, ...data }, ...push }) {
  return { ...push, data };
}

export function assertPushes(frames, expected) {
  const actions = (pushes) => pushes.map(({ action }) => action);
  assert.deepEqual(actions(frames), actions(expected), JSON.stringify(frames));
  for (const [i, frame] of frames.entries()) assertPush(frame, expected[i]);
}

/** The pushes about one request, each by its action; `pending` is the one with two names. */
export function pushesOf({ id, asked, driver }) {
  const request = (status, more = {}) => ({ id, ...asked, status, ...more });
  const driver_id = driver?.id;
  return {
    created: { action: 'ride_request_created', data: request('pending') },
    pending: {
      action: 'sending_pending_ride_request',
      type: 'send_pending_ride_request',
      data: request('pending'),
    },
    accepted: { action: 'ride_request_accepted', data: request('accepted', { driver_id }) },
    completed: { action: 'ride_request_completed', data: request('completed', { driver_id }) },
    cancelled: { action: 'ride_request_cancelled', ride_request_id: id },
    closed: { action: 'ride_request_closed', ride_request_id: id },
    said: ({ id: user_id }, message) => ({ action: 'chat_message', user_id, message }),
  };
}

/** The steps of a ride, in order: each is a method of CampusRide. */
export const campusSteps = ['request', 'accept', 'chat', 'complete'];

/** One ride of two students. Every step checks what both are told of it. */
export class CampusRide {
  constructor({ passenger, driver }) {
    this.passenger = passenger;
    this.driver = driver;
    this.accepted = false;
  }

  get pushes() {
    return pushesOf(this);
  }

  async through(last) {
    for (const step of campusSteps.slice(0, campusSteps.indexOf(last) + 1)) await this[step]();
    return this;
  }

  async request(changes) {
    this.asked = { ...trip, ...changes };
    const created = await this.passenger.ask(create(changes));
    this.id = created.data?.id;
    assertPush(created, this.pushes.created);
    assert.match(this.id, uuid);
    await this.driver?.gets(this.pushes.pending);
    return this;
  }

  async accept() {
    this.driver.send(accept(this.id));
    await this.both(this.pushes.accepted);
    this.accepted = true;
  }

  /** Both say something. */
  async chat() {
    await this.say(this.driver, 'Hello, passenger!');
    await this.say(this.passenger, 'hello driver 🏃');
  }

  async say(sender, message) {
    sender.send(chat(message));
    await this.both(this.pushes.said(sender, message));
  }

  async complete() {
    this.driver.send(complete(this.id));
    await this.both(this.pushes.completed);
  }

  async cancel() {
    const { cancelled, closed } = this.pushes;
    this.passenger.send(cancel(this.id));
    await this.passenger.gets(cancelled);
    await this.driver?.gets(this.accepted ? cancelled : closed);
  }

  async both(push) {
    await this.driver.gets(push);
    await this.passenger.gets(push);
  }
}

/** How a ride comes to each of its states. */
export const campusStates = {
  pending: (ride) => ride.through('request'),
  accepted: (ride) => ride.through('accept'),
  completed: (ride) => ride.through('complete'),
  'cancelled while pending': async (ride) => {
    await ride.through('request');
    await ride.cancel();
  },
  'cancelled while accepted': async (ride) => {
    await ride.through('accept');
    await ride.cancel();
  },
};

/** A passenger and so many drivers, all connected; their sockets may send as fast as they like. */
export async function openCampus(t, { env, drivers: howMany = 1 } = {}) {
  const server = await startServer(t, { env: { WS_RATE_LIMIT: '0', ...env } });
  const passenger = await newStudent(server, 'passenger');
  const drivers = [];
  for (let i = 0; i < howMany; ++i) drivers.push(await newStudent(server, 'driver'));
  return { server, passenger, driver: drivers[0], drivers };
}

/** A student with an account of their own, connected. */
export async function newStudent(server, side, fields) {
  const student = await Student.create(server, side, fields);
  await student.connect();
  return student;
}
