// Accounts as the admin keeps them: created, read, changed, blocked, and there after a kill.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertTurnedAway, killAndRestart } from '../support/city.mjs';
import {
  asAdmin, assertFailure, dataOf, noIds, noTexts, nowhere, onSide,
} from '../support/http.mjs';
import { Person, Ride, openCity, startServer, uuid } from '../support/rides.mjs';
import { adminToken, token } from '../support/server.mjs';

const required = {
  email: 'carol@example.org',
  name: 'Carol',
  roles: ['driver', 'customer'],
  phone: '219876543',
  phone_code: 'AU',
};
const optional = {
  username: 'carol-1_x',
  avatar: 'https://example.org/carol.png',
  vehicle_number: 'ABC-123',
  driver_code: 'DRV-0042',
};
const carol = { ...required, ...optional };

const bad = {
  email: [...noTexts, '', 'nobody'],
  name: [...noTexts, ''],
  roles: ['customer', 5, {}, [], [5], [null], ['king'], ['customer', 'king']],
  phone: [...noTexts, '', '+64211234567', '21 123 4567', 'abc'],
  phone_code: [...noTexts, '', 'XX', 'nz', '+64', 'New Zealand'],
  username: [...noTexts, '', 'Carol', '-carol', '_carol', 'ca rol', 'zoë', 'x'.repeat(65)],
  avatar: noTexts,
  vehicle_number: noTexts,
  driver_code: noTexts,
};

const create = (server, fields) => asAdmin(server, 'POST', '/accounts', fields);
const read = async (server, id) => dataOf(await asAdmin(server, 'GET', `/accounts/${id}`));
const change = (server, id, changes) => asAdmin(server, 'PATCH', `/accounts/${id}`, changes);
const endSession = (server, id) => asAdmin(server, 'DELETE', `/accounts/${id}/session`);

/** A server with Carol's account; resolves to both, and to how the account is shown. */
async function withCarol(t) {
  const server = await startServer(t);
  const { id, ...rest } = dataOf(await create(server, carol), 201);
  assert.match(id, uuid);
  assert.deepEqual(rest, {});
  return { server, id, shown: { ...carol, id, status: 'active', devices: [] } };
}

test('an account is shown as it was created, with its id, status and devices', async (t) => {
  const { server, id, shown } = await withCarol(t);
  assert.deepEqual(await read(server, id), shown);
});

test('an account without the optional fields shows null in their place', async (t) => {
  const server = await startServer(t);
  const absent = await create(server, required);
  const nulls = Object.fromEntries(Object.keys(optional).map((field) => [field, null]));
  const given = await create(server, { ...required, ...nulls, email: 'dora@example.org' });
  for (const answer of [absent, given]) {
    const shown = await read(server, dataOf(answer, 201).id);
    for (const field of Object.keys(optional)) assert.equal(shown[field], null, field);
  }
});

test('every field can be changed by itself, and nothing else changes', async (t) => {
  const { server, id, shown } = await withCarol(t);
  const changes = {
    email: 'caroline@example.org',
    name: 'Caroline Zoë 🚕',
    roles: ['customer'],
    phone: '211111111',
    phone_code: 'NZ',
    username: '0',
    avatar: 'https://example.org/other.png',
    vehicle_number: 'XYZ-999',
    driver_code: 'DRV-9999',
    status: 'blocked',
  };
  let expected = shown;
  for (const [field, value] of Object.entries(changes)) {
    expected = { ...expected, [field]: value };
    const answer = await change(server, id, { [field]: value });
    assert.deepEqual(dataOf(answer), expected, field);
    assert.deepEqual(await read(server, id), expected, field);
  }
  const back = { ...carol, status: 'active' };
  assert.deepEqual(dataOf(await change(server, id, back)), shown, 'and all of them together');
});

test('null clears an optional field, and is refused for a required one', async (t) => {
  const { server, id, shown } = await withCarol(t);
  for (const field of [...Object.keys(required), 'status']) {
    const answer = await change(server, id, { [field]: null });
    assertFailure(answer, 422, 'INVALID_PAYLOAD', field);
  }
  assert.deepEqual(await read(server, id), shown);
  let expected = shown;
  for (const field of Object.keys(optional)) {
    expected = { ...expected, [field]: null };
    assert.deepEqual(dataOf(await change(server, id, { [field]: null })), expected, field);
  }
  assert.deepEqual(await read(server, id), expected);
});

test('a change of nothing is no error and changes nothing', async (t) => {
  const { server, id, shown } = await withCarol(t);
  assert.deepEqual(dataOf(await change(server, id, {})), shown);
  assert.deepEqual(dataOf(await change(server, id, carol)), shown, 'nor does what is so already');
  assert.deepEqual(await read(server, id), shown);
});

