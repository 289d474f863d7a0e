// One account may drive a taxi, book one, and share rides on campus: the dialects keep apart.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appendsNothing, killAndRestart } from '../support/city.mjs';
import { catchUp } from '../support/catching_up.mjs';
import { CampusRide, Student, accept, cancel, complete, openCampus } from '../support/campus.mjs';
import { as, assertFailure, dataOf, onSide } from '../support/http.mjs';
import { Ride } from '../support/rides.mjs';

const sides = ['customer', 'driver'];
const noBookings = { bookings: [], next_before: null };

/** Two accounts with every role: a passenger and customer, and a driver of both kinds. */
async function openTown(t) {
  const { server } = await openCampus(t, { drivers: 0 });
  const passenger = await Student.create(server, 'passenger', {
    roles: ['driver', 'customer', 'student'],
  });
  const driver = await Student.create(server, 'driver', {
    roles: ['driver', 'customer', 'student'],
  });
  const taxi = {};
  for (const [side, student] of [['customer', passenger], ['driver', driver]]) {
    await student.connect();
    taxi[side] = onSide(student, side);
    await taxi[side].connect();
  }
  return { server, campus: { passenger, driver }, taxi };
}

/** Nothing has been pushed to these taxi sockets, and nothing is in progress. */
async function assertTaxisIdle({ customer, driver }) {
  assert.equal((await customer.snapshot()).booking_id, null);
  assert.equal((await driver.snapshot()).assignment, null);
}

test('campus rides appear in no list of bookings and in no resync', async (t) => {
  const { server, campus, taxi } = await openTown(t);
  const ride = new CampusRide(campus);
  for (const step of ['request', 'accept', 'chat', 'complete']) {
    await ride[step]();
    for (const side of sides) {
      assert.deepEqual(dataOf(await as(taxi[side], 'GET', '/bookings')), noBookings);
      for (const since of [0, 1]) {
        const { frames } = await catchUp(taxi[side], since);
        assert.deepEqual(frames, [], `${side}, since ${since}`);
      }
    }
    await assertTaxisIdle(taxi);
  }
  await killAndRestart(server, taxi.customer, taxi.driver);
  await assertTaxisIdle(taxi);
  for (const side of sides) {
    assert.deepEqual(dataOf(await as(taxi[side], 'GET', '/bookings')), noBookings);
  }
});

test('a taxi command with the id of a campus ride gets its own code', async (t) => {
  const { server, campus, taxi } = await openTown(t);
  const commands = {
    customer: [
      ['BOOKING_NOT_ACCEPTABLE', { type: 'accept' }],
      ['BOOKING_NOT_REJECTABLE', { type: 'reject' }],
    ],
    driver: [
      ['BOOKING_NOT_ASSIGNABLE', { type: 'submit_arrival_time', arrival_time: 60 }],
      ['BOOKING_NOT_ASSIGNABLE', { type: 'accept_booking' }],
      ['BOOKING_NOT_DECLINABLE', { type: 'decline_booking', cancellation_description: 'No.' }],
      ['BOOKING_NOT_COMPLETABLE', { type: 'mark_as_completed', status: 'completed' }],
    ],
  };
  const ride = new CampusRide(campus);
  for (const step of ['request', 'accept', 'chat', 'complete']) {
    await ride[step]();
    const booking_id = ride.id;
    await appendsNothing(server, async () => {
      for (const side of sides) {
        for (const [code, command] of [
          ...commands[side],
          ['BOOKING_NOT_CHATTABLE', { type: 'chat_message', text: 'hello' }],
          ['BOOKING_NOT_FOUND', { type: 'resync' }],
        ]) {
          await taxi[side].isRefused({ ...command, booking_id }, code);
        }
        const body = side === 'driver' ? { cancellation_description: 'No.' } : {};
        const answer = await as(taxi[side], 'POST', `/booking/${booking_id}/cancel`, body);
        assertFailure(answer, 404, 'BOOKING_NOT_FOUND');
      }
    });
    for (const student of Object.values(campus)) await student.getsOnly();
  }
});

test('a campus command with the id of a taxi booking is RIDE_REQUEST_NOT_FOUND', async (t) => {
  const { server, campus, taxi } = await openTown(t);
  const booking = new Ride(taxi);
  for (const step of ['request', 'offer', 'accept', 'complete']) {
    await booking[step]();
    await appendsNothing(server, async () => {
      for (const command of [accept, complete]) {
        await campus.driver.isRefused(command(booking.id), 'RIDE_REQUEST_NOT_FOUND');
      }
      await campus.passenger.isRefused(cancel(booking.id), 'RIDE_REQUEST_NOT_FOUND');
    });
  }
});

test('the same two share a taxi and a campus ride at once, each on its own sockets', async (t) => {
  const { campus, taxi } = await openTown(t);
  const booking = await new Ride(taxi).through('accept');
  const ride = await new CampusRide(campus).through('accept');
  await booking.chat();
  await ride.chat();
  assert.equal((await taxi.customer.snapshot()).booking_id, booking.id);
  assert.equal((await taxi.driver.snapshot()).assignment.booking_id, booking.id);
  await ride.complete();
  await booking.complete();
  for (const student of Object.values(campus)) await student.getsOnly();
});

test('a taxi socket and a campus socket of one account do not replace each other', async (t) => {
  const { campus, taxi } = await openTown(t);
  await taxi.driver.connect();
  await campus.driver.connect();
  await taxi.driver.snapshot();
  await campus.driver.getsOnly();
  await new CampusRide(campus).through('complete');
  await new Ride(taxi).through('complete');
});
