// The log as it lies on the disk: its files, its events, and what hansom-replay says of it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from './app.mjs';
import { logEnd } from './city.mjs';
import { afterwards, binary, inherited } from './server.mjs';

export const replayBinary = join(dirname(binary), 'hansom-replay');
const tamperBinary = join(dirname(binary), 'tests', 'hansom_tamper');

/** Runs hansom-replay to its end. */
export function replay(...args) {
  return replayWith({}, ...args);
}

/** The same with an `input`, or with more in its `env`. */
export function replayWith({ input = '', env = {} }, ...args) {
  const { status, stdout, stderr } = spawnSync(replayBinary, args, {
    encoding: 'utf8', input, env: { ...inherited, ...env }, maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** What hansom-replay prints about a data folder where all goes well. */
export function audit(dataDir, ...args) {
  const { status, stdout, stderr } = replay('--data-dir', dataDir, ...args);
  assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  return stdout;
}

/** The one line with which hansom-replay refuses; it prints nothing else. */
export function objection(dataDir, args, code = 1) {
  return objectionIn(replay('--data-dir', dataDir, ...args), args.join(' '), code);
}

export function objectionIn({ status, stdout, stderr }, what, code = 1) {
  const note = `${what}: ${stdout}${stderr}`;
  assert.equal(status, code, note);
  assert.equal(stdout, '', note);
  assert.match(stderr, /^hansom-replay: [^\n]+\n$/, note);
  return stderr.slice('hansom-replay: '.length, -1);
}

/** hansom-replay while the test goes on; `ended` resolves to what `replay` gives. */
export function startReplay(t, args, env = {}) {
  const child = spawn(replayBinary, args, { env: { ...inherited, ...env } });
  afterwards(t, () => child.kill('SIGKILL'));
  const running = { child, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (running.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (running.stderr += text));
  child.stdin.on('error', () => {}); // it need not read to the end
  running.ended = new Promise((resolve) => child.on('close', (status, signal) =>
    resolve({ status, signal, stdout: running.stdout, stderr: running.stderr })));
  return running;
}

/** The lines of a text, each of which has to be whole. */
export function linesOf(text) {
  const lines = text.split('\n');
  assert.equal(lines.pop(), '', 'the last line ends, too');
  return lines;
}

/** What is printed in columns between tabs. */
export const rowsOf = (text) => linesOf(text).map((line) => line.split('\t'));

/** What is printed as a JSON object a line. */
export const objectsOf = (text) => linesOf(text).map((line) => JSON.parse(line));

/** The events among the lines of an export, which has lines about its records, too. */
export const eventLinesOf = (text) =>
  linesOf(text).filter((line) => line.startsWith('{"position":'));

/** Every file of the folder with its bytes. */
export function contents(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file, 'base64')]);
}

/** Damages a stopped server's log; resolves to the first positions of the records concerned. */
export function tamper(dataDir, ...what) {
  const { status, stdout, stderr } = spawnSync(tamperBinary, [dataDir, ...what.map(String)], {
    encoding: 'utf8',
    // It is no part of Hansom, and opens RocksDB in a way that ThreadSanitizer can't follow.
    env: { ...process.env, TSAN_OPTIONS: 'report_bugs=0' },
  });
  assert.equal(status, 0, stderr);
  return linesOf(stdout).map(Number);
}

/** Waits until the mark beside a running server's log has come to the log's end. */
export async function untilMarked(server) {
  const file = join(server.options.dataDir, 'log.mark');
  const end = await logEnd(server);
  await eventually(() => JSON.parse(readFileSync(file)).position === end, `a mark at ${end}`);
}

/** RocksDB's files of one kind (`.log`: written ahead, `.sst`: sorted), the largest first. */
export function logFiles(dataDir, kind = '.log') {
  const folder = join(dataDir, 'log');
  return readdirSync(folder)
    .filter((name) => name.endsWith(kind))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

const block_bytes = 32 * 1024;
const head_bytes = 7; // checksum (4), length (2), kind (1): 1 whole, 2 first, 3 middle, 4 last part

/** What was written ahead, put together again where RocksDB cut it at the ends of its blocks. */
function* batchesOf(bytes) {
  let parts = [];
  for (let at = 0; at + head_bytes <= bytes.length;) {
    const left = block_bytes - (at % block_bytes);
    const kind = left < head_bytes ? 0 : bytes[at + 6];
    if (kind === 0) { // the rest of the block is empty
      at += left;
      continue;
    }
    const length = bytes.readUInt16LE(at + 4);
    parts.push(bytes.subarray(at + head_bytes, at + head_bytes + length));
    at += head_bytes + length;
    if (kind === 2 || kind === 3) continue;
    yield Buffer.concat(parts);
    parts = [];
  }
}

/**
 * All events of a server that was killed and has been started only once: what it wrote ahead is
 * still there whole. Each stands in a line of its own, as JSON.
 */
export function eventsOf(dataDir) {
  const files = logFiles(dataDir).map((file) => readFileSync(file));
  return files
    .flatMap((bytes) => [...batchesOf(bytes)])
    .flatMap((batch) => batch.toString().match(/\{"position":.+\}(?=\n)/g) ?? [])
    .map((line) => JSON.parse(line))
    .sort((a, b) => a.position - b.position);
}
