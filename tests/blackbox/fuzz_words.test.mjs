// What the fuzzers begin with (fuzz/dictionaries/) has a word for all that the server routes and
// parses, or they would hardly ever come to it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { served } from '../support/authorization/existing.mjs';

const wordsOf = (target) =>
  readFileSync(new URL(`../fuzz/dictionaries/${target}.dict`, import.meta.url), 'utf8');

test('every path that is served is in the fuzzers\' words', () => {
  const words = wordsOf('requests');
  const paths = served().map((each) => each.split(' ')[1]).filter((each) => each.startsWith('/'));
  assert.ok(paths.length > 30, `${paths}`);
  for (const path of paths) {
    // `/api/rooms/{host}/{slug}/messages` is two words.
    const parts = path.split(/\{\w+\}/).filter((part) => part.length > 1);
    for (const part of parts) {
      const word = `"${part.replace(/\/$/, '')}`;
      assert.ok(words.includes(word), `${path}: ${word}`);
    }
  }
});

test('every message that is parsed is in the fuzzers\' words', () => {
  const targets = {
    driver: 'taxi', customer: 'taxi', passenger: 'campus', 'campus driver': 'campus', room: 'rooms',
  };
  const messages = served().filter((each) => each.includes(': '));
  assert.ok(messages.length > 20, `${messages}`);
  for (const each of messages) {
    const [side, type] = each.split(': ');
    assert.ok(new RegExp(`\\b${type}\\b`).test(wordsOf(targets[side])), each);
  }
});
