// `stats`: how often what happened, and how long it took, on rides whose course is known.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cancelOverHttp, inSeconds, killAndRestart, noGrace, openPatientCity, setStatus,
} from '../support/city.mjs';
import { audit, linesOf, objectsOf } from '../support/log.mjs';
import { Ride } from '../support/rides.mjs';

const zero = {
  requested: 0, assigned: 0, declined: 0, timed_out: 0, withdrawn: 0, rejected: 0,
  by_customer: 0, by_driver: 0, by_system: 0, completed: 0,
};

/** The rows of `stats`: what they are of, their figures, and their times. */
function stats({ server }, ...options) {
  const rows = objectsOf(audit(server.options.dataDir, 'stats', '--json', ...options));
  return rows.map(({ of, name, seconds, ...figures }) => ({ of, name, figures, seconds }));
}

/** Every way in which a booking goes, each so often; resolves to what stats has to say of it. */
async function knownRun(city) {
  const { server, customer, drivers } = city;
  const because = { cancellation_description: 'A flat tyre.' };
  await new Ride(city).through('accept'); // goes on
  for (let i = 0; i < 3; ++i) await (await new Ride(city).through('chat')).complete();
  await (await new Ride(city).through('offer')).reject();
  await (await new Ride(city).through('request')).reject();
  const byCustomer = await new Ride(city).through('accept');
  await cancelOverHttp(customer, byCustomer.id);
  await byCustomer.driver.take('booking_cancelled_by_customer');
  for (let i = 0; i < 2; ++i) {
    const ride = await new Ride(city).through('accept');
    await cancelOverHttp(drivers[0], ride.id, because);
    await customer.take('driver_cancelled');
  }
  const passed = await new Ride(city).through('request');
  await passed.decline();
  await drivers[1].take('booking_assigned');
  passed.driver = drivers[1];
  await passed.decline(); // nobody else is there
  await customer.take('driver_cancelled');
  const scheduled = new Ride(city);
  await scheduled.request({ scheduled_date: inSeconds(7200) });
  await scheduled.confirm();
  const withdrawn = await new Ride(city).through('request');
  await setStatus(drivers[0], 'blocked');
  await drivers[1].take('booking_assigned');
  withdrawn.driver = drivers[1];
  await withdrawn.offer();
  const all = {
    requested: 12, assigned: 14, declined: 2, timed_out: 0, withdrawn: 1, rejected: 2,
    by_customer: 1, by_driver: 2, by_system: 1, completed: 3,
  };
  const second = { ...zero, assigned: 2, declined: 1, by_system: 1 };
  return { server, all, second };
}

test('stats are the figures of a run whose course is known', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const { all, second } = await knownRun(city);
  const [total, ...none] = stats(city);
  assert.deepEqual(none, []);
  assert.deepEqual([total.of, total.figures], ['all', all]);

  const drivers = stats(city, '--by', 'driver');
  assert.deepEqual(new Set(drivers.map(({ name }) => name)), new Set(['Bob 0', 'Bob 1', undefined]));
  const byDriver = new Map(drivers.map((row) => [row.of, row.figures]));
  assert.deepEqual(byDriver.get(city.drivers[1].id), second);
  const { requested, ...rest } = zero;
  assert.deepEqual(byDriver.get('none'), { requested: all.requested, ...rest });
  const first = byDriver.get(city.drivers[0].id);
  for (const [name, count] of Object.entries(all)) {
    if (name !== 'requested') assert.equal(first[name] + second[name], count, name);
  }
  assert.equal(byDriver.size, 3);

  // The same again by the hour and the day of each event, as UTC has them.
  for (const [by, length, rest] of [['day', 10, ''], ['hour', 13, ':00Z']]) {
    const rows = stats(city, '--by', by);
    const events = objectsOf(audit(city.server.options.dataDir, 'tail', '-n', '9999', '--json'));
    const labels = events.filter(({ stream }) => stream.startsWith('booking-'))
      .map(({ at }) => at.slice(0, length) + rest);
    assert.deepEqual(rows.map(({ of }) => of), [...new Set(labels)].sort(), by);
    for (const [name, count] of Object.entries(all)) {
      assert.equal(rows.reduce((sum, { figures }) => sum + figures[name], 0), count, name);
    }
  }
  await killAndRestart(city.server);
  assert.deepEqual(stats(city)[0].figures, all, 'after a restart, too');
});

test('what ran out of time is counted for whom it ran out', async (t) => {
  const env = { ...noGrace, DRIVER_RESPONSE_TIME: '0.3' };
  const city = await openPatientCity(t, { drivers: 2, env });
  const { customer, drivers } = city;
  await new Ride(city).through('request');
  for (const driver of drivers) await driver.skipTo(({ type }) => type === 'offer_expired');
  await customer.take('driver_cancelled');
  const [{ figures }] = stats(city);
  assert.deepEqual(figures, { ...zero, requested: 1, assigned: 2, timed_out: 2, by_system: 1 });
  const rows = stats(city, '--by', 'driver').map(({ of, figures: each }) => [of, each.timed_out]);
  assert.deepEqual(rows.sort(), [[drivers[0].id, 1], [drivers[1].id, 1], ['none', 0]].sort());
});

