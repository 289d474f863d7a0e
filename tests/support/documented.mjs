// The messages of the taxi document, with its keys in its order: what a frame is compared with.
import assert from 'node:assert/strict';
import { pickup, uuid, withoutSeq } from './rides.mjs';

export const home = {
  title: 'Home', address: '12 King St, Sydney', map_id: 'ChIJpickup', ...pickup,
};
export const airport = {
  title: 'Airport',
  address: 'Sydney Airport',
  map_id: 'ChIJdropoff',
  latitude: -33.9399,
  longitude: 151.1753,
};
export const fiveMinutes = { value: 5, unit: 'minutes', label: '5 min', seconds: 300 };

/** The countries that the people of the tests have their phones in. */
const phoneCodes = {
  NZ: { name: 'New Zealand', code: 'NZ', ph_code: '+64' },
  AU: { name: 'Australia', code: 'AU', ph_code: '+61' },
};

/** What has no position in the log: nothing was decided. */
const unnumbered = ['connected', 'pong', 'error', 'force_disconnect'];

/** Checks a `phone_code` object and puts its country in its place, for its id is the server's. */
function country(phoneCode) {
  if (phoneCode === null) return null;
  assert.deepEqual(Object.keys(phoneCode), ['id', 'name', 'code', 'ph_code', 'flag']);
  const { id, flag, ...rest } = phoneCode;
  assert.match(id, uuid);
  assert.deepEqual(rest, phoneCodes[rest.code]);
  assert.equal(flag, `http://127.0.0.1/uploads/flags/${rest.code.toLowerCase()}.png`);
  return rest.code;
}

const withCountries = (frame) => JSON.parse(JSON.stringify(frame), (key, value) =>
  key.endsWith('phone_code') ? country(value) : value);

/** Compares a frame with what the document shows: every value, every key, and their order. */
export function assertFrame(frame, expected) {
  const { type, seq } = frame;
  const plain = withCountries(withoutSeq(frame));
  assert.deepEqual(plain, expected);
  assert.equal(JSON.stringify(plain), JSON.stringify(expected), `the order of keys in ${type}`);
  if (unnumbered.includes(type)) {
    assert.equal(seq, undefined, `${type} has no position in the log`);
  } else if (type !== 'snapshot') {
    assert.ok(Number.isSafeInteger(seq) && seq > 0, `a seq in ${type}`);
    assert.equal(Object.keys(frame).at(-1), 'seq');
  }
}

/** Compares both sides' frames of a step; one event is behind them. */
export function assertFrames(frames, { driver, customer }) {
  assertFrame(frames.driver, driver);
  assertFrame(frames.customer, customer);
  assert.equal(frames.driver.seq, frames.customer.seq, 'one event, one position');
}

/** An error without its text, which is for people. */
export function assertError({ message, ...error }, code, rest = {}) {
  assert.deepEqual(error, { type: 'error', code, ...rest });
  assert.ok(typeof message === 'string' && message.length > 0, 'an error says what is wrong');
}

/** What a customer's payloads say about the driver. */
export function aboutDriver({ fields }) {
  return {
    driver_name: fields.name,
    driver_phone: fields.phone ?? '211234567',
    driver_phone_code: fields.phone_code ?? 'NZ',
    vehicle_number: fields.vehicle_number ?? null,
    driver_code: fields.driver_code ?? null,
  };
}

export const aboutNobody = {
  driver_name: null,
  driver_phone: null,
  driver_phone_code: null,
  vehicle_number: null,
  driver_code: null,
};

/** What a driver's payloads say about the customer. */
export function aboutCustomer({ fields }) {
  return {
    customer_name: fields.name,
    customer_phone: fields.phone ?? '211234567',
    customer_phone_code: fields.phone_code ?? 'NZ',
  };
}

