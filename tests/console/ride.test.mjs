// The console against the real server: rides by clicks, from request to completed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { token } from '../support/server.mjs';
import { phone } from './browser.mjs';
import { markup, openPage, rideUnderWay, start, withBrowser } from './pages.mjs';

withBrowser();

/** The whole ride, with screenshots of it under way and at its end. */
async function wholeRide(t, name, options) {
  const page = await openPage(t, await start(t), options);
  await page.screenshot(`${name}-start`);
  await page.connect('driver');
  await page.connect('customer');
  await page.side('driver').getByText('Position', { exact: true }).click();
  await page.side('driver').getByRole('button', { name: 'Send position' }).click();

  const id = await rideUnderWay(page, { Note: 'Two large suitcases' });
  assert.match(await page.card('customer', id).innerText(), /Arrival\s+5 min/);
  await page.chat('customer', id, "Hi, I'm at the front entrance.");
  await page.transcript('driver', id, 1);
  await page.chat('driver', id, 'Two minutes away.');
  const said = [['customer', "Hi, I'm at the front entrance."], ['driver', 'Two minutes away.']];
  assert.deepEqual(await page.transcript('driver', id, 2), said);
  assert.deepEqual(await page.transcript('customer', id, 2), said);
  await page.screenshot(`${name}-on-the-way`);

  await page.press('driver', id, 'Complete the ride');
  await page.cardIs('driver', id, 'completed');
  await page.cardIs('customer', id, 'completed');
  await page.isStatus('customer', 'disconnected'); // the server closes it, no ride is left
  await page.isStatus('driver', 'connected');
  assert.deepEqual(await page.transcript('customer', id, 2), said);
  await page.screenshot(`${name}-completed`);

  assert.deepEqual(await page.log('driver'), [
    '< connected', '> resync', '< snapshot', '> position', '< position',
    '> location_update', '< booking_assigned',
    '> submit_arrival_time', '< arrival_time_accepted', '< customer_accepted', '< chat_message',
    '> chat_message', '< chat_message', '> mark_as_completed', '< complete_accepted',
  ]);
  const log = await page.log('customer');
  assert.deepEqual(log, [
    '< connected', '> resync', '< snapshot', '> position', '< position',
    '< arrival_time_offered', '> accept',
    '< accept_accepted', '> chat_message', '< chat_message', '< chat_message', '< ride_completed',
  ]);
  await page.isClean();
}

test('a whole ride by clicks, light', (t) =>
  wholeRide(t, 'desktop-light', { colorScheme: 'light' }));

test('a whole ride by clicks, dark', (t) =>
  wholeRide(t, 'desktop-dark', { colorScheme: 'dark' }));

test('a whole ride by clicks, on a phone', (t) =>
  wholeRide(t, 'phone', { colorScheme: 'light', viewport: phone, hasTouch: true, isMobile: true }));

test('markup in places, note and chat is text', async (t) => {
  const page = await openPage(t, await start(t));
  await page.connect('driver');
  await page.connect('customer');
  await page.side('customer').getByLabel('Address').first().fill(markup);
  const id = await rideUnderWay(page, { Note: markup });
  const note = page.card('driver', id).locator('[data-fact="Note"] dd');
  const pickup = page.card('driver', id).locator('[data-fact="Pickup"] dd');
  assert.equal(await note.textContent(), markup);
  assert.equal(await pickup.textContent(), `Home, ${markup}`);
  await page.chat('customer', id, markup);
  await page.chat('driver', id, markup);
  for (const side of ['driver', 'customer']) {
    const texts = (await page.transcript(side, id, 2)).map(([, text]) => text);
    assert.deepEqual(texts, [markup, markup]);
  }
  assert.equal(await page.page.locator('main img, main script').count(), 0);
  assert.equal(await page.page.evaluate(() => 'harmed' in window), false);
  await page.isClean();
});

