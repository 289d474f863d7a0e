// Peers who wish the server ill, each at the limit that stops them: what is just allowed passes,
// and a byte, a message or a moment more does not.
//
// | what a peer does                                | ends with       | tested in                |
// | ----------------------------------------------- | --------------- | ------------------------ |
// | a head, a body or an upgrade that dribbles      | cut after 5 s   | here                     |
// | a head over 8 KiB                               | 431             | here                     |
// | a body over 64 KiB                              | 413             | bad_input.test.mjs       |
// | a bad Sec-WebSocket-Key                         | 400             | bad_input.test.mjs       |
// | a message over 16 KiB, in fragments too         | 1009            | bad_input.test.mjs       |
// | Close, and TCP is held                          | gone in 5 s     | here                     |
// | does not read                                   | 1013, then cut  | here, rooms_crowd        |
// | takes no answer                                 | cut after 5 s   | slow_answers.test.mjs    |
// | does not answer a server that goes              | cut after 5 s   | drain.test.mjs           |
// | 100 messages beyond the rate                    | 1008            | here                     |
// | too many sockets from one address               | 429             | bad_input.test.mjs       |
// | too many sockets of one account                 | 429             | here                     |
// | more connections than descriptors are granted   | closed at once  | descriptors.test.mjs     |
// | compressed frames                               | 1002            | here                     |
// | a frame at a time, a byte at a time             | is served       | here, hansom-bench       |
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { App, eventually, within } from '../support/app.mjs';
import { Student } from '../support/campus.mjs';
import { assertServes, openPatientCity, openSockets } from '../support/city.mjs';
import { headOf, upgradeOf } from '../support/http.mjs';
import { bytesUnderWay } from '../support/kernel.mjs';
import { closeFrame, pongFrame, textFrame } from '../support/raw_websocket.mjs';
import { Person, bookingRequest, openCity } from '../support/rides.mjs';
import {
  Member, Room, assertUndisturbed, knock, openRoom, startRoomServer, text,
} from '../support/rooms.mjs';
import { after, connectTo, patience_ms, slack_ms } from '../support/tcp_peer.mjs';
import { counted, rounds } from '../support/torture.mjs';

/** Sends these bytes one after the other until they are sent, or the peer is gone. */
async function dribble({ socket }, bytes, pause_ms) {
  for (const byte of Buffer.from(bytes)) {
    if (socket.destroyed) return;
    socket.write(Buffer.from([byte]));
    await after(pause_ms);
  }
}

/** The peer is gone five seconds after `since`. */
async function assertGoneInTime(peer, what) {
  const waited_ms = await within(peer.gone, `the end of ${what}`);
  assert.ok(waited_ms < patience_ms + slack_ms, `${what}: gone after ${waited_ms} ms`);
  return waited_ms;
}

