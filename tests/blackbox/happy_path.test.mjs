// A ride as the taxi document tells it, every key of every message compared.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClosesAfterFinalPush } from '../support/city.mjs';
import { airport, fiveMinutes, home } from '../support/documented.mjs';
import { Person, Ride, dropOff, moment, openCity, uuid, withoutSeq } from '../support/rides.mjs';

function assertPhoneCode(phoneCode, { name, code, ph_code }) {
  const { id, flag, ...rest } = phoneCode;
  assert.deepEqual(rest, { name, code, ph_code });
  assert.match(id, uuid);
  assert.equal(flag, `http://127.0.0.1/uploads/flags/${code.toLowerCase()}.png`);
}

/** Compares a push or an ack with what the document shows; its seq is a position in the log. */
function assertPush(frame, expected) {
  assert.deepEqual(withoutSeq(frame), expected);
  assert.ok(Number.isSafeInteger(frame.seq) && frame.seq > 0, `a seq in ${frame.type}`);
}

function assertSeqRises(person) {
  const seqs = person.app.frames.map((frame) => frame.seq).filter((seq) => seq !== undefined);
  for (let i = 1; i < seqs.length; ++i) {
    assert.ok(seqs[i - 1] < seqs[i], `${person.side}: ${seqs.join(' ')}`);
  }
}

test('a ride goes from request to completed, every message as documented', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const ride = new Ride({ customer, driver });
  const booking_id = () => ride.id;

  const before = Date.now();
  const { answer, driver: assigned } = await ride.request({ note: 'Two bags, no dog 🐕' });
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  const { timestamp, ...meta } = answer.body.meta;
  assert.deepEqual({ ...answer.body, meta }, {
    meta: { code: 201, status: 'success' },
    code: 'CREATED',
    data: { booking_id: booking_id(), booking_type: 'instant', driver_id: driver.id },
    user_message: { message: 'Booking request submitted successfully.' },
  });
  assert.match(timestamp, moment);
  assert.match(booking_id(), uuid);

  const customerPhoneCode = assigned.customer_phone_code;
  assertPhoneCode(customerPhoneCode, { name: 'New Zealand', code: 'NZ', ph_code: '+64' });
  const aboutCustomer = {
    customer_name: 'Alice',
    customer_phone: '211234567',
    customer_phone_code: customerPhoneCode,
  };
  const trip = { pickup_location: home, dropoff_location: airport };
  assertPush(assigned, {
    type: 'booking_assigned',
    booking_id: booking_id(),
    booking_status: 'requested',
    booking_type: 'instant',
    date: assigned.date,
    no_of_passengers: 2,
    note: 'Two bags, no dog 🐕',
    ...aboutCustomer,
    ...trip,
    chat_history: [],
  });
  assert.match(assigned.date, moment);
  assert.ok(Date.parse(assigned.date) >= before && Date.parse(assigned.date) <= Date.now());

  const offer = await ride.offer(300);
  assertPush(offer.driver, {
    type: 'arrival_time_accepted',
    booking_id: booking_id(),
    booking_status: 'confirmation',
    arrival_time: fiveMinutes,
    chat_history: [],
  });
  const driverPhoneCode = offer.customer.driver_phone_code;
  assertPhoneCode(driverPhoneCode, { name: 'Australia', code: 'AU', ph_code: '+61' });
  const aboutDriver = {
    driver_name: 'Bob 0',
    driver_phone: '219876540',
    driver_phone_code: driverPhoneCode,
    vehicle_number: 'ABC-120',
    driver_code: 'DRV-0040',
  };
  assertPush(offer.customer, {
    type: 'arrival_time_offered',
    booking_id: booking_id(),
    booking_status: 'confirmation',
    arrival_time: fiveMinutes,
    no_of_passengers: 2,
    ...aboutDriver,
    ...trip,
    chat_history: [],
  });

  const accept = await ride.accept();
  assertPush(accept.customer, {
    type: 'accept_accepted',
    booking_id: booking_id(),
    booking_status: 'on_the_way',
    ...aboutDriver,
    chat_history: [],
  });
  assertPush(accept.driver, {
    type: 'customer_accepted',
    booking_id: booking_id(),
    booking_status: 'on_the_way',
    no_of_passengers: 2,
    note: 'Two bags, no dog 🐕',
    ...aboutCustomer,
    ...trip,
    chat_history: [],
    auto_promoted: false,
  });

  const transcript = [];
  const conversation = [[driver, 'At the door.'], [customer, 'Zoë kommt 🏃‍♀️'], [driver, 'Ok']];
  for (const [sender, text] of conversation) {
    const chat = await ride.say(sender, text);
    const entry = { from: sender.side, text, sent_at: chat.driver.sent_at };
    transcript.push(entry);
    assert.match(entry.sent_at, moment);
    assertPush(chat.driver, {
      type: 'chat_message', booking_id: booking_id(), ...entry, chat_history: transcript,
    });
    assert.deepEqual(chat.customer, chat.driver, 'the same payload goes to both sides');
  }

  const complete = await ride.complete();
  assertPush(complete.driver, {
    type: 'complete_accepted',
    booking_id: booking_id(),
    status: 'completed',
    chat_history: transcript,
  });
  assertPush(complete.customer, {
    type: 'ride_completed',
    booking_id: booking_id(),
    status: 'completed',
    chat_history: transcript,
  });
  await assertClosesAfterFinalPush(customer);

  await driver.snapshot(); // the driver's socket stays open for the next assignment
  assertSeqRises(driver);
  assertSeqRises(customer);
  assert.equal((await server.http('GET', '/healthz')).status, 200);
});

