// The real emulator of Firebase Authentication: what it gives to an app that signs up is taken by
// the server, and by one in development alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { App, within } from '../support/app.mjs';
import { makeKey, KeyServer } from '../support/firebase.mjs';
import { Person, bookingRequest, startServer } from '../support/rides.mjs';
import { afterwards, temporaryFolder } from '../support/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const projectId = 'demo-test'; // the emulator asks nobody about a project named "demo-.."
const start_timeout_ms = 60_000;

/** Ports that are free just now, all different. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** An environment in which the emulator keeps to this machine, and to this folder. */
function environmentIn(folder) {
  const settings = join(folder, 'config', 'configstore');
  mkdirSync(settings, { recursive: true });
  // No usage statistics; and the message of the day was fetched, as it seems, just now.
  const config = { usage: false, motd: { fetched: Date.now() } };
  writeFileSync(join(settings, 'firebase-tools.json'), JSON.stringify(config));
  const nowhere = 'http://127.0.0.1:9';
  return {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    CI: 'true',
    NO_UPDATE_NOTIFIER: '1',
    // Whatever else it may want to tell or ask the world.
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1,localhost',
  };
}

/** Starts the emulator; resolves to its address, as `127.0.0.1:9099`. */
async function startEmulator(t) {
  const folder = temporaryFolder(t);
  const [auth, hub, logging] = await freePorts(3);
  const at = (port) => ({ host: '127.0.0.1', port });
  const emulators = { auth: at(auth), hub: at(hub), logging: at(logging), ui: { enabled: false } };
  writeFileSync(join(folder, 'firebase.json'), JSON.stringify({ emulators }));
  const child = spawn(
    process.execPath,
    [
      join(here, 'node_modules', 'firebase-tools', 'lib', 'bin', 'firebase.js'),
      'emulators:start', '--only', 'auth', '--project', projectId, '--non-interactive',
    ],
    // A group of its own, so that what it has started ends with it.
    { cwd: folder, env: environmentIn(folder), detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise((resolve) => child.on('exit', resolve));
  afterwards(t, async () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      assert.equal(error.code, 'ESRCH'); // it has ended by itself
    }
    await exited;
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (line.includes('All emulators ready')) resolve();
    });
    exited.then((code) => reject(new Error(`the emulator ended with ${code}: ${output}`)));
  });
  await within(ready, 'the emulator', start_timeout_ms);
  return `127.0.0.1:${auth}`;
}

/** Signs somebody up, as Firebase's own libraries do; resolves to the ID token. */
async function signUp(emulator, email) {
  const url = `http://${emulator}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any`;
  const call = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a password', returnSecureToken: true }),
  });
  const answer = await within(call, 'a sign-up');
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body.idToken;
}

function requestBooking(server, bearer) {
  return server.http('POST', '/api/mobile/customer/booking/request', {
    bearer,
    body: bookingRequest(),
  });
}

test('who has signed up with the emulator is let in, in development only', async (t) => {
  const emulator = await startEmulator(t);
  const inDevelopment = await startServer(t, {
    env: {
      HANSOM_JWT_SECRET: undefined,
      FIREBASE_PROJECT_ID: projectId,
      FIREBASE_AUTH_EMULATOR_HOST: emulator,
    },
  });
  const customer = await Person.create(inDevelopment, 'customer');
  customer.token = await signUp(emulator, customer.email);
  assert.equal((await customer.connect()).customer_id, customer.id);
  const answer = await customer.requestBooking();
  assert.ok(answer.status !== 401 && answer.status < 500, JSON.stringify(answer.body));

  const stranger = await signUp(emulator, 'stranger@example.org');
  const app = await App.connect(inDevelopment, `/ws/customer?token=${stranger}`);
  assert.equal((await app.next()).code, 'CUSTOMER_NOT_FOUND');

  await t.test('without FIREBASE_AUTH_EMULATOR_HOST the same token is INVALID_TOKEN', async (t) => {
    const keyServer = await KeyServer.start(t, [makeKey(t, 'first')]);
    const server = await startServer(t, {
      env: {
        HANSOM_JWT_SECRET: undefined,
        FIREBASE_PROJECT_ID: projectId,
        FIREBASE_KEYS_URL: keyServer.url,
      },
    });
    await Person.create(server, 'customer', { email: customer.email });
    const turnedAway = await App.connect(server, `/ws/customer?token=${customer.token}`);
    assert.equal((await turnedAway.next()).code, 'INVALID_TOKEN');
    assert.equal((await turnedAway.untilClosed()).code, 1008);
    const refused = await requestBooking(server, customer.token);
    assert.deepEqual([refused.status, refused.body.code], [401, 'INVALID_TOKEN']);
  });

  await t.test('nor is it taken for another project', async (t) => {
    const server = await startServer(t, {
      env: { FIREBASE_PROJECT_ID: 'demo-another', FIREBASE_AUTH_EMULATOR_HOST: emulator },
    });
    const turnedAway = await App.connect(server, `/ws/customer?token=${customer.token}`);
    assert.equal((await turnedAway.next()).code, 'INVALID_TOKEN');
  });
});
