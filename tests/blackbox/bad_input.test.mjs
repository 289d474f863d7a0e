// What a peer sends never harms the server: frames, bytes and HTTP calls that break a rule end as
// the rule says, and a ride goes through afterwards. (Messages: bad_messages.test.mjs; peers
// who are slow, greedy or silent: hostile_peers.test.mjs.)
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import test from 'node:test';
import { App, eventually, within } from '../support/app.mjs';
import { assertServes, openPatientCity, openSockets } from '../support/city.mjs';
import {
  Person, Ride, bookingRequest, dropOff, openCity, startServer,
} from '../support/rides.mjs';
import { assertFailure, upgradeOf } from '../support/http.mjs';
import { adminToken, token } from '../support/server.mjs';

const bookingPath = '/api/mobile/customer/booking/request';

const lat = [91, -90.001, '5', null, undefined, true, [], {}];
const lng = [181, -180.001, '5', null, undefined, true, [], {}];

test('a text frame that is not UTF-8 ends its socket with 1007 and nothing else', async (t) => {
  const city = await openPatientCity(t);
  for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80]]) {
    const stranger = await Person.create(city.server, 'customer');
    await stranger.connect();
    const text = [...Buffer.from('{"type":"'), ...bytes, ...Buffer.from('"}')];
    stranger.app.socket.send(Buffer.from(text), { binary: false });
    assert.equal((await stranger.app.untilClosed()).code, 1007);
  }
  await assertServes(city);
});

test('a message may have 16 KiB; a longer one closes its socket with 1009', async (t) => {
  const city = await openPatientCity(t);
  const padded = (bytes) => JSON.stringify({ type: 'ping' }).padEnd(bytes, ' ');
  for (const person of [city.customer, city.driver]) {
    assert.deepEqual(await person.ask(padded(16 * 1024)), { type: 'pong' });
    for (const bytes of [16 * 1024 + 1, 1024 * 1024]) {
      person.send(padded(bytes));
      assert.equal((await person.app.untilClosed()).code, 1009, `${bytes} bytes`);
      await person.connect();
    }
  }
  await assertServes(city);
});

test('a message in fragments counts as one', async (t) => {
  const city = await openPatientCity(t);
  const { app } = city.driver;
  app.socket.send('{"type":', { fin: false });
  app.socket.send('"ping"}', { fin: true });
  assert.deepEqual(await app.next(), { type: 'pong' });
  for (const fin of [false, false, true]) app.socket.send(' '.repeat(7000), { fin });
  assert.equal((await app.untilClosed()).code, 1009);
  await city.driver.connect();
  await assertServes(city);
});

test('a frame that breaks the protocol ends its socket with 1002', async (t) => {
  const city = await openPatientCity(t);
  const frames = {
    'without a mask': [0x81, 0x02, 0x7b, 0x7d],
    'with reserved bits': [0xf1, 0x80, 0, 0, 0, 0],
    'of an unknown kind': [0x83, 0x80, 0, 0, 0, 0],
    'going on with nothing': [0x80, 0x80, 0, 0, 0, 0],
    'a ping that is too long': [0x89, 0xfe, 0, 200, 0, 0, 0, 0, ...Buffer.alloc(200)],
    'a close of one byte': [0x88, 0x81, 0, 0, 0, 0, 1],
    'a close with a forbidden code': [0x88, 0x82, 0, 0, 0, 0, 3, 0xe7],
  };
  for (const [what, bytes] of Object.entries(frames)) {
    const stranger = await Person.create(city.server, 'customer');
    await stranger.connect();
    stranger.app.socket._socket.write(Buffer.from(bytes)); // past ws, which sends no such thing
    assert.equal((await stranger.app.untilClosed()).code, 1002, what);
  }
  await assertServes(city);
});

