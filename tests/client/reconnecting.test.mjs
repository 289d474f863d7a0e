// When the client comes back, when it does not, and what it says of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectBoard, connectDriver, connectPassenger } from '../../net/console/client/index.js';
import { assertRejected, clientOf, kept, next, roomClientOf, until } from '../support/client.mjs';
import { noGrace, setStatus } from '../support/city.mjs';
import { Student } from '../support/campus.mjs';
import { Person, startServer } from '../support/rides.mjs';
import { Member, openRoom } from '../support/rooms.mjs';
import { ManualClock, scriptedSockets, settled } from '../support/scripted.mjs';
import { Dice } from '../support/kills/dice.mjs';
import { token } from '../support/server.mjs';
import { UnrulyProxy } from '../support/unruly_proxy.mjs';

const greeting = { type: 'connected', driver_id: 'd-1' };
const nothing = { type: 'snapshot', assignment: null };
const start = { type: 'position', seq: 7 };

/** A driver whose server the test plays. */
function scripted(t, options = {}) {
  const timers = new ManualClock();
  const { opened, WebSocket } = scriptedSockets();
  const url = 'http://hansom.example';
  const client = kept(t, connectDriver({ url, token: 'good', WebSocket, timers, ...options }));
  return { client, timers, opened, last: () => opened.at(-1) };
}

/** The same, connected. */
async function connected(t, options) {
  const scene = scripted(t, options);
  await settled();
  scene.last().accept(greeting, nothing, start);
  assert.equal(scene.client.status.status, 'connected');
  return scene;
}

const reasonOf = ({ status: { reason } }) => reason?.code;

test('a board that falls silent is given up, and tried again for ever', async (t) => {
  const timers = new ManualClock();
  const { opened, WebSocket } = scriptedSockets();
  const url = 'http://hansom.example';
  const fetch = () => Promise.reject(new Error('no server'));
  const board = kept(t, connectBoard({ url, token: 'good', WebSocket, timers, fetch }));
  await settled();
  opened[0].accept({ type: 'board' });
  await timers.pass(29_000);
  opened[0].say({ type: 'board' });
  await timers.pass(29_000);
  assert.equal(board.status.status, 'connected');
  await timers.pass(1_000);
  assert.deepEqual([board.status.status, reasonOf(board)], ['waiting', 'CONNECTION_LOST']);
  for (let attempt = 1; attempt <= 20; ++attempt) {
    const { status, delayMs } = board.status;
    assert.deepEqual([status, delayMs], ['waiting', Math.min(3000 * attempt, 30_000)]);
    await timers.pass(delayMs);
    opened.at(-1).end(1006);
    await settled();
    await settled();
  }
});

test('an address that is none is refused at once', () => {
  assert.throws(() => connectDriver({ url: '127.0.0.1:8080', token: 'good', WebSocket: EventTarget }),
    { name: 'TypeError', message: /http/ });
});

test('a command about no booking is refused at once', async (t) => {
  const { client } = await connected(t);
  for (const id of [undefined, null, '', 7]) {
    await assert.rejects(client.submitArrivalTime(id, 300), { name: 'TypeError' });
  }
});

test('five attempts, 3000 ms times the attempt apart, and then no more', async (t) => {
  const { client, timers, opened, last } = await connected(t);
  const waits = [];
  last().end(1006);
  for (let attempt = 1; attempt <= 5; ++attempt) {
    const { reason, ...status } = client.status;
    waits.push(status);
    assert.equal(reason.code, 'CONNECTION_LOST');
    await timers.pass(3000 * attempt - 1);
    assert.equal(opened.length, attempt, 'not before its time');
    await timers.pass(1);
    assert.equal(opened.length, attempt + 1);
    assert.deepEqual(client.status, { status: 'connecting', attempt });
    last().end(1006);
    await settled();
  }
  assert.deepEqual(waits, [1, 2, 3, 4, 5].map((attempt) =>
    ({ status: 'waiting', attempt, delayMs: 3000 * attempt })));
  assert.equal(client.status.status, 'disconnected');
  assert.equal(reasonOf(client), 'CONNECTION_FAILED');
  await timers.pass(3_600_000);
  assert.equal(opened.length, 6);
  assert.equal(timers.running, 0);
});

test('a connection that was made begins the count anew; so does connect()', async (t) => {
  const { client, timers, opened, last } = await connected(t, { attempts: 2, delayMs: 100 });
  for (let i = 0; i < 3; ++i) {
    last().end(1006);
    await timers.pass(100);
    last().end(1006);
    await timers.pass(200);
    last().accept(greeting, nothing, start);
    assert.equal(client.status.status, 'connected');
  }
  for (const ms of [100, 200, 0]) {
    last().end(1006);
    await timers.pass(ms);
  }
  assert.equal(client.status.status, 'disconnected');
  const before = opened.length;
  client.connect();
  client.connect();
  await settled();
  assert.equal(opened.length, before + 1, 'one connection, however often it is asked for');
  last().accept(greeting, nothing, start);
  assert.equal(client.status.status, 'connected');
});

