// Much that is said at once: what one turn has for a socket may be more than may wait for it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ride, openCity } from '../support/rides.mjs';

test('a chat of many long messages at once cuts off neither side', async (t) => {
  const city = await openCity(t, { env: { WS_RATE_LIMIT: '0' } });
  const { customer, driver } = city;
  const ride = new Ride(city);
  await ride.through('accept');
  // The later ones bring some 200 KB of the chat along, each: 15 MB in all.
  const messages = 100;
  const text = 'é'.repeat(1000);
  for (let i = 0; i < messages; ++i) {
    customer.send({ type: 'chat_message', booking_id: ride.id, text });
  }
  for (const side of [customer, driver]) {
    for (let i = 1; i <= messages; ++i) {
      const message = await side.take('chat_message');
      assert.equal(message.chat_history.length, i);
    }
  }
  customer.send({ type: 'chat_message', booking_id: ride.id, text: 'Still there?' });
  for (const side of [customer, driver]) {
    assert.equal((await side.take('chat_message')).text, 'Still there?');
  }
});
