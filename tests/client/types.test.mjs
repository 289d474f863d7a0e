// The client's types: complete, exact, and those of what is really there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import * as client from '../../net/console/client/index.js';
import { appFolder, clientFolder } from '../support/client_package.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const tsc = join(here, '..', 'node_modules', 'typescript', 'bin', 'tsc');

test('an app compiles against them, and what is wrong does not', (t) => {
  const folder = appFolder(t);
  cpSync(join(here, 'types'), folder, { recursive: true });
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

/** The names that a file of types declares with this word before them. */
function declared(word) {
  const files = readdirSync(clientFolder).filter((name) => name.endsWith('.d.ts'));
  const text = files.map((name) => readFileSync(join(clientFolder, name), 'utf8')).join('\n');
  return [...text.matchAll(new RegExp(`^export ${word} (\\w+)`, 'gm'))].map(([, name]) => name);
}

test('they declare what is exported, and nothing else', () => {
  const names = [...declared('function'), ...declared('class')];
  assert.deepEqual(names.sort(), Object.keys(client).sort());
});

/** The methods that an interface of types declares, with those that it extends. */
function methodsOf(name) {
  const files = readdirSync(clientFolder).filter((each) => each.endsWith('.d.ts'));
  const text = files.map((each) => readFileSync(join(clientFolder, each), 'utf8')).join('\n');
  const [, bases, body] =
    text.match(new RegExp(`interface ${name}\\b(?:<[^{]*?>)?([^{]*)\\{\\n([^]*?)\\n\\}`)) ?? [];
  assert.ok(body !== undefined, `an interface ${name}`);
  const named = [...bases.matchAll(/\w+(?:Client|Calls)\b/g)];
  const inherited = named.flatMap(([base]) => methodsOf(base));
  if (/\bClient</.test(bases)) inherited.push(...methodsOf('Client'));
  const own = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(<?:]/gm)].map(([, method]) => method);
  return [...own, ...inherited];
}

class NoSocket extends EventTarget {
  close() {}
}

test('what they say of clients is there', () => {
  const options = {
    url: 'http://hansom.example', token: 'good', WebSocket: NoSocket, userId: 'u', host: 'h',
    room: 'r', username: 'n',
  };
  const clients = {
    DriverClient: client.connectDriver, CustomerClient: client.connectCustomer,
    CampusDriverClient: client.connectCampusDriver, PassengerClient: client.connectPassenger,
    RoomClient: client.connectRoom, DriverCalls: client.driverApi,
    CustomerCalls: client.customerApi, RoomsCalls: client.roomsApi, AdminCalls: client.adminApi,
  };
  for (const [name, make] of Object.entries(clients)) {
    const made = make(options);
    const methods = methodsOf(name).filter((method) => method !== 'id');
    assert.ok(methods.length >= 2, `${name}: ${methods}`);
    for (const method of methods) assert.ok(method in made, `${name}.${method}`);
    made.disconnect?.();
  }
});
