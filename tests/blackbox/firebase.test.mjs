// Firebase's ID tokens: who gets in with them, and what becomes of their keys. The keys are
// published on this machine, in the form in which Google publishes them.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { App, eventually, within } from '../support/app.mjs';
import {
  KeyServer, claimsOf, firebaseEnvironment, idToken, makeKey, projectId, publicKeyOf, publish,
  unsignedToken,
} from '../support/firebase.mjs';
import { Person, Ride, bookingRequest, openCity, startServer } from '../support/rides.mjs';
import {
  afterwards, goodEnvironment, mutilated, run, temporaryFolder, token,
} from '../support/server.mjs';

const now = () => Math.floor(Date.now() / 1000);
const bookingPath = '/api/mobile/customer/booking/request';

/** Good for no time at all, so that the next token but one asks for the keys again. */
const shortLived = { headers: { 'Cache-Control': 'max-age=0' } };

/** A server that takes Firebase's tokens alone, its keys' publisher, and people with accounts. */
async function openFleet(t, { answer, env, keys = [makeKey(t, 'first')] } = {}) {
  const keyServer = await KeyServer.start(t, keys);
  if (answer) keyServer.answer = answer;
  const server = await startServer(t, {
    env: { HANSOM_JWT_SECRET: undefined, ...firebaseEnvironment(keyServer), ...env },
  });
  const customer = await Person.create(server, 'customer');
  const driver = await Person.create(server, 'driver');
  return { server, keyServer, key: keys[0], keys, customer, driver };
}

const tokenFor = (person, key, changes, header) => {
  return idToken(key, claimsOf(person.email, changes), header);
};

/** Resolves to the first frame on a socket of this token. */
async function firstFrame(server, token, side = 'customer') {
  const app = await App.connect(server, `/ws/${side}?token=${encodeURIComponent(token)}`);
  const frame = await app.next();
  if (frame.type === 'error') assert.equal((await app.untilClosed()).code, 1008);
  else await app.close();
  return frame;
}

async function assertAccepted(server, person, token) {
  const greeting = await firstFrame(server, token, person.side);
  assert.deepEqual(greeting, { type: 'connected', [`${person.side}_id`]: person.id });
}

/** The socket opens, gets one error, and is closed; over HTTP it is 401. */
async function assertRefused(server, token, side = 'customer') {
  const { message, ...error } = await firstFrame(server, token, side);
  assert.deepEqual(error, { type: 'error', code: 'INVALID_TOKEN' });
  assert.ok(message.length > 0);
  const answer = await server.http('POST', `${bookingPath}?token=${encodeURIComponent(token)}`, {
    body: bookingRequest(),
  });
  assert.deepEqual([answer.status, answer.body.code], [401, 'INVALID_TOKEN']);
}

const isAccepted = async (server, token) => {
  return (await firstFrame(server, token)).type === 'connected';
};

/** Tokens that must not open anything, by what is wrong with them. */
function forgeries(email, key, other) {
  const claims = (changes) => claimsOf(email, changes);
  const signed = (changes, header) => idToken(key, claims(changes), header);
  const good = signed();
  const [header, payload, signature] = good.split('.');
  const hmac = (secret, alg) => token(claims(), { secret, header: { alg, kid: key.kid } });
  const publicPem = publicKeyOf(key, { format: 'pem' });
  const publicDer = publicKeyOf(key, { format: 'der' });
  const tokens = {
    'HS256 with the public key (PEM)': hmac(publicPem, 'HS256'),
    'HS256 with the public key (DER)': hmac(publicDer, 'HS256'),
    'HS256 with the certificate': hmac(key.certificate, 'HS256'),
    'RS256 in name, HMAC with the public key': hmac(publicPem, 'RS256'),
    'alg HS256, properly signed': signed({}, { alg: 'HS256' }),
    'alg RS512, properly signed': signed({}, { alg: 'RS512' }),
    'alg rs256': signed({}, { alg: 'rs256' }),
    'no alg': signed({}, { alg: undefined }),
    'crit': signed({}, { crit: ['b64'], b64: true }),
    'another key of the same kid': idToken({ ...other, kid: key.kid }, claims()),
    'an unknown key': idToken({ ...other, kid: 'unknown' }, claims()),
    'no kid': signed({}, { kid: undefined }),
    'kid a number': signed({}, { kid: 1 }),
    'kid empty': signed({}, { kid: '' }),
    'kid a path': signed({}, { kid: '../../../../etc/passwd' }),
    'kid a URL': signed({}, { kid: 'http://127.0.0.1:1/' }),
    'kid of 3 KiB': signed({}, { kid: '../'.repeat(1024) }),
    'another project in aud': signed({ aud: 'another' }),
    'aud an array': signed({ aud: [projectId] }),
    'another project in iss': signed({ iss: 'https://securetoken.google.com/another' }),
    'another issuer': signed({ iss: `https://session.firebase.google.com/${projectId}` }),
    'expired': signed({ exp: now() - 1 }),
    'made in the future': signed({ iat: now() + 60 }),
    'signed in in the future': signed({ auth_time: now() + 60 }),
    'sub empty': signed({ sub: '' }),
    'sub of 129 characters': signed({ sub: 'x'.repeat(129) }),
    'sub a number': signed({ sub: 1 }),
    ...mutilated(good),
    'another payload': `${header}.${signed({ exp: now() + 7200 }).split('.')[1]}.${signature}`,
  };
  for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
    const unsigned = unsignedToken(claims(), { alg, kid: key.kid });
    tokens[`alg ${alg}`] = unsigned;
    tokens[`alg ${alg}, no signature`] = unsigned.slice(0, -1);
    tokens[`alg ${alg}, properly signed`] = signed({}, { alg });
    tokens[`alg ${alg}, no kid`] = unsignedToken(claims(), { alg });
  }
  for (const claim of ['aud', 'iss', 'sub', 'exp', 'iat', 'auth_time']) {
    tokens[`without ${claim}`] = signed({ [claim]: undefined });
    tokens[`${claim} null`] = signed({ [claim]: null });
  }
  return tokens;
}