test('a greeting alone is no connection: the count goes on', async (t) => {
  const { client, timers, last } = scripted(t, { attempts: 2, delayMs: 100 });
  for (const ms of [0, 100, 200]) {
    await timers.pass(ms);
    last().accept(greeting);
    last().end(1006);
  }
  assert.equal(reasonOf(client), 'CONNECTION_FAILED');
});

for (const code of [1001, 1005, 1006, 1011, 1012, 1013]) {
  test(`after close code ${code} it comes back`, async (t) => {
    const { client, timers, opened, last } = await connected(t);
    last().end(code);
    assert.equal(client.status.status, 'waiting');
    assert.equal(client.status.reason.closeCode, code);
    await timers.pass(3000);
    assert.equal(opened.length, 2);
  });
}

for (const [code, reason] of [[1000, 'NOTHING_IN_PROGRESS'], [1008, 'POLICY_VIOLATION']]) {
  test(`after close code ${code} it does not`, async (t) => {
    const { client, timers, opened, last } = await connected(t);
    last().end(code);
    await timers.pass(60_000);
    assert.equal(opened.length, 1);
    assert.equal(client.status.status, 'disconnected');
    assert.deepEqual([reasonOf(client), client.status.reason.closeCode], [reason, code]);
  });
}

const lastWords = [
  'SESSION_REPLACED', 'ACCOUNT_BLOCKED', 'ACCOUNT_DELETED', 'DRIVER_NOT_FOUND',
  'ONGOING_RIDE_ELSEWHERE', 'INVALID_TOKEN', 'UNAUTHORIZED',
];
for (const code of lastWords) {
  test(`after ${code} it does not come back, though its close was lost`, async (t) => {
    const { client, timers, opened, last } = scripted(t);
    await settled();
    last().accept({ type: 'error', code, message: 'No.' });
    last().end(1006);
    await timers.pass(60_000);
    assert.equal(opened.length, 1);
    assert.deepEqual([client.status.status, reasonOf(client)], ['disconnected', code]);
    assert.equal(client.status.reason.message, 'No.');
  });
}

test('the token is asked for before every attempt', async (t) => {
  const asked = [];
  const fresh = async (how) => `token-${asked.push(how)}`;
  const { timers, opened, last } = await connected(t, { token: fresh });
  last().end(1006);
  await timers.pass(3000);
  last().end(1006);
  await timers.pass(6000);
  assert.deepEqual(opened.map(({ url }) => url.searchParams.get('token')),
    ['token-1', 'token-2', 'token-3']);
  assert.deepEqual(asked, [{ refused: false }, { refused: false }, { refused: false }]);
});

test('a token that is refused is asked for anew, at once and once', async (t) => {
  const asked = [];
  const fresh = (how) => `token-${asked.push(how)}`;
  const { client, opened, last } = scripted(t, { token: fresh });
  const refusal = { type: 'error', code: 'INVALID_TOKEN', message: 'It has expired.' };
  await settled();
  last().accept(refusal);
  await settled();
  assert.equal(opened.length, 2);
  last().accept(greeting, nothing, start);
  assert.equal(client.status.status, 'connected');
  last().end(1001);
  client.disconnect();
  client.connect();
  await settled();
  last().accept(refusal);
  await settled();
  last().accept(refusal);
  await settled();
  assert.equal(opened.length, 4);
  assert.deepEqual([client.status.status, reasonOf(client)], ['disconnected', 'INVALID_TOKEN']);
  assert.deepEqual(asked.map(({ refused }) => refused), [false, true, false, true]);
});

test('where no token can be had it is tried again', async (t) => {
  let mood = () => Promise.reject(new Error('offline'));
  const { client, timers, last } = scripted(t, { token: () => mood() });
  await settled();
  assert.deepEqual([client.status.status, reasonOf(client)], ['waiting', 'TOKEN_UNAVAILABLE']);
  assert.equal(client.status.reason.cause.message, 'offline');
  mood = () => { throw new Error('synchronously'); };
  await timers.pass(3000);
  assert.equal(reasonOf(client), 'TOKEN_UNAVAILABLE');
  mood = () => 'good';
  await timers.pass(6000);
  last().accept(greeting, nothing, start);
  assert.equal(client.status.status, 'connected');
});