test('a client that does not read is cut off, and holds nobody up', async (t) => {
  const city = await openPatientCity(t);
  const { customer, driver } = city;
  const ride = await new Ride(city).through('accept');
  customer.app.socket.pause();
  const text = '🚕'.repeat(1000);
  const messages = 100; // their histories are far more than the kernel and 1 MiB hold for a socket
  for (let i = 0; i < messages; ++i) {
    driver.send({ type: 'chat_message', booking_id: ride.id, text });
    await driver.take('chat_message');
  }
  // Whoever reads again in time is forgiven.
  await eventually(async () => await openSockets(city.server) === 1, 'the cut');
  customer.app.socket.resume();
  const { code } = await customer.app.untilClosed();
  assert.ok([1013, 1006].includes(code), `${code}: cut, with or without a last word`);
  await customer.connect();
  assert.equal((await customer.snapshot(ride.id)).chat_history.length, messages);
  await ride.complete();
});

// Found by a review: a ping that waits behind a stalled write was followed by a second one, for which
// Beast has no place, and the server aborted.
test('a client that does not read but sends pongs unasked is dropped, and nobody else', async (t) => {
  const city = await openPatientCity(t, { env: { WS_PING_INTERVAL: '0.3' } });
  const { customer, driver } = city;
  const ride = await new Ride(city).through('accept');
  for (let i = 0; i < 60; ++i) {
    driver.send({ type: 'chat_message', booking_id: ride.id, text: '🚕'.repeat(1000) });
    await driver.take('chat_message');
    await customer.take('chat_message');
  }
  for (const snapshots of [1, 3, 6, 9, 12, 16]) {
    await customer.connect();
    const { socket, closed } = customer.app;
    socket.pause();
    for (let i = 0; i < snapshots; ++i) customer.send({ type: 'resync' });
    const pongs = setInterval(() => socket.pong(''), 50);
    await within(closed, 'the server to give up').finally(() => clearInterval(pongs));
  }
  await customer.connect();
  await ride.complete();
});

// Found by trying to break it: after a Close of ours, a read that fails and Beast's own close waited
// for each other, and the session was kept for good; another read beside it made Beast abort.
test('half frames and violations after a Close leave no session behind', async (t) => {
  const city = await openPatientCity(t, { env: { MAX_SOCKETS_PER_ADDRESS: '0' } });
  const half = Buffer.from([0x81, 0xb2, 1, 2, 3, 4, ...Buffer.from('cut off here')]);
  const violation = Buffer.from([0xff, 0xff, 0xff]);
  const upgrade = [
    'GET /ws/driver HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade',
    'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', '', '',
  ].join('\r\n');
  const sockets = [];
  for (let i = 0; i < 200; ++i) {
    const socket = connect(new URL(city.server.url).port, '127.0.0.1');
    socket.on('error', () => {}).once('data', () => {
      socket.write(Buffer.concat(Array(7).fill(i % 2 ? half : violation)));
    });
    socket.write(upgrade);
    sockets.push(socket);
  }
  await Promise.all(sockets.map((s) => within(new Promise((r) => s.once('close', r)), 'the end')));
  await eventually(async () => await openSockets(city.server) === 2, 'the sessions to go');
  await assertServes(city);
});

test('more messages than WS_RATE_LIMIT close the socket with 1008', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '10' } });
  const { app } = city.customer;
  for (let i = 0; i < 100; ++i) city.customer.send({ type: 'ping' });
  assert.equal((await app.untilClosed()).code, 1008);
  const pongs = app.frames.filter(({ type }) => type === 'pong').length;
  assert.ok(pongs >= 20 && pongs < 100, `a burst of twice the rate is served, not ${pongs}`);
  await city.customer.connect();
  await assertServes(city);
});

test('sockets beyond MAX_SOCKETS_PER_ADDRESS are refused with 429', async (t) => {
  const city = await openCity(t, { env: { MAX_SOCKETS_PER_ADDRESS: '2' } });
  const third = await Person.create(city.server, 'customer');
  await assert.rejects(third.connect(), { status: 429 });
  await assertServes(city);
  await city.customer.app.untilClosed();
  const connects = () => third.connect().then(() => true, () => false);
  await eventually(connects, 'a free place');
});

