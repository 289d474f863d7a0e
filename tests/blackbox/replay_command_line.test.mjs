// How hansom-replay is called: words, options, times, exit codes; on a terminal and in a pipe.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openPatientCity } from '../support/city.mjs';
import { longFolder, stoppedFolder } from '../support/folders.mjs';
import { nowhere } from '../support/http.mjs';
import {
  audit, linesOf, objection, objectionIn, objectsOf, replay, replayBinary, replayWith,
} from '../support/log.mjs';
import { Ride } from '../support/rides.mjs';
import { inherited, temporaryFolder } from '../support/server.mjs';

/** What a person is told who asks for help, or for anything else that needs no log. */
function told(...args) {
  const { status, stdout, stderr } = replay(...args);
  assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  return stdout;
}

/** All commands, as --help lists them. */
const commands = [...told('--help').matchAll(/^ {2}([a-z]+)(?: [A-Z]+)? {2,}\S/gm)]
  .map(([, name]) => name);

/** The long options of a command, as its --help lists them. */
const optionsOf = (command) =>
  [...told(command, '--help').matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);

// Help.

test('--help lists the commands that there are', () => {
  assert.deepEqual(commands, [
    'ls', 'show', 'at', 'seen', 'why', 'tail', 'stats', 'verify', 'rebuild', 'export', 'import',
    'backup', 'restore',
  ]);
  for (const args of [['-h'], ['--data-dir', '/nowhere', '--help']]) {
    assert.match(told(...args), /^Example: hansom-replay /m);
  }
  assert.match(told('--version'), /^hansom-replay \d+\.\d+\S*\n$/);
});

test('each command has a --help of its own, with its options and an example', () => {
  for (const command of commands) {
    const help = told(command, '--help');
    assert.equal(told(command, '-h'), help);
    assert.equal(told('--help', command), help, 'before the command, too');
    assert.match(help, new RegExp(`^Usage:\n  hansom-replay ${command}\\b`, 'm'));
    const examples = help.split(/^Examples?:\n/m)[1];
    assert.match(examples, new RegExp(`^  .*hansom-replay (--data-dir \\S+ )?${command}\\b`, 'm'));
    assert.ok(optionsOf(command).includes('--data-dir'));
    for (const line of help.split('\n')) assert.ok(line.length <= 100, line);
  }
});

// What is wrong.

const some = 'booking-00000000-0000-4000-8000-000000000007';

test('wrong use is one line and exit code 2, and looks into no log', () => {
  const cases = [
    [], [''], ['destroy'], ['--nonsense'], ['--data-dir'], ['ls', '--data-dir'],
    ...commands.map((command) => [command, '--nonsense']),
    ...['ls', 'tail', 'stats', 'verify', 'rebuild', 'export', 'import'].map((name) => [name, 'x']),
    ...['show', 'at', 'seen', 'why', 'backup', 'restore'].flatMap((name) => [
      [name], [name, 'one', 'two'],
    ]),
    ['ls', '--kind', 'x'], ['ls', '--kind'], ['ls', '--status', 'x'], ['ls', '--since', 'today'],
    ['ls', '--driver', 'x'], ['ls', '--customer', ''],
    ['ls', '--kind', 'room', '--driver', nowhere],
    ['ls', '--kind', 'room', '--status', 'completed'],
    ['seen', some], ['seen', some, '--by', 'me'],
    ['seen', some, '--by', 'driver', '--account', 'x'],
    ['tail', '-n', 'x'], ['tail', '-n', '-1'], ['tail', '-n', '1.5'],
    ['stats', '--by', 'week'], ['stats', '--since', 'x'], ['stats', '--until', 'x'],
    ['export', '--format', 'xml'], ['export', '--from', 'x'], ['export', '--from', '-1'],
    ['export', '--stream', 'x'],
  ];
  for (const args of cases) objectionIn(replay(...args), JSON.stringify(args), 2);
});