test('resync shows both sides the ride as it stands at every step', async (t) => {
  const { customer, driver } = await openCity(t);
  const ride = new Ride({ customer, driver });
  const { driver: assigned } = await ride.request({ note: 'Gate 4', no_of_passengers: 8 });
  const expectation = (booking_status, arrival_time, chat_history) => ({
    driver: {
      type: 'snapshot',
      assignment: {
        booking_id: ride.id,
        booking_status,
        booking_type: 'instant',
        date: assigned.date,
        no_of_passengers: 8,
        arrival_time,
        note: 'Gate 4',
        customer_name: 'Alice',
        customer_phone: '211234567',
        customer_phone_code: assigned.customer_phone_code,
        pickup_location: home,
        dropoff_location: airport,
        chat_history,
      },
    },
    customer: (aboutDriver) => ({
      type: 'snapshot',
      booking_id: ride.id,
      booking_status,
      no_of_passengers: 8,
      arrival_time,
      ...aboutDriver,
      pickup_location: home,
      dropoff_location: airport,
      chat_history,
    }),
  });
  const assertStands = async (expected, aboutDriver, bookingIds) => {
    for (const id of bookingIds) {
      assert.deepEqual(withoutSeq(await driver.snapshot(id)), expected.driver);
      assert.deepEqual(withoutSeq(await customer.snapshot(id)), expected.customer(aboutDriver));
    }
  };
  const both = [undefined, ride.id];

  const unknownDriver = {
    driver_name: null,
    driver_phone: null,
    driver_phone_code: null,
    vehicle_number: null,
    driver_code: null,
  };
  await assertStands(expectation('requested', null, []), unknownDriver, both);

  const { customer: offered } = await ride.offer(300);
  const knownDriver = {
    driver_name: 'Bob 0',
    driver_phone: '219876540',
    driver_phone_code: offered.driver_phone_code,
    vehicle_number: 'ABC-120',
    driver_code: 'DRV-0040',
  };
  await assertStands(expectation('confirmation', fiveMinutes, []), knownDriver, both);

  await ride.accept();
  await assertStands(expectation('on_the_way', fiveMinutes, []), knownDriver, both);

  const { driver: said } = await ride.chat();
  const transcript = said.chat_history;
  assert.equal(transcript.length, 2);
  await assertStands(expectation('on_the_way', fiveMinutes, transcript), knownDriver, both);

  await ride.complete();
  await customer.app.untilClosed();
  await customer.connect();
  const ended = expectation('completed', fiveMinutes, transcript);
  await assertStands(ended, knownDriver, [ride.id]);
  assert.deepEqual(withoutSeq(await driver.snapshot()), { type: 'snapshot', assignment: null });
  assert.deepEqual(withoutSeq(await customer.snapshot()), {
    type: 'snapshot', booking_id: null, booking_status: null,
  });
});

test('resync without an id: a driver gets the oldest ride, a customer the newest', async (t) => {
  const { customer, driver } = await openCity(t);
  const rides = [];
  for (let i = 0; i < 3; ++i) rides.push(await new Ride({ customer, driver }).through('request'));
  assert.equal((await driver.snapshot()).assignment.booking_id, rides[0].id);
  assert.equal((await customer.snapshot()).booking_id, rides[2].id);
  assert.equal((await driver.snapshot(rides[1].id)).assignment.booking_id, rides[1].id);
  assert.equal((await customer.snapshot(rides[1].id)).booking_id, rides[1].id);
});

