// Every push once and in order (PROTOCOL.md, Chat and catching up). Pushes and acks carry `seq`,
// the position of their event in the log; `resync` with `since` brings all after a position again.
//
// Between greeting and `resync` there may already be pushes, which are then among those that come
// again. So what comes first is held back, until it is known where the repetition begins: `since`
// is asked for such that it begins with a push that was shown before.

export class Sequence {
  #position;
  #held = null; // pushes from before the repetition; null: what comes is the next
  #isCatchingUp = false;

  /** `position`: that of the last push that was shown; 0: none. */
  constructor(position = 0) {
    if (!Number.isSafeInteger(position) || position < 0) throw new RangeError('No position.');
    this.#position = position;
  }

  get position() {
    return this.#position;
  }

  get isCatchingUp() {
    return this.#isCatchingUp;
  }

  /** Begins to catch up on a new connection; gives the `since` to ask for. */
  begin() {
    this.#isCatchingUp = true;
    this.#held = [];
    return Math.max(0, this.#position - 1);
  }

  /** A push has come; gives those to be shown now. */
  take(push) {
    if (this.#held === null) return this.#next([push]);
    if (push.seq !== this.#position) {
      this.#held.push(push);
    } else {
      this.#held = null; // the repetition has begun, and brings what was held back
    }
    return [];
  }

  /** The snapshot has come; gives the pushes to be shown before it. */
  end() {
    this.#isCatchingUp = false;
    const held = this.#held ?? [];
    this.#held = null;
    return this.#next(held.sort((a, b) => a.seq - b.seq));
  }

  /** All up to here has been shown. */
  reach(position) {
    this.#position = Math.max(this.#position, position);
  }

  #next(pushes) {
    return pushes.filter(({ seq }) => {
      if (seq <= this.#position) return false;
      this.#position = seq;
      return true;
    });
  }
}
