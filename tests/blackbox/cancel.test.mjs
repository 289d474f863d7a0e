// A ride that is on the way is cancelled over HTTP, by its driver or by its customer.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  adminTemplate, assertClosesAfterFinalPush, killAndRestart, setStatus,
} from '../support/city.mjs';
import { as, assertFailure, dataOf, noIds, noTexts, nowhere, onSide } from '../support/http.mjs';
import { Person, Ride, openCity, withoutSeq } from '../support/rides.mjs';
import { token } from '../support/server.mjs';

const because = { cancellation_description: 'A flat tyre 🛞' };
const sides = ['customer', 'driver'];

/** The call by either side, with a body that the driver's needs and the customer's ignores. */
function cancel(person, booking_id, body = because) {
  return as(person, 'POST', `/booking/${booking_id}/cancel`, body);
}

async function isCancelled(ride, by, body) {
  const answer = dataOf(await cancel(ride[by], ride.id, body));
  assert.deepEqual(answer, { booking_id: ride.id, status: 'cancelled' });
}

/** A booking in each state that no cancel is allowed in, and one that is on the way. */
async function inEveryState(city) {
  const rides = { requested: await new Ride(city).through('request') };
  rides.confirmation = await new Ride(city).through('offer');
  rides.on_the_way = await new Ride(city).through('accept');
  rides.completed = await new Ride(city).through('complete');
  rides.cancelled = await new Ride(city).through('accept');
  await isCancelled(rides.cancelled, 'customer');
  await city.driver.take('booking_cancelled_by_customer');
  return rides;
}

async function assertStatus(ride, status) {
  assert.equal((await ride.customer.snapshot(ride.id)).booking_status, status);
  assert.equal((await ride.driver.snapshot(ride.id)).assignment.booking_status, status);
}

test('a driver cancels: the customer is told why, and their socket closes', async (t) => {
  const { customer, driver } = await openCity(t);
  const ride = await new Ride({ customer, driver }).through('accept');
  const { driver: said } = await ride.chat();
  await isCancelled(ride, 'driver');
  const push = await customer.take('driver_cancelled');
  assert.deepEqual(withoutSeq(push), {
    type: 'driver_cancelled',
    booking_id: ride.id,
    status: 'cancelled',
    reason: because.cancellation_description,
    reason_code: 'DRIVER_CANCELLED',
    chat_history: said.chat_history,
  });
  assert.equal(push.chat_history.length, 2);
  assert.ok(push.seq > said.seq);
  await assertClosesAfterFinalPush(customer);
  await driver.snapshot(); // the driver has the answer, and no push besides
  await customer.connect();
  await assertStatus(ride, 'cancelled');
  await new Ride({ customer, driver }).through('complete');
});

test('a driver cancels one of two rides: the other goes on, on the same sockets', async (t) => {
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '0.7' } });
  const cancelled = await new Ride(city).through('accept');
  const other = await new Ride(city).through('offer');
  await isCancelled(cancelled, 'driver');
  assert.equal((await city.customer.take('driver_cancelled')).booking_id, cancelled.id);
  // The promotion comes long after the 200 ms, so it tells that the socket outlived them.
  await other.promoted();
  await other.chat();
  await other.complete();
  assert.equal((await city.customer.app.untilClosed()).code, 1000);
});

test('a customer cancels: the driver is told, the customer stays connected', async (t) => {
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '0.7' } });
  const { server, customer, driver } = city;
  const zoe = await Person.create(server, 'customer', { name: 'Zoë' });
  await zoe.connect();
  const ride = await new Ride(city).through('accept');
  const { driver: said } = await ride.chat();
  await isCancelled(ride, 'customer');
  const push = await driver.take('booking_cancelled_by_customer');
  assert.deepEqual(withoutSeq(push), {
    type: 'booking_cancelled_by_customer',
    booking_id: ride.id,
    status: 'cancelled',
    chat_history: said.chat_history,
  });
  assert.ok(push.seq > said.seq);
  // Zoë's promotion comes long after the 200 ms after which a socket would close.
  const clock = await new Ride({ customer: zoe, driver }).through('offer');
  await clock.promoted();
  assert.equal((await customer.snapshot()).booking_id, null, 'and no push came before that');
  await assertStatus(ride, 'cancelled');
  await new Ride(city).through('accept');
});

