// Drivers and customers on a bad network: connections are cut, delayed, half closed and run dry at
// random. What each app was shown has to be what the log says, once each and in order.
import assert from 'node:assert/strict';
import test from 'node:test';
import { clientOf } from '../support/client.mjs';
import { noGrace } from '../support/city.mjs';
import { audit, rowsOf } from '../support/log.mjs';
import { Person, bookingRequest, pickup, startServer } from '../support/rides.mjs';
import { counted } from '../support/torture.mjs';
import { Unrest, assertSameList, restless, timeout } from '../support/unrest.mjs';

const settings = {
  WS_RATE_LIMIT: '0', DRIVER_RESPONSE_TIME: '1', CUSTOMER_WAITING_TIME: '1', ...noGrace,
};

/** What became of commands: acks, refusals by code, and what was said. */
class Outcomes {
  acks = 0;
  refusals = {};
  said = [];

  /** A command that may be refused because a timer, or the other side, was faster. */
  async of(command) {
    try {
      const frame = await command;
      ++this.acks;
      if (frame.type === 'chat_message') this.said.push(frame.text);
      return true;
    } catch ({ code, outcome, message }) {
      assert.match(code, /^BOOKING_NOT_/, `${code}: ${message}`);
      assert.equal(outcome, 'refused');
      this.refusals[code] = (this.refusals[code] ?? 0) + 1;
      return false;
    }
  }
}

/** A driver's app: takes most of what is offered, says something, and gets there. */
function drive(driver, unrest, outcomes, failed) {
  const { dice } = unrest;
  const flat_tyre = { cancellation_description: 'A flat tyre.' };
  driver.updateLocation({ ...pickup, latitude: pickup.latitude + dice.throw() });
  driver.on('booking_assigned', ({ booking_id: id }) => {
    const answer = dice.chance(0.15)
      ? driver.declineBooking(id, flat_tyre)
      : driver.submitArrivalTime(id, 300);
    outcomes.of(answer).catch(failed);
  });
  driver.on('customer_accepted', ({ booking_id: id }) => {
    const ride = async () => {
      const texts = Array.from({ length: dice.below(4) }, (_, i) => `${driver.id} ${id} ${i}`);
      await Promise.all(texts.map((text) => outcomes.of(driver.sendChatMessage(id, text))));
      await outcomes.of(driver.markAsCompleted(id));
    };
    ride().catch(failed);
  });
}

/** A customer's app: asks for one ride after the other until there is peace. */
async function travel(customer, unrest, outcomes, failed) {
  const { dice } = unrest;
  const bookings = [];
  const ends = new Map();
  customer.on('arrival_time_offered', ({ booking_id: id }) => {
    const answer = dice.chance(0.15) ? customer.reject(id) : customer.accept(id);
    outcomes.of(answer).catch(failed);
  });
  customer.on('accept_accepted', ({ booking_id: id }) => {
    outcomes.of(customer.sendChatMessage(id, `${customer.id} ${id}`)).catch(failed);
  });
  const isOver = (id) => new Promise((resolve) => ends.set(id, resolve));
  const ended = new Set();
  for (const type of ['ride_completed', 'driver_cancelled', 'reject_accepted']) {
    customer.on(type, ({ booking_id: id }) => {
      ended.add(id);
      ends.get(id)?.();
    });
  }
  while (!unrest.isOver) {
    const { booking_id: id } = await customer.requestBooking(bookingRequest());
    bookings.push(id);
    if (!ended.has(id)) await isOver(id);
  }
  return bookings;
}

/** What the log says that each account was sent on a side, in order. */
function truthOf(dataDir, bookings, side) {
  const frames = new Map();
  for (const id of bookings) {
    for (const [, account, text] of rowsOf(audit(dataDir, 'seen', id, '--by', side))) {
      if (!frames.has(account)) frames.set(account, []);
      frames.get(account).push(JSON.parse(text));
    }
  }
  for (const list of frames.values()) list.sort((a, b) => a.seq - b.seq);
  return frames;
}

test('every push is shown once and in order, whatever the network does', { timeout }, async (t) => {
  const server = await startServer(t, { env: settings });
  const unrest = await Unrest.begin(t, server);
  const outcomes = new Outcomes();
  const peopleOf = async (side, count) => {
    const clients = [];
    for (let i = 0; i < count; ++i) {
      const person = await Person.create(server, side);
      clients.push(clientOf(t, unrest.behind(person), restless));
    }
    await Promise.all(clients.map((client) => client.untilConnected()));
    return clients;
  };
  const drivers = await peopleOf('driver', 4);
  const customers = await peopleOf('customer', 3);
  const failed = (error) => assert.fail(error);
  for (const driver of drivers) drive(driver, unrest, outcomes, failed);

  const travelling = customers.map((customer) => travel(customer, unrest, outcomes, failed));
  const [, ...lists] = await Promise.all([unrest.rage(), ...travelling]);
  const bookings = lists.flat();
  // What was pushed before is there with this answer.
  for (const client of [...drivers, ...customers]) {
    client.connect();
    await client.resync();
  }

  let pushes = 0;
  const texts = [];
  for (const [side, clients] of [['driver', drivers], ['customer', customers]]) {
    const truth = truthOf(server.options.dataDir, bookings, side);
    for (const client of clients) {
      assertSameList(client.pushes, truth.get(client.id) ?? [], `${side} ${client.id}`);
      assert.deepEqual(client.errors, []);
      pushes += client.pushes.length;
      if (side === 'customer') texts.push(...client.pushes.filter(({ text }) => text));
    }
  }
  assertSameList(texts.map(({ text }) => text).sort(), outcomes.said.sort(),
    'each message that was acknowledged was said once, and no other');
  const repeated = [...drivers, ...customers].reduce((sum, { frames, pushes: shown }) => {
    const came = frames.filter(({ direction, frame: { seq, type } }) =>
      direction === 'in' && seq !== undefined && type !== 'position');
    return sum + came.length - shown.length;
  }, 0);
  counted(t, `client, taxi: ${unrest.summary}; ${bookings.length} bookings, ${pushes} pushes ` +
    `shown once and in order, ${repeated} that came again left out; ${outcomes.acks} acks, ` +
    `refused ${JSON.stringify(outcomes.refusals)}`);
  assert.ok(pushes > bookings.length && repeated > 0);
});