test('a server that says nothing is given up, before and after it was connected', async (t) => {
  const { client, timers, opened, last } = scripted(t);
  await settled();
  await timers.pass(10_000); // no upgrade
  assert.deepEqual([client.status.status, reasonOf(client)], ['waiting', 'CONNECTION_LOST']);
  await timers.pass(3000);
  last().accept(greeting);
  await timers.pass(9_999); // as long as something comes, catching up may take its time
  last().say({ type: 'chat_message', booking_id: 'b', seq: 3 });
  await timers.pass(9_999);
  last().say(nothing, start);
  assert.equal(client.status.status, 'connected');

  await timers.pass(25_000);
  assert.deepEqual(last().sent.at(-1), { type: 'ping' });
  last().say({ type: 'pong' });
  await timers.pass(25_000);
  assert.equal(last().sent.filter(({ type }) => type === 'ping').length, 2);
  await timers.pass(9_999);
  assert.equal(client.status.status, 'connected');
  await timers.pass(1);
  assert.equal(client.status.status, 'waiting');
  await timers.pass(3000);
  assert.equal(opened.length, 3);
});

test('disconnect() ends it in every state, and leaves no timer', async (t) => {
  const states = {
    'before the token': async () => {},
    'while the socket opens': settled,
    'while it is greeted': async ({ last }) => {
      await settled();
      last().accept();
    },
    'while it catches up': async ({ last }) => {
      await settled();
      last().accept(greeting);
    },
    'connected': async ({ last }) => {
      await settled();
      last().accept(greeting, nothing, start);
    },
    'while it waits': async ({ last }) => {
      await settled();
      last().end(1006);
    },
  };
  for (const [state, come] of Object.entries(states)) {
    const scene = scripted(t);
    await come(scene);
    const { client, timers, opened, last } = scene;
    const before = opened.length;
    const command = assertRejected(client.resync(), { code: 'DISCONNECTED' }, state);
    client.disconnect();
    client.disconnect();
    await command;
    assert.deepEqual([client.status.status, reasonOf(client)], ['disconnected', 'DISCONNECTED']);
    assert.equal(timers.running, 0, state);
    if (state !== 'while it waits' && before > 0) assert.equal(last().closedWith, 1000, state);
    last()?.say(greeting, { type: 'chat_message', seq: 9 });
    last()?.end(1006);
    await timers.pass(60_000);
    assert.equal(opened.length, before, state);
    assert.deepEqual(client.pushes, [], state);
    assert.equal(client.statuses.filter(({ status }) => status === 'disconnected').length, 1);
    await assertRejected(client.resync(), { code: 'NOT_CONNECTED', outcome: 'not_sent' }, state);
  }
});

test('a listener may disconnect and connect at any status', async (t) => {
  const { client, timers, opened, last } = scripted(t);
  let turns = 0;
  client.on('status', ({ status }) => {
    if (status === 'connected' && ++turns < 3) client.disconnect();
    if (status === 'disconnected' && turns < 3) client.connect();
  });
  for (let i = 0; i < 3; ++i) {
    await settled();
    last().accept(greeting, nothing, start);
  }
  assert.equal(client.status.status, 'connected');
  assert.equal(opened.length, 3);
  client.disconnect();
  assert.equal(timers.running, 0);
});

test('untilConnected() resolves, or rejects with the reason', async (t) => {
  const { client, last } = scripted(t);
  const waiting = client.untilConnected();
  await settled();
  last().accept(greeting, nothing, start);
  await waiting;
  await client.untilConnected();
  client.disconnect();
  await assertRejected(client.untilConnected(), { code: 'DISCONNECTED' });
});

test('frames that are no JSON, or of no known type, harm nothing', async (t) => {
  const { client, last } = await connected(t);
  last().say('{', 'null', '5', '[]', { type: 'something_new', of: 'later' });
  assert.equal(client.status.status, 'connected');
  assert.deepEqual(client.frames.slice(-5).map(({ frame }) => frame),
    [undefined, null, 5, [], { type: 'something_new', of: 'later' }]);
});

test('what a listener throws keeps nobody else from hearing', async (t) => {
  const { client, last } = await connected(t);
  const thrown = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error.message));
  client.on('chat_message', () => {
    throw new Error('mine');
  });
  last().say({ type: 'chat_message', booking_id: 'b', seq: 8 });
  await settled();
  process.removeAllListeners('uncaughtException');
  for (const each of others) process.on('uncaughtException', each);
  assert.deepEqual(thrown, ['mine']);
  assert.deepEqual(client.pushes.map(({ seq }) => seq), [8]);
});