test('what is wrong with a booking\'s id or moment is said where there is a log', async (t) => {
  const dataDir = await stoppedFolder(t);
  const [, id] = audit(dataDir, 'ls', '--kind', 'booking').match(/^booking-(\S+)/);
  for (const command of ['show', 'why', 'at', 'seen']) {
    const more = { at: ['--position', '1'], seen: ['--by', 'driver'] }[command] ?? [];
    for (const unknown of ['nonsense', '', 'booking-', `booking-${id}x`, `ride-${id}`]) {
      objection(dataDir, [command, unknown, ...more], 2);
    }
    for (const missing of [nowhere, `booking-${nowhere}`]) {
      const why = objection(dataDir, [command, missing, ...more], 1);
      assert.match(why, new RegExp(`there is no booking-${nowhere}`));
    }
  }
  for (const when of [
    [], ['--position', '1', '--time', '2026-11-20'], ['--position', 'x'], ['--position', '-1'],
    ['--position', '99999999999999999999'], ['--time', 'x'], ['--time', ''],
  ]) {
    objection(dataDir, ['at', id, ...when], 2);
  }
  assert.match(objection(dataDir, ['show', `account-${nowhere}`]), /there is no account-/);
});

test('without a log every command says so, and makes none', (t) => {
  const empty = temporaryFolder(t);
  for (const folder of [empty, join(empty, 'nowhere')]) {
    for (const args of [
      ['ls'], ['show', some], ['at', some, '--position', '1'], ['seen', some, '--by', 'driver'],
      ['why', some], ['tail'], ['tail', '-f'], ['stats'], ['verify'], ['rebuild'], ['export'],
      ['backup', join(empty, 'copy')],
    ]) {
      assert.match(objection(folder, args), /there is no log in/, args.join(' '));
    }
  }
  assert.deepEqual(readdirSync(empty), []);
});

// Where options stand.

test('options stand before the command or behind it, with = or without', async (t) => {
  const dataDir = await stoppedFolder(t);
  const [, id] = audit(dataDir, 'ls', '--kind', 'booking').match(/^booking-(\S+)/);
  const expected = audit(dataDir, 'seen', id, '--by', 'driver');
  for (const args of [
    ['seen', id, '--by', 'driver', '--data-dir', dataDir],
    ['seen', '--data-dir', dataDir, '--by', 'driver', id],
    ['--data-dir', dataDir, 'seen', '--by=driver', id],
    [`--data-dir=${dataDir}`, 'seen', `booking-${id}`, '--by=driver'],
    ['seen', `--data-dir=${dataDir}`, '--by', 'driver', id],
  ]) {
    assert.equal(told(...args), expected, args.join(' '));
  }
  const seen = ['seen', id, '--by', 'driver'];
  const { stdout } = replayWith({ env: { HANSOM_DATA_DIR: dataDir } }, ...seen);
  assert.equal(stdout, expected, 'from the environment');
  const elsewhere = { env: { HANSOM_DATA_DIR: '/nowhere' } };
  const { stdout: flagged } = replayWith(elsewhere, '--data-dir', dataDir, ...seen);
  assert.equal(flagged, expected, 'a flag wins');
});

// Times.