test('--since and --until cut out bookings by the time of their request', async (t) => {
  const city = await openPatientCity(t);
  const { dataDir } = city.server.options;
  const requestedAt = (ride) => objectsOf(audit(dataDir, 'show', ride.id, '--json'))[0].event.at;
  await new Ride(city).through('accept');
  const second = await new Ride(city).through('accept');
  const third = await new Ride(city).through('accept');
  await second.complete();
  const figures = (...options) => {
    const [{ figures: { requested, assigned, completed } }] = stats(city, ...options);
    return [requested, assigned, completed];
  };
  assert.deepEqual(figures(), [3, 3, 1]);
  assert.deepEqual(figures('--since', requestedAt(second)), [2, 2, 1]);
  const [from, to] = [requestedAt(second), requestedAt(third)];
  assert.deepEqual(figures('--since', to), [1, 1, 0], 'without an earlier one\'s end');
  assert.deepEqual(figures('--until', to), [2, 2, 0], 'nor at that time');
  assert.deepEqual(figures('--since', from, '--until', to), [1, 1, 0]);
  assert.deepEqual(stats(city, '--since', '2999-01-01'), [], 'no row for nothing');
});

test('times are those between the events, as percentiles by rank', async (t) => {
  const city = await openPatientCity(t);
  const { dataDir } = city.server.options;
  await new Ride(city).through('accept'); // keeps the customer's socket open
  for (let i = 0; i < 10; ++i) await new Ride(city).through('complete');
  const bookings = linesOf(audit(dataDir, 'ls', '--kind', 'booking')).map((line) =>
    objectsOf(audit(dataDir, 'show', line.split(' ', 1)[0], '--json')).map(({ event }) => event));
  const micros = (at) => Date.parse(at) * 1000 + Number(at.slice(23, 26));
  const secondsTo = (type) => bookings.flatMap((each) => {
    const found = each.find((event) => event.type === type);
    return found ? [(micros(found.at) - micros(each[0].at)) / 1e6] : [];
  }).sort((a, b) => a - b);
  const [{ seconds }] = stats(city);
  for (const [name, type] of [
    ['assigned', 'driver_assigned'], ['offered', 'arrival_time_submitted'],
    ['accepted', 'offer_accepted'], ['completed', 'ride_completed'],
  ]) {
    const times = secondsTo(type);
    assert.equal(seconds[name].n, times.length, name);
    for (const percent of [50, 90, 99]) {
      const expected = times[Math.ceil((percent / 100) * times.length) - 1];
      const shown = seconds[name][`p${percent}`];
      assert.ok(Math.abs(shown - expected) < 1e-4, `${name} p${percent}: ${shown}, ${expected}`);
    }
  }
  assert.equal(seconds.completed.n, 10);
  assert.equal(seconds.picked.n, 11);
  assert.ok(seconds.picked.p50 >= 300 && seconds.picked.p50 < 310, 'as was promised');
});

/** A table's rows: their labels, and the other cells. */
function table(lines) {
  return lines.map((line) => line.trim().split(/ {2,}/)).map(([label, ...cells]) => ({ label, cells }));
}

/** Whether what is shown of some seconds is what the JSON has. */
function assertShown(shown, seconds, names) {
  for (const [i, name] of names.entries()) {
    assert.ok(Math.abs(Number(shown[i]) - seconds[name]) <= 0.5, `${shown[i]} for ${seconds[name]}`);
  }
}

test('the tables say what the JSON says', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  await knownRun(city);
  const { dataDir } = city.server.options;
  const ranks = ['p50', 'p90', 'p99'];

  // All in one: a figure a line.
  const [{ figures, seconds }] = stats(city);
  const lines = linesOf(audit(dataDir, 'stats'));
  const gap = lines.indexOf('');
  const [title, ...counts] = table(lines.slice(0, gap));
  assert.equal(title.label, 'events');
  const spoken = (name) => name.replace('_', ' ');
  assert.deepEqual(counts.map(({ label }) => label), Object.keys(figures).map(spoken));
  assert.deepEqual(counts.map(({ cells }) => cells), Object.values(figures).map((n) => [`${n}`]));
  const [heading, ...times] = table(lines.slice(gap + 1));
  assert.deepEqual(heading.cells, ranks);
  assert.deepEqual(times.map(({ label }) => label), Object.keys(seconds));
  for (const { label, cells } of times) assertShown(cells, seconds[label], ranks);

  // By driver: a driver a line.
  const rows = linesOf(audit(dataDir, 'stats', '--by', 'driver'));
  const [names, ...drivers] = table(rows.slice(0, rows.indexOf('')));
  assert.deepEqual(names.cells, Object.keys(figures).map(spoken));
  for (const { of, name, figures } of stats(city, '--by', 'driver')) {
    const { cells } = drivers.find(({ label }) => label === (name ? `${of} ${name}` : of));
    assert.deepEqual(cells, Object.values(figures).map(String));
  }
});