test('several bookings at once, each with its own card, drop-offs and chat', async (t) => {
  const page = await openPage(t, await start(t));
  await page.connect('driver');
  await page.connect('customer');
  const first = await page.request({ Note: 'first' });
  await page.side('customer').getByRole('button', { name: 'Add a drop-off' }).click();
  const second = await rideUnderWay(page, { Note: 'second' });
  await page.cardIs('driver', first, 'requested');
  assert.match(await page.card('driver', second).innerText(), /Drop-off 2\s+Opera House/);
  await page.chat('driver', second, 'for the second');
  await page.transcript('customer', second, 1);
  await page.press('driver', first, 'Send arrival time');
  await page.cardIs('customer', first, 'confirmation');
  assert.equal(await page.card('customer', first).locator('.message').count(), 0);
  await page.press('driver', second, 'Complete the ride');
  await page.cardIs('customer', second, 'completed');
  await page.press('customer', first, 'Accept'); // the other ride keeps the socket open
  await page.cardIs('driver', first, 'on_the_way');
  await page.screenshot('desktop-two-bookings');
  await page.isClean();
});

test('after a reload the snapshot brings the ride and its chat back', async (t) => {
  const page = await openPage(t, await start(t));
  await page.connect('driver');
  await page.connect('customer');
  const id = await rideUnderWay(page, {});
  await page.chat('customer', id, 'before the reload');
  await page.transcript('driver', id, 1);
  await page.page.reload();
  await page.page.locator('html[data-ready]').waitFor();
  for (const side of ['driver', 'customer']) {
    await page.connect(side);
    await page.cardIs(side, id, 'on_the_way');
    assert.deepEqual(await page.transcript(side, id, 1), [['customer', 'before the reload']]);
  }
  await page.press('driver', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');
  await page.isClean();
});

test('after a loss it comes back by itself and catches up with every booking', async (t) => {
  const page = await openPage(t, await start(t), { lossy: true });
  await page.connect('driver');
  await page.connect('customer');
  const first = await page.request();
  const second = await page.request();
  await page.cardIs('driver', second, 'requested');
  await page.lose('customer');
  await page.isStatus('customer', 'connecting');
  await page.press('driver', first, 'Send arrival time'); // this push finds no customer
  await page.cardIs('driver', first, 'confirmation');
  await page.page.clock.fastForward(3000); // the first attempt's delay
  await page.cardIs('customer', first, 'confirmation');
  await page.isStatus('customer', 'connected');
  await page.press('customer', first, 'Accept');
  await page.cardIs('driver', first, 'on_the_way');
  await page.cardIs('customer', second, 'requested');
  await page.isClean();
});

test('by keyboard alone', async (t) => {
  const page = await openPage(t, await start(t));
  const { keyboard } = page.page;
  for (const side of ['driver', 'customer']) {
    await page.side(side).getByLabel('Account').focus();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.isStatus(side, 'connected');
  }
  await page.side('customer').getByLabel('Note').focus();
  await keyboard.press('Enter');
  const card = page.side('driver').locator('.card[data-status="requested"]');
  await card.getByLabel('Arrival in seconds').focus();
  await keyboard.press('Enter');
  // The form just used is gone; the keyboard goes on from its card.
  await page.side('driver').locator('.card[data-status="confirmation"]:focus').waitFor();
  await page.side('customer').getByRole('button', { name: 'Accept' }).focus();
  await keyboard.press('Enter');
  await page.side('customer').locator('.card[data-status="on_the_way"]:focus').waitFor();
  await keyboard.press('Tab');
  await keyboard.type('Hello');
  await keyboard.press('Enter');
  await page.side('driver').locator('.message').getByText('Hello').waitFor();
  await page.isClean();
});

test('a booking that finds no driver is cancelled, and says so', async (t) => {
  const page = await openPage(t, await start(t));
  const id = await page.request(); // connects by itself
  await page.cardIs('customer', id, 'cancelled');
  assert.match(await page.card('customer', id).innerText(), /No driver/i);
  await page.isClean();
});

test('an offer that nobody answers leaves both cards ended', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '0.3', MAX_ATTEMPTS: '1' };
  const page = await openPage(t, await start(t, { env }));
  await page.connect('driver');
  await page.connect('customer');
  const id = await page.request();
  await page.cardIs('customer', id, 'cancelled');
  await page.cardIs('driver', id, 'cancelled'); // offer_expired, then booking_cancelled
  const log = await page.log('driver');
  assert.deepEqual(log.slice(-2), ['< offer_expired', '< booking_cancelled']);
  await page.isClean();
});