test('the customer needs no body, and one that is sent does no harm', async (t) => {
  const city = await openCity(t);
  for (const body of [undefined, {}, because]) {
    const ride = await new Ride(city).through('accept');
    const path = `/booking/${ride.id}/cancel`;
    const answer = dataOf(await as(city.customer, 'POST', path, body));
    assert.deepEqual(answer, { booking_id: ride.id, status: 'cancelled' });
    await city.driver.take('booking_cancelled_by_customer');
  }
});

test('what is not on the way is BOOKING_NOT_CANCELLABLE, and stays what it is', async (t) => {
  const city = await openCity(t);
  const rides = await inEveryState(city);
  for (const [status, ride] of Object.entries(rides)) {
    if (status === 'on_the_way') continue;
    for (const side of sides) {
      const answer = await cancel(ride[side], ride.id);
      assertFailure(answer, 409, 'BOOKING_NOT_CANCELLABLE', `${side}, ${status}`);
    }
    await assertStatus(ride, status); // and nobody was pushed anything
  }
  await isCancelled(rides.on_the_way, 'driver');
});

test('what is unknown or of others is BOOKING_NOT_FOUND', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const stranger = await Person.create(city.server, 'customer');
  for (const [status, ride] of Object.entries(await inEveryState(city))) {
    for (const person of [stranger, city.drivers[1]]) {
      const answer = await cancel(person, ride.id);
      assertFailure(answer, 404, 'BOOKING_NOT_FOUND', `${person.side}, ${status}`);
    }
    await assertStatus(ride, status);
  }
  for (const id of noIds) {
    for (const side of sides) {
      assertFailure(await cancel(city[side], id), 404, 'BOOKING_NOT_FOUND', `${side}, ${id}`);
    }
  }
});

test('a driver who has passed the offer on cannot cancel the ride', async (t) => {
  const city = await openCity(t, { drivers: 2 });
  const { customer, drivers } = city;
  const ride = await new Ride(city).through('request');
  await ride.decline();
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  await ride.offer();
  await ride.accept();
  assertFailure(await cancel(drivers[0], ride.id), 404, 'BOOKING_NOT_FOUND');
  await isCancelled(ride, 'driver');
  await customer.take('driver_cancelled');
});

test('each side cancels on its own path only', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('accept');
  const customerAsDriver = onSide(city.customer, 'driver');
  const driverAsCustomer = onSide(city.driver, 'customer');
  assertFailure(await cancel(customerAsDriver, ride.id), 403, 'DRIVER_NOT_FOUND');
  assertFailure(await cancel(driverAsCustomer, ride.id), 403, 'CUSTOMER_NOT_FOUND');
  await assertStatus(ride, 'on_the_way');
});

test('a driver who is a customer too cannot cancel a ride from the wrong side', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const driver = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  await driver.connect();
  const ride = await new Ride({ customer, driver }).through('accept');
  assertFailure(await cancel(onSide(driver, 'customer'), ride.id), 404, 'BOOKING_NOT_FOUND');
  await isCancelled(ride, 'driver');
});

test('the driver gives a reason: a description or a template, not both, not none', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('accept');
  const template = { cancellation_template_id: nowhere };
  const bad = [
    {}, { cancellation_description: null }, { cancellation_template_id: null },
    { cancellation_description: null, cancellation_template_id: null },
    { ...because, ...template },
    ...[...noTexts, '', 'x'.repeat(513), '🚕'.repeat(513)].map(
      (cancellation_description) => ({ cancellation_description }),
    ),
    ...noTexts.map((cancellation_template_id) => ({ cancellation_template_id })),
    null, [], [because], 'text', 5,
  ];
  for (const body of bad) {
    for (const id of [ride.id, nowhere]) {
      const answer = await cancel(city.driver, id, JSON.stringify(body));
      assertFailure(answer, 422, 'INVALID_PAYLOAD', JSON.stringify(body));
    }
  }
  for (const body of ['', '{', '{"cancellation_description":"x"']) {
    assertFailure(await cancel(city.driver, ride.id, body), 400, 'INVALID_JSON', body);
  }
  const unusable = await cancel(city.driver, ride.id, template);
  assertFailure(unusable, 422, 'INVALID_TEMPLATE');
  await assertStatus(ride, 'on_the_way');
});

