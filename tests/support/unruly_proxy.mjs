// A proxy that is as bad as a mobile network: it delays what passes, cuts connections, closes one
// direction only, or lets one direction run dry without a word. What it does comes from a seed.
import { connect, createServer } from 'node:net';
import { afterwards } from './server.mjs';

/** What may become of a connection; the first four are told to the ends, the others are not. */
const fates = {
  'both ends cut': ({ client, server }) => [client, server].forEach((end) => end.resetAndDestroy()),
  'client cut': ({ client, server }) => {
    client.resetAndDestroy();
    server.end();
  },
  'closed towards the client': ({ client }) => client.end(),
  'closed towards the server': ({ server }) => server.end(),
  'dry towards the client': (pipes) => (pipes.isDryTo.client = true),
  'dry towards the server': (pipes) => (pipes.isDryTo.server = true),
};

export class UnrulyProxy {
  /** `delay_ms`: whatever passes is kept for up to so long, at random. */
  static async start(t, target, dice, { delay_ms = 3 } = {}) {
    const proxy = new UnrulyProxy();
    Object.assign(proxy, { dice, delay_ms, connections: new Set(), done: {}, isOpen: true });
    const { hostname: host, port } = new URL(target.url);
    proxy.aim = { host, port };
    proxy.listener = createServer({ allowHalfOpen: true }, (client) => proxy.#join(client));
    await new Promise((resolve) => proxy.listener.listen(0, '127.0.0.1', resolve));
    proxy.url = `http://127.0.0.1:${proxy.listener.address().port}`;
    afterwards(t, () => proxy.stop());
    return proxy;
  }

  /** Where connections go from now on: a server that was started anew has another port. */
  aimAt({ url }) {
    const { hostname: host, port } = new URL(url);
    this.aim = { host, port };
  }

  /** Does something bad to one of the connections; false where there is none. */
  disturb() {
    const whole = [...this.connections].filter(({ wasDisturbed }) => !wasDisturbed);
    if (whole.length === 0) return false;
    const pipes = this.dice.pick(whole);
    const fate = this.dice.pick(Object.keys(fates));
    pipes.wasDisturbed = true;
    this.done[fate] = (this.done[fate] ?? 0) + 1;
    fates[fate](pipes);
    return true;
  }

  get count() {
    return Object.values(this.done).reduce((sum, count) => sum + count, 0);
  }

  cutAll() {
    for (const pipes of this.connections) fates['both ends cut'](pipes);
  }

  stop() {
    this.cutAll();
    return new Promise((resolve) => this.listener.close(resolve));
  }

  #join(client) {
    if (!this.isOpen) return client.resetAndDestroy();
    const server = connect({ ...this.aim, allowHalfOpen: true });
    const pipes = { client, server, isDryTo: {}, wasDisturbed: false };
    this.connections.add(pipes);
    const over = () => {
      this.connections.delete(pipes);
      client.destroy();
      server.destroy();
    };
    for (const end of [client, server]) {
      end.setNoDelay(true);
      end.on('error', over);
      end.on('close', over);
    }
    this.#pass(client, server, () => pipes.isDryTo.server);
    this.#pass(server, client, () => pipes.isDryTo.client);
  }

  /** Passes on what comes, each chunk after a time of its own, in order. */
  #pass(from, to, isDry) {
    let before = Promise.resolve();
    const after = (act) => {
      const pause = this.dice.below(this.delay_ms + 1);
      before = before
        .then(() => pause && new Promise((resolve) => setTimeout(resolve, pause)))
        .then(() => !isDry() && !to.destroyed && !to.writableEnded && act());
    };
    from.on('data', (chunk) => after(() => to.write(chunk)));
    from.on('end', () => after(() => to.end()));
  }
}