test('several drop-offs are listed in order, the last is the destination', async (t) => {
  const { customer, driver } = await openCity(t);
  const ride = new Ride({ customer, driver });
  const stops = ['School', 'Shop', 'Airport'].map((title, i) => ({
    drop_off_location_title: title, drop_off_latitude: -33.9 - i / 100,
  }));
  const { driver: assigned } = await ride.request({ drop_offs: stops.map(dropOff) });
  const { customer: offered } = await ride.offer();
  const { driver: accepted } = await ride.accept();
  const places = stops.map((stop) => ({
    ...airport, title: stop.drop_off_location_title, latitude: stop.drop_off_latitude,
  }));
  for (const push of [assigned, offered, accepted]) {
    assert.deepEqual(push.dropoff_location, places[2], push.type);
    assert.deepEqual(push.drop_offs, places, push.type);
  }
});

test('a driver without vehicle and code has null in their place', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const driver = await Person.create(server, 'driver', { name: 'Carol' });
  await driver.connect();
  const ride = new Ride({ customer, driver });
  await ride.request();
  const { customer: offered } = await ride.offer();
  const { customer: accepted } = await ride.accept();
  for (const push of [offered, accepted]) {
    assert.equal(push.driver_name, 'Carol');
    assert.equal(push.vehicle_number, null);
    assert.equal(push.driver_code, null);
  }
});

test('arrival times are shown in seconds, minutes and hours', async (t) => {
  const { customer, driver } = await openCity(t);
  const shown = [
    [1, 1, 'seconds', '1 sec'],
    [45, 45, 'seconds', '45 sec'],
    [59, 59, 'seconds', '59 sec'],
    [60, 1, 'minutes', '1 min'],
    [61, 2, 'minutes', '2 min'],
    [3540, 59, 'minutes', '59 min'],
    [3600, 1, 'hours', '1 hr'],
    [5400, 1.5, 'hours', '1 hr 30 min'],
    [7200, 2, 'hours', '2 hr'],
    [9000, 2.5, 'hours', '2 hr 30 min'],
    [86400, 24, 'hours', '24 hr'],
  ];
  for (const [seconds, value, unit, label] of shown) {
    const ride = await new Ride({ customer, driver }).through('request');
    const offer = await ride.offer(seconds);
    const expected = { value, unit, label, seconds };
    assert.deepEqual(offer.driver.arrival_time, expected);
    assert.deepEqual(offer.customer.arrival_time, expected);
  }
});

test('texts of every kind of character arrive as they were sent', async (t) => {
  const { customer, driver } = await openCity(t);
  const ride = new Ride({ customer, driver });
  const texts = [
    'a\u0000b', '\u0000', '"\\/\b\f\n\r\t\u007f', '\u2028\u2029', 'ẞ ﷽ 👩‍👩‍👧 \u{10FFFF}', '  ',
    '</script><b>', '🚕'.repeat(1000),
  ];
  const titles = texts.map((text) => dropOff({ drop_off_location_title: text }));
  const { driver: assigned } = await ride.request({ note: texts[0], drop_offs: titles });
  assert.equal(assigned.note, texts[0]);
  assert.deepEqual(assigned.drop_offs.map((place) => place.title), texts);
  await ride.offer();
  await ride.accept();
  for (const text of texts) {
    const { driver: said, customer: heard } = await ride.say(customer, text);
    assert.equal(said.text, text);
    assert.equal(heard.chat_history.at(-1).text, text);
  }
});

test('a live message carries the last hundred, completion the whole transcript', async (t) => {
  const { customer, driver } = await openCity(t, { env: { WS_RATE_LIMIT: '0' } });
  const ride = await new Ride({ customer, driver }).through('accept');
  const texts = Array.from({ length: 103 }, (_, i) => `message ${i}`);
  let last;
  for (const [i, text] of texts.entries()) last = await ride.say([customer, driver][i % 2], text);
  const said = (push) => push.chat_history.map((entry) => entry.text);
  assert.deepEqual(said(last.driver), texts.slice(-100));
  assert.deepEqual(said((await driver.snapshot()).assignment), texts);
  const complete = await ride.complete();
  assert.deepEqual(said(complete.driver), texts);
  assert.deepEqual(said(complete.customer), texts);
});

test('a customer who is not connected is served as well', async (t) => {
  const { customer, driver } = await openCity(t);
  await customer.app.close();
  const ride = new Ride({ customer, driver });
  await ride.request();
  driver.send({ type: 'submit_arrival_time', booking_id: ride.id, arrival_time: 60 });
  await driver.take('arrival_time_accepted');
  await customer.connect();
  assert.equal((await customer.snapshot()).booking_status, 'confirmation');
  await ride.accept();
  await ride.complete();
});

test('the headers of the device do no harm, nor do further fields', async (t) => {
  const { customer, driver } = await openCity(t);
  const future = { something_new: { of: ['the', 'future'] } };
  const headers = { 'X-Device-ID': 'device-1', 'X-Device-Model': 'Pixel 9' };
  assert.equal((await customer.requestBooking(future, headers)).status, 201);
  await driver.take('booking_assigned');
});