test('times are taken as ISO 8601 has them, with days, fractions and offsets', async (t) => {
  const dataDir = await stoppedFolder(t);
  const [, id] = audit(dataDir, 'ls', '--kind', 'booking').match(/^booking-(\S+)/);
  const story = objectsOf(audit(dataDir, 'show', id, '--json'));
  for (const { event } of story) assert.match(event.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const { at: last, position } = story.at(-1).event;
  const now = audit(dataDir, 'at', id, '--position', position);
  const local = new Date(Date.parse(last) + (5 * 60 + 30) * 60_000).toISOString();
  const micros = last.slice(19, 26);
  for (const time of [
    last, last.replace('.', ','), last.replace('Z', '+00:00'), last.replace('Z', '-00:00'),
    `${local.slice(0, 19)}${micros}+05:30`, `${local.slice(0, 19)}${micros}+0530`,
  ]) {
    assert.equal(audit(dataDir, 'at', id, '--time', time), now, time);
  }
  const day = 24 * 3600 * 1000;
  const on = (ms) => new Date(ms).toISOString();
  const tomorrow = on(Date.parse(last) + day);
  const parts = [tomorrow.slice(0, 10), `${tomorrow.slice(0, 16)}Z`, `${tomorrow.slice(0, 19)}Z`];
  for (const time of parts) {
    assert.equal(audit(dataDir, 'at', id, '--time', time), now, time);
    assert.equal(audit(dataDir, 'ls', '--since', time), '', time);
  }
  // A day begins at midnight in UTC, so all that has happened is of today, or of yesterday.
  const yesterday = on(Date.parse(last) - day);
  assert.equal(audit(dataDir, 'ls', '--since', yesterday.slice(0, 10)), audit(dataDir, 'ls'));
});

test('what is no time, or one that does not exist, is refused', async (t) => {
  const dataDir = await stoppedFolder(t);
  for (const time of [
    '', 'now', '5', '2026', '2026-11', '2026-13-01', '2026-02-30', '2025-02-29', '2026-11-20T',
    '2026-11-20T25:00Z', '2026-11-20T12:60Z', '2026-11-20T12:00:61Z', '2026-11-20T12:00:00.Z',
    '20.11.2026', '2026-11-20T12:00:00ZZ', '2026-11-20T12:00:00Z ', '2026-11-20T12:00+25:00',
    '2026-11-20T12:00+02:60',
  ]) {
    const why = objection(dataDir, ['ls', '--since', time], 2);
    assert.match(why, /ISO 8601.*\d{4}-\d\d-\d\dT/, `an example for '${time}'`);
  }
});

// A terminal and a pipe.

const shellWord = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** What a shell command shows on a terminal. */
function onTerminal(command, env = {}) {
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...inherited, TERM: 'xterm', ...env },
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stdout);
  return stdout.replaceAll('\r\n', '\n');
}

const callOf = (...args) => [replayBinary, ...args].map(shellWord).join(' ');

test('colours are for a terminal, and not where NO_COLOR is set', async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const ride = await new Ride(city).through('complete');
  const { dataDir } = city.server.options;
  const colour = /\x1b\[\d+m/g;
  for (const args of [['ls'], ['show', ride.id], ['tail'], ['why', ride.id], ['stats']]) {
    const plain = audit(dataDir, ...args);
    assert.ok(!plain.includes('\x1b'), `${args[0]} in a pipe`);
    const call = callOf('--data-dir', dataDir, ...args);
    const coloured = onTerminal(call);
    assert.match(coloured, colour, args[0]);
    assert.equal(coloured.replaceAll(colour, ''), plain, 'but for its colours it is the same');
    assert.equal(onTerminal(call, { NO_COLOR: '1' }), plain);
    assert.equal(onTerminal(`${call} | cat`), plain, 'with a pipe behind it');
  }
});

test('what is for machines has no colours, on a terminal either', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('complete');
  const { dataDir } = city.server.options;
  for (const args of [
    ['show', ride.id, '--json'], ['show', ride.id, '--diagram'], ['tail', '--json'],
    ['stats', '--json'], ['export'], ['export', '--format', 'csv'],
    ['at', ride.id, '--time', '2999-01-01'], ['seen', ride.id, '--by', 'driver'],
  ]) {
    const shown = onTerminal(callOf('--data-dir', dataDir, ...args));
    assert.equal(shown, audit(dataDir, ...args), args.join(' '));
  }
});

test('long work shows on a terminal how far it is, and in a pipe nothing', async (t) => {
  const dataDir = await longFolder(t);
  // A reader that begins late makes the work long: a pipe holds 64 KiB.
  const slowly = `${callOf('--data-dir', dataDir, 'export')} | (sleep 0.4; wc -l)`;
  const shown = onTerminal(slowly);
  assert.match(shown, /exporting: [\d,]+ of 3,0\d\d, [\d,]+\/s, \d+ (s|min \d+ s) left/);
  const [count] = shown.match(/\d+\n$/);
  assert.equal(Number(count), linesOf(audit(dataDir, 'export')).length);
  const { stdout, stderr } = spawnSync('bash', ['-c', slowly], { encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], [count, '']);
});

