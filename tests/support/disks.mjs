// Disks of their own for data folders: small ones, that fill up.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { afterwards, temporaryFolder } from './server.mjs';

/** A disk of its own; null where mounting is not permitted. */
export function smallDisk(t, options) {
  const folder = temporaryFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return null;
  }
  afterwards(t, () => execFileSync('umount', [folder]));
  return folder;
}

/** Leaves no byte free beside `file`. */
export function fillDisk(file) {
  const fd = openSync(file, 'a');
  for (let bytes = 1024 * 1024; bytes >= 1; bytes = bytes > 1 ? bytes >> 1 : 0) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(bytes));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  }
  closeSync(fd);
}
