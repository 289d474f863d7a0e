// The opening handshake as RFC 6455 has it for servers (4.2, 4.4, and 9.1 for extensions).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { upgradeOf } from '../support/http.mjs';
import {
  RawWebSocket, acceptOf, closeFrame, textFrame,
} from '../support/raw_websocket.mjs';
import { Person, startServer } from '../support/rides.mjs';
import { Member, Room } from '../support/rooms.mjs';
import { Student } from '../support/campus.mjs';
import { counted } from '../support/torture.mjs';

/** Somebody who may open a socket, on each of the paths that have them. */
async function openDoors(t) {
  const env = { MAX_SOCKETS_PER_ADDRESS: '0', MAX_SOCKETS_PER_ACCOUNT: '0' };
  const server = await startServer(t, { env });
  const host = await Member.create(server, 'host');
  const room = await Room.create(host);
  const student = await Student.create(server, 'passenger');
  const customer = await Person.create(server, 'customer');
  const driver = await Person.create(server, 'driver');
  return {
    server,
    customer,
    paths: [
      `${room.path}?token=${host.token}`, `/passenger/${student.id}?token=${student.token}`,
      customer.path(), driver.path(),
    ],
  };
}

const example = { key: 'dGhlIHNhbXBsZSBub25jZQ==', accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' };

test('Sec-WebSocket-Accept belongs to the key', async (t) => {
  const { server, paths } = await openDoors(t);
  const keys = [
    example.key, Buffer.alloc(16).toString('base64'), Buffer.alloc(16, 0xff).toString('base64'),
    ...Array.from({ length: 50 }, () => randomBytes(16).toString('base64')),
  ];
  assert.equal(acceptOf(example.key), example.accept, "the RFC's own example");
  for (const path of paths) {
    for (const key of keys) {
      const head = upgradeOf(path, { 'Sec-WebSocket-Key': key });
      const { status, headers } = await server.rawHead(head);
      assert.equal(status, 101, key);
      assert.equal(headers.get('Sec-WebSocket-Accept'), acceptOf(key));
      assert.equal(headers.get('Upgrade'), 'websocket');
      assert.equal(headers.get('Connection').toLowerCase(), 'upgrade');
    }
  }
  const tried = keys.length * paths.length;
  counted(t, `RFC 6455, handshakes: ${tried} keys answered with what belongs to them`);
});

test('what the RFC asks of a request is asked for, and the answer says so', async (t) => {
  const { server, paths } = await openDoors(t);
  const key = example.key;
  const bad = {
    // 4.2.1: what makes a handshake.
    'no Connection': [400, { Connection: undefined }],
    'an empty Connection': [400, { Connection: '' }],
    'another Connection': [400, { Connection: 'keep-alive' }],
    'a Connection like it': [400, { Connection: 'Upgrades' }],
    'no Upgrade': [426, { Upgrade: undefined }],
    'an empty Upgrade': [426, { Upgrade: '' }],
    'another Upgrade': [426, { Upgrade: 'h2c' }],
    'an Upgrade like it': [426, { Upgrade: 'websockets' }],
    'no Host': [400, { Host: undefined }],
    'two Hosts': [400, { Host: ['localhost', 'localhost'] }],
    'no key': [400, { 'Sec-WebSocket-Key': undefined }],
    'an empty key': [400, { 'Sec-WebSocket-Key': '' }],
    'a key of 15 bytes': [400, { 'Sec-WebSocket-Key': randomBytes(15).toString('base64') }],
    'a key of 17 bytes': [400, { 'Sec-WebSocket-Key': randomBytes(17).toString('base64') }],
    'a key without padding': [400, { 'Sec-WebSocket-Key': key.slice(0, -2) }],
    'a key in the alphabet of URLs': [400, { 'Sec-WebSocket-Key': `-_${key.slice(2)}` }],
    'two keys': [400, { 'Sec-WebSocket-Key': [key, key] }],
    'two keys, one bad': [400, { 'Sec-WebSocket-Key': [key, 'bad'] }],
    // 4.4: versions. 0, 7 and 8 were drafts; there never were others.
    ...Object.fromEntries(['0', '7', '8', '12', '14', '113', '013', '13.0', '-13', 'thirteen', '',
      '13, 8', '8, 13'].map((version) =>
      [`version '${version}'`, [426, { 'Sec-WebSocket-Version': version }]])),
    'no version': [426, { 'Sec-WebSocket-Version': undefined }],
    'two versions': [400, { 'Sec-WebSocket-Version': ['13', '8'] }],
    // What stands behind a head is the peer's first frame, or nobody's.
    'a body': [400, { 'Content-Length': '5' }],
    'a body in chunks': [400, { 'Transfer-Encoding': 'chunked' }],
  };
  for (const path of paths) {
    for (const [what, [status, changes]] of Object.entries(bad)) {
      const answer = await server.rawHead(upgradeOf(path, changes));
      assert.equal(answer.status, status, `${what}: ${path.split('?')[0]}`);
      if ('Sec-WebSocket-Version' in changes && status === 426) {
        assert.equal(answer.headers.get('Sec-WebSocket-Version'), '13', what);
      } else if (status === 426) {
        assert.equal(answer.headers.get('Upgrade'), 'websocket', what);
      }
      assert.equal(answer.headers.get('Sec-WebSocket-Accept'), null, what);
    }
    const usual = upgradeOf(path);
    assert.equal(await server.rawStatus(usual.replace('HTTP/1.1', 'HTTP/1.0')), 400, 'HTTP/1.0');
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT']) {
      const status = await server.rawStatus(usual.replace('GET', method));
      assert.ok([400, 405].includes(status), `${method}: ${status}`);
    }
  }
  const tried = Object.keys(bad).length * paths.length;
  counted(t, `RFC 6455, handshakes: ${tried} heads that are not right are refused with 400 or 426`);
});

