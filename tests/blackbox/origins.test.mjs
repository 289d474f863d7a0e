// Pages of other origins: which of them may read answers (CORS), and which origin is the own one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CampusRide, Student } from '../support/campus.mjs';
import {
  assertFailure, dataOf, headOf, nowhere, upgradeOf,
} from '../support/http.mjs';
import { Person, bookingRequest } from '../support/rides.mjs';
import {
  Member, Room, assertUndisturbed, callCarrying, knock, openRoom,
} from '../support/rooms.mjs';
import { adminToken } from '../support/server.mjs';

const named = ['https://app.example.org', 'http://localhost:3000'];
const withNamed = { HANSOM_ALLOWED_ORIGINS: named.join(',') };
const ownUrl = 'https://rides.example';

/** Origins that nobody named; the first is none at all. */
const unnamed = ({ url }) => [
  undefined, 'null', url, 'https://evil.example', 'https://app.example.org.evil.example',
  'http://app.example.org', 'http://localhost:3001', named.join(','), '*',
];

/** The headers of an answer that let pages of an origin read it. */
function assertShared({ headers }, origin, what) {
  assert.equal(headers.get('access-control-allow-origin'), origin, what);
  assert.equal(headers.get('access-control-allow-credentials'), 'true', what);
  const vary = (headers.get('vary') ?? '').toLowerCase().split(/ *, */);
  assert.ok(vary.includes('origin'), `${what}: Vary: ${vary}`);
}

function assertNotShared({ headers }, what) {
  const shared = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(shared, [], what);
}

/** A room with its host and one more, and somebody who takes taxis. */
async function openTown(t, env) {
  const town = await openRoom(t, { members: 2, env });
  const customer = await Person.create(town.server, 'customer');
  return { ...town, customer, stranger: await Member.create(town.server, 'stranger') };
}

/** Calls with all kinds of answers: [status, method, path, token, body]. */
function callsOf({ room, host, members: [, guest], customer, stranger }) {
  const history = `${room.api}/messages`;
  const participants = `${room.api}/participants`;
  const mobile = '/api/mobile/customer';
  const bearer = host.token;
  return [
    [200, 'GET', history, bearer],
    [200, 'GET', `${mobile}/profile`, customer.token],
    [201, 'POST', `${mobile}/booking/request`, customer.token, bookingRequest()],
    [200, 'DELETE', `${participants}/${guest.username}`, bearer],
    [201, 'POST', participants, bearer, { username: guest.username }],
    [400, 'POST', '/api/rooms', bearer, '{'],
    [400, 'POST', `${mobile}/booking/request`, customer.token, '{'],
    [401, 'GET', history],
    [401, 'GET', history, 'garbage'],
    [401, 'POST', `${mobile}/booking/request`, undefined, bookingRequest()],
    [403, 'GET', history, stranger.token],
    [403, 'GET', '/api/mobile/driver/profile', customer.token],
    [404, 'GET', '/api/rooms/nobody/nowhere/messages', bearer],
    [404, 'POST', `${mobile}/booking/${nowhere}/cancel`, customer.token, {}],
    [404, 'GET', '/api/rooms/nowhere', bearer],
    [404, 'GET', '/nowhere', bearer],
    [405, 'PUT', '/api/rooms', bearer, {}],
    [409, 'POST', '/api/rooms', bearer, { name: 'Again', slug: room.slug }],
    [413, 'POST', '/api/rooms', bearer, ' '.repeat(64 * 1024 + 1)],
    [413, 'POST', `${mobile}/booking/request`, customer.token, ' '.repeat(64 * 1024 + 1)],
    [422, 'POST', '/api/rooms', bearer, {}],
    [422, 'POST', `${mobile}/booking/request`, customer.token, {}],
  ];
}

/** Upgrades that are refused: [status, path]. */
function refusalsOf({ room, host, stranger, customer }) {
  return [
    [401, room.path],
    [401, `${room.path}?token=garbage`],
    [401, `/driver/${customer.id}`],
    [403, `${room.path}?token=${stranger.token}`],
    [403, `/passenger/${stranger.id}?token=${host.token}`],
    [404, `/ws/chat/nobody/nowhere/?token=${host.token}`],
    [404, '/ws/king'],
  ];
}

