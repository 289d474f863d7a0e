// Catching up: `resync` with `since` sends again what was sent, exactly, and then the snapshot.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  assertCatchesUp, assertCatchesUpFromAnywhere, catchUp, received, recorded,
} from '../support/catching_up.mjs';
import {
  cancelOverHttp, inSeconds, killAndRestart, logEnd, noGrace, openPatientCity, setStatus,
} from '../support/city.mjs';
import { asAdmin, dataOf, nowhere, onSide } from '../support/http.mjs';
import { Person, Ride, pickup, steps } from '../support/rides.mjs';

const because = { cancellation_description: 'A flat tyre.' };

/** A city in which no timer fires, and every frame that anybody gets is kept. */
async function openRecordedCity(t, options) {
  const city = await openPatientCity(t, options);
  for (const person of [city.customer, ...city.drivers]) recorded(person);
  return { ...city, people: [city.customer, ...city.drivers] };
}

/** A ride is declined by the nearest driver and goes to the next. */
async function passedOn({ customer, drivers }) {
  const ride = await new Ride({ customer, driver: drivers[0] }).through('request');
  assert.equal((await ride.decline()).reassigned, true);
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  return ride;
}

/** Rides side by side that end in every way but by a timer; the first of all is still going on. */
async function muchGoesOn(city) {
  const { customer, drivers } = city;
  const kept = await new Ride(city).through('chat');
  const passed = await passedOn(city);
  await kept.say(customer, 'Between the others.');

  const completed = await new Ride(city).through('offer');
  await passed.offer(60);
  await completed.accept();
  await passed.accept();
  await completed.chat();
  await passed.say(passed.driver, 'Here.');
  await completed.complete();

  await cancelOverHttp(drivers[1], passed.id, because);
  await customer.take('driver_cancelled');
  const cancelled = await new Ride(city).through('chat');
  await cancelOverHttp(customer, cancelled.id);
  await cancelled.driver.take('booking_cancelled_by_customer');

  const rejected = await new Ride(city).through('offer');
  await rejected.reject();

  const nobodys = await passedOn(city);
  assert.equal((await nobodys.decline()).reassigned, false);
  await customer.take('driver_cancelled');

  const scheduled = new Ride(city);
  await scheduled.request({ scheduled_date: inSeconds(7200) });
  await scheduled.confirm();
  return { kept, passed, completed, cancelled, rejected, nobodys, scheduled };
}

test('pushes and acks have a seq that rises; greetings, errors and pongs have none', async (t) => {
  const city = await openRecordedCity(t);
  await new Ride(city).through('chat');
  for (const person of city.people) {
    const error = await person.ask({ type: 'resync', booking_id: nowhere });
    const pong = await person.ask({ type: 'ping' });
    for (const frame of [person.app.frames[0], error, pong]) {
      assert.ok(!('seq' in frame), JSON.stringify(frame));
    }
    const seqs = person.app.frames.map(({ seq }) => seq).filter((seq) => seq !== undefined);
    assert.ok(seqs.every(Number.isSafeInteger) && seqs[0] > 0, seqs.join(' '));
    for (let i = 1; i < seqs.length; ++i) assert.ok(seqs[i - 1] < seqs[i], seqs.join(' '));
  }
});

test('after every step of a ride both sides can catch up from wherever they were', async (t) => {
  const city = await openRecordedCity(t);
  const ride = new Ride(city);
  for (const step of steps.slice(0, -1)) {
    await ride[step]();
    for (const person of city.people) {
      await assertCatchesUpFromAnywhere(person);
      await assertCatchesUp(person, 0, received(person));
    }
  }
  await ride.complete();
  await city.customer.app.untilClosed();
  await city.customer.connect();
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
});

test('rides side by side, over or not, lost or kept, all come again as they were', async (t) => {
  const city = await openRecordedCity(t, { drivers: 2 });
  const rides = await muchGoesOn(city);
  for (const person of city.people) {
    await assertCatchesUpFromAnywhere(person);
  }
  const { frames } = await catchUp(city.drivers[0], received(city.drivers[0])[0].seq);
  const lost = frames.filter(({ booking_id }) => booking_id === rides.passed.id);
  assert.deepEqual(lost.map(({ type }) => type), ['booking_assigned', 'decline_accepted']);
});

test('all of it comes again after a kill, and after another', async (t) => {
  const city = await openRecordedCity(t, { drivers: 2 });
  const { kept } = await muchGoesOn(city);
  for (let i = 0; i < 2; ++i) {
    await killAndRestart(city.server, ...city.people);
    for (const person of city.people) await assertCatchesUpFromAnywhere(person);
    await kept.say(kept.driver, `Still here, ${i}.`);
  }
});

