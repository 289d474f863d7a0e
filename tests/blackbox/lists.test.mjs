// The lists of one's own bookings, of both apps, page by page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { killAndRestart, openPatientCity, setStatus } from '../support/city.mjs';
import {
  as, assertFailure, assertPagesOfFour, dataOf, idsOfAllPages, noIds, noLimits, onSide,
} from '../support/http.mjs';
import { Person, Ride, bookingRequest, openCity, withoutSeq } from '../support/rides.mjs';

const sides = ['customer', 'driver'];

const get = (person, query = '') => as(person, 'GET', `/bookings${query}`);

async function page(person, query) {
  const { bookings, next_before, ...rest } = dataOf(await get(person, query));
  assert.deepEqual(rest, {});
  return { bookings, next_before };
}

const idsOf = ({ bookings }) => bookings.map((booking) => booking.booking_id);

/** A page of somebody's list as its ids and its `next_before`. */
async function cut(person, query) {
  const list = await page(person, query);
  return [idsOf(list), list.next_before];
}

/** An entry of the list, made of what resync answers. */
async function entryOf(person, booking_id) {
  const snapshot = withoutSeq(await person.snapshot(booking_id));
  return person.side === 'customer' ? snapshot : { ...snapshot, booking_id };
}

/** Checks that the list holds these bookings, newest first, each as resync shows it. */
async function assertLists(person, oldestFirst) {
  const list = await page(person);
  const ids = [...oldestFirst].reverse();
  assert.deepEqual(idsOf(list), ids);
  assert.equal(list.next_before, null);
  for (const [i, id] of ids.entries()) {
    assert.deepEqual(withoutSeq(list.bookings[i]), await entryOf(person, id));
  }
}

/** Bookings in every state, the oldest first. */
async function everyState(city) {
  const rides = [];
  for (const step of ['request', 'offer', 'accept', 'chat', 'complete']) {
    rides.push(await new Ride(city).through(step));
  }
  const cancelled = await new Ride(city).through('chat');
  dataOf(await as(city.customer, 'POST', `/booking/${cancelled.id}/cancel`, {}));
  await city.driver.take('booking_cancelled_by_customer');
  return [...rides, cancelled].map((ride) => ride.id);
}

test('without a booking the lists are empty', async (t) => {
  const city = await openCity(t);
  for (const side of sides) {
    for (const query of ['', '?limit=1', '?limit=100']) {
      assert.deepEqual(await page(city[side], query), { bookings: [], next_before: null });
    }
  }
});

test('both sides list bookings of every state, newest first, as resync shows them', async (t) => {
  const city = await openPatientCity(t);
  const ids = await everyState(city);
  for (const side of sides) await assertLists(city[side], ids);
  const { bookings } = await page(city.driver);
  assert.equal(bookings[0].assignment.booking_status, 'cancelled');
  assert.equal(bookings[0].assignment.chat_history.length, 2, 'with the transcript');
});

test('the lists are the same after a kill', async (t) => {
  const city = await openPatientCity(t);
  await everyState(city);
  const before = await Promise.all(sides.map((side) => page(city[side])));
  await killAndRestart(city.server);
  assert.deepEqual(await Promise.all(sides.map((side) => page(city[side]))), before);
});

test('a limit cuts the list, and next_before is null at its end', async (t) => {
  const city = await openPatientCity(t);
  const ids = [];
  for (let i = 0; i < 4; ++i) ids.unshift((await new Ride(city).through('request')).id);
  for (const side of sides) {
    await assertPagesOfFour(ids, (query) => cut(city[side], query));
  }
});

test('hundreds of bookings are paged through without gaps or repeats', async (t) => {
  const city = await openPatientCity(t);
  const { customer, driver, server } = city;
  const howMany = 230;
  for (let i = 0; i < howMany; i += 23) {
    const answers = await Promise.all(Array.from({ length: 23 }, () => customer.requestBooking()));
    for (const answer of answers) assert.equal(answer.status, 201);
  }
  const newestFirst = []; // the driver's socket tells in which order they were decided
  for (let i = 0; i < howMany; ++i) {
    newestFirst.unshift((await driver.take('booking_assigned')).booking_id);
  }
  const check = async () => {
    for (const side of sides) {
      const pageOf = (query) => cut(city[side], query);
      for (const limit of [7, 50, 100]) {
        assert.deepEqual(await idsOfAllPages(pageOf, limit), newestFirst, `${side}, ${limit}`);
      }
      assert.deepEqual(idsOf(await page(city[side])), newestFirst.slice(0, 50), '50 by default');
    }
  };
  await check();
  await killAndRestart(server);
  await check();
});

test('a page ends early once its chats are large, and the next goes on from there', async (t) => {
  const city = await openPatientCity(t);
  const text = '🚕'.repeat(1_000);
  const large = Math.floor(256 * 1024 / Buffer.byteLength(text)) + 1; // engine/rules.hpp
  const half = large / 2;
  const rides = [];
  for (const messages of [0, large, 0, half, half, large]) {
    const ride = await new Ride(city).through('accept');
    for (let i = 0; i < messages; ++i) await ride.say(city.customer, text);
    rides.unshift(ride.id);
  }
  const [first, second, third, fourth, fifth, last] = rides;
  const pages = [[first], [second, third], [fourth, fifth], [last]];
  for (const side of sides) {
    for (const limit of [2, 10]) {
      let before = '';
      for (const ids of pages) {
        const next = ids.includes(last) ? null : ids.at(-1);
        assert.deepEqual(await cut(city[side], `?limit=${limit}${before}`), [ids, next], side);
        before = `&before=${next}`;
      }
    }
  }
});

