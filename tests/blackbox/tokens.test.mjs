// Who is let in and who is not.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { App } from '../support/app.mjs';
import { assertTurnedAway } from '../support/city.mjs';
import { Person, Ride, bookingRequest, openCity } from '../support/rides.mjs';
import { adminToken, jwtSecret, mutilated, token } from '../support/server.mjs';

const now = () => Math.floor(Date.now() / 1000);

/** Tokens that must not open anything, by what is wrong with them. */
function badTokens(email) {
  const good = token({ email });
  const [header, payload, signature] = good.split('.');
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const otherPayload = encode({ email, exp: now() + 7200 });
  const none = (alg) => `${encode({ alg, typ: 'JWT' })}.${payload}`;
  const signedAs = (text, hash) => createHmac(hash, jwtSecret).update(text).digest('base64url');
  const hs512 = `${encode({ alg: 'HS512', typ: 'JWT' })}.${payload}`;
  const notAnObject = `${header}.${encode([email])}`;
  return {
    'expired': token({ email, exp: now() - 3600 }),
    'without exp': token({ email, exp: undefined }),
    'with exp null': token({ email, exp: null }),
    'with a text as exp': token({ email, exp: String(now() + 3600) }),
    'signed with another secret': token({ email }, { secret: 'another-secret' }),
    'signed with no secret': token({ email }, { secret: '' }),
    'alg none, signature empty': `${none('none')}.`,
    'alg none, no signature': none('none'),
    'alg None, with a signature': `${none('None')}.${signature}`,
    'alg none, signed': token({ email }, { header: { alg: 'none' } }),
    'alg RS256, signed with the secret': token({ email }, { header: { alg: 'RS256', kid: 'a' } }),
    'alg HS512, properly signed': `${hs512}.${signedAs(hs512, 'sha512')}`,
    'no alg': token({ email }, { header: { typ: 'JWT' } }),
    ...mutilated(good),
    'a line feed behind it': `${good}\n`,
    'another payload': `${header}.${otherPayload}.${signature}`,
    'payload no object': `${notAnObject}.${signedAs(notAnObject, 'sha256')}`,
    'garbage': 'garbage',
    'dots only': '..',
    'text outside ASCII': 'täxi.täxi.täxi',
  };
}

test('a bad token is answered with INVALID_TOKEN on both sockets, and with 401', async (t) => {
  const { server, customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    for (const [what, bad] of Object.entries(badTokens(person.email))) {
      const path = `/ws/${person.side}?token=${encodeURIComponent(bad)}`;
      await t.test(`${person.side}: ${what}`, () => {
        return assertTurnedAway(server, path, 'INVALID_TOKEN');
      });
    }
  }
  for (const [what, bad] of Object.entries(badTokens(customer.email))) {
    await t.test(`HTTP: ${what}`, async () => {
      const query = `?token=${encodeURIComponent(bad)}`;
      const answer = await server.http('POST', `/api/mobile/customer/booking/request${query}`, {
        body: bookingRequest(),
      });
      assert.equal(answer.status, 401);
      assert.equal(answer.body.data, null);
      assert.equal(answer.body.meta.status, 'error');
    });
  }
  await new Ride({ customer, driver }).through('complete');
});

test('no token is UNAUTHORIZED', async (t) => {
  const { server } = await openCity(t);
  for (const side of ['driver', 'customer']) {
    await assertTurnedAway(server, `/ws/${side}`, 'UNAUTHORIZED');
    await assertTurnedAway(server, `/ws/${side}?device_id=one`, 'UNAUTHORIZED');
  }
  const path = '/api/mobile/customer/booking/request';
  assert.equal((await server.http('POST', path, { body: bookingRequest() })).status, 401);
});

