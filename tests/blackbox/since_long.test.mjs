// Catching up with a great deal: more than a socket may have waiting, while more keeps coming.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertCatchesUp, received, recorded } from '../support/catching_up.mjs';
import { killAndRestart, openPatientCity } from '../support/city.mjs';
import { Ride } from '../support/rides.mjs';

// With the histories that they carry, these are more than the 1 MiB of a socket's queue.
const howMany = 300;

/** A ride with a long chat, of which everybody has everything. */
async function talkedALot(t, filler = 'x'.repeat(30)) {
  const city = await openPatientCity(t);
  const { customer, driver } = city;
  for (const person of [customer, driver]) recorded(person);
  const ride = await new Ride(city).through('accept');
  const texts = [];
  for (let i = 0; i < howMany; ++i) {
    texts.push(`${i} ${filler}`);
    await ride.say([customer, driver][i % 2], texts[i]);
  }
  return { ...city, ride, texts };
}

test('a long chat comes again whole, on both sides and after a kill', async (t) => {
  const { server, customer, driver, ride } = await talkedALot(t);
  const check = async () => {
    for (const person of [customer, driver]) {
      const all = received(person);
      assert.ok(Buffer.byteLength(JSON.stringify(all)) > 2 * 1024 * 1024, 'it is a great deal');
      await assertCatchesUp(person, 0, all);
      const { seq } = all.at(-100);
      await assertCatchesUp(person, seq, all.slice(-99));
    }
  };
  await check();
  await killAndRestart(server, customer, driver);
  await check();
  await ride.chat();
  await ride.complete();
});

for (const away of ['customer', 'driver']) {
  test(`while the ${away} catches up, what is said meanwhile follows without loss`, async (t) => {
    const city = await talkedALot(t);
    const { ride, texts } = city;
    const reader = city[away];
    const speaker = city[away === 'driver' ? 'customer' : 'driver'];
    const before = received(reader);
    await reader.app.close();
    await reader.connect();

    const frames = [await reader.ask({ type: 'resync', since: 0 })]; // it has begun
    const late = Array.from({ length: 100 }, (_, i) => `${howMany + i} said meanwhile`);
    const spoken = [];
    for (const text of late) {
      spoken.push(await speaker.ask({ type: 'chat_message', booking_id: ride.id, text }));
    }

    const came = (fits) => frames.findIndex(fits);
    const isSnapshot = ({ type }) => type === 'snapshot';
    while (came(isSnapshot) < 0 || came(({ text }) => text === late.at(-1)) < 0) {
      frames.push(await reader.app.next());
    }
    const pushes = frames.filter((frame) => !isSnapshot(frame));
    assert.deepEqual(pushes, [...before, ...spoken], 'each once, in order, as it was sent');
    const { chat_history, assignment } = frames.find(isSnapshot);
    const shown = (chat_history ?? assignment.chat_history).map(({ text }) => text);
    const heard = frames.slice(0, came(isSnapshot)).filter(({ type }) => type === 'chat_message');
    assert.deepEqual(heard.map(({ text }) => text), shown, 'the snapshot stands between them');
    assert.deepEqual(shown, [...texts, ...late].slice(0, shown.length));
    await ride.say(reader, 'Now I know everything.');
    await ride.complete();
  });
}

test('two who catch up at once with everything each get the whole', async (t) => {
  const { customer, driver, ride } = await talkedALot(t);
  for (let i = 0; i < 3; ++i) {
    const both = [customer, driver].map((person) => assertCatchesUp(person, 0, received(person)));
    await Promise.all(both);
  }
  await ride.complete();
});

test('a chat of the longest texts comes again whole', async (t) => {
  const { server, customer, driver } = await talkedALot(t, 'x'.repeat(990));
  const check = async () => {
    for (const person of [customer, driver]) await assertCatchesUp(person, 0, received(person));
  };
  await check();
  await killAndRestart(server, customer, driver);
  await check();
});

test('who asks ten times before reading gets ten whole answers', async (t) => {
  const { customer } = await talkedALot(t);
  const all = received(customer);
  for (let i = 0; i < 10; ++i) customer.send({ type: 'resync', since: 0 });
  for (let i = 0; i < 10; ++i) {
    const frames = [];
    for (let frame; (frame = await customer.app.next()).type !== 'snapshot';) frames.push(frame);
    assert.deepEqual(frames, all, `answer ${i}`);
  }
});

test('who asks a hundred times without reading is refused, and goes on afterwards', async (t) => {
  const { customer, driver, ride } = await talkedALot(t);
  customer.app.socket.pause();
  for (let i = 0; i < 100; ++i) customer.send({ type: 'resync', since: 0 });
  // What the driver is answered now was decided after all of these.
  customer.send({ type: 'chat_message', booking_id: ride.id, text: 'too much?' });
  await driver.take('chat_message');
  customer.app.socket.resume();
  let snapshots = 0;
  let refused = 0;
  while (snapshots + refused < 100) {
    const { type, code } = await customer.app.next();
    if (type === 'snapshot') ++snapshots;
    if (type === 'error') assert.equal(code, 'SERVER_BUSY', `refusal ${++refused}`);
  }
  assert.ok(snapshots >= 16, `${snapshots} were answered`);
  await assertCatchesUp(customer, 0, received(customer));
});