test('behind a trusted proxy each client has its own MAX_SOCKETS_PER_ADDRESS', async (t) => {
  const env = { MAX_SOCKETS_PER_ADDRESS: '1', HANSOM_TRUSTED_PROXIES: '10.1.2.3, 127.0.0.1' };
  const server = await startServer(t, { env });
  const person = await Person.create(server, 'customer');
  const from = (...forwarded) => App.connect(server, `/ws/customer?token=${person.token}`, {
    headers: { 'X-Forwarded-For': forwarded.join(', ') },
  });
  await from('192.0.2.1');
  await assert.rejects(from('192.0.2.1'), { status: 429 });
  await assert.rejects(from('203.0.113.9', '192.0.2.1'), { status: 429 }, 'anybody may claim more');
  await assert.rejects(from('192.0.2.1', '10.1.2.3'), { status: 429 }, 'one proxy behind another');
  await from('192.0.2.2');
  await from('nonsense'); // then it is the proxy itself
  await assert.rejects(from(''), { status: 429 });
});

test('whom nobody named a proxy speaks for itself', async (t) => {
  const server = await startServer(t, { env: { MAX_SOCKETS_PER_ADDRESS: '1' } });
  const person = await Person.create(server, 'customer');
  const from = (address) => App.connect(server, `/ws/customer?token=${person.token}`, {
    headers: { 'X-Forwarded-For': address },
  });
  await from('192.0.2.1');
  await assert.rejects(from('192.0.2.2'), { status: 429 });
});

test('a body of a length that nobody can tell is refused with 400, and the connection ends', async (t) => {
  const { server } = await openCity(t);
  for (const coding of ['gzip', 'identity', 'xchunked', 'chunked, gzip']) {
    const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    const socket = connect(new URL(server.url).port, '127.0.0.1');
    let answers = '';
    socket.on('data', (chunk) => { answers += chunk; });
    const ended = new Promise((resolve) => { socket.on('close', resolve).on('error', () => {}); });
    socket.write(`POST ${bookingPath} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n`
      + smuggled);
    await within(ended, 'the end of the connection');
    assert.deepEqual(answers.match(/^HTTP\/1\.1 \d{3}/gm), ['HTTP/1.1 400'], coding);
  }
});

test('deeply nested JSON is survived', async (t) => {
  const city = await openPatientCity(t);
  const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);
  for (const person of [city.customer, city.driver]) {
    const frame = await person.ask(`{"type":"ping","x":${nested(8000)}}`);
    assert.ok(['pong', 'error'].includes(frame.type));
  }
  for (const body of [nested(32000), '['.repeat(65000), '{"a":'.repeat(13000)]) {
    const answer = await city.server.http('POST', bookingPath, {
      bearer: city.customer.token, body,
    });
    assert.ok([400, 422].includes(answer.status), `${answer.status}`);
  }
  await assertServes(city);
});

test('a booking request with a bad field gets 422 INVALID_PAYLOAD', async (t) => {
  const city = await openPatientCity(t);
  const noText = [undefined, 5, true, [], {}];
  const bad = {
    pickup_location_title: noText,
    pickup_location_address: noText,
    pickup_map_id: noText,
    pickup_latitude: lat,
    pickup_longitude: lng,
    no_of_passengers: [undefined, null, 0, 9, -1, 1.5, 1e30, '2', true, [], {}],
    note: [5, true, [], {}, 'x'.repeat(513)],
    scheduled_date: [5, true, [], {}, '', 'tomorrow', '2026-13-45T99:00:00.000Z'],
    drop_offs: [
      undefined, null, 5, '', {}, [], [null], [5], [[]], [{}], [dropOff(), {}], [dropOff(), null],
      ...['drop_off_location_title', 'drop_off_location_address', 'drop_off_map_id'].flatMap(
        (field) => noText.map((value) => [dropOff(), dropOff({ [field]: value })]),
      ),
      ...lat.map((value) => [dropOff({ drop_off_latitude: value })]),
      ...lng.map((value) => [dropOff({ drop_off_longitude: value })]),
    ],
  };
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) {
      const answer = await city.customer.requestBooking({ [field]: value });
      const what = `${field}: ${JSON.stringify(value)}`;
      assertFailure(answer, 422, 'INVALID_PAYLOAD', what);
    }
  }
  await city.driver.snapshot(); // the driver was offered none of them
  const limits = {
    note: 'é'.repeat(512),
    no_of_passengers: 1,
    pickup_latitude: -90,
    pickup_longitude: 180,
    drop_offs: [dropOff({ drop_off_latitude: 90, drop_off_longitude: -180 })],
  };
  const { driver: assigned } = await new Ride(city).request(limits);
  assert.equal(assigned.note, limits.note);
});

