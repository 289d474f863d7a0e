// The bench harness itself: each mode measures something, and says so in every form; what can't be
// measured is refused in one line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { binary, inherited, temporaryFolder } from '../support/server.mjs';

const benchBinary = join(dirname(binary), 'hansom-bench');

function bench(...args) {
  const { status, stdout, stderr } = spawnSync(benchBinary, args, {
    encoding: 'utf8', env: inherited, timeout: 120_000,
  });
  return { status, stdout, stderr };
}

/** What a short run of a mode reports, which has to name its options and its machine. */
function report(t, mode, ...args) {
  const folder = temporaryFolder(t);
  const { status, stdout, stderr } = bench(mode, '--json', '--folder', join(folder, 'data'), ...args);
  assert.deepEqual([status, stderr], [0, ''], mode);
  const report = JSON.parse(stdout);
  assert.equal(report.mode, mode);
  assert.ok(report.options.folder.startsWith(folder));
  assert.ok(report.machine.cores > 0);
  assert.deepEqual(readdirSync(folder), [], 'nothing is left behind');
  return report;
}

/** The one result of all rows, each of which has to be above 0. */
const above0 = (rows, result) =>
  rows.forEach((row) => assert.ok(row[result]?.median > 0, `${result} of ${JSON.stringify(row)}`));

test('the engine mode counts commands', (t) => {
  const { rows } = report(t, 'engine', '--runs', '2', '--seconds', '0.05', '--in-flight', '1,8');
  assert.deepEqual(rows.map((row) => [row.sync, row['in flight']]),
    [['on', '1'], ['on', '8'], ['off', '1'], ['off', '8']]);
  above0(rows, 'commands/s');
  assert.equal(rows[0]['commands/s'].runs.length, 2);
});

test('the replay mode goes through what the fill mode made', (t) => {
  const log = join(temporaryFolder(t), 'log');
  const filled = report(t, 'fill', '--data-dir', log, '--events', '300', '--unsynced');
  assert.ok(filled.rows[0].events.median >= 300);
  const { rows } = report(t, 'replay', '--data-dir', log, '--runs', '1');
  above0(rows, 'events/s');
});

test('the fanout mode counts what arrives, from the server and raw', (t) => {
  const { rows } = report(t, 'fanout', '--runs', '1', '--seconds', '0.05', '--sockets', '1,20');
  assert.deepEqual(rows.map((row) => [row.to, row.sockets]),
    [['room', '1'], ['drivers', '1'], ['room', '20'], ['drivers', '20']]);
  for (const result of ['last ms', 'raw last ms', 'deliveries/s', 'raw deliveries/s']) {
    above0(rows, result);
  }
});

test('the idle mode weighs sockets', (t) => {
  const { rows } = report(t, 'idle', '--runs', '1', '--sockets', '200');
  assert.deepEqual(rows.map((row) => row.of), ['echo', 'driver', 'room']);
  above0(rows, 'KiB a socket');
});

test('the grow mode sets every size beside the smallest', (t) => {
  const { rows } = report(t, 'grow', '--runs', '1', '--seconds', '0.05', '--live', '20,60',
    '--events', '300,900', '--moved', '8');
  assert.deepEqual(rows.map((row) => [row.grows, row.sync, row.size]), [
    ...['on', 'off'].flatMap((sync) => ['20', '60'].map((size) => ['bookings', sync, size])),
    ...['on', 'off'].flatMap((sync) => ['300', '900'].map((size) => ['log', sync, size]))]);
  for (const result of ['engine cpu us', 'all cpu us', 'wall us', 'x cpu']) above0(rows, result);
});

test('the start mode starts the server with checkpoints and without', (t) => {
  const { rows } = report(t, 'start', '--runs', '1', '--events', '2000', '--live', '20',
    '--behind', '500', '--without-checkpoint');
  assert.deepEqual(rows.map((row) => [row.checkpoint, row.files]),
    [['newest', 'cold'], ['500 behind', 'cold'], ['newest', 'warm'], ['500 behind', 'warm'],
      ['none', 'cold'], ['RocksDB alone', 'cold']]);
  above0(rows, 'start s');
});

test('the wire mode has rides answered in both loops, beside its baseline', (t) => {
  const { rows } = report(t, 'wire', '--runs', '1', '--seconds', '0.3', '--in-flight', '1,8',
    '--drivers', '4', '--customers', '5', '--rate', '50');
  assert.deepEqual(rows.map((row) => [row.server, row.loop, row['in flight'], row.rate]),
    [['hansom', 'closed', '1', '-'], ['echo', 'closed', '1', '-'], ['hansom', 'closed', '8', '-'],
      ['echo', 'closed', '8', '-'], ['hansom', 'open', '-', '50']]);
  for (const result of ['commands/s', 'p50 ms', 'p99.9 ms', 'server us/frame', 'RSS MiB before']) {
    above0(rows, result);
  }
  above0(rows.filter((row) => row.server === 'hansom' && row.loop === 'closed'), 'x echo');
});

