// The client in a real Chromium, as the server hands it to its page.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { launch } from '../console/browser.mjs';
import { clientFolder } from '../support/client_package.mjs';
import { Dice } from '../support/kills/dice.mjs';
import { Person, bookingRequest, startServer } from '../support/rides.mjs';
import { UnrulyProxy } from '../support/unruly_proxy.mjs';

test('the server has the modules for its page, and neither types nor README', async (t) => {
  const server = await startServer(t);
  for (const name of readdirSync(clientFolder)) {
    const { status, headers } = await server.http('GET', `/console/client/${name}`);
    const isModule = name.endsWith('.js');
    assert.equal(status, isModule ? 200 : 404, name);
    if (isModule) assert.match(headers.get('content-type'), /^text\/javascript/);
  }
});

test('a ride in a page, whose connections are cut on the way', async (t) => {
  const server = await startServer(t, { env: { DRIVER_RESPONSE_TIME: '600' } });
  const people = [await Person.create(server, 'driver'), await Person.create(server, 'customer')];
  const proxy = await UnrulyProxy.start(t, server, new Dice(1));
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(proxy.url);

  await page.evaluate(async (tokens) => {
    const { connectCustomer, connectDriver } = await import('/console/client/index.js');
    const [driver, customer] = [connectDriver, connectCustomer].map((connect, i) =>
      connect({ token: () => tokens[i], delayMs: 20 }));
    Object.assign(window, { driver, customer, shown: [], statuses: [] });
    driver.on('push', ({ type }) => window.shown.push(`driver ${type}`));
    customer.on('push', ({ type }) => window.shown.push(`customer ${type}`));
    driver.on('status', ({ status }) => window.statuses.push(status));
    await Promise.all([driver.untilConnected(), customer.untilConnected()]);
  }, people.map(({ token }) => token));
  const id = await page.evaluate(async (request) =>
    (await window.customer.requestBooking(request)).booking_id, bookingRequest());
  await page.waitForFunction(() => window.shown.includes('driver booking_assigned'));
  proxy.cutAll();
  await page.waitForFunction(() => window.statuses.includes('waiting'));
  const acks = await page.evaluate(async (booking) => {
    const { driver, customer } = window;
    const said = [await driver.submitArrivalTime(booking, 60), await customer.accept(booking),
      await driver.sendChatMessage(booking, 'Here.'), await driver.markAsCompleted(booking)];
    return said.map(({ type }) => type);
  }, id);
  assert.deepEqual(acks,
    ['arrival_time_accepted', 'accept_accepted', 'chat_message', 'complete_accepted']);
  await page.waitForFunction(() => window.customer.status.reason?.code === 'NOTHING_IN_PROGRESS');
  const shown = await page.evaluate(() => window.shown);
  const to = (side) =>
    shown.filter((each) => each.startsWith(side)).map((each) => each.split(' ')[1]);
  assert.deepEqual(to('driver'), ['booking_assigned', 'arrival_time_accepted', 'customer_accepted',
    'chat_message', 'complete_accepted']);
  assert.deepEqual(to('customer'), ['arrival_time_offered', 'accept_accepted', 'chat_message',
    'ride_completed']);
  assert.deepEqual(problems, []);
});
