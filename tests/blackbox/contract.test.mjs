// The taxi document is the contract: contract/ holds a copy, and beside it a table that names,
// for every heading, the tests that prove what stands under it. Here the table is held to that.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const tests = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, tests), 'utf8');
const taxi = read('contract/taxi-booking-flow.txt');

/**
 * The headings of the taxi document, a web page that was saved as text: from its reference on, a
 * line between two empty ones that begins with a symbol or the number of a step, or is the name of
 * a message, perhaps with a remark in parentheses. `URL`, `Payload` and the like, which stand under
 * every one of them, have capitals and are none.
 */
function headingsOf(text) {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('📘'));
  const symbolOrStep = /^(?:\p{Extended_Pictographic}|↪|\d+(?=\p{L}))/u;
  const message = /^[a-z_]+(?: \/ [a-z_]+)*(?: \(.+\))?$/u;
  const standsAlone = (i) => !lines[i - 1] && !lines[i + 1];
  return lines.filter((line, i) =>
    i >= begin && standsAlone(i) && (symbolOrStep.test(line) || message.test(line)));
}

/** The rows of a table: heading -> [{file, name}]. A cell has one test a line, as `file: name`. */
function tableOf(markdown) {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| ')).slice(2);
  return new Map(rows.map((row) => {
    const [, heading, cell] = row.match(/^\| (.+?) \| (.*) \|$/) ?? assert.fail(row);
    const named = cell.split('<br>').filter(Boolean).map((entry) => {
      const [, file, name] = entry.match(/^`([\w/]+\.test\.mjs)`: (.+)$/) ?? assert.fail(entry);
      return { file, name };
    });
    return [heading, named];
  }));
}

/** Whether a test of this name stands in the source; in a template, `${..}` stands for anything. */
function hasTest(source, name) {
  return [...source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g)].some(([, quote, text]) => {
    if (quote !== '`') return text.replaceAll(/\\(.)/g, '$1') === name;
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/\W/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`).test(name);
  });
}

const headings = headingsOf(taxi);
const table = tableOf(read('contract/taxi.md'));
const blackbox = readdirSync(new URL('blackbox/', tests))
  .filter((file) => file !== 'contract.test.mjs')
  .map((file) => read(`blackbox/${file}`))
  .join('\n');

test('every heading of the taxi document is in the table, in its order, and no other', () => {
  assert.equal(headings.length, 32, 'as many as one counts by eye');
  assert.deepEqual([...table.keys()], headings);
});

test('every heading has a test, and every test that is named exists', () => {
  const missing = [];
  for (const [heading, named] of table) {
    if (named.length === 0) missing.push(`${heading}: a test`);
    for (const { file, name } of named) {
      const there = existsSync(new URL(file, tests)) && hasTest(read(file), name);
      if (!there) missing.push(`${heading}: "${name}" in ${file}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('every message and every error code of the taxi document is named in a test', () => {
  const types = [...taxi.matchAll(/(?<!\w)"?type"?:\s+"([a-z_]+)"/g)].map(([, type]) => type);
  const codes = [...taxi.matchAll(/^([A-Z_]{5,}) +— /gm)].map(([, code]) => code);
  assert.equal(new Set(types).size, 30, `${[...new Set(types)]}`);
  assert.equal(codes.length, 21, `${codes}`);
  for (const name of [...types, ...codes]) {
    assert.match(blackbox, new RegExp(`\\b${name}\\b`), `${name} is in no test`);
  }
});

test('the copy of the taxi document is the document', (t) => {
  const original = new URL('../../shared/seeds/taxi-booking-flow.txt', tests);
  if (!existsSync(original)) return t.skip('it does not lie beside the repository');
  const copy = readFileSync(new URL('contract/taxi-booking-flow.txt', tests));
  assert.ok(copy.equals(readFileSync(original)));
});