test('since 0 goes back to the beginning of what is in progress', async (t) => {
  const city = await openRecordedCity(t);
  const { customer, driver } = city;
  await new Ride(city).through('complete'); // is over before the next begins
  await customer.app.untilClosed();
  await customer.connect();
  for (const person of city.people) await assertCatchesUp(person, 0, []);

  const kept = await new Ride(city).through('accept');
  await new Ride(city).through('complete'); // begins and ends while the other goes on
  await kept.chat();
  const check = async () => {
    for (const person of city.people) {
      const all = received(person);
      const first = all.findIndex(({ booking_id }) => booking_id === kept.id);
      await assertCatchesUp(person, 0, all.slice(first)); // with what has ended meanwhile
    }
  };
  await check();
  await killAndRestart(city.server, ...city.people);
  await check();

  await kept.complete();
  await customer.app.untilClosed();
  await customer.connect();
  for (const person of [customer, driver]) await assertCatchesUp(person, 0, []);
});

test('what the timers did comes again: an offer expired, a booking lost', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '0.3' };
  const city = await openRecordedCity(t, { drivers: 2, env });
  const { customer, drivers } = city;
  await new Ride(city).through('request');
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await drivers[1].take('offer_expired');
  await drivers[1].take('booking_cancelled');
  await customer.take('driver_cancelled');
  await customer.app.untilClosed();
  await customer.connect();
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
  await killAndRestart(city.server, ...city.people);
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
});

test('what the timers did comes again: an offer accepted for the customer', async (t) => {
  const city = await openRecordedCity(t, { env: { CUSTOMER_WAITING_TIME: '0.3' } });
  const ride = await new Ride(city).through('offer');
  const { driver: promoted } = await ride.promoted();
  assert.equal(promoted.auto_promoted, true);
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
});

test('what the pickup times did comes again: a promotion and a no-show', async (t) => {
  const city = await openRecordedCity(t);
  const scheduled_date = inSeconds(1.5);
  const taken = new Ride(city);
  await taken.request({ scheduled_date });
  await taken.confirm();
  await new Ride(city).request({ scheduled_date });
  const types = ({ app }) => app.frames.map(({ type }) => type);
  for (let i = 0; i < 2; ++i) { // in which of two orders, nothing says
    for (const person of city.people) await person.app.next();
  }
  assert.deepEqual(types(city.driver).slice(-2).sort(), ['booking_cancelled', 'customer_accepted']);
  assert.deepEqual(
    types(city.customer).slice(-2).sort(), ['driver_cancelled', 'offer_auto_accepted'],
  );
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
  await killAndRestart(city.server, ...city.people);
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
});

test('what a block took away comes again as it was, and nothing that was not sent', async (t) => {
  const city = await openRecordedCity(t, { drivers: 2 });
  const { customer, driver, drivers } = city;
  const passed = await new Ride(city).through('request');
  await setStatus(driver, 'blocked');
  await driver.take('force_disconnect');
  await drivers[1].take('booking_assigned');
  passed.driver = drivers[1];
  await passed.offer();
  await setStatus(driver, 'active');
  await driver.connect();
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
  await killAndRestart(city.server, customer, ...drivers);
  for (const person of city.people) await assertCatchesUpFromAnywhere(person);
});

test('a booking that found nobody comes again to its customer', async (t) => {
  const { customer } = await openRecordedCity(t, { drivers: 0 });
  for (let i = 0; i < 2; ++i) {
    assert.equal((await customer.requestBooking()).status, 201);
    await customer.take('driver_cancelled');
  }
  await customer.app.untilClosed();
  await customer.connect();
  await assertCatchesUpFromAnywhere(customer);
});

test('what happened while somebody was away comes when they are back', async (t) => {
  const city = await openRecordedCity(t);
  const { customer, driver } = city;
  const ride = await new Ride(city).through('request');
  await customer.app.close();
  driver.send({ type: 'submit_arrival_time', booking_id: ride.id, arrival_time: 300 });
  const accepted = await driver.take('arrival_time_accepted');
  await customer.connect();
  const { frames: [offered, ...none] } = await catchUp(customer, 0);
  assert.deepEqual(none, []);
  assert.equal(offered.type, 'arrival_time_offered');
  assert.equal(offered.driver_name, 'Bob 0');
  assert.equal(offered.seq, accepted.seq, 'one event, one position');

  await ride.accept();
  await driver.app.close();
  const text = 'Where are you?';
  customer.send({ type: 'chat_message', booking_id: ride.id, text });
  const said = await customer.take('chat_message');
  const last = received(driver).at(-1).seq;
  await killAndRestart(city.server, customer, driver);
  await assertCatchesUp(driver, last, [said]);
  await assertCatchesUp(customer, last, [said]);
  await cancelOverHttp(driver, ride.id, because);
  await customer.take('driver_cancelled');
});

