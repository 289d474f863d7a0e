// @hansom/client as an app has it: under node_modules, found by its package.json.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const clientFolder = join(root, 'net', 'console', 'client');

/** A folder of an app that has the client and `ws` installed. */
export function appFolder(t) {
  const folder = temporaryFolder(t);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@hansom'), { recursive: true });
  cpSync(clientFolder, join(modules, '@hansom', 'client'), { recursive: true });
  symlinkSync(join(root, 'tests', 'node_modules', 'ws'), join(modules, 'ws'));
  return folder;
}
