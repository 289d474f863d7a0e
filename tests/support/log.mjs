// The log as it lies on the disk: its files, its events, and what hansom-replay says of it.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binary } from './server.mjs';

export const replayBinary = join(dirname(binary), 'hansom-replay');

/** Runs hansom-replay to its end. */
export function replay(...args) {
  const { status, stdout, stderr } = spawnSync(replayBinary, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
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
