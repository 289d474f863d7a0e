// Commands and what became of them. The server's answers name no command, so of those that could be
// taken for one another, which share a lane, only one is on its way at a time.
import { HansomError } from './error.js';

export class Commands {
  #settings;
  #send;
  #silent;
  #lanes = new Map(); // key → commands, the first of which is on its way
  #onTheirWay = new Set(); // in the order in which they were sent
  #isOpen = false;

  /** `send(message)` says whether it was sent; `silent()` is for a server that does not answer. */
  constructor(settings, { send, silent }) {
    this.#settings = settings;
    this.#send = send;
    this.#silent = silent;
  }

  get count() {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.length;
    return count;
  }

  /** Whether something was sent on a connection that was lost since, and has no answer yet. */
  get areInDoubt() {
    for (const [command] of this.#lanes.values()) if (command.wasSent) return true;
    return false;
  }

  /**
   * Resolves to the frame that `isAnswer` is true of. `lane` is what an error would say of it,
   * `details` what the error is to carry.
   */
  run({ message, lane, isAnswer, details }) {
    return new Promise((resolve, reject) => {
      if (this.count >= this.#settings.waitingMax) {
        reject(new HansomError('TOO_MANY_WAITING', 'Too many commands wait for their answers.', {
          ...details, outcome: 'not_sent', retryable: true,
        }));
        return;
      }
      const command = { message, lane, isAnswer, details, resolve, reject, wasSent: false };
      const { timers, timeoutMs } = this.#settings;
      if (timeoutMs > 0) command.timer = timers.setTimeout(() => this.#expire(command), timeoutMs);
      if (!this.#lanes.has(lane)) this.#lanes.set(lane, []);
      this.#lanes.get(lane).push(command);
      this.#sendFirst(lane);
    });
  }

  /** There is a connection: what waits is sent, and what was sent on the last one once more. */
  open() {
    this.#isOpen = true;
    for (const lane of [...this.#lanes.keys()]) this.#sendFirst(lane);
  }

  /** The connection is lost. */
  close() {
    this.#isOpen = false;
    for (const command of this.#onTheirWay) this.#settings.timers.clearTimeout(command.patience);
    this.#onTheirWay.clear();
  }

  /** Rejects what was sent on a connection that was lost, and has had no answer since. */
  giveUpSent(reason) {
    for (const [command] of [...this.#lanes.values()]) {
      if (command.wasSent) this.#drop(command, unanswered(command, reason));
    }
  }

  /** Rejects all there are. */
  giveUp(reason) {
    for (const command of [...this.#lanes.values()].flat()) {
      this.#drop(command, unanswered(command, reason));
    }
  }

  /** A frame that may be the answer to one; those of a lost connection may get theirs late. */
  answer(frame) {
    for (const command of this.#onTheirWay) {
      if (command.isAnswer(frame)) return this.#settle(command, frame);
    }
    for (const [command] of this.#lanes.values()) {
      if (command.wasSent && command.isAnswer(frame)) return this.#settle(command, frame);
    }
    return undefined;
  }

  /** An error about the lane; false where nobody waits for one. */
  refuse(lane, { code, message }) {
    const [command] = this.#lanes.get(lane) ?? [];
    if (!this.#onTheirWay.has(command)) return false;
    this.#drop(command, new HansomError(code, message, command.details));
    return true;
  }

  #sendFirst(lane) {
    const [command] = this.#lanes.get(lane) ?? [];
    if (command === undefined || !this.#isOpen || this.#onTheirWay.has(command)) return;
    if (!this.#send(command.message)) return;
    command.wasSent = true;
    this.#onTheirWay.add(command);
    const { timers, answerMs } = this.#settings;
    command.patience = timers.setTimeout(() => this.#silent(), answerMs);
  }

  #settle(command, frame) {
    this.#take(command);
    command.resolve(frame);
  }

  #drop(command, error) {
    this.#take(command);
    command.reject(error);
  }

  #take(command) {
    this.#settings.timers.clearTimeout(command.timer);
    this.#settings.timers.clearTimeout(command.patience);
    this.#onTheirWay.delete(command);
    const lane = this.#lanes.get(command.lane);
    lane.splice(lane.indexOf(command), 1);
    if (lane.length === 0) this.#lanes.delete(command.lane);
    else this.#sendFirst(command.lane);
  }

  /** An answer that is late would be taken for that of the next: the connection is given up. */
  #expire(command) {
    const wasOnItsWay = this.#onTheirWay.has(command);
    if (wasOnItsWay) this.close();
    this.#drop(command, unanswered(command, {
      code: 'TIMEOUT', message: 'The command was not answered in time.',
    }));
    if (wasOnItsWay) this.#silent();
  }
}

function unanswered(command, { code, message }) {
  const outcome = command.wasSent ? 'unknown' : 'not_sent';
  return new HansomError(code, message, { ...command.details, outcome, retryable: true });
}
