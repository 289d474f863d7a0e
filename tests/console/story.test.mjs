// A booking's story: picked from the list, gone through with the slider, event by event.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, dataOf } from '../support/http.mjs';
import { adminToken } from '../support/server.mjs';
import {
  campusRace, markup, openPage, openTaxi, rideUnderWay, start, withBrowser,
} from './pages.mjs';

withBrowser();

const part = (page, name) => page.page.locator(`#panel-story [data-part="${name}"]`);

/** What the page shows at the moment it is at. */
async function shown(page) {
  const at = await part(page, 'moment-at').innerText();
  const [, number, position] = at.match(/event (\d+) of \d+, position (\d+),/);
  return {
    number: Number(number), position: Number(position),
    type: await part(page, 'moment-type').innerText(),
    status: await part(page, 'machine').locator('[aria-current]').getAttribute('data-step'),
    sides: await part(page, 'sides').locator('.card').evaluateAll((cards) => cards.map((card) => [
      card.querySelector('h4').textContent,
      Object.fromEntries([...card.querySelectorAll('.facts > div')].map((row) =>
        [row.querySelector('dt').textContent, row.querySelector('dd').textContent])),
    ])),
  };
}

/** Waits until the page has gone to an event. */
const isAt = (page, number) =>
  part(page, 'moment-at').filter({ hasText: `event ${number} of ` }).waitFor();