test('a description has 1 to 512 code points, and a null counts as absent', async (t) => {
  const city = await openCity(t);
  const kept = await new Ride(city).through('request'); // keeps the customer's socket open
  for (const text of ['x', ' ', 'a\u0000b', '🚕'.repeat(512), 'é'.repeat(512)]) {
    const ride = await new Ride(city).through('accept');
    const body = { cancellation_description: text, cancellation_template_id: null };
    await isCancelled(ride, 'driver', body);
    assert.equal((await city.customer.take('driver_cancelled')).reason, text);
  }
  const cancellation_template_id = await adminTemplate(city.server, 'Road closed.');
  const ride = await new Ride(city).through('accept');
  const body = { cancellation_description: null, cancellation_template_id };
  await isCancelled(ride, 'driver', body);
  assert.equal((await city.customer.take('driver_cancelled')).reason, 'Road closed.');
  await assertStatus(kept, 'requested');
});

test('who is not entitled gets 401 or 403, and cancels nothing', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('accept');
  const expired = (person) =>
    token({ email: person.email, exp: Math.floor(Date.now() / 1000) - 1 });
  for (const side of sides) {
    const call = (bearer) => {
      const person = Object.assign(new Person(), { ...city[side], token: bearer });
      return cancel(person, ride.id);
    };
    assertFailure(await call(undefined), 401, 'UNAUTHORIZED', side);
    assertFailure(await call('garbage'), 401, 'INVALID_TOKEN', side);
    assertFailure(await call(expired(city[side])), 401, 'INVALID_TOKEN', side);
    for (const status of ['blocked', 'deleted']) {
      await setStatus(city[side], status);
      const code = `ACCOUNT_${status.toUpperCase()}`;
      assertFailure(await call(city[side].token), 403, code, side);
      assertFailure(await cancel(city[side], nowhere, '{'), 403, code, 'before all else');
    }
    await setStatus(city[side], 'active');
    await city[side].connect();
  }
  await assertStatus(ride, 'on_the_way');
});

test('a cancel is a POST', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('accept');
  for (const side of sides) {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await as(city[side], method, `/booking/${ride.id}/cancel`);
      assertFailure(answer, 405, null, `${side}, ${method}`);
    }
  }
  await assertStatus(ride, 'on_the_way');
});

test('of many cancels at once from both sides one succeeds', async (t) => {
  const city = await openCity(t);
  const ride = await new Ride(city).through('accept');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => cancel(city[sides[i % 2]], ride.id)),
  );
  const good = answers.filter((answer) => answer.status === 200);
  assert.equal(good.length, 1);
  for (const answer of answers) {
    if (answer !== good[0]) assertFailure(answer, 409, 'BOOKING_NOT_CANCELLABLE');
  }
  const [side, type] = answers.indexOf(good[0]) % 2
    ? ['customer', 'driver_cancelled'] : ['driver', 'booking_cancelled_by_customer'];
  await city[side].take(type);
});

test('a cancelled ride refuses every further command, and stays so over a kill', async (t) => {
  const city = await openCity(t);
  for (const by of sides) {
    const ride = await new Ride(city).through('accept');
    const { driver: said } = await ride.chat();
    await city.customer.app.close(); // a customer who is away finds out by resync
    await isCancelled(ride, by);
    if (by === 'customer') await city.driver.take('booking_cancelled_by_customer');
    await city.customer.connect();
    const { id: booking_id } = ride;
    const refused = async () => {
      const chat = { type: 'chat_message', booking_id, text: 'hello' };
      const complete = { type: 'mark_as_completed', booking_id, status: 'completed' };
      await city.driver.isRefused(complete, 'BOOKING_NOT_COMPLETABLE');
      await city.driver.isRefused(chat, 'BOOKING_NOT_CHATTABLE');
      await city.customer.isRefused(chat, 'BOOKING_NOT_CHATTABLE');
      await city.customer.isRefused({ type: 'reject', booking_id }, 'BOOKING_NOT_REJECTABLE');
      const { booking_status, chat_history } = await city.customer.snapshot(booking_id);
      assert.equal(booking_status, 'cancelled');
      assert.deepEqual(chat_history, said.chat_history);
    };
    await refused();
    await killAndRestart(city.server, city.customer, city.driver);
    await refused();
    for (const side of sides) {
      assertFailure(await cancel(city[side], booking_id), 409, 'BOOKING_NOT_CANCELLABLE');
    }
  }
});