test('options that can not work are refused at once', () => {
  const { WebSocket } = scriptedSockets();
  const good = { url: 'http://hansom.example', token: 'good', WebSocket };
  assert.throws(() => connectDriver({ ...good, url: undefined }), TypeError);
  assert.throws(() => connectDriver({ ...good, since: -1 }), RangeError);
  assert.throws(() => connectPassenger(good), TypeError);
  if (globalThis.WebSocket === undefined) {
    assert.throws(() => connectDriver({ ...good, WebSocket: undefined }), TypeError);
  }
});

test('addresses: a path before the server is kept, WebSocket addresses will do', async (t) => {
  for (const url of ['https://rides.example/hansom/', 'wss://rides.example/hansom']) {
    const { last } = scripted(t, { url, deviceId: 'phone 1' });
    await settled();
    assert.equal(last().url.href,
      'wss://rides.example/hansom/ws/driver?token=good&device_id=phone+1');
  }
});

// The real server.

test('refusals of the real server are final, each with its code', async (t) => {
  const server = await startServer(t);
  const driver = await Person.create(server, 'driver');
  const blocked = await Person.create(server, 'driver');
  await setStatus(blocked, 'blocked');
  const expired = token({ email: driver.email, exp: 1 });
  const refusals = [
    ['INVALID_TOKEN', { ...driver, token: 'nonsense' }],
    ['INVALID_TOKEN', { ...driver, token: expired }],
    ['UNAUTHORIZED', { ...driver, token: '' }],
    ['ACCOUNT_BLOCKED', blocked],
    ['CUSTOMER_NOT_FOUND', { ...driver, side: 'customer' }],
  ];
  for (const [code, person] of refusals) {
    const { reason } = await until(clientOf(t, person), 'disconnected');
    assert.equal(reason.code, code);
  }
  const renewed = clientOf(t, driver, {
    token: ({ refused }) => (refused ? driver.token : expired),
  });
  await until(renewed, 'connected');
});

test('a newcomer replaces the older connection, which stays away', async (t) => {
  const server = await startServer(t);
  const person = await Person.create(server, 'driver');
  const older = clientOf(t, person);
  await until(older, 'connected');
  const newer = clientOf(t, person);
  const { reason } = await until(older, 'disconnected');
  assert.equal(reason.code, 'SESSION_REPLACED');
  await until(newer, 'connected');
  await newer.ping();
  assert.equal(newer.statuses.filter(({ status }) => status === 'waiting').length, 0);
});

test('a server that drains and one that is killed: it is back with the next', async (t) => {
  const server = await startServer(t, { env: noGrace });
  const proxy = await UnrulyProxy.start(t, server, new Dice(1));
  const person = await Person.create(server, 'driver');
  const driver = clientOf(t, { ...person, side: 'driver', server: proxy }, { delayMs: 100 });
  await until(driver, 'connected');
  for (const end of ['stop', 'kill']) {
    const lost = until(driver, 'waiting');
    await server[end]();
    const { reason } = await lost;
    assert.equal(reason.closeCode, end === 'stop' ? 1001 : 1006);
    await server.launch();
    proxy.aimAt(server);
    await until(driver, 'connected');
    await driver.ping();
  }
});

test('on campus and in rooms a refused upgrade says why', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 2 });
  const student = await Student.create(server, 'passenger');
  const other = await Student.create(server, 'passenger');
  const stranger = await Member.create(server, 'stranger');
  const nobody = { token: 'nonsense' };
  const clients = [
    ['INVALID_TOKEN', 401, clientOf(t, { ...student, ...nobody })],
    ['FORBIDDEN', 403, clientOf(t, { ...student, id: other.id })],
    ['INVALID_TOKEN', 401, roomClientOf(t, { ...members[0], ...nobody }, room)],
    ['FORBIDDEN', 403, roomClientOf(t, stranger, room)],
    ['NOT_FOUND', 404, roomClientOf(t, members[0], { ...room, slug: 'none' })],
  ];
  for (const [code, status, client] of clients) {
    const { reason } = await until(client, 'disconnected');
    assert.deepEqual([reason.code, reason.status], [code, status]);
  }
});

test('a browser is not told why, and asks the history', async (t) => {
  const { server, room, members } = await openRoom(t, { members: 1 });
  const { WebSocket, opened } = scriptedSockets();
  const refused = async (token) => {
    const client = roomClientOf(t, { ...members[0], token }, room, { WebSocket, delayMs: 60_000 });
    await settled();
    opened.at(-1).end(1006);
    const { status, reason } = await next(client, 'status');
    client.disconnect();
    return [status, reason.code];
  };
  assert.deepEqual(await refused('nonsense'), ['disconnected', 'INVALID_TOKEN']);
  assert.deepEqual(await refused(members[0].token), ['waiting', 'CONNECTION_LOST']);
  await server.kill();
  assert.deepEqual(await refused(members[0].token), ['waiting', 'CONNECTION_LOST']);
});
