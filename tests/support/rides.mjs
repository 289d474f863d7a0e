// What the tests share: people, a booking request, and a ride that is taken from step to step.
import assert from 'node:assert/strict';
import { App } from './app.mjs';
import { Server, afterwards, temporaryFolder, token } from './server.mjs';

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export const pickup = { latitude: -33.8688, longitude: 151.2093 };

/** The body of the taxi document's step 1. */
export function bookingRequest(changes = {}) {
  return {
    pickup_location_title: 'Home',
    pickup_location_address: '12 King St, Sydney',
    pickup_map_id: 'ChIJpickup',
    pickup_latitude: pickup.latitude,
    pickup_longitude: pickup.longitude,
    no_of_passengers: 2,
    note: null,
    scheduled_date: null,
    drop_offs: [dropOff()],
    ...changes,
  };
}

export function dropOff(changes = {}) {
  return {
    drop_off_location_title: 'Airport',
    drop_off_location_address: 'Sydney Airport',
    drop_off_map_id: 'ChIJdropoff',
    drop_off_latitude: -33.9399,
    drop_off_longitude: 151.1753,
    ...changes,
  };
}

/** A message without its `seq`, for comparisons with what the document shows. */
export function withoutSeq({ seq, ...message }) {
  return message;
}

/** A server on a folder of its own that ends with the test. */
export async function startServer(t, { dataDir = temporaryFolder(t), ...options } = {}) {
  const server = await Server.start({ dataDir, ...options });
  afterwards(t, () => server.kill());
  return server;
}

let peopleSoFar = 0;

/** Somebody with an account: one role, one token, and a socket once connected. */
export class Person {
  static async create(server, side, fields = {}) {
    const person = new this();
    person.server = server;
    person.side = side;
    person.email = `${side}-${++peopleSoFar}@example.org`;
    person.fields = { email: person.email, name: `Somebody ${peopleSoFar}`, ...fields };
    person.id = await server.createAccount({ roles: [side], ...person.fields });
    person.token = token({ email: person.email });
    return person;
  }

  /** The key by which this dialect names its messages. */
  get kind() {
    return 'type';
  }

  /** Where the socket is opened; further parameters follow the token. */
  path(parameters = {}) {
    return `/ws/${this.side}?${new URLSearchParams({ token: this.token, ...parameters })}`;
  }

  /** Opens the socket and takes the greeting, which it resolves to. */
  async connect(parameters, options) {
    this.app = await App.connect(this.server, this.path(parameters), options);
    return this.take('connected');
  }

  send(message) {
    this.app.send(message);
  }

  ask(message) {
    return this.app.ask(message);
  }

  /** The next frame, which has to be of this type. */
  async take(type) {
    const frame = await this.app.next();
    assert.equal(frame[this.kind], type, `instead: ${JSON.stringify(frame)}`);
    return frame;
  }

  /** Skips frames until one fits. */
  async skipTo(fits) {
    for (;;) {
      const frame = await this.app.next();
      if (fits(frame)) return frame;
    }
  }

  /** What resync answers. It passes through the engine: whatever was pushed before came first. */
  async snapshot(booking_id) {
    this.send({ type: 'resync', booking_id });
    return this.take('snapshot');
  }

  /** Sends what has to be refused, and checks the whole error. */
  async isRefused(message, code) {
    const { message: text, ...error } = await this.ask(message);
    const { booking_id } = Object(message);
    const repeated = typeof booking_id === 'string' ? { booking_id } : {};
    assert.deepEqual(error, { [this.kind]: 'error', code, ...repeated }, `for ${show(message)}`);
    assert.ok(typeof text === 'string' && text.length > 0, 'an error says what is wrong');
  }

  /** Reports a position; the pong says that the server has read it. */
  async driveTo(position) {
    this.send({ type: 'location_update', ...position });
    this.send({ type: 'ping' });
    await this.take('pong');
  }

