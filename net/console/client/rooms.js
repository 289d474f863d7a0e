// The rooms dialect: one room and what is said in it (the rooms document; PROTOCOL.md, Rooms).
import { roomsApi } from './api.js';
import { Client } from './client.js';
import { reason, refusedWith } from './reasons.js';
import { RoomMessages } from './room_messages.js';

/** Enters a room. See index.d.ts for the options. */
export const connectRoom = (options) => new Room(options).connect();

/** The server's errors are sentences. These are the codes that its log has for them. */
const codes = new Map([
  ['Invalid JSON.', 'INVALID_JSON'],
  ['Unknown message type.', 'UNKNOWN_MESSAGE_TYPE'],
  ['Invalid message.', 'INVALID_PAYLOAD'],
  ['Message is empty.', 'MESSAGE_EMPTY'],
  ['Message exceeds 500 characters.', 'MESSAGE_TOO_LONG'],
  ['Message not found.', 'MESSAGE_NOT_FOUND'],
  ['You can only edit your own messages.', 'MESSAGE_NOT_YOURS_TO_EDIT'],
  ['You can only delete your own messages.', 'MESSAGE_NOT_YOURS_TO_DELETE'],
]);

const pageMax = 100;

class Room extends Client {
  #api;
  #messages;
  #isFirst = true; // nothing has been shown yet
  #loading = null; // aborts what is loaded while it is caught up
  #held = []; // events that came meanwhile

  constructor(options) {
    super(options, { heartbeatMs: 0 });
    for (const name of ['host', 'room', 'username']) {
      if (typeof options[name] !== 'string') throw new TypeError(`\`${name}\` is missing.`);
    }
    const { host, room } = options;
    this.#messages = new RoomMessages(options.remember);
    const onExchange = (call) => this.emit('call', call);
    this.#api = roomsApi({ ...options, onExchange }).of(host, room);
  }

  /** Says something; resolves to the event that all in the room get. */
  text(message) {
    return this.#command({ type: 'text', message }, ({ action, user, body }) =>
      action === 'new' && user === this.settings.username && body === message);
  }

  update(messageId, message) {
    return this.#command({ type: 'update', messageId, message }, ({ action, id, body }) =>
      action === 'update' && id === messageId && body === message);
  }

  delete(messageId) {
    return this.#command({ type: 'delete', messageId }, ({ action, id }) =>
      action === 'delete' && id === messageId);
  }

  /** A page of what was said, newest first. */
  messages(page) {
    return this.#api.messages(page);
  }

  addParticipant(username) {
    return this.#api.addParticipant(username);
  }

  removeParticipant(username) {
    return this.#api.removeParticipant(username);
  }

  #command(message, isAnswer) {
    return this.run({ message, lane: '', isAnswer });
  }

  address(token) {
    const { host, room } = this.settings;
    const path = [host, room].map(encodeURIComponent).join('/');
    return `/ws/chat/${path}/?${new URLSearchParams({ token: token ?? '' })}`;
  }

  /** What was missed is in the history; what comes meanwhile is shown after it. */
  async opened() {
    const loading = new AbortController();
    this.#loading = loading;
    this.#held = [];
    try {
      const loaded = await this.#load(loading.signal);
      if (loading !== this.#loading) return;
      this.#loading = null;
      this.#show(loaded);
    } catch (error) {
      if (loading !== this.#loading) return;
      this.fail(refusedWith(error.status) ??
        reason('CONNECTION_LOST', 'The history could not be had.', { cause: error }));
    }
  }

  received(frame) {
    if ('error' in frame) return this.#failed(frame.error);
    if (this.#loading) this.#held.push(frame);
    else this.#pushed(frame);
  }

  lost() {
    this.#loading?.abort();
    this.#loading = null;
  }

  /** The documents have no ping here. */
  ask() {
    this.#command({ type: 'ping' }, () => false).catch(() => {}); // refused, as it should be
  }

  /** Browsers do not say why an upgrade was refused; the history is for the same people. */
  async explain() {
    try {
      await this.#api.messages({ limit: 1 });
      return undefined;
    } catch ({ status }) {
      if (status === 404) return reason('NOT_FOUND', 'There is no such room.', { status });
      return refusedWith(status);
    }
  }

  /** As much of the history as may be news; the first time the newest. */
  async #load(signal) {
    const messages = [];
    for (let before; ;) {
      const page = await this.#api.messages({ limit: pageMax, before }, { signal });
      if (signal.aborted) return undefined;
      this.heard();
      messages.push(...page.messages);
      before = page.next_before;
      // What one turn of the server has created has one time, and is not to be cut in two.
      const isEnough = this.#isFirst
        ? messages.at(-1)?.created < messages[0]?.created
        : this.#messages.areCoveredBy(messages);
      if (before === null || isEnough) return { messages, next_before: before };
    }
  }

  #show(loaded) {
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#messages.begin(loaded.messages);
      this.emit('history', loaded);
    } else {
      const missed = this.#messages.missed(loaded.messages, loaded.next_before === null);
      for (const event of missed) this.push(event.action, event);
    }
    for (const frame of this.#held.splice(0)) this.#pushed(frame);
    this.giveUpSent();
    this.caughtUp();
  }

  #pushed(frame) {
    if (this.#messages.isNews(frame)) this.push(frame.action, frame);
  }

  #failed(message) {
    this.refuse('', { code: codes.get(message) ?? 'REFUSED', message });
  }
}