test('a frame that comes a byte at a time is a frame', async (t) => {
  const { customer } = await openPatientCity(t);
  for (const byte of textFrame('{"type":"ping"}')) {
    customer.app.socket._socket.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  assert.deepEqual(await customer.app.next(), { type: 'pong' });
});

// Too much of something.

test('a head of 8 KiB is read, and one byte more gets 431', async (t) => {
  const { server, customer } = await openPatientCity(t);
  const bearer = { Authorization: `Bearer ${customer.token}` };
  /** These heads with so many bytes more or less that they have `bytes`. */
  const heads = (bytes) => {
    const filled = (make) => make('x'.repeat(bytes - make('').length));
    return [
      [200, filled((x) => headOf('GET', '/healthz', { 'X-Filler': x }))],
      [200, filled((x) => headOf('GET', `/healthz?${x}`))],
      [200, filled((x) => headOf('GET', '/healthz', { 'X-Filler': [...Array(50).fill('y'), x] }))],
      [101, filled((x) => upgradeOf('/ws/customer', { ...bearer, 'X-Filler': x }))],
    ];
  };
  for (const [status, head] of heads(8 * 1024)) {
    assert.equal(head.length, 8 * 1024);
    assert.equal(await server.rawStatus(head), status, head.slice(0, 40));
  }
  for (const bytes of [8 * 1024 + 1, 9 * 1024, 16 * 1024, 1024 * 1024]) {
    for (const [, head] of heads(bytes)) {
      assert.equal(await server.rawStatus(head), 431, `${bytes}: ${head.slice(0, 40)}`);
    }
  }
  // Not by what comes at once, either.
  for (const [bytes, status] of [[8 * 1024, 200], [8 * 1024 + 1, 431]]) {
    const peer = connectTo(t, server);
    const [[, head]] = heads(bytes);
    for (let i = 0; i < head.length; i += 100) {
      peer.socket.write(head.slice(i, i + 100));
      await new Promise(setImmediate);
    }
    await peer.hears(new RegExp(`^HTTP/1\\.1 ${status} `));
  }
});

test('a burst of twice WS_RATE_LIMIT is served, and one message more gets 1008', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '1' } });
  for (const [pings, code] of [[2, null], [3, 1008]]) {
    const peer = await Person.create(city.server, 'customer');
    await peer.connect();
    await city.server.whileHeld(() => {
      for (let i = 0; i < pings; ++i) peer.send({ type: 'ping' });
    });
    for (let i = 0; i < 2; ++i) await peer.take('pong');
    if (code) assert.equal((await peer.app.untilClosed()).code, code);
    else assert.equal(peer.app.socket.readyState, peer.app.socket.OPEN);
  }
});

test('a hundred messages at once are served by default, and two hundred get 1008', async (t) => {
  const { server, customer } = await openCity(t);
  const other = await Person.create(server, 'customer');
  await other.connect();
  await server.whileHeld(() => {
    for (let i = 0; i < 100; ++i) customer.send({ type: 'ping' });
    for (let i = 0; i < 200; ++i) other.send({ type: 'ping' });
  });
  for (let i = 0; i < 100; ++i) await customer.take('pong');
  assert.equal((await other.app.untilClosed()).code, 1008);
  const pongs = other.app.frames.filter(({ type }) => type === 'pong').length;
  // While they are read, 50 more a second are allowed.
  assert.ok(pongs >= 100 && pongs < 150, `${pongs} were served`);
  assert.equal(customer.app.socket.readyState, customer.app.socket.OPEN);
});

test('more sockets of one account than MAX_SOCKETS_PER_ACCOUNT are refused with 429', async (t) => {
  const server = await startRoomServer(t, { env: { MAX_SOCKETS_PER_ACCOUNT: '3' } });
  const member = await Member.create(server, 'alice', { roles: ['student', 'customer'] });
  const room = await Room.create(member);
  const student = Object.assign(new Student(), member, { side: 'passenger' });
  const open = {
    passenger: () => student.open(),
    driver: () => student.elsewhere('driver').open(),
    room: () => knock(server, room.path, { query: member.token }),
  };
  const apps = [await open.passenger(), await open.driver(), await open.room()];
  for (const [where, another] of Object.entries(open)) {
    await assert.rejects(another(), { status: 429 }, where);
  }
  // Taxi has one socket for an account and side: who comes is let in, in the other's place.
  await App.connect(server, `/ws/customer?token=${member.token}`);
  const other = await Member.create(server, 'bob');
  await room.add(other);
  await other.enter(room);
  await assertUndisturbed(other, [other.app, apps[2]]);
  await apps[0].close();
  await apps[1].close();
  await eventually(() => open.passenger().then(() => true, () => false), 'a place that is free');
});

// Compression, which is not spoken: so there is nothing to blow up.