test('with Firebase tokens alone a ride goes from end to end', async (t) => {
  const { server, keyServer, key, customer, driver } = await openFleet(t);
  for (const person of [customer, driver]) {
    person.token = tokenFor(person, key);
    assert.equal((await person.connect())[`${person.side}_id`], person.id);
  }
  await driver.driveTo({ latitude: -33.87, longitude: 151.21 });
  await new Ride({ customer, driver }).through('complete');
  assert.equal(keyServer.fetches, 1, 'the keys were fetched once and kept');
  await assertRefused(server, token({ email: customer.email }));
});

test('a forged Firebase token opens neither a socket nor HTTP', async (t) => {
  const { server, keyServer, key, customer, driver } = await openFleet(t);
  const other = makeKey(t, 'other');
  for (const [what, bad] of Object.entries(forgeries(customer.email, key, other))) {
    await t.test(what, () => assertRefused(server, bad));
  }
  await assertRefused(server, forgeries(driver.email, key, other)['alg none'], 'driver');
  await assertAccepted(server, customer, tokenFor(customer, key));
  await assertAccepted(server, driver, tokenFor(driver, key, { sub: 'x'.repeat(128) }));
  assert.ok(keyServer.fetches <= 2, 'all the unknown ids cost one fetch');
});

test('a token with a kid of 10 kB is too large a head', async (t) => {
  const { server, key, customer } = await openFleet(t);
  const huge = tokenFor(customer, key, {}, { kid: '../'.repeat(3500) });
  const answer = await server.http('POST', bookingPath, { bearer: huge, body: bookingRequest() });
  assert.equal(answer.status, 431);
  await assertAccepted(server, customer, tokenFor(customer, key));
});

test('accounts are found by the email of the token alone', async (t) => {
  const { server, key, customer } = await openFleet(t);
  await assertAccepted(server, customer, tokenFor({ email: customer.email.toUpperCase() }, key));
  for (const email of [undefined, null, 7, 'nobody@example.org']) {
    const claims = claimsOf(email, { sub: customer.id, user_id: customer.id });
    const { type, code } = await firstFrame(server, idToken(key, claims));
    assert.deepEqual({ type, code }, { type: 'error', code: 'CUSTOMER_NOT_FOUND' });
  }
});

test('HS256 and Firebase tokens are taken side by side', async (t) => {
  const key = makeKey(t, 'first');
  const keyServer = await KeyServer.start(t, [key]);
  const city = await openCity(t, { env: firebaseEnvironment(keyServer) });
  await assertAccepted(city.server, city.customer, tokenFor(city.customer, key));
  await assertAccepted(city.server, city.driver, city.driver.token);
});

test('who comes with a key that is newly published gets in at the first try', async (t) => {
  const { server, keyServer, key, customer, driver } = await openFleet(t);
  await assertAccepted(server, customer, tokenFor(customer, key));
  const next = makeKey(t, 'next');
  keyServer.answer = publish([key, next]);
  await assertAccepted(server, customer, tokenFor(customer, next));
  await assertAccepted(server, driver, tokenFor(driver, key));
  assert.equal(keyServer.fetches, 2);
});

