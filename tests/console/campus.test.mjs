// The campus tab: a request goes to all drivers, the first to accept has the ride.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { token } from '../support/server.mjs';
import { markup, openPage, start, withBrowser } from './pages.mjs';

withBrowser();

const drivers = ['campus-driver', 'campus-driver-2'];
const passenger = 'campus-passenger';

async function openCampus(t, options) {
  const page = await openPage(t, await start(t), options);
  await page.tab('Campus');
  for (const side of [...drivers, passenger]) await page.connect(side);
  return page;
}

const ride = (page, side, status) => page.side(side).locator(`.card[data-status="${status}"]`);

async function request(page) {
  await page.side(passenger).getByRole('button', { name: 'Request a ride' }).click();
  for (const side of drivers) await ride(page, side, 'pending').waitFor();
}

async function say(page, side, text) {
  await page.side(side).getByLabel('Message').fill(text);
  await page.side(side).getByRole('button', { name: 'Send' }).click();
}

const texts = (page, side) =>
  page.side(side).locator('.message [data-part="text"]').allTextContents();

test('two drivers race for a request: one has it, chats and completes it', async (t) => {
  const page = await openCampus(t);
  await request(page);
  await page.page.evaluate(() => {
    // In one turn of the page: neither has heard of the other yet.
    for (const button of document.querySelectorAll('#panel-campus .card button')) {
      if (button.textContent === 'Accept') button.click();
    }
  });
  await ride(page, passenger, 'accepted').waitFor();
  await page.page.locator('#panel-campus [data-side="driver"] [data-status="accepted"]').waitFor();
  const won = await ride(page, drivers[0], 'accepted').count() === 1 ? 0 : 1;
  const [winner, loser] = [drivers[won], drivers[1 - won]];
  await ride(page, winner, 'accepted').waitFor();
  await ride(page, loser, 'closed').waitFor();
  await page.says(loser, 'RIDE_REQUEST_TAKEN');

  await say(page, passenger, 'At the main gate.');
  await page.side(winner).locator('.message').waitFor();
  await say(page, winner, 'A minute.');
  await page.side(passenger).locator('.message').nth(1).waitFor();
  for (const side of [winner, passenger]) {
    assert.deepEqual(await texts(page, side), ['At the main gate.', 'A minute.']);
  }
  assert.deepEqual(await texts(page, loser), []);
  await page.side(winner).getByRole('button', { name: 'Complete the ride' }).click();
  for (const side of [winner, passenger]) await ride(page, side, 'completed').waitFor();
  await page.isClean();
});

test('a passenger cancels, a pending request and an accepted one', async (t) => {
  const page = await openCampus(t);
  await request(page);
  await page.side(passenger).getByRole('button', { name: 'Cancel the request' }).click();
  await ride(page, passenger, 'cancelled').waitFor();
  for (const side of drivers) await ride(page, side, 'closed').waitFor();

  await request(page);
  await page.side(passenger).getByRole('button', { name: 'Request a ride' }).click();
  await page.says(passenger, 'RIDE_REQUEST_OPEN'); // one at a time
  await page.side(drivers[1]).getByRole('button', { name: 'Accept' }).click();
  await ride(page, passenger, 'accepted').waitFor();
  await page.side(passenger).getByRole('button', { name: 'Cancel the ride' }).click();
  await ride(page, drivers[1], 'cancelled').waitFor();
  assert.equal(await ride(page, passenger, 'cancelled').count(), 2);
  await page.isClean();
});

test('who comes back sees what is open, and what has ended meanwhile', async (t) => {
  const page = await openCampus(t);
  await request(page);
  const toggle = page.side(drivers[0]).getByRole('button', { name: 'Disconnect' });
  await toggle.click();
  await page.side(passenger).getByRole('button', { name: 'Cancel the request' }).click();
  await ride(page, passenger, 'cancelled').waitFor();
  await page.side(passenger).getByRole('button', { name: 'Request a ride' }).click();
  await ride(page, drivers[1], 'pending').waitFor();
  await page.connect(drivers[0]);
  await ride(page, drivers[0], 'pending').waitFor();
  await ride(page, drivers[0], 'gone').waitFor();
  await page.isClean();
});

test('a token that is not taken is said to be so', async (t) => {
  const page = await openPage(t, await start(t), { expected: ['401', 'WebSocket'] });
  await page.tab('Campus');
  const side = page.side(passenger);
  await side.getByRole('combobox', { name: 'Account' }).selectOption('Another, by token');
  await side.getByRole('textbox', { name: 'Token' }).fill('nonsense');
  await side.getByLabel('Account id').fill('00000000-0000-4000-8000-000000000001');
  await side.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.says(passenger, 'does not accept this token');
  await page.isStatus(passenger, 'disconnected');
  await page.isClean();
});

test('markup in addresses and chat is text; an account comes by token and id too', async (t) => {
  const server = await start(t, { args: [] });
  const page = await openPage(t, server, { expected: ['404'] });
  await page.tab('Campus');
  for (const side of [drivers[0], passenger]) {
    const email = `${side}@example.com`;
    const id = await server.createAccount({ email, name: markup, roles: ['student'] });
    await page.side(side).getByRole('textbox', { name: 'Token' }).fill(token({ email }));
    await page.side(side).getByLabel('Account id').fill(id);
    await page.connect(side);
  }
  for (const field of await page.side(passenger).getByRole('textbox', { name: 'Address' }).all()) {
    await field.fill(markup);
  }
  await page.side(passenger).getByRole('button', { name: 'Request a ride' }).click();
  await page.side(drivers[0]).getByRole('button', { name: 'Accept' }).click();
  await ride(page, passenger, 'accepted').waitFor();
  await say(page, passenger, markup);
  await page.side(drivers[0]).locator('.message').waitFor();
  assert.deepEqual(await texts(page, drivers[0]), [markup]);
  const facts = await page.side(drivers[0]).locator('dd').allTextContents();
  assert.ok(facts.every((fact) => fact.startsWith(markup)) && facts.length === 2, `${facts}`);
  await page.isUnharmed();
  await page.isClean();
});