test('permessage-deflate is offered in vain, and a compressed frame gets 1002', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  for (const offer of [
    'permessage-deflate', 'permessage-deflate; client_max_window_bits',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    'x-webkit-deflate-frame', 'permessage-bzip2, permessage-deflate',
  ]) {
    const { token } = city.customer;
    const answer = await server.rawHead(upgradeOf(`/ws/customer?token=${token}`, {
      'Sec-WebSocket-Extensions': offer,
    }));
    assert.equal(answer.status, 101, offer);
    assert.equal(answer.headers.get('sec-websocket-extensions'), null, offer);
  }
  const bomb = deflateRawSync(Buffer.alloc(10 * 1024 * 1024, ' ')); // in 10 KiB, ten MiB
  const compressed = { rsv: 4 }; // RFC 7692, 6
  for (const bytes of [
    textFrame(bomb, compressed), textFrame('x', { ...compressed, fin: false }),
  ]) {
    const { app } = await Person.create(server, 'customer').then(async (person) => {
      await person.connect({}, { perMessageDeflate: true });
      return person;
    });
    assert.equal(app.socket.extensions, '');
    app.socket._socket.write(bytes);
    assert.equal((await app.untilClosed()).code, 1002);
  }
  await city.customer.connect();
  await assertServes(city);
});

const normalClose = closeFrame(1000);
/** The head of a message of 1 MiB, whose zeroes stay so behind this mask. */
const tooLong = textFrame('', { length: 1024 * 1024, lengthBytes: 8, mask: [0, 0, 0, 0] });