test('over HTTP, too, a new key is waited for, and a key withdrawn opens nothing', async (t) => {
  const { server, keyServer, key, customer } = await openFleet(t);
  await assertAccepted(server, customer, tokenFor(customer, key));
  const next = makeKey(t, 'next');
  keyServer.answer = publish([next]);
  const body = bookingRequest();
  const bearer = tokenFor(customer, next);
  assert.notEqual((await server.http('POST', bookingPath, { bearer, body })).status, 401);
  await assertRefused(server, tokenFor(customer, key));
});

test('unknown keys are asked for once a minute, however many tokens name them', async (t) => {
  const { server, keyServer, key, customer } = await openFleet(t);
  await assertAccepted(server, customer, tokenFor(customer, key));
  const unknown = Array.from({ length: 20 }, (_, i) => tokenFor(customer, { ...key, kid: `${i}` }));
  await Promise.all(unknown.map((token) => assertRefused(server, token)));
  for (const token of unknown) await assertRefused(server, token);
  assert.equal(keyServer.fetches, 2);
});

test('while keys are being fetched tokens wait, and all else goes on', async (t) => {
  const key = makeKey(t, 'first');
  const held = [];
  const { server, keyServer, customer, driver } = await openFleet(t, {
    keys: [key],
    answer: (response) => held.push(response),
    env: { HANSOM_THREADS: '1', HANSOM_JWT_SECRET: goodEnvironment.HANSOM_JWT_SECRET },
  });
  const waiting = [customer, driver].map((person) => {
    return assertAccepted(server, person, tokenFor(person, key));
  });
  const gone = App.connect(server, `/ws/customer?token=${tokenFor(customer, key)}`, {
    handshakeTimeout: 100,
  });
  await assert.rejects(gone);
  await assertAccepted(server, customer, token({ email: customer.email }));
  assert.equal((await server.http('GET', '/healthz')).status, 200);
  await eventually(() => held.length === 1, 'the fetch at the start');
  publish([key])(held[0]);
  await Promise.all(waiting);
  assert.equal(keyServer.fetches, 1);
});

/** Sends a request; resolves once it is sent, to a function that resolves to the whole answer. */
async function send(t, server, lines) {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port });
  afterwards(t, () => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', () => resolve(text)));
  await new Promise((resolve) => socket.write(`${lines.join('\r\n')}\r\n\r\n`, resolve));
  return () => within(closed, 'the end of the connection');
}

