// Cancellation templates: the admin's for everybody, and each driver's own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { killAndRestart, setStatus } from '../support/city.mjs';
import {
  as, asAdmin, assertFailure, dataOf, noIds, noTexts, nowhere, onSide,
} from '../support/http.mjs';
import { Person, Ride, openCity, pickup, uuid } from '../support/rides.mjs';

const path = '/cancellation-templates';

/** The three things one does with templates, as a driver or (without one) as the admin. */
const create = ({ server, driver }, text) =>
  driver ? as(driver, 'POST', path, { text }) : asAdmin(server, 'POST', path, { text });
const idOf = async (whose, text) => dataOf(await create(whose, text), 201).id;
const remove = (driver, id) => as(driver, 'DELETE', `${path}/${id}`);
const byId = (a, b) => (a.id < b.id ? -1 : 1);

async function list({ server, driver }) {
  const answer = driver ? await as(driver, 'GET', path) : await asAdmin(server, 'GET', path);
  const { templates, ...rest } = dataOf(answer);
  assert.deepEqual(rest, {});
  return templates.sort(byId); // in which order they come is not said anywhere
}

/** A city with two drivers, and a template of each of them and of the admin. */
async function withTemplates(t) {
  const city = await openCity(t, { drivers: 2 });
  const { server, drivers } = city;
  const template = async (owner, text, driver) =>
    ({ id: await idOf({ server, driver }, text), text, owner });
  const admins = await template('admin', 'Road closed.');
  const own = await template('driver', 'My car broke down 🚗', drivers[0]);
  const others = await template('driver', "Another driver's.", drivers[1]);
  return { ...city, admins, own, others };
}

test("a driver sees their own templates and the admin's, the admin their own", async (t) => {
  const { server, drivers, admins, own, others } = await withTemplates(t);
  for (const { id } of [admins, own, others]) assert.match(id, uuid);
  assert.deepEqual(await list({ server }), [admins]);
  assert.deepEqual(await list({ driver: drivers[0] }), [admins, own].sort(byId));
  assert.deepEqual(await list({ driver: drivers[1] }), [admins, others].sort(byId));
});

test('without any template the lists are empty', async (t) => {
  const { server, driver } = await openCity(t);
  assert.deepEqual(await list({ server }), []);
  assert.deepEqual(await list({ driver }), []);
});

test('two templates with one text are two', async (t) => {
  const { driver } = await openCity(t);
  const ids = [await idOf({ driver }, 'Same.'), await idOf({ driver }, 'Same.')];
  assert.notEqual(ids[0], ids[1]);
  assert.equal(dataOf(await remove(driver, ids[0])), null);
  assert.deepEqual(await list({ driver }), [{ id: ids[1], text: 'Same.', owner: 'driver' }]);
});

test('a driver removes their own template, once', async (t) => {
  const { drivers, admins, own, others } = await withTemplates(t);
  assert.equal(dataOf(await remove(drivers[0], own.id)), null);
  assert.deepEqual(await list({ driver: drivers[0] }), [admins]);
  assertFailure(await remove(drivers[0], own.id), 404, 'NOT_FOUND', 'a second time');
  assert.deepEqual(await list({ driver: drivers[1] }), [admins, others].sort(byId));
});

test("what is not one's own can't be removed", async (t) => {
  const { drivers, admins, own, others } = await withTemplates(t);
  for (const id of [admins.id, others.id, ...noIds]) {
    assertFailure(await remove(drivers[0], id), 404, 'NOT_FOUND', id);
  }
  assert.deepEqual(await list({ driver: drivers[0] }), [admins, own].sort(byId));
  assert.deepEqual(await list({ driver: drivers[1] }), [admins, others].sort(byId));
});

test('a text has 1 to 512 code points, and comes back as it was given', async (t) => {
  const { server, driver } = await openCity(t);
  const good = ['x', ' ', 'a\u0000b', '"\\/\n', '</script>', '🚕'.repeat(512), 'é'.repeat(512)];
  const bad = [undefined, null, ...noTexts, '', 'x'.repeat(513), '🚕'.repeat(513)];
  for (const whose of [{ server }, { driver }]) {
    const created = [];
    for (const text of good) created.push({ id: await idOf(whose, text), text });
    for (const text of bad) {
      assertFailure(await create(whose, text), 422, 'INVALID_PAYLOAD', JSON.stringify(text));
    }
    const owner = whose.driver ? 'driver' : 'admin';
    const own = (await list(whose)).filter((template) => template.owner === owner);
    assert.deepEqual(own, created.map((template) => ({ ...template, owner })).sort(byId));
  }
});

test('a body that is no JSON object creates no template', async (t) => {
  const { server, driver } = await openCity(t);
  const posts = [
    (body) => asAdmin(server, 'POST', path, body), (body) => as(driver, 'POST', path, body),
  ];
  for (const post of posts) {
    for (const body of ['', '{', '{"text":"x"']) {
      assertFailure(await post(body), 400, 'INVALID_JSON', body);
    }
    for (const body of ['null', '"text"', '[]', '5']) {
      assertFailure(await post(body), 422, 'INVALID_PAYLOAD', body);
    }
  }
  assert.deepEqual(await list({ driver }), []);
});