test('a request may be written in every way that HTTP has', async (t) => {
  const { server, paths } = await openDoors(t);
  const good = {
    'another case': { Connection: 'UPGRADE', Upgrade: 'WebSocket' },
    'one of several tokens': { Connection: 'keep-alive, Upgrade', Upgrade: 'h2c, websocket' },
    'space around what counts': {
      'Sec-WebSocket-Key': `  ${example.key}\t`,
      'Sec-WebSocket-Version': ' 13 ',
      'Upgrade': '\twebsocket ',
    },
    'headers that nobody knows': { 'X-Anything': 'at all', 'Sec-WebSocket-Anything': 'else' },
    'no body': { 'Content-Length': '0' },
  };
  for (const path of paths) {
    for (const [what, changes] of Object.entries(good)) {
      assert.equal(await server.rawStatus(upgradeOf(path, changes)), 101, what);
    }
    const usual = upgradeOf(path);
    const lower = usual.replace(/^[A-Z][\w-]+(?=:)/gm, (name) => name.toLowerCase());
    assert.equal(await server.rawStatus(lower), 101, 'names in lower case');
    const absolute = usual.replace(`GET ${path}`, `GET ${server.url}${path}`);
    assert.equal(await server.rawStatus(absolute), 101, 'the whole address');
  }
});

test('extensions and subprotocols are offered, and none is taken', async (t) => {
  const { server, paths } = await openDoors(t);
  const deflate = 'permessage-deflate; client_max_window_bits';
  const offers = [
    ...['', 'permessage-deflate', deflate, `${deflate}; server_no_context_takeover, ${deflate}`,
      [deflate, 'x-webkit-deflate-frame, foo; bar="baz"']].map((extensions) =>
      ({ 'Sec-WebSocket-Extensions': extensions })),
    { 'Sec-WebSocket-Protocol': 'chat' },
    { 'Sec-WebSocket-Protocol': 'chat, superchat' },
    { 'Sec-WebSocket-Protocol': ['chat', 'superchat'] },
    { 'Sec-WebSocket-Protocol': 'bearer', 'Sec-WebSocket-Extensions': 'permessage-deflate' },
  ];
  for (const path of paths) {
    for (const offer of offers) {
      const { status, headers } = await server.rawHead(upgradeOf(path, offer));
      assert.equal(status, 101, JSON.stringify(offer));
      assert.equal(headers.get('Sec-WebSocket-Extensions'), null);
      assert.equal(headers.get('Sec-WebSocket-Protocol'), null);
    }
  }
  // So a compressed message is a violation.
  const head = upgradeOf(paths[2], {
    'Sec-WebSocket-Key': example.key, 'Sec-WebSocket-Extensions': deflate,
  });
  const peer = await RawWebSocket.open(server, paths[2], { key: example.key, head });
  await peer.hasSeen(1);
  await peer.write(textFrame('x', { rsv: 4 }));
  await peer.end();
  assert.deepEqual(peer.seen.slice(1), [['close', 1002, ''], ['end']]);
});

test('a request may come in two parts, cut at every byte', async (t) => {
  const { server, paths: [path] } = await openDoors(t);
  const head = upgradeOf(path, { 'Sec-WebSocket-Key': example.key });
  const cuts = Array.from({ length: head.length - 1 }, (_, i) => i + 1);
  await Promise.all(cuts.map(async (at) => {
    const parts = [head.slice(0, at), head.slice(at)];
    const peer = await RawWebSocket.open(server, path, { key: example.key, head: parts });
    await peer.write(closeFrame(1000));
    await peer.end();
    assert.deepEqual(peer.seen, [['close', 1000, ''], ['end']], `cut at ${at}`);
  }));
  counted(t, `RFC 6455, handshakes: a head in two parts, cut at each of its ${cuts.length} bytes`);
});

// RFC 6455, 4.1: a client waits for the answer. What it sends before that would be lost.
test('a frame that does not wait for the answer to the handshake', async (t) => {
  const { server, paths: [path] } = await openDoors(t);
  const early = Buffer.concat([Buffer.from(upgradeOf(path)), textFrame('{}')]);
  assert.equal(await server.rawStatus(early), 400);
});