test('a bad field is refused when an account is made and when it is changed', async (t) => {
  const { server, id, shown } = await withCarol(t);
  const other = { ...required, email: 'dora@example.org' };
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) {
      const what = `${field}: ${JSON.stringify(value)}`;
      const made = await create(server, { ...other, [field]: value });
      assertFailure(made, 422, 'INVALID_PAYLOAD', what);
      const changed = await change(server, id, { name: 'Not this', [field]: value });
      assertFailure(changed, 422, 'INVALID_PAYLOAD', what);
    }
  }
  for (const field of Object.keys(required)) {
    for (const value of [undefined, null]) {
      const made = await create(server, { ...other, [field]: value });
      assertFailure(made, 422, 'INVALID_PAYLOAD', `${field}: ${value}`);
    }
  }
  for (const status of [...noTexts, '', 'gone', 'ACTIVE']) {
    assertFailure(await change(server, id, { status }), 422, 'INVALID_PAYLOAD', `${status}`);
  }
  assert.deepEqual(await read(server, id), shown, 'not even the good one beside a bad one');
  assert.equal((await create(server, other)).status, 201, 'the email was never taken');
});

test('a body that is no JSON object changes nothing', async (t) => {
  const { server, id, shown } = await withCarol(t);
  for (const body of ['', '{', '{"name":"X"', "{'name':'X'}"]) {
    assertFailure(await create(server, body), 400, 'INVALID_JSON', body);
    assertFailure(await change(server, id, body), 400, 'INVALID_JSON', body);
  }
  for (const body of ['null', '5', '"name"', '[]', '[{"name":"X"}]']) {
    assertFailure(await create(server, body), 422, 'INVALID_PAYLOAD', body);
    assertFailure(await change(server, id, body), 422, 'INVALID_PAYLOAD', body);
  }
  assert.deepEqual(await read(server, id), shown);
});

test('EMAIL_TAKEN and USERNAME_TAKEN when an account is made and when it is changed', async (t) => {
  const { server, id: carolsId, shown } = await withCarol(t);
  const dora = { ...required, email: 'dora@example.org', username: 'dora' };
  const { id } = dataOf(await create(server, dora), 201);
  const before = await read(server, id);
  for (const email of [carol.email, 'CAROL@EXAMPLE.ORG', 'Carol@example.org']) {
    const made = await create(server, { ...dora, email, username: 'third' });
    assertFailure(made, 409, 'EMAIL_TAKEN', email);
    assertFailure(await change(server, id, { name: 'X', email }), 409, 'EMAIL_TAKEN', email);
  }
  const { username } = carol;
  const made = await create(server, { ...dora, email: 'third@example.org', username });
  assertFailure(made, 409, 'USERNAME_TAKEN');
  assertFailure(await change(server, id, { name: 'X', username }), 409, 'USERNAME_TAKEN');
  assert.deepEqual(await read(server, id), before);
  assert.deepEqual(await read(server, carolsId), shown);
  const own = await change(server, id, { email: 'Dora@Example.org', username: 'dora' });
  assert.equal(own.status, 200, "one's own are not taken");
});

test('what an account gives up is free for another', async (t) => {
  const { server, id } = await withCarol(t);
  dataOf(await change(server, id, { email: 'new@example.org', username: null }));
  dataOf(await create(server, carol), 201);
  const back = await change(server, id, { email: carol.email });
  assertFailure(back, 409, 'EMAIL_TAKEN', 'and then it is gone');
  assertFailure(await change(server, id, { username: carol.username }), 409, 'USERNAME_TAKEN');
});

test('of many accounts made at once with one email, one is made', async (t) => {
  const server = await startServer(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => create(server, { ...required, name: `Carol ${i}` })),
  );
  const made = answers.filter((answer) => answer.status === 201);
  assert.equal(made.length, 1);
  for (const answer of answers) {
    if (answer !== made[0]) assertFailure(answer, 409, 'EMAIL_TAKEN');
  }
  const { name } = await read(server, made[0].body.data.id);
  assert.equal(name, `Carol ${answers.indexOf(made[0])}`);
});

test('a changed email makes the old one unknown', async (t) => {
  const city = await openCity(t);
  const { server, driver } = city;
  const { email, token: before } = driver;
  dataOf(await change(server, driver.id, { email: 'moved@example.org' }));
  await assertTurnedAway(server, driver.path(), 'DRIVER_NOT_FOUND');
  const byOldEmail = await server.http('GET', '/api/mobile/driver/profile', { bearer: before });
  assertFailure(byOldEmail, 403, 'DRIVER_NOT_FOUND', email);
  for (const claims of [{ email: 'Moved@example.org' }, { user_id: driver.id }]) {
    driver.token = token(claims);
    assert.equal((await driver.connect()).driver_id, driver.id);
  }
  await new Ride(city).through('complete');
});

test('a role that is taken away is gone, one that is given is there', async (t) => {
  const { server, customer } = await openCity(t, { drivers: 0 });
  const driving = onSide(customer, 'driver');
  await assertTurnedAway(server, driving.path(), 'DRIVER_NOT_FOUND');
  dataOf(await change(server, customer.id, { roles: ['driver'] }));
  await assertTurnedAway(server, customer.path(), 'CUSTOMER_NOT_FOUND');
  assert.equal((await driving.connect()).driver_id, customer.id);
});

