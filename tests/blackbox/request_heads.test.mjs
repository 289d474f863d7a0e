// What the head of a request says twice, or in an odd way, about who calls and from where.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertTurnedAway } from '../support/city.mjs';
import { Student } from '../support/campus.mjs';
import { as, assertFailure, dataOf, headOf, upgradeOf } from '../support/http.mjs';
import { Person } from '../support/rides.mjs';
import { appsOf, assertUndisturbed, callCarrying, knock, openRoom } from '../support/rooms.mjs';
import { token } from '../support/server.mjs';

/** A room of one, a student, and a customer, with the paths on which they are served. */
async function openTown(t) {
  const { server, room, host } = await openRoom(t, { members: 1 });
  const student = await Student.create(server, 'passenger');
  const customer = await Person.create(server, 'customer');
  return {
    server, room, host, student, customer,
    upgrades: [
      [host, room.path], [student, `/passenger/${student.id}`], [customer, '/ws/customer'],
    ],
    calls: [
      [host, 'GET', `${room.api}/messages`], [customer, 'GET', '/api/mobile/customer/profile'],
    ],
  };
}

/** The statuses of a history and of an upgrade that are asked for with these cookies. */
async function withCookies({ server, room }, ...cookies) {
  const { host: Host } = new URL(server.url);
  const headers = { Host, Origin: server.url, Cookie: cookies };
  return [
    await server.rawStatus(headOf('GET', `${room.api}/messages`, headers)),
    await server.rawStatus(upgradeOf(room.path, headers)),
  ];
}

const accepted = [200, 101];
const unauthorized = [401, 401];

test('a second Authorization is 400, the same or another', async (t) => {
  const { server, upgrades, calls } = await openTown(t);
  const garbage = 'Bearer garbage';
  for (const [{ token }, method, path] of calls) {
    const good = `Bearer ${token}`;
    const ask = (Authorization) => server.rawStatus(headOf(method, path, { Authorization }));
    assert.equal(await ask(good), 200, path);
    for (const twice of [[good, good], [good, garbage], [garbage, good], [good, '']]) {
      assert.equal(await ask(twice), 400, path);
    }
  }
  for (const [{ token }, path] of upgrades) {
    const good = `Bearer ${token}`;
    const ask = (Authorization) => server.rawStatus(upgradeOf(path, { Authorization }));
    for (const twice of [[good, good], [good, garbage], [garbage, good]]) {
      assert.equal(await ask(twice), 400, path);
    }
    assert.equal(await ask(good), 101, path);
  }
  assert.equal(await server.rawStatus(headOf('GET', '/healthz', {
    Authorization: [garbage, garbage],
  })), 400);
});

test('a second Origin is 400, the same or another', async (t) => {
  const { server, upgrades, calls } = await openTown(t);
  const own = server.url;
  const foreign = 'https://evil.example';
  const { host: Host } = new URL(own);
  const carried = ({ token }) =>
    [{ Authorization: `Bearer ${token}` }, { Cookie: `access_token=${token}` }];
  for (const Origin of [[own, own], [own, foreign], [foreign, own], [own, 'null']]) {
    const heads = [
      ...calls.flatMap(([who, method, path]) =>
        carried(who).map((headers) => headOf(method, path, { Host, Origin, ...headers }))),
      ...upgrades.flatMap(([who, path]) =>
        carried(who).map((headers) => upgradeOf(path, { Host, Origin, ...headers }))),
    ];
    for (const head of heads) assert.equal(await server.rawStatus(head), 400, head);
  }
  assert.equal(await server.rawStatus(headOf('GET', '/healthz', { Origin: [own, own] })), 400);
});