test('a booking made while somebody pages does not disturb the pages', async (t) => {
  const city = await openPatientCity(t);
  const ids = [];
  const request = async () => ids.unshift((await new Ride(city).through('request')).id);
  for (let i = 0; i < 4; ++i) await request();
  const first = await page(city.customer, '?limit=2');
  await request();
  const second = await page(city.customer, `?limit=2&before=${first.next_before}`);
  assert.deepEqual([...idsOf(first), ...idsOf(second)], ids.slice(1));
  assert.equal(idsOf(await page(city.customer))[0], ids[0]);
});

test('a limit is a whole number of 1 to 100', async (t) => {
  const city = await openCity(t);
  await new Ride(city).through('request');
  for (const side of sides) {
    for (const limit of noLimits) {
      assertFailure(await get(city[side], `?limit=${limit}`), 422, 'INVALID_PAYLOAD', limit);
    }
    for (const limit of [1, 100]) dataOf(await get(city[side], `?limit=${limit}`));
  }
});

test('a before that is unknown or of others is BOOKING_NOT_FOUND', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { server, customer, driver, drivers } = city;
  const stranger = await Person.create(server, 'customer');
  const ride = await new Ride(city).through('request');
  for (const before of noIds) {
    for (const person of [customer, driver]) {
      const answer = await get(person, `?before=${before}`);
      assertFailure(answer, 404, 'BOOKING_NOT_FOUND', before);
    }
  }
  for (const person of [stranger, drivers[1]]) {
    assertFailure(await get(person, `?before=${ride.id}`), 404, 'BOOKING_NOT_FOUND', person.side);
    assert.deepEqual(await page(person), { bookings: [], next_before: null });
  }
  const both = await get(customer, `?before=${ride.id}&limit=0`);
  assertFailure(both, 422, 'INVALID_PAYLOAD', 'a bad limit first');
});

test('a booking that went to another driver is in the list of that one only', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { customer, drivers } = city;
  const first = await new Ride(city).through('request');
  const passed = await new Ride(city).through('request');
  await passed.decline();
  await drivers[1].take('booking_assigned');
  await assertLists(drivers[0], [first.id]);
  await assertLists(drivers[1], [passed.id]);
  await assertLists(customer, [first.id, passed.id]);
  // A page may have ended with it before it was lost: the next one goes on from there.
  const next = dataOf(await get(drivers[0], `?before=${passed.id}`));
  assert.deepEqual(next.bookings.map(({ booking_id }) => booking_id), [first.id]);
});

test("a booking that found no driver is in its customer's list", async (t) => {
  const { customer } = await openCity(t, { drivers: 0 });
  const { booking_id } = dataOf(await customer.requestBooking(), 201);
  await customer.take('driver_cancelled');
  await customer.app.untilClosed();
  await customer.connect();
  await assertLists(customer, [booking_id]);
});

test('who drives and rides has two lists', async (t) => {
  const { server, customer: alice } = await openPatientCity(t, { drivers: 0 });
  const dora = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  await dora.connect();
  const driven = await new Ride({ customer: alice, driver: dora }).through('request');
  const bob = await Person.create(server, 'driver');
  await bob.connect();
  const doraRides = onSide(dora, 'customer');
  await doraRides.connect();
  const ridden = await new Ride({ customer: doraRides, driver: bob }).through('request');
  await assertLists(dora, [driven.id]);
  await assertLists(doraRides, [ridden.id]);
  assertFailure(await get(dora, `?before=${ridden.id}`), 404, 'BOOKING_NOT_FOUND');
  assertFailure(await get(doraRides, `?before=${driven.id}`), 404, 'BOOKING_NOT_FOUND');
});

test('a request that is answered is in the list at once', async (t) => {
  const city = await openPatientCity(t);
  for (let i = 0; i < 20; ++i) {
    const { booking_id } = dataOf(await city.customer.requestBooking(), 201);
    for (const side of sides) {
      assert.deepEqual(idsOf(await page(city[side], '?limit=1')), [booking_id]);
    }
  }
});

test('who is not entitled gets 401 or 403, other methods 405', async (t) => {
  const city = await openCity(t);
  const codes = { customer: 'CUSTOMER_NOT_FOUND', driver: 'DRIVER_NOT_FOUND' };
  for (const [i, side] of sides.entries()) {
    const person = city[side];
    const withToken = (bearer) => Object.assign(new Person(), { ...person, token: bearer });
    assertFailure(await get(withToken(undefined)), 401, 'UNAUTHORIZED', side);
    assertFailure(await get(withToken('garbage'), '?limit=0'), 401, 'INVALID_TOKEN', side);
    const wrong = onSide(city[sides[1 - i]], side);
    assertFailure(await get(wrong, '?limit=0'), 403, codes[side]);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'DELETE' ? undefined : bookingRequest();
      assertFailure(await as(person, method, '/bookings', body), 405, null, method);
    }
    for (const status of ['blocked', 'deleted']) {
      await setStatus(person, status);
      assertFailure(await get(person), 403, `ACCOUNT_${status.toUpperCase()}`, side);
    }
  }
});