/** Calls all there is from a page of this origin, and hands each answer to `check`. */
async function visit(town, origin, check) {
  const { server, room, host } = town;
  const headers = origin === undefined ? {} : { origin };
  for (const [status, method, path, bearer, body] of callsOf(town)) {
    const answer = await server.http(method, path, { bearer, body, headers });
    const what = `${method} ${path} from ${origin}: ${status}`;
    assert.equal(answer.status, status, `${what}, ${JSON.stringify(answer.body)}`);
    check(answer, what);
  }
  for (const [status, path] of refusalsOf(town)) {
    const refusal = await knock(server, path, { origin }).then(() => null, (error) => error);
    const what = `an upgrade of ${path.split('?')[0]} from ${origin}: ${status}`;
    assert.equal(refusal?.status, status, `${what}, ${refusal}`);
    check(refusal, what);
  }
  const path = `${room.path}?token=${host.token}`;
  for (const [status, head] of [
    [400, upgradeOf(path, { 'Origin': origin, 'Sec-WebSocket-Key': 'short' })],
    [426, upgradeOf(path, { 'Origin': origin, 'Sec-WebSocket-Version': '12' })],
    [400, headOf('POST', '/api/rooms', { 'Origin': origin, 'Transfer-Encoding': 'gzip' })],
  ]) {
    const answer = await server.rawHead(head);
    assert.equal(answer.status, status, head);
    check(answer, `${head.split('?')[0]} from ${origin}: ${status}`);
  }
}