test('a line of progress is gone when the work is done', async (t) => {
  const dataDir = await longFolder(t);
  const shown = onTerminal(`${callOf('--data-dir', dataDir, 'export')} | (sleep 0.4; wc -l)`);
  // What a terminal keeps of a line is what stands behind the last "erase the line".
  const kept = shown.split('\n').map((line) => line.split(/\r\x1b\[K/).at(-1));
  assert.deepEqual(kept.filter((line) => /exporting/.test(line)), []);
});

// JSON.

test('each line of --json is an object', async (t) => {
  const city = await openPatientCity(t);
  const ride = await new Ride(city).through('complete');
  const { dataDir } = city.server.options;
  for (const args of [
    ['show', ride.id], ['show', `account-${city.driver.id}`], ['tail'], ['stats'],
    ['stats', '--by', 'hour'], ['stats', '--by', 'driver'],
  ]) {
    const objects = objectsOf(audit(dataDir, ...args, '--json'));
    assert.ok(objects.length > 0);
    for (const object of objects) assert.equal(typeof object, 'object');
  }
});

// The completion and the manual.

/** What bash offers behind these words; the last of them is being typed. */
function completed(...words) {
  const script = `
    compopt() { :; } # which works for a shell that is typed into only
    source <(${shellWord(replayBinary)} --completion)
    [[ $(complete -p hansom-replay) =~ -F\\ ([^ ]+) ]] || exit 3
    COMP_WORDS=(hansom-replay ${words.map(shellWord).join(' ')})
    COMP_CWORD=${words.length}
    "\${BASH_REMATCH[1]}" hansom-replay "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-uc', script], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\n').filter(Boolean);
}

test('bash completes commands, options, and what an option may be', (t) => {
  const offered = completed('');
  for (const command of commands) assert.ok(offered.includes(command), command);
  assert.deepEqual(completed('ex'), ['export']);
  assert.deepEqual(completed('--data-dir', '/tmp', 're'), ['rebuild', 'restore']);
  assert.deepEqual(completed('--data-dir=/tmp', 've'), ['verify']);
  for (const command of commands) {
    assert.deepEqual(completed(command, '--').sort(), optionsOf(command).sort(), command);
    assert.deepEqual(
      completed('--data-dir', '/tmp', command, '--').sort(), optionsOf(command).sort(), command,
    );
  }
  assert.deepEqual(completed('ls', '--kind', 'r'), ['room']);
  assert.deepEqual(completed('ls', '--status', 'co'), ['confirmation', 'completed']);
  assert.deepEqual(completed('seen', 'x', '--by', ''), ['driver', 'customer']);
  assert.deepEqual(completed('stats', '--by', ''), ['hour', 'day', 'driver']);
  assert.deepEqual(completed('export', '--format', 'n'), ['ndjson']);
  const folder = temporaryFolder(t);
  for (const words of [['--data-dir'], ['backup'], ['ls', '--data-dir']]) {
    assert.deepEqual(completed(...words, folder.slice(0, -1)), [folder]);
  }
});

/** A tool over the manual, or null where it is not installed. */
function overManual(tool, ...args) {
  const { error, ...result } =
    spawnSync(tool, args, { encoding: 'utf8', input: told('--manual') });
  if (error?.code === 'ENOENT') return null;
  return result;
}

test('the manual is well formed, and names every command and option', (t) => {
  const lint = overManual('mandoc', '-T', 'lint', '-W', 'error');
  if (lint) assert.equal(lint.status, 0, lint.stdout + lint.stderr);
  const page = overManual('groff', '-man', '-Tutf8', '-ww', '-b', '-P-cbou');
  if (!page) return t.skip('groff is not installed');
  assert.deepEqual([page.status, page.stderr], [0, '']);
  const text = page.stdout.replaceAll('\u2010', '-').replaceAll('\u2212', '-');
  for (const heading of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'EXIT STATUS', 'ENVIRONMENT']) {
    assert.match(text, new RegExp(`^${heading}$`, 'm'));
  }
  for (const command of commands) {
    const begin = text.search(new RegExp(`^ {3}${command}( [A-Z]+)?$`, 'm'));
    assert.ok(begin > 0, `a section for ${command}`);
    const section = text.slice(begin).split(/\n {3}(?=\S)|\n(?=[A-Z]{2})/)[0];
    for (const option of optionsOf(command)) {
      assert.match(section, new RegExp(`${option}\\b`), `${command} ${option}`);
    }
    assert.match(section, new RegExp(`hansom-replay (--data-dir \\S+ )?${command}`), 'an example');
  }
});