test('the overload mode tells what is accepted, what is refused, and what comes after', (t) => {
  const { rows } = report(t, 'overload', '--runs', '1', '--seconds', '0.5', '--sockets', '4',
    '--in-flight', '32');
  assert.deepEqual(rows.map((row) => row.load), ['highest', 'normal', 'overload', 'afterwards']);
  for (const result of ['offered/s', 'accepted/s', 'p50 ms', 'p99 ms', 'x normal', 'RSS MiB']) {
    above0(rows, result);
  }
  assert.ok(rows[3]['usual after s'].median >= 0);
});

test('the hostile mode measures rides, and has hostile sockets beside them', (t) => {
  const { rows } = report(t, 'hostile', '--runs', '1', '--seconds', '0.5', '--sockets', '12',
    '--silent', '2', '--dribbling', '4', '--a-byte', '5', '--rate', '100');
  assert.deepEqual(rows.map((row) => row['the others']), ['quiet', 'behaving', 'hostile']);
  const [quiet, behaving, hostile] = rows;
  for (const result of ['commands/s', 'p99 ms', 'RSS MiB']) above0(rows, result);
  for (const result of ['told/s', 'pings/s']) {
    above0([behaving, hostile], result);
    assert.equal(quiet[result].median, 0, result);
  }
  above0([quiet, hostile], 'p99 x behaved');
});

test('the pick mode chooses and moves, whatever the spread', (t) => {
  const { rows } = report(t, 'pick', '--runs', '1', '--drivers', '4,500');
  assert.deepEqual(rows.map((row) => [row.spread, row.drivers]),
    [['cities', '4'], ['cities', '500'], ['world', '4'], ['world', '500']]);
  for (const result of ['choose us', 'choose p99 us', 'scan us']) above0(rows, result);
});

test('the same figures are a table and a drawing', (t) => {
  const svg = join(temporaryFolder(t), 'engine.svg');
  const { status, stdout } = bench('engine', '--runs', '1', '--seconds', '0.05', '--in-flight', '4',
    '--svg', svg);
  assert.equal(status, 0);
  assert.match(stdout, /^hansom-bench engine --drivers 100 .*--in-flight 4 --runs 1/m);
  assert.match(stdout, /^ *sync +in flight +rides\/s/m);
  const drawing = readFileSync(svg, 'utf8');
  assert.match(drawing, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<circle [^]*<\/svg>\n$/);
  assert.doesNotMatch(drawing, /<script|href=/);
});

test('what makes no sense is refused with one line and 2', () => {
  for (const words of [
    [], ['fly'], ['--runs', '3'], ['engine', '--runs', '0'], ['engine', '--runs', 'x'],
    ['engine', '--seconds', '-1'], ['engine', '--in-flight', '1,,2'], ['engine', 'fast'],
    ['engine', '--sockets', '3'], ['engine', '--svg', '/nowhere/at/all.svg'],
    ['fill', '--events', '3'], ['fill', '--data-dir', 'x', '--events', '0'],
    ['fanout', '--bytes', '501'],
    ['hostile', '--sockets', '2501'], ['overload', '--normal', '1'],
    ['grow', '--live', '3', '--events', '9'], ['grow', '--moved', '5000'],
    ['idle', '--sockets', '10000000'], ['pick', '--drivers', '3'], ['replay'],
    ['stalled', '--bytes', '7'],
  ]) {
    const { status, stdout, stderr } = bench(...words);
    assert.equal(status, 2, words.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^hansom-bench: [^\n]+; see --help\n$/);
  }
});

test('what can not be measured is said in one line, with 1', (t) => {
  const folder = temporaryFolder(t);
  const { status, stdout, stderr } = bench('fanout', '--server', join(folder, 'none'),
    '--folder', folder);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^hansom-bench: there is no server to run at [^\n]+\n$/);
});

test('help tells the modes, and the options of each', () => {
  const modes = bench('--help').stdout.match(/^ {2}[a-z]+ /gm).map((name) => name.trim());
  assert.ok(modes.includes('engine') && modes.includes('fill'));
  for (const mode of modes) {
    const { status, stdout } = bench(mode, '--help');
    assert.equal(status, 0);
    assert.match(stdout, /--json/);
  }
});
