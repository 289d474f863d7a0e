// The HTTP API as its callers use it, and the envelope in which it answers.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Person, moment } from './rides.mjs';
import { adminToken } from './server.mjs';

/** An id that nobody has. */
export const nowhere = '00000000-0000-4000-8000-000000000000';

/** What names no booking, template or account, and fits into one segment of a path. */
export const noIds = [
  nowhere, 'nonsense', '0', '-1', 'null', 'undefined', '..%2F..%2Fetc%2Fpasswd',
  '%F0%9F%9A%95', 'x'.repeat(500),
];

/** JSON values none of which is a text. */
export const noTexts = [5, true, [], {}, ['x']];

/** What is no limit of a list, as it stands in a query. */
export const noLimits = [
  '0', '-1', '101', '1000', '1.5', '1e1', '0x10', 'ten', '%20', '5%20', '%2B5', '5x', 'null',
  '99999999999999999999999', '%F0%9F%9A%95',
];

/** The head of a request as it is sent; a header with a list of values is sent as often. */
export function headOf(method, path, headers = {}) {
  const lines = Object.entries({ Host: 'localhost', ...headers }).flatMap(([name, values]) =>
    [values].flat().filter((value) => value !== undefined).map((value) => `${name}: ${value}`));
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** The head of an upgrade, perhaps with other headers. */
export function upgradeOf(path, changes = {}) {
  return headOf('GET', path, {
    'Connection': 'Upgrade',
    'Upgrade': 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...changes,
  });
}

export function asAdmin(server, method, path, body) {
  return server.http(method, `/api/admin${path}`, { bearer: adminToken, body });
}

/** A call by somebody's app; `path` goes on from `/api/mobile/{customer|driver}`. */
export function as(person, method, path, body, headers = {}) {
  const { server, side, token: bearer } = person;
  return server.http(method, `/api/mobile/${side}${path}`, { bearer, body, headers });
}

/** The `data` of a call that went well; its envelope is checked. */
export function dataOf(answer, status = 200) {
  const note = JSON.stringify(answer.body);
  assert.equal(answer.status, status, note);
  const { meta, code, data, user_message, ...rest } = answer.body;
  assert.deepEqual(rest, {}, note);
  const { timestamp, ...otherMeta } = meta;
  assert.deepEqual(otherMeta, { code: status, status: 'success' }, note);
  assert.match(timestamp, moment);
  assert.ok(typeof code === 'string' && code.length > 0, note);
  assert.equal(typeof user_message.message, 'string', note);
  return data;
}

/** Checks the whole envelope of a call that failed; any code will do where none is given. */
export function assertFailure(answer, status, code, what = '') {
  const note = `${what} ${JSON.stringify(answer.body)}`;
  assert.equal(answer.status, status, note);
  const { meta, code: given, data, user_message } = answer.body;
  assert.deepEqual([meta.code, meta.status, data], [status, 'error', null], note);
  assert.match(meta.timestamp, moment);
  assert.ok(typeof user_message.message === 'string' && user_message.message.length > 0, note);
  assert.equal(given, code ?? given, note);
}

/** The same account on its other side, with a socket of its own. */
export function onSide(person, side) {
  return Object.assign(new Person(), { ...person, side, app: undefined });
}

/**
 * Follows `next_before` to the end of a list; resolves to all ids in the order they came. `pageOf`
 * resolves to the ids of the page that a query asks for, and to its `next_before`. Where `gaps` are
 * between what is listed, a page may be short, or empty. The list may begin `before` an id.
 */
export async function idsOfAllPages(pageOf, limit, { gaps = false, before = '' } = {}) {
  const all = [];
  const befores = new Set();
  for (;;) {
    const [ids, next_before] = await pageOf(`?limit=${limit}${before && `&before=${before}`}`);
    all.push(...ids);
    assert.ok(ids.length <= limit, `${ids.length} on a page of ${limit}`);
    if (next_before === null) return all;
    assert.ok(!befores.has(next_before), 'each page goes on further');
    befores.add(next_before);
    if (!gaps) {
      assert.equal(ids.length, limit, 'a page before the last is full');
      assert.equal(next_before, all.at(-1), 'the next page begins after this one');
    }
    before = next_before;
  }
}

/** How four entries, newest first, are cut into pages; `pageOf` gives the ids and `next_before`. */
export async function assertPagesOfFour(ids, pageOf) {
  assert.deepEqual(await pageOf('?limit=1'), [[ids[0]], ids[0]]);
  assert.deepEqual(await pageOf('?limit=3'), [ids.slice(0, 3), ids[2]]);
  assert.deepEqual(await pageOf('?limit=4'), [ids, null], 'just all of them');
  assert.deepEqual(await pageOf('?limit=5'), [ids, null]);
  assert.deepEqual(await pageOf(`?before=${ids[0]}`), [ids.slice(1), null]);
  assert.deepEqual(await pageOf(`?before=${ids[1]}&limit=1`), [[ids[2]], ids[2]]);
  assert.deepEqual(await pageOf(`?limit=2&before=${ids[1]}`), [ids.slice(2), null]);
  assert.deepEqual(await pageOf(`?before=${ids[3]}`), [[], null], 'nothing is before the oldest');
}