test('a customer has no templates, a stranger not even a look', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const id = await idOf({ driver }, 'Mine.');
  const customerAsDriver = onSide(customer, 'driver');
  const calls = [['POST', path, { text: 'x' }], ['GET', path], ['DELETE', `${path}/${id}`]];
  for (const [method, where, body] of calls) {
    assertFailure(await as(customerAsDriver, method, where, body), 403, 'DRIVER_NOT_FOUND', method);
    const answer = await server.http(method, `/api/mobile/driver${where}`, { body });
    assertFailure(answer, 401, 'UNAUTHORIZED', method);
    const garbage = Object.assign(new Person(), { ...driver, token: 'garbage' });
    assertFailure(await as(garbage, method, where, body), 401, 'INVALID_TOKEN', method);
  }
  for (const [method, where, body] of calls.slice(0, 2)) {
    for (const bearer of [undefined, driver.token]) {
      const answer = await server.http(method, `/api/admin${where}`, { bearer, body });
      assertFailure(answer, 401, null, `${method} as ${bearer ? 'a driver' : 'nobody'}`);
    }
  }
  assert.equal((await as(customer, 'GET', path)).status, 404, 'customers have no such path');
  for (const status of ['blocked', 'deleted']) {
    await setStatus(driver, status);
    for (const [method, where, body] of calls) {
      const answer = await as(driver, method, where, body);
      assertFailure(answer, 403, `ACCOUNT_${status.toUpperCase()}`, method);
    }
  }
  await setStatus(driver, 'active');
  assert.deepEqual(await list({ driver }), [{ id, text: 'Mine.', owner: 'driver' }]);
});

test('other methods on the paths of the templates get 405', async (t) => {
  const { server, driver } = await openCity(t);
  const id = await idOf({ driver }, 'Mine.');
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assertFailure(await as(driver, method, path), 405, null, method);
    assertFailure(await asAdmin(server, method, path), 405, null, method);
  }
  for (const method of ['GET', 'POST', 'PUT', 'PATCH']) {
    assertFailure(await as(driver, method, `${path}/${id}`), 405, null, method);
  }
});

test("a driver declines with an own template, and with the admin's", async (t) => {
  const city = await withTemplates(t);
  for (const { id } of [city.own, city.admins]) {
    const ride = await new Ride(city).through('request');
    assert.equal((await ride.decline({ cancellation_template_id: id })).reassigned, true);
    assert.equal((await city.drivers[1].take('booking_assigned')).booking_id, ride.id);
  }
});

test("a template that is not the driver's to use declines nothing: INVALID_TEMPLATE", async (t) => {
  const city = await withTemplates(t);
  const { driver, own, others } = city;
  const ride = await new Ride(city).through('request');
  const decline = { type: 'decline_booking', booking_id: ride.id };
  for (const id of [others.id, ride.id, driver.id, '', 'nonsense', nowhere, 'x'.repeat(5000)]) {
    await driver.isRefused({ ...decline, cancellation_template_id: id }, 'INVALID_TEMPLATE');
  }
  dataOf(await remove(driver, own.id));
  await driver.isRefused({ ...decline, cancellation_template_id: own.id }, 'INVALID_TEMPLATE');
  assert.equal((await driver.snapshot(ride.id)).assignment.booking_status, 'requested');
  await city.drivers[1].snapshot(); // who was offered nothing
});

test('the reason of a cancelled ride is the text of the template', async (t) => {
  const city = await withTemplates(t);
  const { customer, driver, own, admins, others } = city;
  const kept = await new Ride(city).through('request'); // keeps the customer's socket open
  const cancel = (ride, cancellation_template_id) =>
    as(driver, 'POST', `/booking/${ride.id}/cancel`, { cancellation_template_id });
  for (const { id, text } of [own, admins]) {
    const ride = await new Ride(city).through('accept');
    for (const bad of [others.id, nowhere, '', 'nonsense', ride.id]) {
      assertFailure(await cancel(ride, bad), 422, 'INVALID_TEMPLATE', bad);
    }
    assert.equal((await driver.snapshot(ride.id)).assignment.booking_status, 'on_the_way');
    dataOf(await cancel(ride, id));
    assert.equal((await customer.take('driver_cancelled')).reason, text);
  }
  dataOf(await remove(driver, own.id));
  const last = await new Ride(city).through('accept');
  assertFailure(await cancel(last, own.id), 422, 'INVALID_TEMPLATE', 'removed');
  assert.equal((await customer.snapshot(kept.id)).booking_status, 'requested');
});

test('templates, and that one is removed, outlive a kill', async (t) => {
  const city = await withTemplates(t);
  const { server, customer, drivers, own, admins } = city;
  const removed = await idOf({ driver: drivers[0] }, 'Removed.');
  dataOf(await remove(drivers[0], removed));
  const lists = async () =>
    Promise.all([{ server }, { driver: drivers[0] }, { driver: drivers[1] }].map(list));
  const before = await lists();
  await killAndRestart(server, customer, ...drivers);
  assert.deepEqual(await lists(), before);
  assertFailure(await remove(drivers[0], removed), 404, 'NOT_FOUND');
  await drivers[0].driveTo(pickup); // where anybody is, is forgotten
  const ride = await new Ride(city).through('request');
  const decline = { type: 'decline_booking', booking_id: ride.id };
  await drivers[0].isRefused(
    { ...decline, cancellation_template_id: removed }, 'INVALID_TEMPLATE',
  );
  assert.equal((await ride.decline({ cancellation_template_id: own.id })).reassigned, true);
  await drivers[1].take('booking_assigned');
  ride.driver = drivers[1];
  assert.equal((await ride.decline({ cancellation_template_id: admins.id })).reassigned, false);
  assert.equal((await customer.take('driver_cancelled')).reason_code, 'NO_DRIVER_AVAILABLE');
});

test('a driver may keep a hundred of their own', async (t) => {
  const { server, driver } = await openCity(t);
  const own = { server, driver };
  const first = await idOf(own, 'reason 0');
  for (let i = 1; i < 100; ++i) await idOf(own, `reason ${i}`);
  assertFailure(await create(own, 'one more'), 409, 'TOO_MANY_TEMPLATES', 'the limit');
  await remove(driver, first);
  await idOf(own, 'in its place');
});
