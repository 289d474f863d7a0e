// One life of the server, from a start to a kill at a moment that is thrown beforehand.
import { setTimeout as pass } from 'node:timers/promises';
import { within } from '../app.mjs';

/** The kinds of moments, each with how far away it may be, in its own unit. */
const kinds = {
  'ms after the start began': 150,
  'ms of load': 400,
  'frames seen': 2000,
  'messages sent': 1000,
  'ms into a drain': 60,
};
const load_before_drain_ms = 60;

/** Mostly soon, as the starts and their first messages are what is seldom otherwise. */
export function throwMoment(dice) {
  const kind = dice.pick(Object.keys(kinds));
  return { kind, after: Math.floor(dice.throw() ** 2 * kinds[kind]) };
}

/** What the clients of one life share: they count for the killer, and stop when it has struck. */
export class Life {
  constructor(server, moment) {
    this.server = server;
    this.moment = moment;
    this.counts = { 'frames seen': 0, 'messages sent': 0 };
    this.isOver = false;
    this.apps = [];
    this.struck = new Promise((resolve) => (this.resolveStruck = resolve));
  }

  strike() {
    if (this.isOver) return;
    this.isOver = true;
    this.kill();
  }

  kill() {
    this.server.child.kill('SIGKILL');
    this.resolveStruck();
  }

  count(what) {
    const reached = ++this.counts[what] > this.moment?.after;
    if (reached && this.moment.kind === what) this.strike();
  }

  /** Kills while the server starts, or lets it start; resolves to whether it did. */
  async start() {
    const { kind, after } = this.moment ?? {};
    const starting = this.server.launch().then(() => undefined, (error) => error);
    if (kind === 'ms after the start began') {
      await pass(after);
      this.strike();
    }
    const failure = await starting;
    if (failure && !this.isOver) throw failure;
    return !this.isOver;
  }

  /** The server is told to stop, and killed while it does. */
  async drain() {
    await pass(load_before_drain_ms);
    this.isOver = true;
    this.server.child.kill('SIGTERM');
    await pass(this.moment.after);
    this.kill();
  }

  /** Resolves when the server is dead and all that it had sent has come. */
  async end() {
    const { kind, after } = this.moment;
    if (kind === 'ms of load') setTimeout(() => this.strike(), after);
    if (kind === 'ms into a drain') this.drain();
    const bound = setTimeout(() => this.strike(), 3_000); // a quiet life ends, too
    await this.struck;
    clearTimeout(bound);
    await this.server.exited;
    await within(Promise.all(this.apps.map((app) => app.closed)), 'the end of all sockets');
  }
}
