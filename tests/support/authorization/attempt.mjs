// One stranger asks for one thing: what is said to them, what the log has of it, and who hears.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { App, within } from '../app.mjs';
import { logEnd } from '../city.mjs';
import { assertError } from '../documented.mjs';
import { assertFailure, upgradeOf } from '../http.mjs';
import { textFrame } from '../raw_websocket.mjs';
import { carrying } from '../rooms.mjs';
import { adminToken } from '../server.mjs';
import { doors, objection, statusOf } from './doors.mjs';
import { assertNobodyWasTold, framesOn, hear, marks } from './town.mjs';

/** What a stranger's request carries; a cookie comes from the server's own origin, or a foreign. */
function carriedBy(stranger, town, asked) {
  const { by, foreign } = stranger;
  const value = stranger.token(town, asked);
  const origin = by === 'cookie' ? (foreign ?? { origin: town.server.url }).origin : undefined;
  return carrying({ [by === 'url' ? 'query' : by]: value, origin });
}

const taxiPaths = { driver: '/ws/driver', customer: '/ws/customer' };

function pathOf(asked, stranger, town) {
  if (asked.path) return asked.path(town);
  if (asked.door in taxiPaths) return taxiPaths[asked.door];
  const own = stranger.is === 'somebody' && !stranger.isTheirs && !stranger.atTheirAddress;
  const { id } = own ? stranger.who(town, asked) : asked.rightful(town);
  return asked.door === 'passenger' ? `/passenger/${id}` : `/driver/${id}`;
}

/** An upgrade that is refused, behind which the message is sent all the same. */
async function refusedUpgrade(server, path, headers, message) {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port });
  const answer = new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.startsWith('HTTP/1.1 101')) reject(new Error('let in'));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
  socket.write(upgradeOf(path, { Host: `${hostname}:${port}`, ...headers }));
  if (message) socket.write(textFrame(JSON.stringify(message)));
  const text = await within(answer, `the end of a refused upgrade of ${path}`)
    .finally(() => socket.destroy());
  const [head, body] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) };
}

/** The socket opens and is closed with an error, whatever is sent on it meanwhile. */
async function isTurnedAway(app, message, code) {
  if (message) app.send(message);
  assertError(await app.next(), code);
  assert.equal((await app.untilClosed()).code, 1008);
  assert.equal(app.frames.length, 1, 'one error and nothing else');
}

const isShownToAll = ({ type, action }) =>
  type === 'connected' || action === 'sending_pending_ride_request';

const errorOf = ({ type, action, code, error }) =>
  error ?? (type === 'error' || action === 'error' ? code : undefined);

/** Knocks, and sends the message if there is one; resolves to all that was said. */
async function trySocket(asked, stranger, town, { atDoor, expected }) {
  const { query, headers } = carriedBy(stranger, town, asked);
  const path = pathOf(asked, stranger, town) + query;
  const message = asked.message?.(town);
  const isTaxi = asked.door in taxiPaths;
  const isRefused = atDoor ?? (expected === 'FORBIDDEN' ? expected : undefined);
  if (isRefused && !isTaxi) {
    const answer = await refusedUpgrade(town.server, path, headers);
    assertFailure(answer, statusOf[isRefused], isRefused);
    if (!message) return answer.body;
    // What is sent along is not heard; where it comes with the head, that alone is a reason.
    const sentAlong = await refusedUpgrade(town.server, path, headers, message);
    assert.ok([statusOf[isRefused], 400].includes(sentAlong.status));
    return [answer.body, sentAlong.body];
  }
  const app = await App.connect(town.server, path, { headers });
  if (isRefused) {
    await isTurnedAway(app, message, isRefused);
    return app.frames;
  }
  if (message) app.send(message);
  const frames = await framesOn(app);
  await app.close();
  const errors = frames.map(errorOf).filter(Boolean);
  const isError = !['own', 'entitled'].includes(expected);
  assert.deepEqual(errors, isError ? [expected] : []);
  if (isError) assert.equal(frames.filter((frame) => !isShownToAll(frame)).length, 1);
  return frames;
}

/** Calls; resolves to all that was said. */
async function tryCall(asked, stranger, town, { atDoor, expected }) {
  const { query, headers } = carriedBy(stranger, town, asked);
  const [method, path, body] = asked.call(town);
  const target = query && path.includes('?') ? `${path}&${query.slice(1)}` : path + query;
  const answer = await town.server.http(method, target, { headers, body });
  const shared = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(shared, [], 'no page of another origin may read the answer');
  if (method === 'GET') {
    const head = await town.server.http('HEAD', target, { headers });
    assert.deepEqual([head.status, head.body], [answer.status, ''], 'HEAD is GET without a body');
  }
  const code = atDoor ?? expected;
  if (['own', 'entitled'].includes(code)) {
    assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body));
  } else {
    assertFailure(answer, statusOf[code], code);
  }
  return answer.body;
}

/** Nothing that a stranger is told has anything of others in it. */
function assertTellsNothing(said, { knows = [], isTheirs }) {
  if (isTheirs) return;
  const text = JSON.stringify(said);
  for (const [whose, mark] of Object.entries(marks)) {
    assert.ok(knows.includes(whose) || !text.includes(mark), `tells of the ${whose}: ${text}`);
  }
}

/** Whether there is such a cell: not where a stranger is none, or the same as another. */
export const isCell = ({ door }, { is, by, only }) =>
  (only ?? [door]).includes(door) &&
  !(is === 'admin' && ['admin', 'board'].includes(door) && doors[door].carries.includes(by));

/** One cell of the matrix: the stranger hears what is expected, and nothing else comes of it. */
export async function attempt(asked, stranger, town) {
  const atDoor = objection(asked, stranger, town);
  const expected = atDoor ?? asked.answers(stranger.who?.(town, asked), town);
  const isRefused = !['own', 'entitled'].includes(expected);
  const before = await logEnd(town.server);
  const tryIt = asked.call ? tryCall : trySocket;
  const said = await tryIt(asked, stranger, town, { atDoor, expected });
  assertTellsNothing(said, stranger);
  if (isRefused) assert.equal(await logEnd(town.server), before, 'nothing is appended');
  if (isRefused || !asked.tells) await assertNobodyWasTold(town);
  else await hear(town);
  return isRefused;
}

/** Whose it is can do it, so that what strangers tried was there to be had; 0 where nobody can. */
export async function assertRightfulCan(asked, town) {
  const { name, door, call, message, asRightful } = asked;
  if (asRightful === null || (!call && !message)) return 0; // sockets: all have theirs
  if (call) {
    const [method, path, body] = call(town);
    const bearer = door === 'admin' ? adminToken : asked.rightful(town)?.token;
    const answer = await town.server.http(method, path, { bearer, body });
    assert.ok([200, 201].includes(answer.status), `${name}: ${JSON.stringify(answer.body)}`);
    return 1;
  }
  const [person, sent] = asRightful?.(town) ?? [asked.rightful(town), message(town)];
  await framesOn(person.app);
  person.send(sent);
  const frames = await framesOn(person.app);
  assert.deepEqual(frames.map(errorOf).filter(Boolean), [], name);
  assert.ok(frames.length > 0 || sent.type === 'location_update', `${name}: answered`);
  return 1;
}