/** A browser's question whether a page may send this. */
function preflight(server, path, origin, method = 'POST') {
  return server.http('OPTIONS', path, {
    headers: {
      ...(origin === undefined ? {} : { origin }),
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });
}

/** Where pages may ask: [method, path]. */
const openPaths = ({ room }) => [
  ['POST', '/api/rooms'],
  ['POST', `${room.api}/participants`],
  ['DELETE', `${room.api}/participants/somebody`],
  ['GET', `${room.api}/messages`],
  ['GET', `${room.api}/messages?limit=5`],
  ['POST', '/api/mobile/customer/booking/request'],
  ['POST', `/api/mobile/customer/booking/${nowhere}/cancel`],
  ['POST', `/api/mobile/driver/booking/${nowhere}/cancel`],
  ['GET', '/api/mobile/customer/profile'],
  ['GET', '/api/mobile/driver/profile'],
  ['GET', '/api/mobile/customer/bookings'],
  ['GET', '/api/mobile/driver/bookings'],
  ['POST', '/api/mobile/driver/cancellation-templates'],
  ['DELETE', `/api/mobile/driver/cancellation-templates/${nowhere}`],
];

const closedPaths = [
  '/api/admin/accounts', `/api/admin/accounts/${nowhere}`,
  `/api/admin/accounts/${nowhere}/session`, '/api/admin/cancellation-templates', '/api/admin',
  '/api/mobile', '/api/mobile/', '/api/mobile/nowhere', '/api/mobile/customer/nowhere',
  '/api/rooms/', '/api/rooms/nowhere', '/api/rooms/a/b/c', '/api/roomsful', '/api', '/nowhere',
  '/', '/healthz', '/readyz', '/metrics', '/ws/driver', '/ws/chat/a/b/', `/driver/${nowhere}`,
];

test('pages of an origin that is named may read every answer', async (t) => {
  const town = await openTown(t, withNamed);
  for (const [i, origin] of named.entries()) {
    await visit(town, origin, (answer, what) => assertShared(answer, origin, `${i}: ${what}`));
  }
});

test('pages of other origins may read no answer', async (t) => {
  const town = await openTown(t, withNamed);
  for (const origin of unnamed(town.server)) await visit(town, origin, assertNotShared);
});

test('without HANSOM_ALLOWED_ORIGINS pages of no origin may read an answer', async (t) => {
  const town = await openTown(t, {});
  const { server } = town;
  for (const origin of [undefined, server.url, ...named]) {
    await visit(town, origin, assertNotShared);
    for (const [method, path] of openPaths(town)) {
      const answer = await preflight(server, path, origin, method);
      assert.ok(answer.status >= 400, `${answer.status} for ${path}`);
      assertNotShared(answer, `${path} from ${origin}`);
    }
  }
});

test('a preflight is answered on the paths of apps, and on no other', async (t) => {
  const town = await openTown(t, withNamed);
  const { server } = town;
  for (const origin of named) {
    for (const [method, path] of openPaths(town)) {
      const answer = await preflight(server, path, origin, method);
      const what = `${method} ${path} from ${origin}`;
      assert.ok([200, 204].includes(answer.status), `${what}: ${answer.status}`);
      assertShared(answer, origin, what);
      const list = (name) => answer.headers.get(`access-control-allow-${name}`).toLowerCase();
      assert.ok(list('methods').split(/ *, */).includes(method.toLowerCase()), what);
      for (const header of ['authorization', 'content-type', 'idempotency-key']) {
        assert.ok(list('headers').split(/ *, */).includes(header), `${what}: ${header}`);
      }
    }
    for (const path of closedPaths) {
      const answer = await preflight(server, path, origin);
      assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
      assert.equal(answer.headers.get('access-control-allow-methods'), null, path);
    }
  }
});

test('a preflight from an origin that nobody named gets no leave', async (t) => {
  const town = await openTown(t, withNamed);
  for (const origin of unnamed(town.server)) {
    for (const [method, path] of openPaths(town)) {
      const answer = await preflight(town.server, path, origin, method);
      assertNotShared(answer, `${path} from ${origin}`);
      assert.ok(answer.status >= 400, `${path} from ${origin}: ${answer.status}`);
    }
  }
});

test('the OPTIONS that no browser asks with is a method like others', async (t) => {
  const { server } = await openTown(t, withNamed);
  for (const origin of named) {
    const answer = await server.http('OPTIONS', '/api/rooms', { headers: { origin } });
    assertFailure(answer, 405);
    assertShared(answer, origin);
  }
});

test('the admin\'s token opens the same to a page as without one: nothing', async (t) => {
  const { server } = await openTown(t, withNamed);
  for (const origin of named) {
    const answer = await server.http('OPTIONS', '/api/admin/accounts', {
      bearer: adminToken, headers: { origin, 'access-control-request-method': 'POST' },
    });
    assertFailure(answer, 405);
    assert.equal(answer.headers.get('access-control-allow-methods'), null);
  }
});

// Which origin is the own one.

test('with HANSOM_PUBLIC_URL that is the own origin, and the address is not', async (t) => {
  const env = { HANSOM_PUBLIC_URL: ownUrl, ...withNamed };
  const { server, room, host, members: [, guest] } = await openTown(t, env);
  const student = await Student.create(server, 'passenger');
  const driver = await Student.create(server, 'driver');
  const cookie = host.token;
  const remove = (origin) => callCarrying(
    server, { cookie, origin }, 'DELETE', `${room.api}/participants/${guest.username}`);
  const foreign = [
    server.url, undefined, 'null', 'http://rides.example', `${ownUrl}:8443`,
    `${ownUrl}.evil.example`, `http://${new URL(server.url).host}`, 'http://localhost',
  ];
  for (const origin of foreign) {
    await assert.rejects(knock(server, room.path, { cookie, origin }), { status: 403 }, origin);
    assertFailure(await remove(origin), 403, undefined, origin);
    await student.isKeptOut(403, { by: 'cookie', origin: origin ?? null });
  }
  await assertUndisturbed(guest, [guest.app]);
  for (const origin of [ownUrl, ...named]) {
    host.app = await knock(server, room.path, { cookie, origin });
    await assertUndisturbed(host, [host.app]);
    assert.equal(dataOf(await remove(origin)), null);
    await room.add(guest);
    for (const each of [student, driver]) await each.connect({ by: 'cookie', origin });
  }
  await new CampusRide({ passenger: student, driver }).through('complete');
});

test('with HANSOM_PUBLIC_URL a Host that says so makes no origin the own one', async (t) => {
  const { server, room, host } = await openRoom(t, {
    members: 1, env: { HANSOM_PUBLIC_URL: ownUrl },
  });
  const ask = (Host, Origin) => server.rawHead(upgradeOf(room.path, {
    Host, Origin, Cookie: `access_token=${host.token}`,
  }));
  assert.equal((await ask('evil.example', 'http://evil.example')).status, 403);
  assert.equal((await ask('rides.example', 'http://rides.example')).status, 403);
  for (const Host of ['rides.example', '10.0.0.1:8080', new URL(server.url).host]) {
    assert.equal((await ask(Host, ownUrl)).status, 101, Host);
  }
});

test('the own origin is shared with nobody: its pages need no leave', async (t) => {
  const env = { HANSOM_PUBLIC_URL: ownUrl, ...withNamed };
  const town = await openTown(t, env);
  await visit(town, ownUrl, assertNotShared);
  assertNotShared(await preflight(town.server, new Room(town.host, 'x').api, ownUrl));
});
