// A WebSocket that comes back. It knows when to try again and when not to; what is said on it is
// its owner's business.
import { Heartbeat } from './heartbeat.js';
import { closedWith, isFinal, isOfToken, reason, refusedWith } from './reasons.js';
import { freshToken } from './settings.js';

/** A socket that is open by these is still coming or going. */
const socketStates = { connecting: 0, open: 1 };

export class Connection {
  #settings;
  #owner;
  #heartbeat;
  #socket = null;
  #round = 0; // what an earlier round still has to say is not heard
  #retry;
  #attempt = 0;
  #refusedTokens = 0;
  #status = { status: 'disconnected' };

  /**
   * The owner has: `address(token)`; `opened()`, `received(frame)` and `lost()` of a socket;
   * `ask()` for the heartbeat; `passed(direction, text, frame)` for every frame;
   * `explain()`, resolving to why an upgrade was refused, if that can be found out;
   * `isNeeded(reason)`, whether it wants to go on though the reason is final; `ended(reason)`;
   * and `changed(status)`.
   */
  constructor(settings, owner) {
    this.#settings = settings;
    this.#owner = owner;
    this.#heartbeat = new Heartbeat(settings, {
      ask: () => owner.ask(),
      dead: () => this.fail(reason('CONNECTION_LOST', 'The server did not answer in time.')),
    });
  }

  get status() {
    return this.#status;
  }

  /** Begins, unless that was done. */
  connect() {
    if (this.#status.status !== 'disconnected') return;
    this.#attempt = 0;
    this.#refusedTokens = 0;
    this.#try();
  }

  /** Ends it for good, in whatever state it is. */
  finish(why) {
    if (this.#status.status === 'disconnected') return;
    this.#letGo(1000);
    this.#owner.ended(why);
    this.#become({ status: 'disconnected', reason: why });
  }

  /** Gives this socket up; tries again where the reason leaves hope. */
  fail(why) {
    if (this.#socket === null) return;
    this.#comeBack(why);
  }

  /** The server has shown, elsewhere than on the socket, that it is there. */
  heard() {
    if (this.#socket) this.#heartbeat.heard();
  }

  /** The owner is where it was before the connection was lost. */
  ready() {
    this.#attempt = 0;
    this.#refusedTokens = 0;
    this.#heartbeat.idle();
    this.#become({ status: 'connected' });
  }

  /** Sends a message on the socket there is; false where there is none that is open. */
  send(message) {
    if (this.#socket?.readyState !== socketStates.open) return false;
    const text = JSON.stringify(message);
    this.#socket.send(text);
    this.#owner.passed('out', text, message);
    return true;
  }

  async #try() {
    const round = ++this.#round;
    this.#become({ status: 'connecting', attempt: this.#attempt });
    let token;
    let socket;
    try {
      token = await freshToken(this.#settings, this.#refusedTokens > 0);
      if (round !== this.#round) return;
      const { WebSocket } = this.#settings;
      socket = new WebSocket(this.#owner.address(token).replace(/^http/, 'ws'));
    } catch (cause) {
      if (round !== this.#round) return;
      this.#comeBack(reason('TOKEN_UNAVAILABLE', 'No token could be had.', { cause }));
      return;
    }
    this.#listen(socket);
  }

  #listen(socket) {
    this.#socket = socket;
    this.#heartbeat.expect();
    const isCurrent = () => socket === this.#socket;
    let wasOpen = false;
    let refusal;
    socket.addEventListener('open', () => {
      if (!isCurrent()) return;
      wasOpen = true;
      this.#owner.opened();
    });
    socket.addEventListener('message', ({ data }) => {
      if (isCurrent()) this.#hear(data);
    });
    // npm ws names the status of an upgrade that was refused; browsers keep it to themselves.
    socket.addEventListener('error', ({ message }) => {
      const [, status] = /Unexpected server response: (\d+)/.exec(message) ?? [];
      refusal = refusedWith(Number(status));
    });
    socket.addEventListener('close', async ({ code }) => {
      if (!isCurrent()) return;
      this.#heartbeat.stop();
      if (!wasOpen) refusal ??= await this.#owner.explain();
      if (isCurrent()) this.#comeBack(refusal ?? closedWith(code));
    });
  }

  #hear(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      // What is no JSON object is nobody's frame.
    }
    this.#heartbeat.heard();
    this.#owner.passed('in', text, frame);
    if (frame !== null && typeof frame === 'object') this.#owner.received(frame);
  }

  /** The connection is lost: tries again, now or later, or not. */
  #comeBack(why) {
    if (isOfToken(why) && typeof this.#settings.token === 'function' && this.#refusedTokens === 0) {
      ++this.#refusedTokens;
      this.#letGo();
      this.#try();
      return;
    }
    if (isOfToken(why) || (isFinal(why) && !this.#owner.isNeeded(why))) {
      this.finish(why);
    } else if (this.#attempt < this.#settings.attempts) {
      this.#wait(why);
    } else {
      this.finish(reason('CONNECTION_FAILED', 'The server could not be reached.', { cause: why }));
    }
  }

  #wait(why) {
    this.#letGo();
    const attempt = ++this.#attempt;
    const { timers, delayMaxMs } = this.#settings;
    const delayMs = Math.min(this.#settings.delayMs * attempt, delayMaxMs);
    this.#retry = timers.setTimeout(() => this.#try(), delayMs);
    this.#become({ status: 'waiting', attempt, delayMs, reason: why });
  }

  /** Hears no more of this round. A socket without a close code is taken for dead. */
  #letGo(closeCode) {
    ++this.#round;
    this.#settings.timers.clearTimeout(this.#retry);
    this.#heartbeat.stop();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    if (closeCode === undefined && socket.terminate) socket.terminate();
    else socket.close(closeCode);
    this.#owner.lost();
  }

  #become(status) {
    this.#status = status;
    this.#owner.changed(status);
  }
}
