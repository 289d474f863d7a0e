// Each view as a whole: what axe finds, how it looks (tests/artifacts), and the keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminToken } from '../support/server.mjs';
import { desktop, phone } from './browser.mjs';
import { campusRace, openPage, openTaxi, rideUnderWay, start, withBrowser } from './pages.mjs';

withBrowser();

/** Axe on what is shown, and pictures of it on a desk and on a phone, light and dark. */
async function look(page, view) {
  await page.isAccessible(view);
  for (const [name, size] of Object.entries({ desktop, phone })) {
    await page.page.setViewportSize(size);
    for (const theme of ['light', 'dark']) {
      await page.page.getByLabel('Colours').selectOption(theme);
      await page.screenshot(`view-${view}-${name}-${theme}`);
    }
    await page.isClean();
  }
  await page.page.setViewportSize(desktop);
}

test('the taxi, from nothing to a ride under way and its reference', async (t) => {
  const page = await openPage(t, await start(t));
  await look(page, 'taxi-start');
  await page.connect('driver');
  await page.connect('customer');
  const offered = await page.request({ Note: 'Offered' });
  await page.cardIs('driver', offered, 'requested');
  await look(page, 'taxi-offer');
  const id = await rideUnderWay(page, { Note: 'Two large suitcases' });
  await page.chat('customer', id, 'I am at the front entrance.');
  await page.chat('driver', id, 'Two minutes away.');
  await page.transcript('customer', id, 2);
  for (const side of ['driver', 'customer']) {
    await page.card(side, id).getByText('Pushes and acks').click();
  }
  await page.side('driver').getByText('Saved reasons').click();
  await look(page, 'taxi');
  await page.press('driver', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');
  await page.page.getByText('The flow, for reference').click();
  await look(page, 'taxi-completed-reference');
});

test('a session that was replaced', async (t) => {
  const page = await openTaxi(t);
  await page.add('Add a driver', 'driver-2');
  await page.side('driver-2').getByRole('button', { name: 'Disconnect' }).click();
  await page.side('driver-2').getByLabel('Account').selectOption('Bob');
  await page.connect('driver-2');
  await page.says('driver', 'SESSION_REPLACED');
  await look(page, 'taxi-replaced');
});

test('the campus', async (t) => {
  const page = await openPage(t, await start(t));
  await campusRace(page);
  await page.side('campus-passenger').getByLabel('Message').fill('At the main gate.');
  await page.side('campus-passenger').getByRole('button', { name: 'Send' }).click();
  await page.side('campus-driver').locator('.message').waitFor();
  await look(page, 'campus');
});

test('rooms', async (t) => {
  const page = await openPage(t, await start(t));
  await page.tab('Rooms');
  const [host, guest] = [page.side('participant'), page.side('participant-2')];
  await host.getByText('New room').click();
  await host.getByLabel('Participants, by username').fill('dana');
  await host.getByRole('button', { name: 'Create the room' }).click();
  await host.getByText('is there to be entered').waitFor();
  for (const side of [host, guest]) await side.getByRole('button', { name: 'Enter' }).click();
  for (const [side, text] of [[host, 'An umbrella was found.'], [guest, 'It is mine!']]) {
    await side.getByLabel('Message', { exact: true }).fill(text);
    await side.getByRole('button', { name: 'Send' }).click();
    await host.locator('.message').filter({ hasText: text }).waitFor();
  }
  await guest.getByRole('button', { name: 'Edit' }).click();
  await look(page, 'rooms');
});

test('a story and the board', async (t) => {
  const page = await openTaxi(t);
  await page.add('Add a driver', 'driver-2');
  for (const [side, latitude] of [['driver', '-33.8598'], ['driver-2', '-33.8801']]) {
    const form = page.side(side).locator('[data-part="position-tool"]');
    await form.getByText('Position', { exact: true }).click();
    await form.getByLabel('Latitude').fill(latitude);
    await form.getByRole('button', { name: 'Send position' }).click();
    await page.side(side).locator('.frame[data-type="location_update"]').waitFor();
  }
  for (const note of ['The first', 'The second']) {
    const id = await rideUnderWay(page, { Note: note });
    await page.chat('customer', id, 'I am at the front entrance.');
    await page.transcript('driver', id, 1);
    await page.press('driver', id, 'Complete the ride');
    await page.cardIs('customer', id, 'completed');
  }
  const id = await page.request({ Note: 'Two large suitcases' });
  await page.press('driver', id, 'Decline');
  await page.press('driver-2', id, 'Send arrival time');
  await page.press('customer', id, 'Accept');
  await page.cardIs('driver-2', id, 'on_the_way');
  await page.openAsAdmin('Story', adminToken);
  const panel = page.page.getByRole('tabpanel', { name: 'Story' });
  await panel.locator(`[data-booking="${id}"] button`).click();
  await panel.locator('.turn[data-turn="3"]').click();
  await look(page, 'story');
  await page.tab('Board');
  await page.page.locator('[data-status="on_the_way"] [data-protocol="taxi"]').getByText('1')
    .waitFor();
  await look(page, 'board');
});

test('tabs by arrow keys, and the address leads to them', async (t) => {
  const page = await openPage(t, await start(t));
  const { keyboard } = page.page;
  const selected = () => page.page.getByRole('tab', { selected: true }).innerText();
  await page.page.getByRole('tab', { name: 'Taxi' }).focus();
  for (const [key, name] of [['ArrowRight', 'Campus'], ['ArrowRight', 'Rooms'],
    ['ArrowLeft', 'Campus'], ['Home', 'Taxi'], ['ArrowLeft', 'Board'], ['ArrowRight', 'Taxi'],
    ['End', 'Board'], ['ArrowLeft', 'Story']]) {
    await keyboard.press(key);
    assert.equal(await selected(), name);
    assert.equal(await page.page.locator(':focus').innerText(), name);
    await page.page.getByRole('tabpanel', { name }).waitFor();
    assert.equal(await page.page.getByRole('tabpanel').count(), 1);
  }
  // The focus is to be seen.
  const outline = await page.page.locator(':focus')
    .evaluate((at) => getComputedStyle(at).outlineStyle);
  assert.equal(outline, 'solid');
  await page.page.reload();
  await page.page.locator('html[data-ready]').waitFor();
  assert.equal(await selected(), 'Story');
  await page.isClean();
});

test('the chosen colours stay after a reload, whatever the system has', async (t) => {
  const page = await openPage(t, await start(t), { colorScheme: 'light' });
  const ground = () => page.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.page.getByLabel('Colours').selectOption('light');
  assert.equal(await ground(), light);
  await page.page.reload();
  await page.page.locator('html[data-ready]').waitFor();
  assert.equal(await ground(), light);
  await page.isClean();
});

test('the page\'s policy allows the server itself, and nothing inline', async (t) => {
  const server = await start(t);
  const page = await openPage(t, server, { expected: ['Content Security Policy'] });
  const { headers } = await server.http('GET', '/');
  const policy = headers.get('content-security-policy');
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  await page.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.harmed = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<p style="color: red">Red?</p>');
  });
  assert.equal(await page.page.evaluate(() => 'harmed' in window), false);
  const colour = await page.page.getByText('Red?').evaluate((at) => getComputedStyle(at).color);
  assert.notEqual(colour, 'rgb(255, 0, 0)');
  await page.isClean();
});