test('a drain waits neither for keys nor for those who wait for them', async (t) => {
  const key = makeKey(t, 'first');
  const held = [];
  const { server, customer } = await openFleet(t, {
    keys: [key],
    answer: (response) => held.push(response),
    env: { HANSOM_THREADS: '1' }, // which reads requests in the order in which they were sent
  });
  const token = tokenFor(customer, key);
  const answers = [
    await send(t, server, [`POST ${bookingPath}?token=${token} HTTP/1.1`, 'Host: hansom']),
    await send(t, server, [
      `GET /ws/customer?token=${token} HTTP/1.1`, 'Host: hansom', 'Connection: Upgrade',
      'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    ]),
  ];
  await eventually(() => held.length === 1, 'the fetch at the start');
  assert.equal((await server.http('GET', '/healthz')).status, 200);
  const begun = Date.now();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.ok(Date.now() - begun < 4_000, 'less than the time that a fetch may take');
  for (const answer of answers) {
    const text = await answer();
    assert.match(text, /^HTTP\/1.1 503 /);
    assert.match(text, /"SERVER_BUSY"/);
  }
});

test('keys are kept for as long as Cache-Control says', async (t) => {
  const { server, keyServer, key, customer } = await openFleet(t);
  for (let i = 0; i < 5; ++i) await assertAccepted(server, customer, tokenFor(customer, key));
  assert.equal(keyServer.fetches, 1, 'an hour');
});

for (const [what, headers] of Object.entries({
  'a max-age of nothing': { 'Cache-Control': 'public, max-age=0' },
  'a max-age used up by the Age': { 'Cache-Control': 'max-age=3600', Age: '3600' },
})) {
  test(`with ${what} keys are fetched again and again, and tokens are good all along`, async (t) => {
    const key = makeKey(t, 'first');
    const { server, keyServer, customer } = await openFleet(t, {
      keys: [key],
      answer: publish([key], { headers }),
    });
    await eventually(async () => {
      await assertAccepted(server, customer, tokenFor(customer, key));
      return keyServer.fetches >= 3;
    }, 'a third fetch');
  });
}

test('keys without Cache-Control are kept as well', async (t) => {
  const key = makeKey(t, 'first');
  const { server, keyServer, customer } = await openFleet(t, {
    keys: [key],
    answer: publish([key], { headers: {} }),
  });
  for (let i = 0; i < 5; ++i) await assertAccepted(server, customer, tokenFor(customer, key));
  assert.equal(keyServer.fetches, 1);
});

test('expired keys open nothing until they can be had again; who is connected stays', async (t) => {
  const key = makeKey(t, 'first');
  const fleet = await openFleet(t, { keys: [key], answer: publish([key], shortLived) });
  const { server, keyServer, customer, driver } = fleet;
  for (const person of [customer, driver]) {
    person.token = tokenFor(person, key);
    await person.connect();
  }
  const ride = await new Ride(fleet).through('offer');
  const newcomer = await Person.create(server, 'customer');
  const good = tokenFor(newcomer, key);
  await assertAccepted(server, newcomer, good);
  await keyServer.stop();
  await eventually(async () => !(await isAccepted(server, good)), 'the keys to expire');
  await assertRefused(server, good);
  for (const step of ['accept', 'chat', 'complete']) await ride[step]();
  const { port } = keyServer;
  await KeyServer.start(t, [key], { port });
  await eventually(() => isAccepted(server, good), 'keys again');
  await assertAccepted(server, newcomer, good);
});

const badAnswers = {
  'garbage': (response) => response.end('garbage'),
  'a page': (response) => response.end('<html><body>Sign in to the hotel network</body></html>'),
  'an empty object': (response) => response.end('{}'),
  'no certificates': (response) => response.end('{"first":"second"}'),
  '500': (response, keys) => response.writeHead(500).end(keys),
  '404': (response, keys) => response.writeHead(404).end(keys),
  '206': (response, keys) => response.writeHead(206).end(keys),
  'nothing but an end': (response) => response.socket.destroy(),
  'more than a megabyte': (response, keys) => response.end(keys.padEnd(1024 * 1024 + 1)),
  'without end': (response) => {
    const more = () => {
      if (response.destroyed) return;
      response.write(' '.repeat(65_536), () => setImmediate(more));
    };
    more();
  },
};

test('a publisher who answers nonsense opens nothing, and may mend', { concurrency: 3 }, (t) => {
  const tests = Object.entries(badAnswers).map(([what, answer]) => t.test(what, async (t) => {
    const { server, keyServer, key, customer } = await openFleet(t, { answer });
    await assertRefused(server, tokenFor(customer, key));
    assert.equal((await server.http('GET', '/readyz')).status, 200);
    assert.match(server.output, new RegExp(`^.*warning.*Firebase.*${keyServer.url}: .+$`, 'm'));
    keyServer.answer = publish([key]);
    await assertAccepted(server, customer, tokenFor(customer, key));
  }));
  return Promise.all(tests);
});

test('a redirect is not followed', async (t) => {
  const key = makeKey(t, 'first');
  const elsewhere = await KeyServer.start(t, [key]);
  const { server, customer } = await openFleet(t, {
    keys: [key],
    answer: (response, keys) => response.writeHead(302, { Location: elsewhere.url }).end(keys),
  });
  await assertRefused(server, tokenFor(customer, key));
  assert.equal(elsewhere.fetches, 0);
});

test('a publisher for whom no authority vouches is not believed', async (t) => {
  const key = makeKey(t, 'first');
  const keyServer = await KeyServer.start(t, [key], { identity: makeKey(t, 'impostor') });
  const server = await startServer(t, { env: firebaseEnvironment(keyServer) });
  const customer = await Person.create(server, 'customer');
  await assertRefused(server, tokenFor(customer, key));
  assert.equal(keyServer.fetches, 0);
  assert.match(server.output, /warning.*Firebase.*certificate/);
});

test('a publisher that never answers is given up, and a token refused then', async (t) => {
  const { server, key, customer } = await openFleet(t, { answer: () => {} });
  const { message, ...error } = await firstFrame(server, tokenFor(customer, key));
  assert.deepEqual(error, { type: 'error', code: 'INVALID_TOKEN' });
  assert.match(server.output, /warning.*Firebase/);
});

test('keys may be in a file', async (t) => {
  const [key, next] = ['first', 'next'].map((kid) => makeKey(t, kid));
  const file = join(temporaryFolder(t), 'keys.json');
  writeFileSync(file, JSON.stringify({ first: key.certificate }));
  const server = await startServer(t, { env: firebaseEnvironment(`file://${file}`) });
  const customer = await Person.create(server, 'customer');
  await assertAccepted(server, customer, tokenFor(customer, key));
  writeFileSync(`${file}.new`, JSON.stringify({ next: next.certificate }));
  renameSync(`${file}.new`, file);
  await assertAccepted(server, customer, tokenFor(customer, next));
  await assertRefused(server, tokenFor(customer, key));
});

test('a server starts without its publisher, warns in one line, and asks again', async (t) => {
  const port = await freePort();
  const key = makeKey(t, 'first');
  const url = `http://127.0.0.1:${port}/keys`;
  const server = await startServer(t, {
    env: { HANSOM_JWT_SECRET: undefined, ...firebaseEnvironment(url) },
  });
  const customer = await Person.create(server, 'customer');
  await assertRefused(server, tokenFor(customer, key));
  const warnings = server.output.split('\n').filter((line) => line.includes('warning'));
  assert.equal(warnings.length, 1, server.output);
  assert.ok(warnings[0].includes(url));
  await KeyServer.start(t, [key], { port });
  await assertAccepted(server, customer, tokenFor(customer, key));
});

/** A port on which nobody listens. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('keys may not come from elsewhere over plain HTTP, nor from what is no URL', async () => {
  const bad = [
    '', 'keys.json', 'http://example.com/keys', 'http://127.0.0.1.example.com/', 'ftp://localhost/',
    'http://localhost@example.com/', 'http://0.0.0.0/',
  ];
  for (const url of bad) {
    const env = { ...goodEnvironment, ...firebaseEnvironment(url) };
    const { code, stderr } = await run(['--listen', '127.0.0.1:0'], { env });
    assert.equal(code, 2, url);
    assert.match(stderr, /^hansom: FIREBASE_KEYS_URL[^\n]+\n$/);
  }
});

test('without a secret and a project the server does not start, and names both', async () => {
  const { code, stderr } = await run(['--listen', '127.0.0.1:0']);
  assert.equal(code, 2);
  assert.match(stderr, /^[^\n]*HANSOM_JWT_SECRET[^\n]*FIREBASE_PROJECT_ID[^\n]*\n$/);
});

test('an empty project is refused, and the emulator needs one', async () => {
  for (const changes of [
    { FIREBASE_PROJECT_ID: '' },
    { FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099' },
    { FIREBASE_PROJECT_ID: projectId, FIREBASE_AUTH_EMULATOR_HOST: '' },
  ]) {
    const env = { ...goodEnvironment, ...changes };
    const { code, stderr } = await run(['--listen', '127.0.0.1:0'], { env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^hansom: [^\n]*FIREBASE_[^\n]+\n$/);
  }
});

test('with the emulator set unsigned tokens are taken, signed ones are not', async (t) => {
  const { server, keyServer, key, customer } = await openFleet(t, {
    env: { FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099' },
  });
  assert.match(server.output, /^.*warning.*FIREBASE_AUTH_EMULATOR_HOST.*development only$/m);
  const claims = (changes) => claimsOf(customer.email, changes);
  await assertAccepted(server, customer, unsignedToken(claims()));
  const bad = {
    'signed by Firebase': tokenFor(customer, key),
    'no last dot': unsignedToken(claims()).slice(0, -1),
    'with a signature': `${unsignedToken(claims())}AAAA`,
    'HMAC': token(claims()),
    'alg None': unsignedToken(claims(), { alg: 'None' }),
    'alg NONE': unsignedToken(claims(), { alg: 'NONE' }),
    'expired': unsignedToken(claims({ exp: now() - 1 })),
    'of another project': unsignedToken(claims({ aud: 'another' })),
    'of another issuer': unsignedToken(claims({ iss: 'another' })),
    'made in the future': unsignedToken(claims({ iat: now() + 60 })),
    'signed in in the future': unsignedToken(claims({ auth_time: now() + 60 })),
    'without sub': unsignedToken(claims({ sub: undefined })),
    'sub of 129 characters': unsignedToken(claims({ sub: 'x'.repeat(129) })),
  };
  for (const [what, token] of Object.entries(bad)) {
    await t.test(what, () => assertRefused(server, token));
  }
  assert.equal(keyServer.fetches, 0, 'no keys are needed');
});