/** The messages of one ride, each by its type; an argument gives what the ride does not tell. */
export function documented({ id: booking_id, customer, driver, asked }) {
  const { no_of_passengers, note, scheduled_date } = asked;
  const booking_type = scheduled_date ? 'scheduled' : 'instant';
  const trip = { pickup_location: home, dropoff_location: airport };
  const to = {
    driver: aboutCustomer(customer),
    customer: driver ? aboutDriver(driver) : aboutNobody,
  };
  const ended = (type, status, chat_history) => ({ type, booking_id, status, chat_history });
  return {
    booking_assigned: ({ date }) => ({
      type: 'booking_assigned',
      booking_id,
      booking_status: 'requested',
      booking_type,
      date,
      no_of_passengers,
      note,
      ...to.driver,
      ...trip,
      chat_history: [],
    }),
    arrival_time_accepted: ({ arrival_time = fiveMinutes } = {}) => ({
      type: 'arrival_time_accepted',
      booking_id,
      booking_status: 'confirmation',
      arrival_time,
      chat_history: [],
    }),
    arrival_time_offered: ({ arrival_time = fiveMinutes } = {}) => ({
      type: 'arrival_time_offered',
      booking_id,
      booking_status: 'confirmation',
      arrival_time,
      no_of_passengers,
      ...to.customer,
      ...trip,
      chat_history: [],
    }),
    /** To the customer. To the driver, after accept_booking, see accept_booking_accepted. */
    accept_accepted: () => ({
      type: 'accept_accepted',
      booking_id,
      booking_status: 'on_the_way',
      ...to.customer,
      chat_history: [],
    }),
    accept_booking_accepted: () => ({ type: 'accept_accepted', booking_id, chat_history: [] }),
    customer_accepted: ({ auto_promoted }) => ({
      type: 'customer_accepted',
      booking_id,
      booking_status: 'on_the_way',
      no_of_passengers,
      note,
      ...to.driver,
      ...trip,
      chat_history: [],
      auto_promoted,
    }),
    offer_auto_accepted: () => ({
      type: 'offer_auto_accepted', booking_id, booking_status: 'on_the_way', chat_history: [],
    }),
    booking_confirmed: () => ({
      type: 'booking_confirmed',
      booking_id,
      booking_status: 'confirmation',
      scheduled_date,
      no_of_passengers,
      ...to.customer,
      ...trip,
      chat_history: [],
    }),
    chat_message: ({ from, text, sent_at, chat_history }) => ({
      type: 'chat_message', booking_id, from, text, sent_at, chat_history,
    }),
    complete_accepted: ({ chat_history }) => ended('complete_accepted', 'completed', chat_history),
    ride_completed: ({ chat_history }) => ended('ride_completed', 'completed', chat_history),
    booking_cancelled_by_customer: ({ chat_history }) =>
      ended('booking_cancelled_by_customer', 'cancelled', chat_history),
    decline_accepted: ({ reassigned }) => ({ type: 'decline_accepted', booking_id, reassigned }),
    offer_expired: () => ({
      type: 'offer_expired', booking_id, reason: 'Response window elapsed.',
    }),
    driver_cancelled: ({ reason, reason_code, chat_history = [] }) => ({
      type: 'driver_cancelled', booking_id, status: 'cancelled', reason, reason_code, chat_history,
    }),
    booking_cancelled: ({ reason, reason_code }) => ({
      type: 'booking_cancelled', booking_id, status: 'cancelled', reason, reason_code,
    }),
    reject_accepted: (driverIsKnown = false) => ({
      type: 'reject_accepted',
      booking_id,
      status: 'cancelled',
      ...(driverIsKnown ? to.customer : aboutNobody),
      chat_history: [],
    }),
    customer_rejected: () => ({
      type: 'customer_rejected',
      booking_id,
      status: 'cancelled',
      note,
      ...to.driver,
      chat_history: [],
    }),
    driver_snapshot: ({ date, booking_status, arrival_time, chat_history = [] }) => ({
      type: 'snapshot',
      assignment: {
        booking_id,
        booking_status,
        booking_type,
        date,
        no_of_passengers,
        arrival_time,
        note,
        ...to.driver,
        ...trip,
        chat_history,
      },
    }),
    customer_snapshot: ({ booking_status, arrival_time, chat_history = [] }) => ({
      type: 'snapshot',
      booking_id,
      booking_status,
      no_of_passengers,
      arrival_time,
      ...(booking_status === 'requested' ? aboutNobody : to.customer),
      ...trip,
      chat_history,
    }),
  };
}