  /** Asks for a ride over HTTP. */
  requestBooking(changes = {}, headers = {}) {
    return this.server.http('POST', '/api/mobile/customer/booking/request', {
      bearer: this.token,
      headers,
      body: bookingRequest(changes),
    });
  }
}

function show(message) {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return text.length > 200 ? `${text.slice(0, 200)}..` : text;
}

/** Alice and so many drivers, all connected; drivers[0] is the nearest to the pickup, and so on. */
export async function openCity(t, { drivers: howMany = 1, ...options } = {}) {
  const server = await startServer(t, options);
  const customer = await Person.create(server, 'customer', { name: 'Alice' });
  await customer.connect();
  const drivers = [];
  for (let i = 0; i < howMany; ++i) {
    const driver = await Person.create(server, 'driver', {
      name: `Bob ${i}`,
      phone: `21987654${i}`,
      phone_code: 'AU',
      vehicle_number: `ABC-12${i}`,
      driver_code: `DRV-004${i}`,
    });
    await driver.connect();
    await driver.driveTo({ ...pickup, latitude: pickup.latitude + 0.01 * (i + 1) });
    drivers.push(driver);
  }
  return { server, customer, driver: drivers[0], drivers };
}

/** The steps of a ride, in order: each is a method of Ride. */
export const steps = ['request', 'offer', 'accept', 'chat', 'complete'];

/** One ride between two people. Every step takes the frames of both sides, and resolves to them. */
export class Ride {
  constructor({ customer, driver }) {
    this.customer = customer;
    this.driver = driver;
  }

  async through(last) {
    for (const step of steps.slice(0, steps.indexOf(last) + 1)) await this[step]();
    return this;
  }

  async request(changes) {
    this.asked = bookingRequest(changes);
    const answer = await this.customer.requestBooking(changes);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    this.id = answer.body.data.booking_id;
    const assigned = await this.driver.take('booking_assigned');
    assert.equal(assigned.booking_id, this.id);
    return { answer, driver: assigned };
  }

  offer(arrival_time = 300) {
    this.driver.send({ type: 'submit_arrival_time', booking_id: this.id, arrival_time });
    return this.frames('arrival_time_accepted', 'arrival_time_offered');
  }

  accept() {
    this.customer.send({ type: 'accept', booking_id: this.id });
    return this.frames('customer_accepted', 'accept_accepted');
  }

  /** Both say something; resolves to what came of the second message. */
  async chat() {
    await this.say(this.driver, "I'm at the front entrance.");
    return this.say(this.customer, 'Coming 🏃');
  }

  say(sender, text) {
    sender.send({ type: 'chat_message', booking_id: this.id, text });
    return this.frames('chat_message', 'chat_message');
  }

  complete() {
    this.driver.send({ type: 'mark_as_completed', booking_id: this.id, status: 'completed' });
    return this.frames('complete_accepted', 'ride_completed');
  }

  /** The driver refuses the offer; resolves to the ack. */
  async decline(reason = { cancellation_description: 'Flat tyre.' }) {
    this.driver.send({ type: 'decline_booking', booking_id: this.id, ...reason });
    return this.driver.take('decline_accepted');
  }

  reject() {
    this.customer.send({ type: 'reject', booking_id: this.id });
    return this.frames('customer_rejected', 'reject_accepted');
  }

  /** The driver takes a scheduled booking on. */
  confirm() {
    this.driver.send({ type: 'accept_booking', booking_id: this.id });
    return this.frames('accept_accepted', 'booking_confirmed');
  }

  /** What both get when the offer's time, or a scheduled booking's pickup time, has come. */
  promoted() {
    return this.frames('customer_accepted', 'offer_auto_accepted');
  }

  async frames(forDriver, forCustomer) {
    const frames = {
      driver: await this.driver.take(forDriver),
      customer: await this.customer.take(forCustomer),
    };
    assert.equal(frames.driver.booking_id, this.id);
    assert.equal(frames.customer.booking_id, this.id);
    return frames;
  }
}