// Most of their time these wait, and they do so together.
describe('peers who take their time', { concurrency: true }, () => {
  test('a head, an upgrade or a body that dribbles is cut after five seconds', async (t) => {
    const city = await openPatientCity(t);
    const { server, customer } = city;
    const path = '/api/mobile/customer/booking/request';
    const body = JSON.stringify(bookingRequest());
    const bearer = { Authorization: `Bearer ${customer.token}` };
    const upgrade = upgradeOf('/ws/customer', bearer);
    const post = headOf('POST', path, { ...bearer, 'Content-Length': body.length });
    const chunked = headOf('POST', path, { ...bearer, 'Transfer-Encoding': 'chunked' });
    const whole = {
      'a request': ['', headOf('GET', '/healthz', { 'X-Filler': 'x'.repeat(100) })],
      'an upgrade': ['', upgrade],
      'a body': [post, body],
      'a body in chunks': [chunked, [...body].map((char) => `1\r\n${char}\r\n`).join('')],
    };
    const each = rounds(5, 100);
    let cut = 0;
    const cases = Object.entries(whole).flatMap((entry) => Array(each).fill(entry));
    await Promise.all(cases.map(async ([what, [atOnce, slowly]]) => {
      const peer = connectTo(t, server);
      if (atOnce) peer.socket.write(atOnce);
      await dribble(peer, slowly, 50);
      const waited_ms = await assertGoneInTime(peer, what);
      assert.ok(waited_ms > patience_ms - 500, `${what}: it has five seconds, not ${waited_ms} ms`);
      assert.equal(peer.heard, '', what);
      ++cut;
    }));
    counted(t, `${cut} dribbling peers, each cut after five seconds`);
    await assertServes(city);
  });

  test('who is slow but done within five seconds is served', async (t) => {
    const city = await openPatientCity(t);
    const { server, customer } = city;
    const body = JSON.stringify(bookingRequest());
    const bearer = { Authorization: `Bearer ${customer.token}` };
    const head = headOf('POST', '/api/mobile/customer/booking/request', {
      ...bearer, 'Content-Length': body.length,
    });
    const late = [
      [headOf('GET', '/healthz'), 200],
      [upgradeOf('/ws/customer', bearer), 101],
      [head + body, 201],
    ].map(async ([bytes, status]) => {
      const peer = connectTo(t, server);
      peer.socket.write(bytes.slice(0, -1));
      await after(patience_ms - 1_000);
      peer.socket.write(bytes.slice(-1));
      await peer.hears(new RegExp(`^HTTP/1\\.1 ${status} `));
    });
    await Promise.all(late);
  });

  test('whoever holds TCP after a Close is gone in five seconds', async (t) => {
    const city = await openPatientCity(t, { env: { MAX_SOCKETS_PER_ADDRESS: '0' } });
    const { server } = city;
    const before = await openSockets(server);
    const pongs = async (peer) => {
      while (!peer.socket.destroyed) {
        peer.socket.write(pongFrame());
        await after(100);
      }
    };
    const ways = {
      'Close is sent, and no more': ({ socket }) => socket.write(normalClose),
      'Close is sent, and pongs': (peer) => {
        peer.socket.write(normalClose);
        return pongs(peer);
      },
      'Close is sent, and nothing read': ({ socket }) => socket.pause().write(normalClose),
      'Close is got, and not answered': ({ socket }) => {
        socket.write(tooLong);
        socket.write(Buffer.alloc(20 * 1024));
      },
      'Close is got, and pongs are sent': (peer) => {
        peer.socket.write(tooLong);
        peer.socket.write(Buffer.alloc(20 * 1024));
        return pongs(peer);
      },
      'Close is got, and a message dribbles': (peer) => {
        peer.socket.write(tooLong);
        peer.socket.write(Buffer.alloc(20 * 1024));
        return dribble(peer, Buffer.alloc(500), 50);
      },
      'Close is got for a frame that may not be': (peer) => {
        peer.socket.write(Buffer.from([0xff, 0xff, 0xff]));
        return pongs(peer);
      },
    };
    const all = Array(rounds(4, 50)).fill(Object.values(ways)).flat();
    await Promise.all(all.map(async (hold) => {
      const { token } = await Person.create(server, 'customer');
      const peer = connectTo(t, server);
      peer.socket.write(upgradeOf('/ws/customer', { Authorization: `Bearer ${token}` }));
      await peer.hears(/"connected"/);
      hold(peer);
    }));
    // By what the server says of itself: one that does not read is not told of its end.
    const gone = eventually(async () => await openSockets(server) === before, 'the end of all');
    await within(gone, 'the end of all in time', patience_ms + slack_ms);
    counted(t, `${all.length} peers that held TCP after a Close, all gone in five seconds`);
    await assertServes(city);
  });

  test('whoever answers a Close in the fifth second is parted from in peace', async (t) => {
    const { server, customer } = await openPatientCity(t);
    const peer = connectTo(t, server);
    peer.socket.write(upgradeOf('/ws/customer', { Authorization: `Bearer ${customer.token}` }));
    await peer.hears(/"connected"/);
    peer.socket.write(Buffer.concat([tooLong, Buffer.alloc(20 * 1024)]));
    await peer.hears(/\x88.\x03\xf1/s); // 1009
    await after(patience_ms - 1_500);
    assert.ok(!peer.socket.readableEnded, 'it is waited for');
    peer.socket.write(Buffer.concat([Buffer.alloc(1024 * 1024 - 20 * 1024), normalClose]));
    await within(peer.finished, 'the end of what the server sends, and no reset');
  });
});

// Who does not read.

const long = '🚕'.repeat(500);

/** Somebody in a room who reads nothing from here on, on a connection of their own. */
async function enterSilently(member, room) {
  const app = await knock(member.server, room.path, { query: member.token });
  app.socket.pause();
  return app;
}

/** The server and the kernels hold all that was said in a room for one who does not read. */
class Backlog {
  constructor(silent) {
    this.socket = silent.socket._socket;
    this.read_bytes = this.socket.bytesRead; // the answer to the upgrade
    this.said = 0;
  }

  /** Has the server hear so many messages and send them to all; they have the same size. */
  async say(member, howMany) {
    for (let i = 0; i < howMany; ++i) member.send(text(long));
    for (let i = 0; i < howMany; ++i) {
      const { length } = Buffer.from(JSON.stringify(await member.app.next()));
      this.text_bytes ??= length;
      assert.equal(length, this.text_bytes);
    }
    this.said += howMany;
  }

