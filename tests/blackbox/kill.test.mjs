// What was shown to anyone survives kill -9, and the ride goes on from there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { becomes, killAndRestart } from '../support/city.mjs';
import { Person, Ride, openCity, steps } from '../support/rides.mjs';

/** All that resync tells the two about the ride. */
async function stateOf({ customer, driver, id }) {
  return {
    customer: await customer.snapshot(id),
    customerUnasked: await customer.snapshot(),
    driver: await driver.snapshot(id),
    driverUnasked: await driver.snapshot(),
  };
}

for (const [i, step] of steps.entries()) {
  test(`a ride killed after its step '${step}' goes on from there`, async (t) => {
    const city = await openCity(t);
    const ride = await new Ride(city).through(step);
    if (step === 'complete') {
      await city.customer.app.untilClosed();
      await city.customer.connect();
    }
    const before = await stateOf(ride);
    await killAndRestart(city.server, city.customer, city.driver);
    assert.deepEqual(await stateOf(ride), before);
    for (const next of steps.slice(i + 1)) await ride[next]();
    assert.equal((await city.driver.snapshot(ride.id)).assignment.booking_status, 'completed');
    await new Ride(city).through('complete');
  });
}

test('a ride killed after every single step is completed in the end', async (t) => {
  const city = await openCity(t);
  const ride = new Ride(city);
  for (const step of steps) {
    await ride[step]();
    if (step === 'complete') break;
    const before = await stateOf(ride);
    await killAndRestart(city.server, city.customer, city.driver);
    assert.deepEqual(await stateOf(ride), before);
  }
  const { assignment } = await city.driver.snapshot(ride.id);
  assert.equal(assignment.booking_status, 'completed');
  assert.equal(assignment.chat_history.length, 2);
});

test('a kill amid a burst of messages loses none that was shown to anyone', async (t) => {
  const city = await openCity(t);
  const { customer, driver } = city;
  const ride = await new Ride(city).through('accept');
  const texts = Array.from({ length: 60 }, (_, i) => `message ${i}`);
  for (const text of texts) {
    driver.send({ type: 'chat_message', booking_id: ride.id, text });
  }
  for (let shown = 0; shown < 20; ++shown) await customer.take('chat_message');
  await city.server.kill();
  await Promise.all([customer, driver].map((person) => person.app.untilClosed()));
  const shown = Math.max(...[customer, driver].map(
    ({ app }) => app.frames.filter((frame) => frame.type === 'chat_message').length,
  ));
  await city.server.launch();
  await customer.connect();
  const kept = (await customer.snapshot(ride.id)).chat_history.map((entry) => entry.text);
  assert.ok(kept.length >= shown, `${shown} were shown, ${kept.length} kept`);
  assert.deepEqual(kept, texts.slice(0, kept.length), 'a prefix of what was sent, in order');
});

test('accounts and tokens outlive a kill, and an email stays taken', async (t) => {
  const { server } = await openCity(t);
  const person = await Person.create(server, 'customer', { name: 'Kept' });
  await server.kill();
  await server.launch();
  assert.equal((await person.connect()).customer_id, person.id);
  const again = { roles: ['customer'], ...person.fields };
  await assert.rejects(server.createAccount(again), /EMAIL_TAKEN/);
});

test('a customer deadline due while the server is down fires once on start', async (t) => {
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '0.5' } });
  const { server, customer, driver } = city;
  const ride = await new Ride(city).through('offer');
  await server.kill();
  await pass(600); // the deadline itself: nothing announces it, for nobody is running
  await server.launch();
  await becomes(ride, 'on_the_way');
  await customer.connect();
  await driver.connect();
  await customer.isRefused({ type: 'accept', booking_id: ride.id }, 'BOOKING_NOT_ACCEPTABLE');

  const { driver: said } = await ride.say(driver, 'On my way.');
  await killAndRestart(city.server, city.customer, city.driver);
  const { driver: saidNext } = await ride.say(driver, 'Nearly there.');
  assert.equal(saidNext.seq, said.seq + 1, 'the second start has appended nothing');
  await ride.complete();
});

test('a customer deadline that falls due after the restart fires once, and in time', async (t) => {
  const city = await openCity(t, { env: { CUSTOMER_WAITING_TIME: '2' } });
  const ride = await new Ride(city).through('request');
  const offeredAt = Date.now();
  await ride.offer();
  await killAndRestart(city.server, city.customer, city.driver);
  const promoted = await ride.frames('customer_accepted', 'offer_auto_accepted');
  const waited_ms = Date.now() - offeredAt;
  assert.ok(waited_ms >= 2000 && waited_ms < 3500, `fired after ${waited_ms} ms`);
  assert.equal(promoted.driver.auto_promoted, true);
  await ride.chat(); // any second push would stand in the way of these frames
  await ride.complete();
});

test('an overdue driver deadline waits for the grace; the driver may answer', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '0.5', RESTART_GRACE: '30' };
  const city = await openCity(t, { env });
  const ride = await new Ride(city).through('request');
  await city.server.kill();
  await pass(600); // the deadline itself, again
  await city.server.launch();
  await city.customer.connect();
  await city.driver.connect();
  assert.equal((await city.driver.snapshot()).assignment.booking_status, 'requested');
  for (const step of ['offer', 'accept', 'chat', 'complete']) await ride[step]();
});

test('at the end of the grace an overdue offer moves on to the next driver', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '0.5', RESTART_GRACE: '1.5' };
  const city = await openCity(t, { env, drivers: 2 });
  const { customer, drivers } = city;
  const ride = await new Ride(city).through('request');
  await city.server.kill();
  await pass(600); // the deadline itself, again
  const startedAt = Date.now();
  await city.server.launch();
  for (const person of [customer, ...drivers]) await person.connect();
  assert.equal((await drivers[0].take('offer_expired')).booking_id, ride.id);
  assert.ok(Date.now() - startedAt >= 1500, 'not before the grace is over');
  assert.equal((await drivers[1].take('booking_assigned')).booking_id, ride.id);
  ride.driver = drivers[1];
  for (const step of ['offer', 'accept', 'complete']) await ride[step]();
});

test('nobody is asked twice for a booking, whatever restarts lie between', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '1.5', RESTART_GRACE: '0' };
  const city = await openCity(t, { env, drivers: 2 });
  const { customer, drivers } = city;
  const ride = await new Ride(city).through('request');
  await drivers[0].take('offer_expired');
  await drivers[1].take('booking_assigned');
  await killAndRestart(city.server, customer, drivers[0]);
  await drivers[1].connect();
  await drivers[1].take('offer_expired');
  await drivers[1].take('booking_cancelled');
  assert.equal((await customer.take('driver_cancelled')).reason_code, 'NO_DRIVER_AVAILABLE');
  await drivers[0].snapshot(); // and the first driver heard nothing
  await customer.app.untilClosed();
  await customer.connect();
  assert.equal((await customer.snapshot(ride.id)).booking_status, 'cancelled');
});
