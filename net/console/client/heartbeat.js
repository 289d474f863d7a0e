// Notices that a connection is dead though nobody said so: TCP itself may take many minutes.

export class Heartbeat {
  #timer;
  #isIdle = false;

  /** `ask` has the server say something; `dead` is called when it says nothing for `answerMs`. */
  constructor({ timers, answerMs, heartbeatMs }, { ask, dead }) {
    Object.assign(this, { timers, answerMs, heartbeatMs, ask, dead });
  }

  /** From now on something has to come within `answerMs`. */
  expect() {
    this.#isIdle = false;
    this.#arm(this.answerMs, this.dead);
  }

  /** Nothing has to come; after `heartbeatMs` of silence, 0 for never, the server is asked. */
  idle() {
    this.#isIdle = true;
    this.stop();
    if (this.heartbeatMs > 0) this.#arm(this.heartbeatMs, () => this.#beat());
  }

  /** Something came. */
  heard() {
    if (this.#isIdle) this.idle();
    else this.expect();
  }

  stop() {
    this.timers.clearTimeout(this.#timer);
  }

  #beat() {
    this.ask();
    this.#arm(this.answerMs, this.dead); // until anything comes
  }

  #arm(ms, call) {
    this.stop();
    this.#timer = this.timers.setTimeout(call, ms);
  }
}
