// The rooms tab: a room from its making to what was said in it long ago.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markup, openPage, start, withBrowser } from './pages.mjs';

withBrowser();

const [bob, dana] = ['participant', 'participant-2'];

/** A page on which both are in a room that Bob has made. */
async function openRoom(t, { env, ...options } = {}) {
  const page = await openPage(t, await start(t, { env }), options);
  await page.tab('Rooms');
  await create(page, 'dana');
  for (const side of [bob, dana]) await enter(page, side);
  return page;
}

async function create(page, guests) {
  const host = page.side(bob);
  await host.getByText('New room').click();
  await host.getByLabel('Participants, by username').fill(guests);
  await host.getByRole('button', { name: 'Create the room' }).click();
  await host.getByText('bob/lost-and-found is there to be entered.').waitFor();
}

async function enter(page, side) {
  await page.side(side).getByRole('button', { name: 'Enter' }).click();
  await page.isStatus(side, 'connected');
}

async function say(page, side, text) {
  await page.side(side).getByLabel('Message', { exact: true }).fill(text);
  await page.side(side).getByRole('button', { name: 'Send' }).click();
}

const message = (page, side, text) => page.side(side).locator('.message').filter({ hasText: text });
const texts = (page, side) =>
  page.side(side).locator('.message [data-part="text"]').allTextContents();

test('what was said is edited and deleted, for everybody', async (t) => {
  const page = await openRoom(t);
  await say(page, bob, 'An umbrella was found.');
  await message(page, dana, 'umbrella').waitFor();
  await say(page, dana, 'It is mine!');
  await message(page, bob, 'mine').waitFor();
  // The own messages alone have buttons.
  assert.equal(await page.side(dana).getByRole('button', { name: 'Edit' }).count(), 1);

  await message(page, bob, 'umbrella').getByRole('button', { name: 'Edit' }).click();
  const text = message(page, bob, 'umbrella').getByLabel('New text');
  assert.equal(await text.inputValue(), 'An umbrella was found.');
  await text.fill('A red umbrella was found.');
  await say(page, dana, 'What I say meanwhile disturbs nobody.');
  await message(page, bob, 'disturbs').waitFor();
  assert.equal(await text.inputValue(), 'A red umbrella was found.');
  await page.side(bob).getByRole('button', { name: 'Save' }).click();
  await message(page, dana, 'A red umbrella').filter({ hasText: 'edited' }).waitFor();
  await message(page, dana, 'disturbs').getByRole('button', { name: 'Delete' }).click();
  await message(page, bob, 'disturbs').waitFor({ state: 'detached' });
  for (const side of [bob, dana]) {
    assert.deepEqual(await texts(page, side), ['A red umbrella was found.', 'It is mine!']);
  }

  // After leaving and entering again, what was missed is there.
  await page.side(dana).getByRole('button', { name: 'Leave' }).click();
  await say(page, bob, 'Then come and get it.');
  await message(page, bob, 'Then come').waitFor();
  await enter(page, dana);
  await message(page, dana, 'Then come').waitFor();
  assert.equal((await texts(page, dana)).length, 3);
  await page.isClean();
});

test('the history is there after a reload, older pages when they are asked for', async (t) => {
  const page = await openRoom(t, { env: { WS_RATE_LIMIT: '0' } });
  // More than entering brings.
  await page.page.evaluate(async () => {
    const { connectRoom } = await import('/console/client/index.js');
    const { data } = await (await fetch('/demo/accounts')).json();
    const { token } = data.accounts.find(({ username }) => username === 'bob');
    const room = connectRoom({ token, host: 'bob', room: 'lost-and-found', username: 'bob' });
    for (let index = 1; index <= 130; ++index) await room.text(`Message ${index}.`);
    room.disconnect();
  });
  await message(page, dana, 'Message 130.').waitFor();
  await page.page.reload();
  await page.page.locator('html[data-ready]').waitFor();
  const guest = page.side(dana);
  await guest.getByLabel('Host').fill('bob');
  await guest.getByLabel('Room', { exact: true }).fill('lost-and-found');
  await enter(page, dana);
  await message(page, dana, 'Message 130.').waitFor();
  while (await guest.getByRole('button', { name: 'Show older' }).isVisible()) {
    const count = (await texts(page, dana)).length;
    await guest.getByRole('button', { name: 'Show older' }).click();
    await guest.locator('.message').nth(count).waitFor();
  }
  assert.deepEqual(await texts(page, dana),
    Array.from({ length: 130 }, (_, index) => `Message ${index + 1}.`));
  await page.isClean();
});

test('who is put out is told so, and who is let in may enter', async (t) => {
  const page = await openRoom(t, { expected: ['403', 'WebSocket connection'] });
  const host = page.side(bob);
  await host.getByText('Participants', { exact: true }).click();
  await host.getByLabel('Participant\'s username').fill('dana');
  await host.getByRole('button', { name: 'Put out' }).click();
  await page.says(bob, 'dana is out.');
  await page.isStatus(dana, 'disconnected');
  await page.side(dana).getByRole('button', { name: 'Enter' }).click();
  await page.says(dana, 'FORBIDDEN');
  await host.getByLabel('Participant\'s username').fill('dana');
  await host.getByRole('button', { name: 'Let in' }).click();
  await page.says(bob, 'dana may come in.');
  await enter(page, dana);
  await page.isClean();
});

test('markup in messages and their edits is text', async (t) => {
  const page = await openRoom(t);
  await say(page, bob, markup);
  await message(page, dana, 'harmed').waitFor();
  await page.side(bob).getByRole('button', { name: 'Edit' }).click();
  await page.side(bob).getByLabel('New text').fill(`${markup} again`);
  await page.side(bob).getByRole('button', { name: 'Save' }).click();
  await message(page, dana, 'edited').waitFor();
  for (const side of [bob, dana]) assert.deepEqual(await texts(page, side), [`${markup} again`]);
  await page.isUnharmed();
  await page.isClean();
});
