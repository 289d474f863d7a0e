// The README's example is run as it stands there, in an app of its own, on a real ride.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { eventually } from '../support/app.mjs';
import { appFolder, clientFolder } from '../support/client_package.mjs';
import { Person, startServer } from '../support/rides.mjs';
import { afterwards } from '../support/server.mjs';

test('ten lines take a ride', async (t) => {
  const readme = readFileSync(join(clientFolder, 'README.md'), 'utf8');
  const [, example] = readme.match(/```js\n([\s\S]*?)```/);
  assert.ok(example.split('\n').filter((line) => line.trim()).length <= 10, 'ten lines');
  const file = join(appFolder(t), 'example.mjs');
  writeFileSync(file, example);

  const server = await startServer(t);
  const driver = await Person.create(server, 'driver');
  const customer = await Person.create(server, 'customer');
  await customer.connect();
  let said;
  const start = () => {
    said = '';
    const app = spawn(process.execPath, [file], {
      cwd: dirname(file),
      env: { ...process.env, HANSOM_URL: server.url, HANSOM_TOKEN: driver.token },
    });
    afterwards(t, () => app.kill());
    for (const stream of [app.stdout, app.stderr]) stream.on('data', (chunk) => (said += chunk));
    return app;
  };
  const app = start();
  await eventually(() => said.includes('connected\n'), 'a connection');

  const { body: { data: { booking_id } } } = await customer.requestBooking();
  await customer.take('arrival_time_offered');
  customer.send({ type: 'accept', booking_id });
  await customer.take('accept_accepted');
  assert.equal((await customer.take('chat_message')).text, 'On my way.');
  customer.send({ type: 'chat_message', booking_id, text: 'Coming.' });
  await eventually(() => said.includes('customer: Coming.\n'), 'the answer');
  assert.equal(said, 'connected\ndriver: On my way.\ncustomer: Coming.\n');

  // Started again it does nothing twice.
  app.kill();
  await once(app, 'exit');
  start();
  await eventually(() => said.includes('connected\n'), 'a connection');
  customer.send({ type: 'chat_message', booking_id, text: 'Where are you?' });
  await eventually(() => said.includes('customer: Where are you?\n'), 'what comes now');
  assert.equal(said, 'connected\ncustomer: Where are you?\n');
});
