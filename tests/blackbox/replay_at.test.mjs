// `at`: the snapshot of a booking at any moment, exactly as resync answered then.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRide, openCampus } from '../support/campus.mjs';
import {
  admin, cancelOverHttp, inSeconds, killAndRestart, logEnd, noGrace, openPatientCity,
} from '../support/city.mjs';
import { nowhere } from '../support/http.mjs';
import { audit, linesOf, objection, objectsOf, replay, rowsOf } from '../support/log.mjs';
import { Ride } from '../support/rides.mjs';

/** What resync answers somebody about a booking, as it is on the wire; nothing where it refuses. */
async function answerTo(person, booking_id) {
  person.send({ type: 'resync', booking_id });
  const { type, code } = await person.skipTo((frame) => ['snapshot', 'error'].includes(frame.type));
  if (type === 'snapshot') return person.app.texts[person.app.unread - 1];
  assert.equal(code, 'BOOKING_NOT_FOUND');
  return undefined;
}

/** Asks all people of a city again and again; what they are answered is what `at` has to print. */
class Witness {
  constructor({ server, customer, drivers }) {
    this.dataDir = server.options.dataDir;
    this.server = server;
    this.people = [customer, ...drivers];
    this.samples = [];
  }

  /** Notes what everybody is answered about a booking now. */
  async notes({ id }, step) {
    const rows = [];
    for (const person of this.people) {
      const text = await answerTo(person, id);
      if (text !== undefined) rows.push([person.side, person.id, text]);
    }
    this.samples.push({ id, step, position: await logEnd(this.server), rows: rows.sort() });
  }

  /** Compares all of it with what is printed now, whatever has happened since. */
  check() {
    for (const { id, step, position, rows } of this.samples) {
      const at = (...when) => rowsOf(audit(this.dataDir, 'at', id, ...when)).sort();
      assert.deepEqual(at('--position', position), rows, `after ${step}, by position`);
      const story = objectsOf(audit(this.dataDir, 'show', id, '--json'));
      const last = story.findLast(({ event }) => event.position <= position).event;
      assert.deepEqual(at('--time', last.at), rows, `after ${step}, by time`);
    }
  }
}

const isBack = async (person) => {
  await person.app.untilClosed();
  await person.connect();
};

test('after every step of a ride, over a restart and changed names', async (t) => {
  const city = await openPatientCity(t, { drivers: 3 });
  const { server, customer, drivers } = city;
  const witness = new Witness(city);
  const rename = (person, name) => admin(server, 'PATCH', `/accounts/${person.id}`, { name });
  const ride = await new Ride(city).through('request');
  await witness.notes(ride, 'request');
  await ride.decline();
  await drivers[1].take('booking_assigned');
  await witness.notes(ride, 'decline');
  ride.driver = drivers[1];
  await rename(customer, 'Alice "A."');
  await ride.offer(3700);
  await witness.notes(ride, 'offer');
  await rename(drivers[1], 'Renamed\tonce');
  await ride.accept();
  await witness.notes(ride, 'accept');
  for (const text of ['One.', '"Two", \\ and \u{1f3c3}\u2028.', 'Three\n\tlines.']) {
    await ride.say(customer, text);
    await ride.say(ride.driver, text);
    await witness.notes(ride, `saying ${JSON.stringify(text)}`);
  }
  witness.check();
  await killAndRestart(server, customer, ...drivers);
  await witness.notes(ride, 'restart');
  await ride.chat();
  await witness.notes(ride, 'chat');
  await ride.complete();
  await isBack(customer);
  await witness.notes(ride, 'completion');
  witness.check();
  await server.stop();
  witness.check();
});

test('after what the timers did', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '1.5', CUSTOMER_WAITING_TIME: '0.3' };
  const city = await openPatientCity(t, { drivers: 2, env });
  const { customer, drivers } = city;
  const witness = new Witness(city);
  const ride = await new Ride(city).through('request');
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await witness.notes(ride, 'the first driver\'s time');
  ride.driver = drivers[1];
  await ride.offer();
  await ride.promoted();
  await witness.notes(ride, 'the customer\'s time');

  const lost = new Ride(city);
  await lost.request({ note: 'Nobody answers.' });
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await drivers[1].take('offer_expired');
  await drivers[1].take('booking_cancelled');
  await customer.take('driver_cancelled');
  await witness.notes(lost, 'the last driver\'s time');
  witness.check();
});