test('blocked and deleted end the session and bar the way, active opens it', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const codes = { blocked: 'ACCOUNT_BLOCKED', deleted: 'ACCOUNT_DELETED' };
  for (const person of [customer, driver]) {
    for (const [status, code] of Object.entries(codes)) {
      assert.equal(dataOf(await change(server, person.id, { status })).status, status);
      const { reason, ...push } = await person.take('force_disconnect');
      assert.deepEqual(push, { type: 'force_disconnect' });
      assert.ok(typeof reason === 'string' && reason.length > 0);
      assert.equal((await person.app.untilClosed()).code, 1008);
      await assertTurnedAway(server, person.path(), code);
      assert.equal((await read(server, person.id)).status, status);
      dataOf(await change(server, person.id, { status: 'active' }));
      await person.connect();
    }
  }
  await new Ride({ customer, driver }).through('complete');
});

test('ending the session disconnects both sides, who may come back at once', async (t) => {
  const { server, id, shown } = await withCarol(t);
  const customer = Object.assign(new Person(), {
    server, id, side: 'customer', token: token({ email: carol.email }),
  });
  const driver = onSide(customer, 'driver');
  for (let round = 0; round < 2; ++round) {
    await customer.connect();
    await driver.connect();
    assert.equal(dataOf(await endSession(server, id)), null);
    for (const person of [customer, driver]) {
      await person.take('force_disconnect');
      assert.equal((await person.app.untilClosed()).code, 1008);
    }
  }
  assert.equal(dataOf(await endSession(server, id)), null, 'nobody has to be connected');
  assert.deepEqual(await read(server, id), shown);
});

test('an unknown account is 404, but a bad body is named first', async (t) => {
  const server = await startServer(t);
  for (const id of noIds) {
    assertFailure(await asAdmin(server, 'GET', `/accounts/${id}`), 404, 'NOT_FOUND', id);
    assertFailure(await change(server, id, { name: 'X' }), 404, 'NOT_FOUND', id);
    assertFailure(await endSession(server, id), 404, 'NOT_FOUND', id);
  }
  assertFailure(await change(server, nowhere, '{'), 400, 'INVALID_JSON');
  assertFailure(await change(server, nowhere, { name: 5 }), 422, 'INVALID_PAYLOAD');
});

test("without the admin's token it is 401, where there is none 403", async (t) => {
  const { server, id, shown } = await withCarol(t);
  const calls = [
    ['POST', '', { ...required, email: 'dora@example.org' }],
    ['GET', `/${id}`],
    ['PATCH', `/${id}`, { name: 'X' }],
    ['DELETE', `/${id}/session`],
    ['GET', `/${nowhere}`],
    ['PATCH', `/${id}`, '{'],
  ];
  const own = token({ email: carol.email });
  const bearers = [undefined, 'garbage', own, `${adminToken}x`, adminToken.slice(0, -1)];
  const answers = (bearer) => Promise.all(calls.map(([method, path, body]) =>
    server.http(method, `/api/admin/accounts${path}`, { bearer, body })));
  for (const bearer of bearers) {
    for (const answer of await answers(bearer)) assertFailure(answer, 401, null, bearer);
  }
  assert.deepEqual(await read(server, id), shown);
  await server.kill();
  server.options.env = { HANSOM_ADMIN_TOKEN: undefined };
  await server.launch();
  for (const bearer of [...bearers, adminToken]) {
    for (const answer of await answers(bearer)) assertFailure(answer, 403, null, bearer);
  }
});

test('other methods on the paths of the accounts get 405', async (t) => {
  const { server, id } = await withCarol(t);
  const others = {
    '/accounts': ['GET', 'PUT', 'PATCH', 'DELETE'],
    [`/accounts/${id}`]: ['POST', 'PUT', 'DELETE'],
    [`/accounts/${id}/session`]: ['GET', 'POST', 'PUT', 'PATCH'],
  };
  for (const [path, methods] of Object.entries(others)) {
    for (const method of methods) {
      assertFailure(await asAdmin(server, method, path), 405, null, `${method} ${path}`);
    }
  }
});

test('accounts and all their changes outlive a kill', async (t) => {
  const { server, id } = await withCarol(t);
  const { id: dorasId } = dataOf(
    await create(server, { ...required, email: 'dora@example.org', username: 'dora' }), 201,
  );
  dataOf(await change(server, id, { email: 'moved@example.org', username: null, name: 'Moved' }));
  dataOf(await change(server, id, { status: 'blocked', vehicle_number: null }));
  dataOf(await change(server, dorasId, { status: 'deleted', roles: ['customer'] }));
  const before = [await read(server, id), await read(server, dorasId)];
  for (let i = 0; i < 2; ++i) {
    await killAndRestart(server);
    assert.deepEqual([await read(server, id), await read(server, dorasId)], before);
  }
  const taken = await create(server, { ...carol, email: 'MOVED@example.org' });
  assertFailure(taken, 409, 'EMAIL_TAKEN');
  dataOf(await create(server, carol), 201);
});
