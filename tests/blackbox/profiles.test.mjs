// The profile that each app fetches of its own user.
import assert from 'node:assert/strict';
import test from 'node:test';
import { killAndRestart, setStatus } from '../support/city.mjs';
import { as, asAdmin, assertFailure, dataOf, onSide } from '../support/http.mjs';
import { Person, Ride, openCity, startServer, uuid } from '../support/rides.mjs';
import { token } from '../support/server.mjs';

const profile = (person) => as(person, 'GET', '/profile');
const change = async (person, changes) =>
  dataOf(await asAdmin(person.server, 'PATCH', `/accounts/${person.id}`, changes));

/** Checks those of the fields that have to be there. */
function assertHas(data, expected) {
  const fields = Object.keys(expected);
  assert.deepEqual(Object.fromEntries(fields.map((field) => [field, data[field]])), expected);
}

test("a profile has the account's fields, and the country with its phone_limit", async (t) => {
  const { customer, driver } = await openCity(t);
  const alice = dataOf(await profile(customer));
  assertHas(alice, {
    id: customer.id, email: customer.email, name: 'Alice', phone: '211234567',
  });
  const { id, flag, ...country } = alice.phone_code;
  assert.deepEqual(country, {
    name: 'New Zealand', code: 'NZ', ph_code: '+64', phone_limit: 10,
  });
  assert.match(id, uuid);
  assert.match(flag, /\/uploads\/flags\/nz\.png$/);

  const bob = dataOf(await profile(driver));
  assertHas(bob, {
    id: driver.id,
    email: driver.email,
    name: 'Bob 0',
    phone: '219876540',
    vehicle_number: 'ABC-120',
    driver_code: 'DRV-0040',
  });
  assertHas(bob.phone_code, { name: 'Australia', code: 'AU', ph_code: '+61', phone_limit: 9 });
});

test('the phone_code of a profile is that of the pushes, which have no phone_limit', async (t) => {
  const { customer, driver } = await openCity(t);
  const ride = new Ride({ customer, driver });
  const { driver: assigned } = await ride.request();
  const { customer: offered } = await ride.offer();
  const embedded = async (person) => {
    const { phone_limit, ...rest } = dataOf(await profile(person)).phone_code;
    assert.ok(Number.isInteger(phone_limit));
    return rest;
  };
  assert.deepEqual(assigned.customer_phone_code, await embedded(customer));
  assert.deepEqual(offered.driver_phone_code, await embedded(driver));
  const { assignment } = await driver.snapshot();
  assert.deepEqual(assignment.customer_phone_code, await embedded(customer));
});

test('the flag of a phone_code is a picture that the server has', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const { flag } = dataOf(await profile(customer)).phone_code;
  const response = await fetch(new URL(new URL(flag, server.url).pathname, server.url));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/png');
});

test('a profile follows what the admin changes, also over a kill', async (t) => {
  const { server, driver } = await openCity(t);
  await change(driver, { name: 'Robert', phone_code: 'NZ', vehicle_number: null });
  const changed = dataOf(await profile(driver));
  assertHas(changed, { id: driver.id, name: 'Robert', vehicle_number: null });
  assertHas(changed.phone_code, { code: 'NZ', ph_code: '+64', phone_limit: 10 });
  await killAndRestart(server);
  assert.deepEqual(dataOf(await profile(driver)), changed);
});

test('an account with both roles has both profiles', async (t) => {
  const server = await startServer(t);
  const driver = await Person.create(server, 'driver', { roles: ['driver', 'customer'] });
  for (const person of [driver, onSide(driver, 'customer')]) {
    assertHas(dataOf(await profile(person)), { id: driver.id, email: driver.email });
  }
});

test('without a good token a profile is 401', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    const as = (bearer) =>
      person.server.http('GET', `/api/mobile/${person.side}/profile`, { bearer });
    assertFailure(await as(), 401, 'UNAUTHORIZED');
    const expired = token({ email: person.email, exp: Math.floor(Date.now() / 1000) - 1 });
    for (const bearer of ['garbage', expired, `${person.token}x`]) {
      assertFailure(await as(bearer), 401, 'INVALID_TOKEN', bearer);
    }
  }
});

test('the other role, blocked and deleted accounts are refused a profile with 403', async (t) => {
  const { customer, driver } = await openCity(t);
  const notFound = { customer: 'CUSTOMER_NOT_FOUND', driver: 'DRIVER_NOT_FOUND' };
  const other = { customer: 'driver', driver: 'customer' };
  for (const person of [customer, driver]) {
    const stranger = Object.assign(new Person(), {
      ...person, token: token({ email: 'nobody@example.org' }),
    });
    assertFailure(await profile(stranger), 403, notFound[person.side], 'nobody');
    const wrongSide = onSide(person, other[person.side]);
    assertFailure(await profile(wrongSide), 403, notFound[wrongSide.side], 'wrong role');
    for (const status of ['blocked', 'deleted']) {
      await setStatus(person, status);
      assertFailure(await profile(person), 403, `ACCOUNT_${status.toUpperCase()}`);
      assertFailure(await profile(wrongSide), 403, notFound[wrongSide.side], 'the role first');
    }
    await setStatus(person, 'active');
    dataOf(await profile(person));
  }
});

test('a profile can only be read', async (t) => {
  const { customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assertFailure(await as(person, method, '/profile'), 405, null, method);
    }
  }
});