test('several Cookie headers count together', async (t) => {
  const town = await openTown(t);
  const good = `access_token=${town.host.token}`;
  for (const cookies of [
    [good], ['theme=dark', good], [good, 'theme=dark'], ['a=1; b=2', 'c=3', `d=4; ${good}`],
    ['', good], ['a=1;', good],
  ]) {
    assert.deepEqual(await withCookies(town, ...cookies), accepted, `${cookies}`);
  }
  for (const cookies of [['theme=dark', 'lang=en'], ['access_token', good.slice(13)]]) {
    assert.deepEqual(await withCookies(town, ...cookies), unauthorized, `${cookies}`);
  }
});

test('an access_token cookie that is empty is passed over', async (t) => {
  const town = await openTown(t);
  const good = `access_token=${town.host.token}`;
  for (const cookies of [
    [`access_token=; ${good}`], ['access_token=', good], [`access_token=""; ${good}`],
    ['access_token=; access_token= ;access_token=""', 'a=1', good], [`${good}; access_token=`],
  ]) {
    assert.deepEqual(await withCookies(town, ...cookies), accepted, `${cookies}`);
  }
  for (const cookies of [
    ['access_token='], ['access_token=', 'access_token=""'], ['access_token=; a=1'],
  ]) {
    assert.deepEqual(await withCookies(town, ...cookies), unauthorized, `${cookies}`);
  }
});

test('of several access_token cookies the first that is not empty counts', async (t) => {
  const town = await openTown(t);
  const good = `access_token=${town.host.token}`;
  const bad = `access_token=${token({ email: town.host.email, exp: 1 })}`;
  for (const cookies of [[`${good}; ${bad}`], [good, bad], ['access_token=', good, bad]]) {
    assert.deepEqual(await withCookies(town, ...cookies), accepted);
  }
  for (const cookies of [[`${bad}; ${good}`], [bad, good], ['access_token=', bad, good]]) {
    assert.deepEqual(await withCookies(town, ...cookies), unauthorized);
  }
});

test('an access_token cookie in quotes counts', async (t) => {
  const town = await openTown(t);
  const quoted = `access_token="${town.host.token}"`;
  for (const cookies of [[quoted], [`a="1"; ${quoted}; b=2`], ['access_token=""', quoted]]) {
    assert.deepEqual(await withCookies(town, ...cookies), accepted);
  }
  assert.deepEqual(await withCookies(town, quoted.slice(0, -1)), unauthorized, 'half in quotes');
});

test('a ?token= that can\'t be decoded is a bad token, and not passed over', async (t) => {
  const { server, room, host, student, customer } = await openTown(t);
  const origin = server.url;
  const cookie = host.token;
  const messages = `${room.api}/messages`;
  const read = (tokens, query) => callCarrying(server, tokens, 'GET', messages + query);
  const odd = ['%zz', '%', '%4', `${host.token}%zz`, '%zz%20'];
  for (const each of odd) {
    const query = `?token=${each}`;
    const path = room.path + query;
    await assert.rejects(knock(server, path, { cookie, origin }), { status: 401 }, query);
    await assert.rejects(knock(server, path, {}), { status: 401 }, query);
    for (const whole of [query, `?limit=5&token=${each}`]) {
      assertFailure(await read({ cookie, origin }, whole), 401, 'INVALID_TOKEN', whole);
    }
    const campus = `/passenger/${student.id}${query}`;
    const students = { cookie: student.token, origin };
    await assert.rejects(knock(server, campus, students), { status: 401 }, query);
    await assertTurnedAway(server, `/ws/customer${query}`, 'INVALID_TOKEN');
    const nobody = Object.assign(new Person(), { ...customer, token: undefined });
    assertFailure(await as(nobody, 'GET', `/profile${query}`), 401, 'INVALID_TOKEN');
  }
  // The header counts first, and the cookie where there is no such parameter.
  dataOf(await read({ header: host.token }, '?token=%zz'));
  host.app = await knock(server, `${room.path}?token=%zz`, { header: host.token });
  await assertUndisturbed(host, [host.app]);
  host.app = await knock(server, `${room.path}?tokens=%zz&x=%zz`, { cookie, origin });
  await assertUndisturbed(host, appsOf([host]));
});