test('an account of the other side is not found, nor is one that does not exist', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const nobody = token({ email: 'nobody@example.org' });
  for (const stranger of [customer.token, nobody, token({ sub: 'nobody' })]) {
    await assertTurnedAway(server, `/ws/driver?token=${stranger}`, 'DRIVER_NOT_FOUND');
  }
  for (const stranger of [driver.token, nobody, token({ user_id: 'nobody' })]) {
    await assertTurnedAway(server, `/ws/customer?token=${stranger}`, 'CUSTOMER_NOT_FOUND');
  }
  for (const nameless of [{}, { email: 5 }, { email: [driver.email] }, { sub: null }]) {
    const app = await App.connect(server, `/ws/driver?token=${token(nameless)}`);
    assert.equal((await app.next()).type, 'error');
    assert.equal((await app.untilClosed()).code, 1008);
  }
  await new Ride({ customer, driver }).through('complete'); // the two themselves are unharmed
});

test('a token is taken from the URL and from the header, over sockets and over HTTP', async (t) => {
  const { server, customer, driver } = await openCity(t);
  for (const person of [customer, driver]) {
    const headers = { authorization: `Bearer ${person.token}` };
    const greeting = { type: 'connected', [`${person.side}_id`]: person.id };
    const byHeader = await App.connect(server, `/ws/${person.side}`, { headers });
    assert.deepEqual(await byHeader.next(), greeting);
    const path = `/ws/${person.side}?device_id=one&token=${person.token}`;
    assert.deepEqual(await (await App.connect(server, path)).next(), greeting);
  }
  const path = '/api/mobile/customer/booking/request';
  const byUrl = await server.http('POST', `${path}?token=${customer.token}`, {
    body: bookingRequest(),
  });
  assert.equal(byUrl.status, 201);
  assert.equal((await customer.requestBooking()).status, 201);
});

test('a bad token in the header is no better than one in the URL', async (t) => {
  const { server } = await openCity(t);
  const headers = { authorization: 'Bearer garbage' };
  await assertTurnedAway(server, '/ws/driver', 'INVALID_TOKEN', { headers });
});

test('the account is found by email without case, by user_id, and by sub', async (t) => {
  const { server } = await openCity(t);
  const person = await Person.create(server, 'customer', { email: 'Mixed.Case@Example.org' });
  const claims = [
    { email: 'Mixed.Case@Example.org' },
    { email: 'mixed.case@example.ORG' },
    { user_id: person.id },
    { sub: person.id },
  ];
  for (const claim of claims) {
    person.token = token(claim);
    assert.equal((await person.connect()).customer_id, person.id, JSON.stringify(claim));
    await person.app.close();
  }
});

test('one email is one account, whatever its case', async (t) => {
  const { server } = await openCity(t);
  const taken = { roles: ['customer'], name: 'First', email: 'one@example.org', username: 'one' };
  await server.createAccount(taken);
  const create = (changes) => server.http('POST', '/api/admin/accounts', {
    bearer: adminToken,
    body: { phone: '211234567', phone_code: 'NZ', ...taken, ...changes },
  });
  const sameEmail = await create({ email: 'ONE@example.org', username: 'two' });
  assert.deepEqual([sameEmail.status, sameEmail.body.code], [409, 'EMAIL_TAKEN']);
  const sameUsername = await create({ email: 'two@example.org' });
  assert.deepEqual([sameUsername.status, sameUsername.body.code], [409, 'USERNAME_TAKEN']);
  assert.equal((await create({ email: 'two@example.org', username: 'two' })).status, 201);
});

test('a token in a URL reaches no log line', async (t) => {
  const { server, customer, driver } = await openCity(t);
  const bad = token({ email: driver.email, exp: now() - 1 });
  await assertTurnedAway(server, `/ws/driver?token=${bad}`, 'INVALID_TOKEN');
  await assertTurnedAway(server, '/ws/driver?token=s3cret-garbage', 'INVALID_TOKEN');
  await server.http('GET', `/nowhere?token=${customer.token}`);
  await server.stop();
  const secrets = [driver.token, customer.token, bad, 's3cret-garbage', jwtSecret, adminToken];
  for (const secret of secrets) assert.ok(!server.output.includes(secret));
});
