// The taxi's tab beyond one ride: several drivers, cancels, scheduled bookings, a restart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutDown, token } from '../support/server.mjs';
import { markup, openPage, openTaxi, rideUnderWay, start, withBrowser } from './pages.mjs';

withBrowser();

test('one driver declines with a saved reason, the next one drives', async (t) => {
  const page = await openTaxi(t);
  await page.add('Add a driver', 'driver-2');
  for (const [driver, latitude] of [['driver', '-33.8655'], ['driver-2', '-33.8']]) {
    await page.side(driver).getByText('Position', { exact: true }).click();
    await page.side(driver).getByLabel('Latitude').fill(latitude);
    await page.side(driver).getByRole('button', { name: 'Send position' }).click();
  }
  const first = page.side('driver');
  await first.getByText('Saved reasons').click();
  await first.getByLabel('New reason').fill('Out of fuel');
  await first.getByRole('button', { name: 'Save' }).click();
  await first.locator('[data-template]').filter({ hasText: 'Out of fuel' }).waitFor();

  const id = await page.request();
  await page.action('driver', id, 'decline_booking').getByRole('combobox')
    .selectOption('Out of fuel');
  await page.press('driver', id, 'Decline');
  await page.cardIs('driver', id, 'declined');
  await page.cardIs('driver-2', id, 'requested');
  assert.equal(await page.card('customer', id).getAttribute('data-status'), 'requested');
  const declined = await first.locator('.frame[data-type="decline_booking"] pre').textContent();
  assert.match(JSON.parse(declined).cancellation_template_id, /^[0-9a-f-]{36}$/);
  await page.press('driver-2', id, 'Send arrival time');
  await page.press('customer', id, 'Accept');
  await page.cardIs('driver-2', id, 'on_the_way');
  assert.match(await page.card('customer', id).innerText(), /Driver\s+Dana/);
  await page.screenshot('desktop-two-drivers');
  await page.press('driver-2', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');
  assert.deepEqual(await page.events('driver', id), ['booking_assigned', 'decline_accepted']);
  assert.deepEqual(await page.events('customer', id),
    ['arrival_time_offered', 'accept_accepted', 'ride_completed']);

  await first.getByRole('button', { name: 'Remove the reason Out of fuel' }).click();
  await first.getByText('None yet').waitFor();
  await page.side('driver-2').getByRole('button', { name: 'Remove Driver 2' }).click();
  assert.equal(await page.side('driver-2').count(), 0);
  await page.isClean();
});

test('several customers have a driver each', async (t) => {
  const page = await openTaxi(t);
  await page.add('Add a customer', 'customer-2');
  const id = await page.request();
  await page.side('customer-2').getByRole('button', { name: 'Request a ride' }).click();
  const other = page.side('customer-2').locator('.card[data-status="requested"]');
  await other.waitFor();
  const otherId = await other.getAttribute('data-booking');
  for (const booking of [id, otherId]) await page.press('driver', booking, 'Send arrival time');
  await page.press('customer-2', otherId, 'Accept');
  await page.cardIs('driver', otherId, 'on_the_way');
  await page.cardIs('customer', id, 'confirmation');
  assert.equal(await page.card('customer', otherId).count(), 0);
  await page.isClean();
});

test('the status lit and the countdowns follow a booking', async (t) => {
  const env = { DRIVER_RESPONSE_TIME: '90', CUSTOMER_WAITING_TIME: '600' };
  const page = await openTaxi(t, { env });
  const lit = (side, id) => page.card(side, id).locator('[aria-current="step"]').innerText();
  const left = async (side, id) => {
    const text = await page.card(side, id).getByRole('timer').innerText();
    const [, minutes, seconds] = /(\d+):(\d\d)/.exec(text);
    return 60 * minutes + Number(seconds);
  };
  const id = await page.request();
  await page.cardIs('driver', id, 'requested');
  for (const side of ['driver', 'customer']) {
    assert.equal(await lit(side, id), 'requested');
    const before = await left(side, id);
    assert.ok(before > 60 && before <= 90, `${before}`);
    await page.page.waitForFunction(([box, text]) =>
      !document.querySelector(`${box} [role="timer"]`).innerText.includes(text),
    [`#${side}`, `1:${String(before - 60).padStart(2, '0')}`]);
    assert.ok(await left(side, id) < before);
  }
  await page.press('driver', id, 'Send arrival time');
  await page.cardIs('customer', id, 'confirmation');
  for (const side of ['driver', 'customer']) {
    assert.equal(await lit(side, id), 'confirmation');
    assert.ok(await left(side, id) > 540);
  }
  await page.press('customer', id, 'Accept');
  for (const side of ['driver', 'customer']) {
    await page.cardIs(side, id, 'on_the_way');
    assert.equal(await lit(side, id), 'on the way');
    assert.equal(await page.card(side, id).getByRole('timer').isVisible(), false);
  }
  await page.isClean();
});

test('either side cancels a ride under way, over HTTP', async (t) => {
  const page = await openTaxi(t);
  const byDriver = await rideUnderWay(page);
  await page.action('driver', byDriver, 'cancel_by_driver').getByRole('textbox')
    .fill('The engine is dead');
  await page.press('driver', byDriver, 'Cancel the ride');
  for (const side of ['driver', 'customer']) await page.cardIs(side, byDriver, 'cancelled');
  assert.match(await page.card('customer', byDriver).innerText(), /The engine is dead/);
  assert.equal((await page.events('customer', byDriver)).at(-1), 'driver_cancelled');

  await page.isStatus('customer', 'disconnected'); // the request connects again
  const byCustomer = await rideUnderWay(page);
  await page.press('customer', byCustomer, 'Cancel the ride');
  for (const side of ['driver', 'customer']) await page.cardIs(side, byCustomer, 'cancelled');
  assert.equal((await page.events('driver', byCustomer)).at(-1), 'booking_cancelled_by_customer');
  await page.isClean();
});

test('a scheduled ride with two drop-offs, from its request to its end', async (t) => {
  const page = await openTaxi(t, { timezoneId: 'UTC' });
  await page.side('customer').getByRole('button', { name: 'Add a drop-off' }).click();
  const soon = new Date(Date.now() + 4000).toISOString().slice(0, 19);
  const id = await page.request({ 'Pickup time, if not now': soon });
  assert.match(await page.card('driver', id).innerText(),
    /Drop-off 1\s+Airport[^]*Drop-off 2\s+Opera/);
  await page.press('driver', id, 'Take the booking');
  for (const side of ['driver', 'customer']) await page.cardIs(side, id, 'confirmation');
  // No timer of the customer's runs: it begins at its pickup time.
  assert.equal(await page.card('customer', id).getByRole('timer').isVisible(), false);
  for (const side of ['driver', 'customer']) await page.cardIs(side, id, 'on_the_way');
  await page.chat('customer', id, 'I am outside.');
  assert.deepEqual(await page.transcript('driver', id, 1), [['customer', 'I am outside.']]);
  await page.press('driver', id, 'Complete the ride');
  for (const side of ['driver', 'customer']) await page.cardIs(side, id, 'completed');
  await page.isClean();
});

test('the server restarts in mid-ride: both pages catch up, each push is shown once', async (t) => {
  const server = await start(t);
  const options = { clock: true, expected: ['WebSocket connection', 'Failed to load resource'] };
  const [driver, customer] =
    [await openPage(t, server, options), await openPage(t, server, options)];
  await driver.connect('driver');
  await customer.connect('customer');
  const id = await customer.request();
  await driver.press('driver', id, 'Send arrival time');
  await customer.press('customer', id, 'Accept');
  await driver.cardIs('driver', id, 'on_the_way');
  await driver.chat('driver', id, 'before');
  await customer.transcript('customer', id, 1);

  // The customer's page waits for its next attempt until its clock goes on.
  await customer.page.clock.pauseAt(Date.now() + 1000);
  const restart = await cutDown(server);
  for (const [page, side] of [[driver, 'driver'], [customer, 'customer']]) {
    await page.isStatus(side, 'connecting');
  }
  await restart();
  await driver.page.clock.fastForward(3000); // the first attempt's delay
  await driver.isStatus('driver', 'connected');
  await driver.chat('driver', id, 'after'); // these pushes find no customer
  await driver.transcript('driver', id, 2);
  await driver.press('driver', id, 'Complete the ride');
  await driver.cardIs('driver', id, 'completed');
  assert.equal(await customer.card('customer', id).getAttribute('data-status'), 'on_the_way');
  await customer.page.clock.fastForward(3000);
  await customer.page.clock.resume();
  await customer.cardIs('customer', id, 'completed');

  const said = [['driver', 'before'], ['driver', 'after']];
  assert.deepEqual(await driver.transcript('driver', id, 2), said);
  assert.deepEqual(await customer.transcript('customer', id, 2), said);
  assert.deepEqual(await driver.events('driver', id), ['booking_assigned', 'arrival_time_accepted',
    'customer_accepted', 'chat_message', 'chat_message', 'complete_accepted']);
  assert.deepEqual(await customer.events('customer', id), ['arrival_time_offered',
    'accept_accepted', 'chat_message', 'chat_message', 'ride_completed']);
  for (const page of [driver, customer]) await page.isClean();
});

test('the log is filtered, and copied as it is shown', async (t) => {
  const page = await openTaxi(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  const driver = page.side('driver');
  const id = await page.request();
  await page.cardIs('driver', id, 'requested');
  await driver.getByLabel('Filter the log').fill('booking_assigned');
  assert.deepEqual(await driver.locator('.frame:visible').evaluateAll((all) =>
    all.map(({ dataset }) => dataset.type)), ['booking_assigned']);
  await driver.getByRole('button', { name: 'Copy log' }).click();
  await driver.getByText('1 copied.').waitFor();
  const copied = JSON.parse(await page.page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.direction, 'in');
  assert.equal(copied.frame.booking_id, id);
  assert.doesNotMatch(await page.side('customer').locator('[data-part="log"]').textContent(),
    /Bearer|eyJ/); // no token in the log
  await page.isClean();
});

test('markup in names, places, reasons and chat is text', async (t) => {
  const server = await start(t, { args: [] });
  const page = await openPage(t, server, { expected: ['404'] });
  for (const side of ['driver', 'customer']) {
    const email = `${side}@example.com`;
    await server.createAccount({ email, name: markup, roles: [side] });
    await page.side(side).getByRole('textbox', { name: 'Token' }).fill(token({ email }));
    await page.connect(side);
  }
  await page.side('driver').getByText('Saved reasons').click();
  await page.side('driver').getByLabel('New reason').fill(markup);
  await page.side('driver').getByRole('button', { name: 'Save' }).click();
  assert.equal(await page.side('driver').locator('[data-template] span').textContent(), markup);
  for (const name of ['Title', 'Address']) {
    for (const field of await page.side('customer').getByRole('textbox', { name }).all()) {
      await field.fill(markup);
    }
  }
  const id = await rideUnderWay(page, { Note: markup });
  await page.chat('customer', id, markup);
  assert.deepEqual(await page.transcript('driver', id, 1), [['customer', markup]]);
  const facts = (side) => page.card(side, id).locator('dd').allTextContents();
  for (const side of ['driver', 'customer']) {
    const shown = await facts(side);
    for (const text of [`${markup} · +64 211234567`, `${markup}, ${markup}`]) {
      assert.ok(shown.includes(text), `${side}: ${text}`);
    }
  }
  assert.ok((await facts('driver')).includes(markup)); // the note
  await page.action('driver', id, 'cancel_by_driver').getByRole('textbox').fill(markup);
  await page.press('driver', id, 'Cancel the ride');
  await page.cardIs('customer', id, 'cancelled');
  assert.ok((await facts('customer')).includes(markup)); // the reason
  for (const side of ['driver', 'customer']) await page.side(side).getByLabel('Unfold').check();
  await page.isUnharmed();
  await page.isClean();
});