  /** The bytes of the messages that the kernels did not take whole. */
  async waiting() {
    const taken_bytes = () => bytesUnderWay(this.socket) + this.socket.bytesRead - this.read_bytes;
    let before;
    let taken = taken_bytes();
    // What is between the two counts for neither or both, so it is looked at until it rests.
    for (; before !== taken; taken = taken_bytes()) {
      before = taken;
      await after(20);
    }
    return (this.said - Math.floor(taken / (this.text_bytes + 4))) * this.text_bytes;
  }
}

describe('peers who do not read', { concurrency: true }, () => {
  test('1 MiB waits for who does not read, and with one message more it is cut', async (t) => {
    const { server, room, members } = await openRoom(t, {
      members: 1, env: { WS_PING_INTERVAL: '600' },
    });
    const silent = await enterSilently(members[0], room);
    const limit = 1024 * 1024;
    const backlog = new Backlog(silent);
    await backlog.say(members[0], 1);
    let waiting = 0;
    while (waiting + backlog.text_bytes <= limit) {
      const room_left = Math.floor((limit - waiting) / backlog.text_bytes);
      await backlog.say(members[0], Math.ceil(room_left / 2));
      waiting = await backlog.waiting();
    }
    assert.ok(waiting <= limit, `${waiting} bytes wait`);
    // The server looks once a second who has taken nothing. Another, who holds TCP after a Close,
    // is the clock: when that is gone, it has looked several times.
    const holder = connectTo(t, server);
    holder.socket.write(upgradeOf(room.path, { Authorization: `Bearer ${members[0].token}` }));
    await holder.hears(/101/);
    holder.socket.write(normalClose);
    const sockets = members.length + 1;
    await eventually(async () => await openSockets(server) === sockets, 'the end of the holder');
    assert.equal(await backlog.waiting(), waiting, 'nothing of it was taken or given up');

    await backlog.say(members[0], 1);
    await eventually(async () => await openSockets(server) === members.length, 'the cut');
    silent.socket.resume();
    const { code } = await silent.untilClosed();
    assert.ok([1013, 1006].includes(code), `${code}: cut, with or without a last word`);
    assert.ok(silent.frames.length < backlog.said, 'it missed some');
    counted(t, `${waiting} bytes of at most ${limit} waited for who did not read; with `
      + `${waiting + backlog.text_bytes} it was cut`);
  });

  test('who reads again before the cut is told 1013', async (t) => {
    const { server, room, members } = await openRoom(t, {
      members: 1, env: { WS_PING_INTERVAL: '600' },
    });
    const apps = [];
    for (let i = 0; i < 7; ++i) apps.push(await enterSilently(members[0], room));
    const backlogs = apps.map((app) => new Backlog(app));
    const say = async (howMany) => {
      await backlogs[0].say(members[0], howMany);
      const { said, text_bytes } = backlogs[0];
      for (const backlog of backlogs) Object.assign(backlog, { said, text_bytes });
    };
    const least = async () =>
      Math.min(...await Promise.all(backlogs.map((backlog) => backlog.waiting())));
    await say(1000);
    while (await least() < 400 * 1024) await say(100);
    await say(400); // 0.8 MiB more
    // They come back one after the other, while the server looks, looks again, waits, and cuts.
    const seen = await Promise.all(apps.map(async (app, i) => {
      await after(600 * i);
      app.socket.resume();
      const all = eventually(() => app.frames.length === backlogs[0].said, 'all').then(() => 'all');
      return Promise.race([all, app.untilClosed().then(({ code }) => code)]);
    }));
    const count = (end) => seen.filter((each) => each === end).length;
    assert.equal(count('all') + count(1013) + count(1006), apps.length, `${seen}`);
    assert.ok(count(1013) > 0, `${seen}`);
    const order = members[0].app.frames.map(({ id }) => id);
    for (const { frames } of apps) {
      assert.deepEqual(frames.map(({ id }) => id), order.slice(0, frames.length), 'no gaps');
    }
    counted(t, `of ${apps.length} that stopped reading, ${count('all')} came back in time, `
      + `${count(1013)} were told 1013, ${count(1006)} were cut`);
  });
});