test('after each way in which a booking ends', async (t) => {
  const city = await openPatientCity(t, { drivers: 1 });
  const { customer, driver } = city;
  const witness = new Witness(city);
  await new Ride(city).through('accept'); // keeps the customer's socket open
  const because = { cancellation_description: 'A flat tyre.' };
  const ends = {
    rejected: (ride) => ride.reject(),
    'cancelled by the driver': async (ride) => {
      await ride.offer();
      await ride.accept();
      await cancelOverHttp(driver, ride.id, because);
      await customer.take('driver_cancelled');
    },
    'cancelled by the customer': async (ride) => {
      await ride.offer();
      await ride.accept();
      await ride.chat();
      await cancelOverHttp(customer, ride.id);
      await driver.take('booking_cancelled_by_customer');
    },
    'declined by the last': async (ride) => {
      await ride.decline();
      await customer.take('driver_cancelled');
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    const ride = await new Ride(city).through('request');
    await end(ride);
    await witness.notes(ride, name);
  }
  witness.check();
});

test('a scheduled booking, taken and started at its pickup time', async (t) => {
  const city = await openPatientCity(t);
  const witness = new Witness(city);
  const ride = new Ride(city);
  await ride.request({ scheduled_date: inSeconds(1.5), drop_offs: [...Array(3)].map((_, i) => ({
    drop_off_location_title: `Stop ${i}`,
    drop_off_location_address: `${i} Stop St`,
    drop_off_map_id: `stop-${i}`,
    drop_off_latitude: -33.9 - i / 100,
    drop_off_longitude: 151.1,
  })) });
  await witness.notes(ride, 'request');
  await ride.confirm();
  await witness.notes(ride, 'confirmation');
  await ride.promoted();
  await witness.notes(ride, 'the pickup time');
  witness.check();
});

test('before the request there is no such booking, after the end it is as it is', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('accept');
  const { dataDir } = city.server.options;
  const [{ event }] = objectsOf(audit(dataDir, 'show', ride.id, '--json'));
  for (const when of [
    ['--position', '0'],
    ['--position', event.position - 1],
    ['--time', '2001-01-01'],
    ['--time', new Date(Date.parse(event.at) - 1).toISOString()],
  ]) {
    const why = objection(dataDir, ['at', ride.id, ...when]);
    assert.match(why, new RegExp(`requested at ${event.at}, position ${event.position}$`));
  }
  const now = audit(dataDir, 'at', ride.id, '--position', await logEnd(city.server));
  assert.equal(linesOf(now).length, 2);
  assert.equal(audit(dataDir, 'at', ride.id, '--time', '2999-12-31'), now);
  assert.match(
    objection(dataDir, ['at', ride.id, '--position', Number.MAX_SAFE_INTEGER]), /the log ends at/,
  );
  assert.match(objection(dataDir, ['at', nowhere, '--position', 1]), /there is no booking-0000/);
});

test('a booking without a driver was shown to its customer alone', async (t) => {
  const city = await openPatientCity(t, { drivers: 0 });
  const { customer, server } = city;
  const { body } = await customer.requestBooking();
  await customer.take('driver_cancelled');
  const witness = new Witness(city);
  await isBack(customer);
  await witness.notes({ id: body.data.booking_id }, 'no driver');
  witness.check();
  const { dataDir } = server.options;
  const [{ event }] = objectsOf(audit(dataDir, 'show', body.data.booking_id, '--json'));
  const rows = rowsOf(audit(dataDir, 'at', body.data.booking_id, '--position', event.position));
  assert.deepEqual(rows.map(([side]) => side), ['customer']);
  assert.equal(JSON.parse(rows[0][2]).booking_status, 'requested');
});

/** What a campus socket that opens now is greeted with, as it is on the wire. */
async function greetingOf(student) {
  const socket = student.elsewhere();
  const greeted = await socket.connect();
  const texts = socket.app.texts.slice(0, greeted.length);
  await socket.app.close();
  return texts;
}

test('on campus it is what a socket was greeted with', async (t) => {
  const campus = await openCampus(t, { drivers: 2 });
  const { server, passenger, drivers: [driver, other] } = campus;
  const ride = new CampusRide(campus);
  const samples = [];
  const note = async (step) => samples.push({
    step,
    position: await logEnd(server),
    customer: await greetingOf(passenger),
    driver: await greetingOf(driver),
    other: await greetingOf(other),
  });
  for (const step of ['request', 'accept', 'chat', 'complete']) {
    await ride[step]();
    await note(step);
  }
  for (const { step, position, ...greetings } of samples) {
    const when = ['at', ride.id, '--position', String(position)];
    const { status, stdout, stderr } = replay('--data-dir', server.options.dataDir, ...when);
    assert.equal(status, 0);
    assert.match(stderr, step === 'complete' ? /^the ride was over then.*\n$/ : /^$/);
    const rows = rowsOf(stdout);
    const shownTo = (side, account) =>
      rows.filter((row) => row[0] === side && row[1] === account).map((row) => row[2]);
    assert.deepEqual(shownTo('customer', passenger.id), greetings.customer, `passenger, ${step}`);
    assert.deepEqual(
      [...shownTo('driver', '*'), ...shownTo('driver', driver.id)], greetings.driver,
      `driver, ${step}`,
    );
    assert.deepEqual(shownTo('driver', '*'), greetings.other, `another driver, ${step}`);
  }
});