test('a body that is no JSON gets 400, JSON that is no object 422', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const post = (body) => server.http('POST', bookingPath, { bearer: customer.token, body });
  const good = JSON.stringify(bookingRequest());
  for (const body of ['', ' ', '{', 'null,', good.slice(0, -1), `${good}x`, '{"a":1e}', '\u0000']) {
    assertFailure(await post(body), 400, 'INVALID_JSON', JSON.stringify(body.slice(0, 40)));
  }
  for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    const [head, tail] = good.split('Home');
    const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
    assertFailure(await post(body), 400, 'INVALID_JSON', `bytes ${bytes}`);
  }
  for (const body of ['null', 'true', '5', '"text"', '[]', `[${good}]`, '{}']) {
    assertFailure(await post(body), 422, 'INVALID_PAYLOAD', body.slice(0, 40));
  }
  const surrogate = await post(good.replace('Home', '\\ud800'));
  assert.ok([400, 422].includes(surrogate.status), 'a lone surrogate is in no text');
  await city.driver.snapshot();
  await assertServes(city);
});

test('an account with a bad field gets 422, and is not created', async (t) => {
  const city = await openPatientCity(t);
  const good = {
    email: 'new@example.org',
    name: 'New',
    roles: ['customer'],
    phone: '211234567',
    phone_code: 'NZ',
  };
  const noText = [undefined, null, 5, true, [], {}];
  const bad = {
    email: [...noText, ''],
    name: noText,
    roles: [undefined, null, 'customer', {}, [], [5], ['king'], ['customer', 'king']],
    phone: noText,
    phone_code: [...noText, '', 'XX', 'New Zealand'],
  };
  const create = (body) => city.server.http('POST', '/api/admin/accounts', {
    bearer: adminToken, body,
  });
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) {
      const answer = await create({ ...good, [field]: value });
      assertFailure(answer, 422, 'INVALID_PAYLOAD', `${field}: ${JSON.stringify(value)}`);
    }
  }
  assertFailure(await create('{'), 400, 'INVALID_JSON', 'half an object');
  assert.equal((await create(good)).status, 201, 'the email is still free');
});

test('who is not entitled gets 401 or 403', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  const body = bookingRequest();
  const post = (path, bearer) => server.http('POST', path, { bearer, body });
  assertFailure(await post(bookingPath), 401, null, 'no token');
  assertFailure(await post(bookingPath, 'garbage'), 401, null, 'a bad token');
  assertFailure(await post(bookingPath, adminToken), 401, null, "the admin's token");
  assertFailure(await post(bookingPath, driver.token), 403, null, 'a driver');
  const accounts = '/api/admin/accounts';
  assertFailure(await post(accounts), 401, null, 'no admin token');
  for (const bearer of ['garbage', customer.token, `${adminToken}x`, adminToken.slice(0, -1)]) {
    assertFailure(await post(accounts, bearer), 401, null, 'a bad admin token');
  }
  const homemade = await post(`${accounts}?token=${token({ role: 'admin' })}`);
  assertFailure(homemade, 401, null, 'a token of our own making');
  await assertServes(city);
});

test('without HANSOM_ADMIN_TOKEN the admin API answers 403', async (t) => {
  const server = await startServer(t, { env: { HANSOM_ADMIN_TOKEN: undefined } });
  for (const bearer of [undefined, '', adminToken, 'undefined']) {
    const answer = await server.http('POST', '/api/admin/accounts', { bearer, body: {} });
    assertFailure(answer, 403, null, `bearer ${bearer}`);
  }
});

