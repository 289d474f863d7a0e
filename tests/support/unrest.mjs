// Clients behind a proxy that disturbs their connections, again and again, while they go on.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { afterwards } from './server.mjs';
import { Dice, anySeed } from './kills/dice.mjs';
import { rounds } from './torture.mjs';
import { UnrulyProxy } from './unruly_proxy.mjs';

/** How many connections are disturbed. */
export const disturbances = rounds(30, 1000);

/** Waits that are short, so that much can happen; nobody ever gives up. */
export const restless = {
  attempts: 1_000_000, delayMs: 3, answerMs: 400, heartbeatMs: 100, timeoutMs: 60_000,
};

/** Compares long lists; says where they part, which `deepEqual` takes minutes for. */
export function assertSameList(shown, expected, what) {
  const end = Math.max(shown.length, expected.length);
  for (let i = 0; i < end; ++i) {
    if (isDeepStrictEqual(shown[i], expected[i])) continue;
    assert.deepEqual(shown[i], expected[i], `${what}: number ${i} of ${expected.length}`);
  }
}

/** A test in which somebody is not told something may wait for ever. */
export const timeout = rounds(60_000, 600_000);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Unrest {
  /** A seed (HANSOM_SEED), dice, and the proxy before the server. */
  static async begin(t, server) {
    const unrest = new Unrest();
    unrest.seed = anySeed();
    t.diagnostic(`HANSOM_SEED=${unrest.seed}`);
    unrest.dice = new Dice(unrest.seed);
    unrest.server = server;
    unrest.proxy = await UnrulyProxy.start(t, server, unrest.dice);
    unrest.isOver = false;
    unrest.restarts = 0;
    afterwards(t, () => (unrest.isOver = true));
    return unrest;
  }

  /** Somebody whose client connects through the proxy. */
  behind(person) {
    return { ...person, side: person.side, server: { ...this.server, url: this.proxy.url } };
  }

  /** Disturbs connections at random moments, kills the server now and then; then all is well. */
  async rage({ count = disturbances, kills = 2 } = {}) {
    const killAt = new Set(Array.from({ length: kills }, (_, i) =>
      Math.ceil((count * (i + 1)) / (kills + 1))));
    while (this.proxy.count < count) {
      await pause(this.dice.below(60));
      if (this.proxy.disturb() && killAt.delete(this.proxy.count)) await this.restart();
    }
    this.isOver = true;
  }

  /** kill -9 and a new start, on another port. */
  async restart() {
    await this.server.kill();
    await this.server.launch();
    this.proxy.aimAt(this.server);
    ++this.restarts;
  }

  /** What was done, for the count. */
  get summary() {
    const kinds = Object.entries(this.proxy.done).map(([fate, count]) => `${fate} ${count}`);
    return `${this.proxy.count} connections disturbed (${kinds.join(', ')}), ` +
      `${this.restarts} kills of the server`;
  }
}
