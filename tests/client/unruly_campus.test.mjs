// Students on a bad network. Campus has no `resync`: who comes back is shown what is open. So each
// push is shown at most once and in order, and what is open in the end is what each app believes.
// A second, untouched socket of the same account says what was pushed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Student, trip } from '../support/campus.mjs';
import { eventually } from '../support/app.mjs';
import { clientOf, next } from '../support/client.mjs';
import { startServer } from '../support/rides.mjs';
import { counted } from '../support/torture.mjs';
import { Unrest, restless, timeout } from '../support/unrest.mjs';

/** After which a ride is over for who sees it. */
const ends = new Set(['ride_request_completed', 'ride_request_cancelled', 'ride_request_closed',
  'ride_request_gone']);

const rideOf = ({ data, ride_request_id }) => data?.id ?? ride_request_id;

/** A command of which it may stay unknown what became of it, or that came too late. */
async function attempt(command, outcomes) {
  try {
    await command;
    ++outcomes.done;
    return true;
  } catch ({ code, outcome, message }) {
    assert.match(code, /^(CONNECTION_LOST|RIDE_|NO_ACTIVE_RIDE)/, `${code}: ${message}`);
    if (code === 'CONNECTION_LOST') assert.equal(outcome, 'unknown');
    ++outcomes[code === 'CONNECTION_LOST' ? 'unknown' : 'refused'];
    return false;
  }
}

/** What an app believes to be open: the last push about each ride that has not ended. */
function openFor(client) {
  const open = new Map();
  for (const push of client.pushes) {
    if (ends.has(push.action)) open.delete(rideOf(push));
    else if (push.data) open.set(rideOf(push), push.action);
  }
  return open;
}

/** A passenger's app: one ride after the other, some of them cancelled. */
async function ride(passenger, unrest, outcomes) {
  const { dice } = unrest;
  for (let i = 0; !unrest.isOver || openFor(passenger).size > 0; ++i) {
    const [[id, action] = []] = openFor(passenger);
    if (id === undefined) {
      await attempt(passenger.createRideRequest({ ...trip, pickup_address: `${i}` }), outcomes);
    } else if (dice.chance(0.1) || unrest.isOver) {
      await attempt(passenger.cancelRideRequest(id), outcomes);
    } else if (action === 'ride_request_accepted') {
      await attempt(passenger.sendChatMessage(`${passenger.id} ${i}`), outcomes);
    }
    await new Promise((resolve) => setTimeout(resolve, dice.below(20)));
  }
}

/** A driver's app: takes what it can get, and gets there. */
async function drive(driver, unrest, outcomes) {
  const { dice } = unrest;
  for (let i = 0; !unrest.isOver || openFor(driver).size > 0; ++i) {
    const open = [...openFor(driver)];
    const [current] = open.find(([, action]) => action === 'ride_request_accepted') ?? [];
    if (current && dice.chance(0.3)) {
      await attempt(driver.completeRideRequest(current), outcomes);
    } else if (current) {
      await attempt(driver.sendChatMessage(`${driver.id} ${i}`), outcomes);
    } else if (open.length > 0) {
      await attempt(driver.acceptRideRequest(dice.pick(open)[0]), outcomes);
    }
    await new Promise((resolve) => setTimeout(resolve, dice.below(20)));
  }
}

const name = (push) => `${push.action} ${rideOf(push) ?? `${push.user_id}: ${push.message}`}`;

/** Checks that these are some of those, in their order. */
function assertAmong(some, all, what) {
  const places = some.map((each) => all.indexOf(each));
  const isOrderly = places.every((place, i) => place > (places[i - 1] ?? -1));
  assert.ok(isOrderly, `${what}: ${some} among ${all}`);
}

/** Checks what was shown against all that was pushed; gives how much of it was missed. */
function assertOrderly(client, witness) {
  const pushed = witness.pushes.map(name);
  const shown = client.pushes.map(name);
  assert.equal(new Set(shown).size, shown.length, `${client.id}: each at most once`);
  for (const id of new Set(client.pushes.map(rideOf))) { // chat, too, which is about no id
    const about = (pushes) => pushes.filter((push) => rideOf(push) === id);
    const own = about(client.pushes);
    const isGone = own.at(-1).action === 'ride_request_gone';
    if (isGone) assert.ok(ends.has(about(witness.pushes).at(-1).action), `${id} has ended indeed`);
    const [mine, all] = [own.slice(0, isGone ? -1 : undefined), about(witness.pushes)];
    assertAmong(mine.map(name), all.map(name), `${client.id}, in order`);
  }
  const known = new Set(shown);
  return pushed.filter((each) => !known.has(each)).length;
}

test('every push is shown at most once and in order, and rides end', { timeout }, async (t) => {
  const server = await startServer(t, { env: { WS_RATE_LIMIT: '0' } });
  const unrest = await Unrest.begin(t, server);
  const peopleOf = async (side, count) => {
    const pairs = [];
    for (let i = 0; i < count; ++i) {
      const person = await Student.create(server, side);
      const as = side === 'driver' ? 'campusDriver' : side;
      const client = clientOf(t, unrest.behind(person), { ...restless, as });
      pairs.push({ client, witness: clientOf(t, person, { ...restless, as }) });
    }
    await Promise.all(pairs.flatMap(({ client, witness }) =>
      [client.untilConnected(), witness.untilConnected()]));
    return pairs;
  };
  const passengers = await peopleOf('passenger', 3);
  const drivers = await peopleOf('driver', 3);
  const outcomes = { done: 0, unknown: 0, refused: 0 };
  await Promise.all([
    unrest.rage({ kills: 0 }),
    ...passengers.map(({ client }) => ride(client, unrest, outcomes)),
    ...drivers.map(({ client }) => drive(client, unrest, outcomes)),
  ]);
  const everybody = [...passengers, ...drivers];
  await eventually(() => everybody.every(({ client }) => openFor(client).size === 0),
    'the end of all rides for everybody');
  let pushes = 0;
  let missed = 0;
  for (const { client, witness } of everybody) {
    assert.deepEqual(client.errors, []);
    missed += assertOrderly(client, witness);
    pushes += client.pushes.length;
    witness.disconnect();
  }
  counted(t, `client, campus: ${unrest.summary}; ${pushes} pushes shown once and in order, ` +
    `${missed} that came while a connection was gone; ${JSON.stringify(outcomes)}`);

  await unrest.restart();
  const [{ client: passenger }] = passengers;
  const [{ client: driver }] = drivers;
  const asked = next(driver, 'sending_pending_ride_request');
  await passenger.createRideRequest(trip);
  await driver.acceptRideRequest((await asked).data.id);
});