test('unknown paths get 404, other methods 405', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer } = city;
  const nowheres = [
    '/nowhere', '/api', '/api/mobile/customer/booking', `${bookingPath}/more`, '/ws', '/ws/king',
    '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%00', '/%zz', `/${'x'.repeat(4000)}`,
  ];
  for (const path of nowheres) {
    const answer = await server.http('GET', path, { bearer: customer.token });
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    if (!path.includes('%')) assert.equal(answer.status, 404, path);
  }
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await server.http(method, bookingPath, { bearer: customer.token });
    assert.equal(answer.status, 405, method);
  }
  assert.equal((await server.http('POST', '/healthz', { body: {} })).status, 405);
  assert.equal((await server.http('DELETE', '/metrics')).status, 405);
  await assertServes(city);
});

test('a body may have 64 KiB; a longer one gets 413', async (t) => {
  const city = await openPatientCity(t);
  const { server, customer, driver } = city;
  const good = JSON.stringify(bookingRequest());
  const post = (body) => server.http('POST', bookingPath, { bearer: customer.token, body });
  assert.equal((await post(good.padEnd(64 * 1024, ' '))).status, 201);
  await driver.take('booking_assigned');
  assert.equal((await post(good.padEnd(64 * 1024 + 1, ' '))).status, 413);

  const head = [
    `POST ${bookingPath} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${customer.token}`,
  ];
  const whole = good.padEnd(1024 * 1024, ' ');
  const announced = [...head, `Content-Length: ${whole.length}`, '', ''].join('\r\n');
  assert.equal(await server.rawStatus(announced), 413, 'judged by what is announced');
  assert.equal(await server.rawStatus(announced + whole), 413);
  const chunk = `${whole.length.toString(16)}\r\n${whole}\r\n`;
  const chunked = [...head, 'Transfer-Encoding: chunked', '', chunk].join('\r\n');
  assert.equal(await server.rawStatus(`${chunked}0\r\n\r\n`), 413, 'without an announcement');
  await assertServes(city);
});

test('an upgrade with a bad Sec-WebSocket-Key gets 400, to an unknown path 404', async (t) => {
  const city = await openPatientCity(t);
  const { server, driver } = city;
  const path = `/ws/driver?token=${driver.token}`;
  const badKeys = [
    undefined, '', 'short', 'not base64 at all!!', randomBytes(15).toString('base64'),
    randomBytes(17).toString('base64'), 'x'.repeat(4000),
  ];
  for (const key of badKeys) {
    const status = await server.rawStatus(upgradeOf(path, { 'Sec-WebSocket-Key': key }));
    assert.equal(status, 400, `key ${key?.slice(0, 30)}`);
  }
  for (const nowhere of ['/ws/king', '/ws', '/', '/ws/driver/more', '/healthz']) {
    assert.equal(await server.rawStatus(upgradeOf(nowhere)), 404, nowhere);
  }
  const noUpgrade = await server.http('GET', path);
  assert.ok(noUpgrade.status >= 400 && noUpgrade.status < 500, `${noUpgrade.status}`);
  assert.equal(await server.rawStatus(upgradeOf(path)), 101, 'and a good one is let in');
  await driver.connect();
  await assertServes(city);
});

test('what is no HTTP at all is turned away', async (t) => {
  const city = await openPatientCity(t);
  const messes = [
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /healthz HTTP/1.1\r\nBad Header\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n',
    Buffer.concat([randomBytes(64), Buffer.from('\r\n\r\n')]),
    `POST ${bookingPath} HTTP/1.1\r\nContent-Length: -1\r\n\r\n`,
    `POST ${bookingPath} HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n`,
    `POST ${bookingPath} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ];
  for (const mess of messes) {
    const status = await city.server.rawStatus(mess);
    assert.ok(status === null || status >= 400, `${status} for ${JSON.stringify(String(mess))}`);
  }
  await assertServes(city);
});