test('who drives and rides catches up on each side with that side only', async (t) => {
  const { customer: alice, server } = await openRecordedCity(t, { drivers: 0 });
  const dora = recorded(await Person.create(server, 'driver', { roles: ['driver', 'customer'] }));
  await dora.connect();
  const driven = await new Ride({ customer: alice, driver: dora }).through('accept');
  const bob = recorded(await Person.create(server, 'driver'));
  await bob.connect();
  await bob.driveTo(pickup);
  const doraRides = recorded(onSide(dora, 'customer'));
  await doraRides.connect();
  const ridden = await new Ride({ customer: doraRides, driver: bob }).through('accept');
  for (const ride of [driven, ridden, driven, ridden]) await ride.chat();
  for (const person of [alice, bob, dora, doraRides]) {
    await assertCatchesUpFromAnywhere(person);
    await assertCatchesUp(person, 0, received(person));
  }
  assert.ok(received(dora).every(({ booking_id }) => booking_id === driven.id));
  assert.ok(received(doraRides).every(({ booking_id }) => booking_id === ridden.id));
});

test('with a booking_id too, the snapshot is of that booking', async (t) => {
  const city = await openRecordedCity(t);
  await new Ride(city).through('request');
  const ended = await new Ride(city).through('complete');
  const another = await new Ride(city).through('offer');
  for (const person of city.people) {
    const idOf = ({ booking_id, assignment }) => booking_id ?? assignment.booking_id;
    for (const { id } of [ended, another]) {
      const since = received(person)[0].seq;
      const { frames, snapshot } = await catchUp(person, since, id);
      assert.deepEqual(frames, received(person).filter(({ seq }) => seq > since));
      assert.equal(idOf(snapshot), id);
      assert.deepEqual(snapshot, await person.snapshot(id));
    }
    const lost = { type: 'resync', since: 0, booking_id: nowhere };
    await person.isRefused(lost, 'BOOKING_NOT_FOUND');
  }
});

test('position says how far a socket was told everything, also one that was told nothing', async (t) => {
  const city = await openRecordedCity(t);
  const position = async (person) => {
    person.send({ type: 'position' });
    return person.take('position');
  };
  for (const person of city.people) {
    const { seq } = await position(person);
    assert.equal(seq, await logEnd(city.server));
    await assertCatchesUp(person, seq, []);
  }
  const { seq: before } = await position(city.driver);
  await new Ride(city).through('offer');
  for (const person of city.people) {
    const { type, ...rest } = await position(person);
    assert.deepEqual(rest, { seq: received(person).at(-1).seq });
    await assertCatchesUp(person, before, received(person));
  }
});

test('a since beyond the end is answered by the snapshot alone', async (t) => {
  const city = await openRecordedCity(t);
  const ride = await new Ride(city).through('accept');
  for (const person of city.people) {
    const { seq } = received(person).at(-1);
    for (const since of [seq, seq + 1, seq + 1000, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      await assertCatchesUp(person, since, []);
      await assertCatchesUp(person, since, [], ride.id);
    }
  }
});

test('a since that is no position is INVALID_PAYLOAD, null is none at all', async (t) => {
  const city = await openRecordedCity(t);
  await new Ride(city).through('accept');
  for (const person of city.people) {
    for (const since of [-1, -0.5, 0.5, 1.5, -1e30, '', '0', '5', true, false, [], [5], {}]) {
      await person.isRefused({ type: 'resync', since }, 'INVALID_PAYLOAD');
    }
    await assertCatchesUp(person, null, []);
    await assertCatchesUp(person, undefined, []);
  }
});

test('what comes again is what was sent, though names have changed since', async (t) => {
  const city = await openRecordedCity(t);
  const { server, customer, driver, people } = city;
  const ride = await new Ride(city).through('chat');
  for (const { id } of people) {
    const changes = { name: 'Renamed', phone: '999999999', phone_code: 'DE' };
    dataOf(await asAdmin(server, 'PATCH', `/accounts/${id}`, changes));
  }
  for (const person of people) await assertCatchesUp(person, 0, received(person));
  await ride.say(driver, 'Still me.');
  await killAndRestart(server, customer, driver);
  for (const person of people) await assertCatchesUp(person, 0, received(person));
});

test('a newcomer on the same account catches up with what the older socket got', async (t) => {
  const city = await openRecordedCity(t);
  // Not on the way yet: a ride keeps a driver's newcomers out.
  const ride = await new Ride(city).through('offer');
  for (const person of city.people) {
    const older = person.app;
    await person.connect();
    assert.equal((await older.untilClosed()).code, 1008);
    await assertCatchesUp(person, 0, received(person));
  }
  await ride.accept();
  await ride.complete();
});
