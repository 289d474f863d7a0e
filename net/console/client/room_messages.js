// What has been shown of a room's messages, and what its history says was missed since. The newest
// are remembered, deleted ones too; edits and deletions of older ones can't be known of.

/** One turn of the server may give so many messages the same time; `remember` is more. */
const sameTimeMax = 256;

export class RoomMessages {
  #known = new Map(); // id → `updated`, null for a deleted one; in the order of the room
  #createdOf = new Map();
  #newest = ''; // when the newest that was ever shown was created

  constructor(remember = 500) {
    if (!(remember > sameTimeMax)) throw new RangeError(`Remember more than ${sameTimeMax}.`);
    this.remember = remember;
  }

  /** What is in the history from before the first connection, newest first. */
  begin(messages) {
    for (const message of [...messages].reverse()) this.#add(message);
  }

  /** Whether this much of the history, newest first, has all that may have changed. */
  areCoveredBy(history) {
    const [oldest] = this.#known.keys();
    return oldest !== undefined && history.at(-1)?.created < this.#createdOf.get(oldest);
  }

  /**
   * An event has come; whether it is news. While it is caught up, what the history has told already
   * comes once more.
   */
  isNews({ action, id, ...event }) {
    const updated = this.#known.get(id);
    if (action === 'new') {
      if (updated !== undefined) return false;
      this.#add({ id, ...event });
      return true;
    }
    if (updated === undefined) return true; // of a message from before our time
    if (updated === null) return false;
    if (action === 'update') {
      if (event.updated <= updated) return false;
      this.#known.set(id, event.updated);
    } else {
      this.#known.set(id, null);
    }
    return true;
  }

  /** The events that lead from what was shown to this history (newest first, all if `whole`). */
  missed(history, whole) {
    const oldest = history.at(-1)?.created ?? '';
    const there = new Set(history.map(({ id }) => id));
    const events = [];
    for (const [id, updated] of this.#known) {
      const isCovered = whole || this.#createdOf.get(id) > oldest;
      if (updated === null || !isCovered || there.has(id)) continue;
      events.push({ type: 'chat_message', action: 'delete', id });
    }
    for (const message of [...history].reverse()) {
      const { id, body, edited, updated } = message;
      if (this.#known.has(id)) {
        events.push({ type: 'chat_message', action: 'update', id, body, edited, updated });
      } else if (message.created >= this.#newest) {
        events.push({ type: 'chat_message', action: 'new', ...message });
      }
    }
    return events.filter((event) => this.isNews(event));
  }

  #add({ id, created, updated }) {
    this.#known.set(id, updated);
    this.#createdOf.set(id, created);
    if (created > this.#newest) this.#newest = created;
    if (this.#known.size <= this.remember) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest);
    this.#createdOf.delete(oldest);
  }
}
