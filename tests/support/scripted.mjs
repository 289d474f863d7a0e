// A WebSocket that the test plays the server of, and a clock that the test moves: for what a real
// server can't be brought to do, and for waits of real life.

export class ManualClock {
  #timers = new Map();
  #next = 1;
  now = 0;

  setTimeout = (call, ms) => {
    this.#timers.set(this.#next, { call, at: this.now + ms });
    return this.#next++;
  };

  clearTimeout = (timer) => {
    this.#timers.delete(timer);
  };

  /** How many timers run: none are left behind by who has ended. */
  get running() {
    return this.#timers.size;
  }

  /** Lets so much time pass, timer by timer. */
  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      if (due.length === 0) break;
      const [timer, { call, at }] = due.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.#timers.delete(timer);
      this.now = at;
      call();
    }
    this.now = end;
    await settled();
  }
}

/** Resolves when all promises that can go on have. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A class of sockets; `opened` has each that was made, in order. */
export function scriptedSockets() {
  const opened = [];
  class ScriptedSocket extends EventTarget {
    readyState = 0;
    sent = [];
    closedWith;

    constructor(url) {
      super();
      this.url = new URL(url);
      opened.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    /** By the client. */
    close(code = 1005) {
      this.readyState = 3;
      this.closedWith = code;
    }

    // By the test.

    accept(...frames) {
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
      this.say(...frames);
    }

    say(...frames) {
      for (const frame of frames) {
        const data = typeof frame === 'string' ? frame : JSON.stringify(frame);
        this.dispatchEvent(Object.assign(new Event('message'), { data }));
      }
    }

    end(code, status) {
      this.readyState = 3;
      const message = status && `Unexpected server response: ${status}`;
      if (status) this.dispatchEvent(Object.assign(new Event('error'), { message }));
      this.dispatchEvent(Object.assign(new Event('close'), { code }));
    }
  }
  return { opened, WebSocket: ScriptedSocket };
}