/** `path: text` of all that a frame says, as the page has it. */
function leaves(value, path = []) {
  if (value === null) return [];
  if (typeof value !== 'object') return [[path.join('.'), String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

const storyOf = async (server, id) =>
  dataOf(await asAdmin(server, 'GET', `/bookings/${id}/story`)).story;

async function pick(page, id) {
  await part(page, 'booking-list').locator(`[data-booking="${id}"] button`).click();
  await part(page, 'kind').getByText(id).waitFor();
}

/** Moves a driver to somewhere in degrees north of the pickup. */
async function move(page, side, north) {
  const pickup = page.side('customer').locator('[data-part="pickup"]');
  const form = page.side(side).locator('[data-part="position-tool"]');
  await form.getByText('Position', { exact: true }).click();
  for (const [label, away] of [['Latitude', north], ['Longitude', 0]]) {
    const at = Number(await pickup.getByLabel(label).inputValue());
    await form.getByLabel(label).fill(String(at + away));
  }
  await form.getByRole('button', { name: 'Send position' }).click();
  await page.side(side).locator('.frame[data-type="location_update"]').waitFor();
}

test('a ride with a decline, back to any position', async (t) => {
  const page = await openTaxi(t);
  const { server } = page;
  await page.add('Add a driver', 'driver-2');
  await move(page, 'driver', 0.01);
  await move(page, 'driver-2', 0.02);
  const id = await page.request({ Note: markup });
  await page.cardIs('driver', id, 'requested');
  await page.press('driver', id, 'Decline');
  await page.cardIs('driver-2', id, 'requested');
  await page.press('driver-2', id, 'Send arrival time');
  await page.cardIs('customer', id, 'confirmation');
  await page.press('customer', id, 'Accept');
  await page.cardIs('driver-2', id, 'on_the_way');
  await page.chat('customer', id, markup);
  await page.transcript('driver-2', id, 1);
  await page.press('driver-2', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');

  await page.openAsAdmin('Story', adminToken);
  await pick(page, id);
  const { events, names, customer } = await storyOf(server, id);
  const slider = part(page, 'slider');
  assert.equal((await shown(page)).number, events.length);

  // Every event by the keyboard, from the first on: what each side knew is what the log says.
  await slider.focus();
  await page.page.keyboard.press('Home');
  for (const [i, { event, status, snapshots }] of events.entries()) {
    await isAt(page, i + 1);
    const now = await shown(page);
    assert.deepEqual([now.number, now.position, now.type, now.status],
      [i + 1, event.position, event.type, status]);
    const known = now.sides.filter(([, facts]) => Object.keys(facts).length > 0);
    const expected = snapshots.map(({ to, account, frame }) => [
      to === 'customer' ? `Customer ${names[customer]}` : `Driver ${names[account]}`,
      Object.fromEntries(leaves(frame)),
    ]);
    assert.deepEqual(Object.fromEntries(known), Object.fromEntries(expected), `event ${i + 1}`);
    await page.page.keyboard.press('ArrowRight');
  }
  assert.equal(await slider.inputValue(), String(events.length - 1));

  // An arrow for each frame that was sent, and one for each command.
  const labels = (kind) => part(page, 'diagram').locator(`.${kind} text`).allTextContents();
  assert.deepEqual(await labels('push'),
    events.flatMap(({ sent }) => sent.map(({ frame }) => frame.type)));
  assert.deepEqual(await labels('command'), ['booking_requested', 'offer_declined',
    'arrival_time_submitted', 'offer_accepted', 'chat_message_sent', 'ride_completed']);
  assert.deepEqual(await labels('consequence'), ['driver_assigned', 'driver_assigned']);
  const heads = await part(page, 'diagram').locator('.lanes text').allTextContents();
  assert.deepEqual(heads, ['Customer', 'Alice', 'Hansom', '', 'Driver', 'Bob', 'Driver', 'Dana',
    'Timers', '']);

  // Why that driver: at each of the two choices, and none before the first.
  const rows = () => part(page, 'candidates').locator('tr').evaluateAll((all) =>
    all.map(({ dataset, children }) => [children[1].textContent, dataset.verdict]));
  assert.deepEqual(await rows(), [['Bob', 'already_asked'], ['Dana', 'chosen']]);
  await part(page, 'diagram').locator('.turn[data-turn="1"]').click();
  await isAt(page, 2);
  assert.equal((await shown(page)).type, 'driver_assigned');
  assert.deepEqual(await rows(), [['Bob', 'chosen'], ['Dana', 'farther']]);
  await part(page, 'back').click();
  await isAt(page, 1);
  assert.equal(await part(page, 'choice').isVisible(), false);
  // At the beginning the button is off, and has the keyboard still.
  assert.equal(await part(page, 'back').getAttribute('aria-disabled'), 'true');
  assert.equal(await part(page, 'back').evaluate((at) => at === document.activeElement), true);
  await page.page.keyboard.press('Enter');
  await page.page.reload();
  await page.page.locator('html[data-ready]').waitFor();
  await isAt(page, events.length); // the address names the ride
  assert.match(await part(page, 'kind').innerText(), new RegExp(id));
  await page.isUnharmed();
  await page.isClean();
});

test('candidates lie on the map as they lay around the pickup', async (t) => {
  const page = await openTaxi(t);
  await page.add('Add a driver', 'driver-2');
  await move(page, 'driver', 0.02); // 2.2 km
  await move(page, 'driver-2', -0.04);
  const id = await page.request();
  await page.cardIs('driver', id, 'requested');
  await page.openAsAdmin('Story', adminToken);
  await pick(page, id);
  const dots = await part(page, 'map').locator('.candidate').evaluateAll((all) =>
    Object.fromEntries(all.map((dot) => [dot.querySelector('title').textContent, {
      verdict: dot.dataset.verdict, x: Number(dot.querySelector('circle').getAttribute('cx')),
      y: Number(dot.querySelector('circle').getAttribute('cy')),
    }])));
  const [x, y] = await part(page, 'map').locator('.pickup').evaluate((at) =>
    ['x', 'y'].map((name) => Number(at.getAttribute(name)) + 6));
  assert.deepEqual([dots.Bob.verdict, dots.Dana.verdict], ['chosen', 'farther']);
  assert.ok(dots.Bob.y < y && dots.Dana.y > y, 'north is up');
  assert.ok(Math.abs(dots.Dana.y - y - 2 * (y - dots.Bob.y)) < 1, 'distances are true');
  assert.ok(Math.abs(dots.Bob.x - x) < 1 && Math.abs(dots.Dana.x - x) < 1);
  const label = await part(page, 'map').getByRole('img').getAttribute('aria-label');
  assert.match(label, /Bob, 2\.2 km away, asked; Dana, 4\.4 km away, farther/);
  await page.isClean();
});

test('timers run beside the ride, and act of their own', async (t) => {
  const page = await openTaxi(t, { env: { CUSTOMER_WAITING_TIME: '1' } });
  const id = await page.request();
  await page.press('driver', id, 'Send arrival time');
  await page.cardIs('customer', id, 'on_the_way'); // by the timer
  await page.openAsAdmin('Story', adminToken);
  await pick(page, id);
  const { events } = await storyOf(page.server, id);
  assert.equal(events.at(-1).event.actor, 'timer');
  assert.match(await part(page, 'moment-words').innerText(), /^By .*timer/i);
  assert.equal(await part(page, 'moment-timers').innerText(), 'No timer runs.');
  assert.equal(await part(page, 'diagram').locator('.start').count(), 2);
  assert.equal(await part(page, 'diagram').locator('.running').count(), 2);
  await part(page, 'back').click();
  await isAt(page, events.length - 1);
  assert.match(await part(page, 'moment-timers').innerText(), /customer's time until \d/);
  // It goes on: what comes later is there when it is read again, and the page stays where it is.
  await page.tab('Taxi');
  await page.press('driver', id, 'Complete the ride');
  await page.cardIs('customer', id, 'completed');
  await page.tab('Story');
  const { number } = await shown(page);
  await part(page, 'refresh').click();
  await part(page, 'booking-list').locator(`[data-booking="${id}"][data-status="completed"]`)
    .waitFor();
  await part(page, 'moment-at').getByText(`of ${events.length + 1},`).waitFor();
  assert.equal((await shown(page)).number, number);
  await page.isClean();
});

test('a ride of campus, with what went to all drivers', async (t) => {
  const page = await openPage(t, await start(t));
  await campusRace(page);
  await page.openAsAdmin('Story', adminToken);
  await part(page, 'booking-list').getByRole('button').click();
  await part(page, 'diagram').locator('.turn').first().waitFor();
  const heads = await part(page, 'diagram').locator('.lanes text').allTextContents();
  assert.deepEqual(heads.filter((_, i) => i % 2 === 0),
    ['Passenger', 'Hansom', 'Driver', 'Drivers']);
  assert.deepEqual((await shown(page)).sides.map(([who]) => who).at(-1), 'Drivers all connected');
  assert.equal(await part(page, 'choice').isVisible(), false);
  await page.isClean();
});

test('who is not the admin is told so, and what is not there too', async (t) => {
  const server = await start(t);
  const page = await openPage(t, server, { expected: ['401', '404'] });
  await page.openAsAdmin('Story', 'nobody');
  const notice = part(page, 'notice');
  await notice.getByText('does not take this token').waitFor();
  assert.equal(await part(page, 'story').isVisible(), false);
  await page.openAsAdmin('Story', adminToken);
  await part(page, 'no-bookings').waitFor();
  assert.equal(await notice.isVisible(), false);
  await part(page, 'by-id').getByLabel('By its id').fill(markup);
  await part(page, 'by-id').getByRole('button').click();
  await notice.getByText('knows no such booking').waitFor();
  await page.isUnharmed();
  await page.isClean();
});

test('a server without an admin says so', async (t) => {
  const server = await start(t, { env: { HANSOM_ADMIN_TOKEN: undefined } });
  const page = await openPage(t, server, { expected: ['403'] });
  await page.openAsAdmin('Story', adminToken);
  await part(page, 'notice').getByText('without HANSOM_ADMIN_TOKEN').waitFor();
  await page.isClean();
});

test('a ride that is found by its id', async (t) => {
  const page = await openTaxi(t);
  const id = await rideUnderWay(page);
  await page.openAsAdmin('Story', adminToken);
  await part(page, 'booking-list').getByText('Alice → Bob').waitFor();
  await part(page, 'by-id').getByLabel('By its id').fill(`#${id.slice(0, 8)}`); // as lists have it
  await part(page, 'by-id').getByRole('button').click();
  await part(page, 'kind').getByText(id).waitFor();
  const row = part(page, 'booking-list').locator(`[data-booking="${id}"] button`);
  assert.equal(await row.getAttribute('aria-pressed'), 'true');
  assert.match(await row.innerText(), /Alice → Bob/);
  await page.isClean();
});
