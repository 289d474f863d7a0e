// The documents are the contract: contract/ holds a copy of each, and beside it a table that names,
// for every heading, the tests that prove what stands under it. Here the tables are held to that,
// and to the decisions in PROTOCOL.md, of which there is a copy as well.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const tests = new URL('../', import.meta.url);
const beside = new URL('../../shared/', tests);
const read = (path) => readFileSync(new URL(path, tests), 'utf8');

/** Every text that a pattern's group finds, each once, in order. */
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];

/**
 * The headings of the taxi document, a web page that was saved as text: from its reference on, a
 * line between two empty ones that begins with a symbol or the number of a step, or is the name of
 * a message, perhaps with a remark in parentheses. `URL`, `Payload` and the like, which stand under
 * every one of them, have capitals and are none.
 */
function headingsOfPage(text) {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('📘'));
  const symbolOrStep = /^(?:\p{Extended_Pictographic}|↪|\d+(?=\p{L}))/u;
  const message = /^[a-z_]+(?: \/ [a-z_]+)*(?: \(.+\))?$/u;
  const standsAlone = (i) => !lines[i - 1] && !lines[i + 1];
  return lines.filter((line, i) =>
    i >= begin && standsAlone(i) && (symbolOrStep.test(line) || message.test(line)));
}

const headingsOfMarkdown = (text) => found(text, /^#+ (.+)$/gm);

const type = /(?<!\w)"?type"?:\s+"([a-z_]+)"/g;
const actionOrType = /"(?:action|type)":\s*"([a-z_]+)"/g;
const codeInList = /^([A-Z_]{5,}) +— /gm;
const quotedCode = /`([A-Z]+(?:_[A-Z]+)+)`/g;

/**
 * The documents. `names` are the patterns of what a test has to name, with how many of them and of
 * the headings one counts by eye. What was decided beyond a document is a second table in the file
 * of the first, held to the `section` of the protocol's decisions.
 */
const documents = [
  {
    name: 'taxi', copy: 'taxi-booking-flow.txt', headingsOf: headingsOfPage, headings: 32,
    names: [[type, 30], [codeInList, 21]],
  },
  {
    name: 'campus', copy: 'campus-driver-consumer.md', headingsOf: headingsOfMarkdown, headings: 8,
    names: [[actionOrType, 5]], section: [actionOrType, quotedCode],
  },
  {
    name: 'rooms', copy: 'rooms-websocket-api.md', headingsOf: headingsOfMarkdown, headings: 18,
    names: [[actionOrType, 5]], section: [quotedCode],
  },
];

/** The rows of a table: heading -> [{file, name}]. A cell has one test a line, as `file: name`. */
function tableOf(rows) {
  return new Map(rows.map((row) => {
    const [, heading, cell] = row.match(/^\| (.+?) \| (.*) \|$/) ?? assert.fail(row);
    const named = cell.split('<br>').filter(Boolean).map((entry) => {
      const [, file, name] = entry.match(/^`([\w/]+\.test\.mjs)`: (.+)$/) ?? assert.fail(entry);
      return { file, name };
    });
    return [heading, named];
  }));
}

/** The tables of a page, in order. */
function tablesOf(markdown) {
  return markdown.split(/^\| --- \| --- \|$/m).slice(1).map((rest) =>
    tableOf(rest.trimStart().split(/\n(?!\| )/, 1)[0].split('\n')));
}

/** Whether a test of this name stands in the source; in a template, `${..}` stands for anything. */
function hasTest(source, name) {
  return [...source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g)].some(([, quote, text]) => {
    if (quote !== '`') return text.replaceAll(/\\(.)/g, '$1') === name;
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(/\W/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`).test(name);
  });
}

const blackbox = readdirSync(new URL('blackbox/', tests))
  .filter((file) => file !== 'contract.test.mjs')
  .map((file) => read(`blackbox/${file}`))
  .join('\n');

function assertNamedInTests(names) {
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(blackbox));
  assert.deepEqual(missing, [], 'in no test');
}

/** Compares a copy in contract/ with what it was made of, where that lies beside the repository. */
function assertCopied(t, copy, path) {
  const original = new URL(path, beside);
  if (!existsSync(original)) return t.skip('it does not lie beside the repository');
  assert.ok(readFileSync(new URL(`contract/${copy}`, tests)).equals(readFileSync(original)), copy);
}

test('the copy of the decisions is what was decided', (t) => {
  assertCopied(t, 'PROTOCOL.md', 'PROTOCOL.md');
});

for (const { name, copy, headingsOf, headings: howMany, names, section } of documents) {
  const text = read(`contract/${copy}`);
  const [table, beyond = new Map()] = tablesOf(read(`contract/${name}.md`));

  test(`every heading of the ${name} document is in the table, in its order, and no other`, () => {
    const headings = headingsOf(text);
    assert.equal(headings.length, howMany, 'as many as one counts by eye');
    assert.deepEqual([...table.keys()], headings);
  });

  test(`every heading of the ${name} document has a test, and every test named exists`, () => {
    const missing = [];
    for (const [heading, named] of [...table, ...beyond]) {
      if (named.length === 0) missing.push(`${heading}: a test`);
      for (const { file, name } of named) {
        const there = existsSync(new URL(file, tests)) && hasTest(read(file), name);
        if (!there) missing.push(`${heading}: "${name}" in ${file}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  test(`every message and every error code of the ${name} document is named in a test`, () => {
    for (const [pattern, howMany] of names) {
      const all = found(text, pattern);
      assert.equal(all.length, howMany, `${all}`);
      assertNamedInTests(all);
    }
    assertNamedInTests([...beyond.keys()].map((key) => key.replaceAll('`', '')));
  });

  test(`the copy of the ${name} document is the document`, (t) => {
    assertCopied(t, copy, `seeds/${copy}`);
  });

  if (!section) continue;
  test(`what was decided beyond the ${name} document is in the second table`, () => {
    const title = new RegExp(`^## ${name}$`, 'im');
    const decided = read('contract/PROTOCOL.md').split(title)[1].split(/^## /m)[0];
    const inDocument = names.flatMap(([pattern]) => found(text, pattern));
    for (const each of section.flatMap((pattern) => found(decided, pattern))) {
      const there = inDocument.includes(each) || beyond.has(`\`${each}\``);
      assert.ok(there, `${each} is in neither table`);
    }
  });
}
