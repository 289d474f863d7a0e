// The live board: an operator's view of all that goes on (net/admin-api.md, Live board).
import { adminApi } from './api.js';
import { Client } from './client.js';
import { reason, refusedWith } from './reasons.js';

/** Watches the board. The token is the admin's. See index.d.ts for the options. */
export const connectBoard = (options) => new Board(options).connect();

class Board extends Client {
  #api;

  constructor(options) {
    super(options, { attempts: Infinity, heartbeatMs: 30_000 }); // the server speaks every 15 s
    this.#api = adminApi(options);
  }

  address(token) {
    return `/ws/admin/board?${new URLSearchParams({ token: token ?? '' })}`;
  }

  /** The first message comes at once. */
  opened() {}

  /** Each message says all: none can be missed. */
  received(frame) {
    if (this.status.status !== 'connected') this.caughtUp();
    this.push('board', frame);
  }

  lost() {}

  /** There is nothing to ask: in the heartbeat something should have come. */
  ask() {
    this.fail(reason('CONNECTION_LOST', 'The server has said nothing for too long.'));
  }

  /** Browsers do not say why an upgrade was refused; the bookings are for the same people. */
  async explain() {
    try {
      await this.#api.bookings({ limit: 1 });
      return undefined;
    } catch ({ status }) {
      return refusedWith(status);
    }
  }
}
