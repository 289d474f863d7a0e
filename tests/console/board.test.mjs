// The live board: the numbers come by themselves while rides go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminToken, cutDown } from '../support/server.mjs';
import { openPage, openTaxi, rideUnderWay, start, withBrowser } from './pages.mjs';

withBrowser();

const part = (page, name) => page.page.locator(`#panel-board [data-part="${name}"]`);
const cell = (page, protocol, status) =>
  part(page, 'counts').locator(`[data-status="${status}"] [data-protocol="${protocol}"]`);
const says = (locator, text) => locator.getByText(text, { exact: true }).waitFor();
/** A locator's own text. */
const reads = (locator, text) => locator.filter({ hasText: new RegExp(`^${text}$`) }).waitFor();

test('numbers, plots and errors come by themselves, and nothing is asked for', async (t) => {
  const page = await openTaxi(t);
  await page.openAsAdmin('Board', adminToken);
  await reads(cell(page, 'taxi', 'requested'), '0');
  await says(part(page, 'drivers').locator('[data-protocol="taxi"]'), '1');
  await says(part(page, 'accepting'), 'No ride was taken yet.');
  assert.equal(await part(page, 'no-errors').isVisible(), true);
  const asked = [];
  page.page.on('request', (request) => asked.push(request.url()));

  await page.tab('Taxi');
  const id = await rideUnderWay(page);
  await page.tab('Board');
  await reads(cell(page, 'taxi', 'on_the_way'), '1');
  await part(page, 'accepting').getByText(/Half within .* s/).waitFor();
  const plots = async () => Promise.all(['assignments', 'accepting'].map((name) =>
    part(page, name).getByRole('img').getAttribute('aria-label')));
  const [assignments, accepting] = await plots();
  assert.match(assignments, /1 in all, 1 at most/);
  assert.match(accepting, /of the last 1\./);
  assert.equal(await part(page, 'assignments').locator('.bar').count(), 60);
  assert.equal(await part(page, 'accepting').locator('.dot').count(), 1);

  // A second request of the customer while nobody is free, and a refusal.
  await page.tab('Taxi');
  await page.press('driver', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');
  await page.side('driver').getByRole('button', { name: 'Disconnect' }).click();
  await page.isStatus('driver', 'disconnected');
  const calledOff = await page.request();
  await page.cardIs('customer', calledOff, 'cancelled');
  await page.tab('Board');
  await reads(cell(page, 'taxi', 'completed'), '1');
  await reads(cell(page, 'taxi', 'cancelled'), '1');
  await says(part(page, 'drivers').locator('[data-protocol="taxi"]'), '0');
  const calls = asked.filter((url) => new URL(url).pathname.startsWith('/api/admin'));
  assert.deepEqual(calls, []);
  await page.isClean();
});

test('what was refused is shown by its code', async (t) => {
  const page = await openTaxi(t);
  await page.openAsAdmin('Board', adminToken);
  await part(page, 'no-errors').waitFor();
  await page.tab('Taxi');
  const id = await page.request();
  await page.press('driver', id, 'Send arrival time');
  await page.cardIs('customer', id, 'confirmation');
  // Nobody but these two may know of it.
  const answer = await page.server.http('POST', `/api/mobile/driver/booking/${id}/cancel`, {
    bearer: await page.page.evaluate(async () => {
      const { data } = await (await fetch('/demo/accounts')).json();
      return data.accounts.find(({ name }) => name === 'Dana').token;
    }),
    body: { cancellation_description: 'none of mine' },
  });
  assert.equal(answer.status, 404);
  await page.tab('Board');
  await says(part(page, 'errors'), 'BOOKING_NOT_FOUND');
  await page.isClean();
});

test('a server that goes away and comes back is watched again', async (t) => {
  const page = await openTaxi(t, { expected: ['WebSocket', 'ERR_CONNECTION_REFUSED'] });
  await page.openAsAdmin('Board', adminToken);
  await reads(cell(page, 'taxi', 'completed'), '0');
  const status = part(page, 'status');
  await status.and(page.page.locator('[data-status="connected"]')).waitFor();
  const launch = await cutDown(page.server);
  await status.and(page.page.locator('[data-status="connecting"]')).waitFor();
  // What was last known stays, and is told from what is so.
  assert.equal(await part(page, 'board').evaluate((at) => at.classList.contains('stale')), true);
  await launch();
  await status.and(page.page.locator('[data-status="connected"]')).waitFor();
  assert.equal(await part(page, 'board').evaluate((at) => at.classList.contains('stale')), false);
  await page.isClean();
});

test('who is not the admin is told so', async (t) => {
  const page = await openPage(t, await start(t), { expected: ['401', 'WebSocket'] });
  await page.openAsAdmin('Board', 'nobody');
  await part(page, 'notice').getByText('does not take this token').waitFor();
  assert.equal(await part(page, 'board').isVisible(), false);
  await page.openAsAdmin('Board', adminToken);
  await reads(cell(page, 'campus', 'requested'), '0');
  assert.equal(await part(page, 'notice').isVisible(), false);
  // The other tab has the token, too.
  await page.tab('Story');
  await page.page.locator('#panel-story [data-part="no-bookings"]').waitFor();
  await page.isClean();
});
