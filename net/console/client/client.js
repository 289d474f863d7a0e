// What the clients of all dialects have in common: a connection, commands, listeners.
import { Commands } from './commands.js';
import { Connection } from './connection.js';
import { HansomError } from './error.js';
import { Events } from './events.js';
import { reason } from './reasons.js';
import { settingsOf } from './settings.js';

/**
 * A dialect's client says how it catches up, and what frames mean: `address(token)`, `opened()`,
 * `received(frame)`, `lost()`, `ask()`, and maybe `explain()` and `isNeeded(reason)`.
 */
export class Client {
  #events = new Events();
  #connection;
  #commands;

  constructor(options, ofDialect) {
    this.settings = settingsOf(options, ofDialect);
    this.#connection = new Connection(this.settings, {
      address: (token) => this.settings.url + this.address(token),
      opened: () => this.opened(),
      received: (frame) => this.received(frame),
      lost: () => {
        this.#commands.close();
        this.lost();
      },
      ask: () => this.ask(),
      passed: (direction, text, frame) => this.emit('frame', { direction, text, frame }),
      explain: () => this.explain(),
      isNeeded: (why) => this.isNeeded(why),
      ended: (why) => this.#commands.giveUp(why),
      changed: (status) => this.emit('status', status),
    });
    this.#commands = new Commands(this.settings, {
      send: (message) => this.#connection.send(message),
      silent: () => this.fail(reason('CONNECTION_LOST', 'A command was not answered in time.')),
    });
  }

  on(type, listener) {
    return this.#events.on(type, listener);
  }

  once(type, listener) {
    return this.#events.once(type, listener);
  }

  off(type, listener) {
    this.#events.off(type, listener);
  }

  get status() {
    return this.#connection.status;
  }

  /** Begins anew after `disconnect()`, or when the server or the attempts had an end. */
  connect() {
    this.#connection.connect();
    return this;
  }

  disconnect() {
    this.#connection.finish(reason('DISCONNECTED', 'The app has disconnected.'));
  }

  /** Resolves once connected; rejects with the reason when there is none to be waited for. */
  untilConnected() {
    return new Promise((resolve, reject) => {
      const look = ({ status, reason: why }) => {
        if (status !== 'connected' && status !== 'disconnected') return;
        off();
        if (status === 'connected') resolve();
        else reject(why ?? notConnected());
      };
      const off = this.on('status', look);
      look(this.status);
    });
  }

  // For dialects.

  emit(type, value) {
    this.#events.emit(type, value);
  }

  /** The server ends this connection for good. */
  putOut(frame) {
    this.emit('force_disconnect', frame);
    this.fail(reason('FORCE_DISCONNECT', frame.reason));
  }

  /** Sends what has no answer. */
  say(message) {
    return this.#connection.send(message);
  }

  /** Shows a push, and whoever waited for it gets it as answer. */
  push(type, frame) {
    this.emit(type, frame);
    this.emit('push', frame);
    this.#commands.answer(frame);
  }

  /** Runs a command; a connection that is on its way is waited for. */
  async run(command) {
    if (this.status.status === 'disconnected') throw notConnected(command.details);
    return this.#commands.run(command);
  }

  answer(frame) {
    this.#commands.answer(frame);
  }

  /** An error frame: whoever waits on this lane is refused, or else all who listen hear of it. */
  refuse(lane, error, details) {
    if (this.#commands.refuse(lane, error)) return;
    this.emit('error', new HansomError(error.code, error.message, details));
  }

  get hasDoubts() {
    return this.#commands.areInDoubt;
  }

  /** What was sent on a connection that was lost will have no answer any more. */
  giveUpSent() {
    this.#commands.giveUpSent(
      reason('CONNECTION_LOST', 'The connection was lost before the answer came.'));
  }

  /** All that was missed has been shown. */
  caughtUp() {
    this.#connection.ready();
    if (this.status.status === 'connected') this.#commands.open();
  }

  /** The server has answered over HTTP what is needed to catch up. */
  heard() {
    this.#connection.heard();
  }

  fail(why) {
    this.#connection.fail(why);
  }

  explain() {
    return undefined;
  }

  isNeeded() {
    return false;
  }
}

function notConnected(details) {
  return new HansomError('NOT_CONNECTED', 'There is no connection: connect first.', {
    ...details, outcome: 'not_sent',
  });
}