test('an offer that the customer leaves open is accepted by the server', async (t) => {
  const env = { CUSTOMER_WAITING_TIME: '0.3' };
  const page = await openPage(t, await start(t, { env }));
  await page.connect('driver');
  await page.connect('customer');
  const id = await page.request();
  await page.press('driver', id, 'Send arrival time');
  for (const side of ['driver', 'customer']) {
    await page.cardIs(side, id, 'on_the_way');
    assert.match(await page.card(side, id).innerText(), /accepted when its time ran out/);
  }
  await page.isClean();
});

for (const sameBrowser of [true, false]) {
  const where = sameBrowser ? 'tab' : 'browser';
  test(`a second ${where} as the same driver replaces the first, which says why`, (t) =>
    replaced(t, sameBrowser));
}

async function replaced(t, sameBrowser) {
  const server = await start(t);
  const first = await openPage(t, server);
  const second = await openPage(t, server, sameBrowser ? { beside: first } : {});
  await first.connect('driver');
  await second.connect('driver');
  await first.isStatus('driver', 'disconnected');
  const notice = first.side('driver').locator('[data-part="notice"]');
  assert.match(await notice.innerText(), /connected somewhere else.*SESSION_REPLACED/);
  await second.isStatus('driver', 'connected'); // the first does not come back for it
  await first.isClean();
  await second.isClean();
}

test('without demo accounts a token is asked for, and a bad one is explained', async (t) => {
  const server = await start(t, { args: [] });
  await server.createAccount({ email: 'bob@example.com', name: 'Bob', roles: ['driver'] });
  const page = await openPage(t, server, { expected: ['404'] });
  const driver = page.side('driver');
  assert.equal(await driver.getByLabel('Account').isVisible(), false);
  const connect = driver.getByRole('button', { name: 'Connect', exact: true });
  const notice = driver.locator('[data-part="notice"]');

  await connect.click();
  await notice.filter({ hasText: 'UNAUTHORIZED' }).waitFor();
  await page.isStatus('driver', 'disconnected');
  await driver.getByRole('textbox', { name: 'Token' }).fill('nonsense');
  await connect.click();
  await notice.filter({ hasText: 'does not accept this token' }).waitFor();
  await page.isStatus('driver', 'disconnected');
  await page.screenshot('desktop-token');
  await driver.getByRole('textbox', { name: 'Token' }).fill(token({ email: 'bob@example.com' }));
  await page.connect('driver');
  assert.equal(await notice.isVisible(), false);
  await driver.getByRole('button', { name: 'Ping' }).click();
  await driver.locator('.frame[data-type="pong"]').waitFor();
  await page.isClean();
});

test('the log unfolds and is cleared', async (t) => {
  const page = await openPage(t, await start(t));
  await page.connect('driver');
  const driver = page.side('driver');
  await driver.locator('.frame[data-direction="call"]').waitFor(); // the saved reasons
  await driver.getByLabel('Unfold').check();
  assert.equal(await driver.locator('.frame[open]').count(), 6);
  const greeting = await driver.locator('.frame pre').first().innerText();
  assert.equal(JSON.parse(greeting).type, 'connected');
  await driver.getByRole('button', { name: 'Clear log' }).click();
  assert.equal(await driver.locator('.frame').count(), 0);
  await page.isClean();
});

test('a scheduled booking is declined by one driver, and called off after another took it', async (t) => {
  const env = { SCHEDULED_REJECT_WINDOW: '0' };
  const page = await openPage(t, await start(t, { env }));
  await page.connect('driver');
  await page.connect('customer');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  const declined = await page.request({ 'Pickup time, if not now': tomorrow });
  await page.cardIs('driver', declined, 'requested');
  assert.match(await page.card('driver', declined).innerText(), /Pickup time/);
  await page.press('driver', declined, 'Decline');
  await page.cardIs('driver', declined, 'declined');
  await page.cardIs('customer', declined, 'cancelled'); // nobody else is there

  const taken = await page.request({ 'Pickup time, if not now': tomorrow });
  await page.press('driver', taken, 'Take the booking');
  await page.cardIs('driver', taken, 'confirmation');
  await page.cardIs('customer', taken, 'confirmation');
  await page.screenshot('desktop-scheduled');
  await page.press('customer', taken, 'Call it off');
  await page.cardIs('driver', taken, 'cancelled');
  await page.cardIs('customer', taken, 'cancelled');
  await page.isClean();
});
