// An app's socket, on npm's `ws`: a client that this project did not write.
import WebSocket from 'ws';

/** How long a test waits for a frame before it calls it missing: a bound, not a pace. */
export const frame_timeout_ms = 10_000;

/** The promise itself, or a failure that says what was waited for in vain. */
export function within(promise, what, limit_ms = frame_timeout_ms) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain: ${what}`)), limit_ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Asks `check` again and again until it holds: for what the server announces to nobody. */
export async function eventually(check, what) {
  const end = Date.now() + frame_timeout_ms;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class App {
  /** Connects to `path` (as `/ws/driver?token=..`); resolves once the WebSocket is open. */
  static async connect(server, path, options = {}) {
    const app = new App();
    app.frames = []; // everything that came, in order
    app.texts = []; // the same, as it was on the wire
    app.waiting = [];
    app.unread = 0; // index of the first frame that next() has not given out
    app.socket = new WebSocket(server.wsUrl + path, { perMessageDeflate: false, ...options });
    app.closed = new Promise((resolve) =>
      app.socket.on('close', (code, reason) => {
        app.closedAt = Date.now();
        resolve({ code, reason: reason.toString() });
        for (const waiter of app.waiting.splice(0)) waiter.reject(new Error(`closed with ${code}`));
      }),
    );
    app.socket.on('message', (data, isBinary) => {
      app.lastFrameAt = Date.now();
      app.texts.push(data.toString());
      app.frames.push(isBinary ? data : JSON.parse(data.toString()));
      app.deliver();
    });
    const opened = new Promise((resolve, reject) => {
      app.socket.on('open', resolve);
      app.socket.on('error', reject);
      app.socket.on('unexpected-response', (request, response) => {
        const { statusCode: status } = response;
        const headers = new Headers(response.headers);
        reject(Object.assign(new Error(`refused with ${status}`), { status, headers }));
        request.destroy();
      });
    });
    await within(opened, `an upgrade of ${path.split('?')[0]}`);
    app.socket.on('error', () => {}); // what follows ends in 'close'
    return app;
  }

  deliver() {
    while (this.waiting.length && this.unread < this.frames.length) {
      this.waiting.shift().resolve(this.frames[this.unread++]);
    }
  }

  send(message) {
    const raw = typeof message === 'string' || message instanceof Uint8Array;
    this.socket.send(raw ? message : JSON.stringify(message));
  }

  /** The next frame in order. Rejects when none comes in time or the socket closes. */
  next() {
    let waiter;
    const frame = new Promise((resolve, reject) => {
      waiter = { resolve, reject };
      this.waiting.push(waiter);
      this.deliver();
      if (this.socket.readyState === WebSocket.CLOSED) reject(new Error('the socket is closed'));
    });
    // Who has given up must not swallow the frame of whoever asks next.
    return within(frame, 'a frame').finally(() => {
      this.waiting = this.waiting.filter((other) => other !== waiter);
    });
  }

  /** Sends and resolves to the next frame. */
  ask(message) {
    this.send(message);
    return this.next();
  }

  /** Resolves to `{code, reason}` once the server has closed the socket. */
  untilClosed() {
    return within(this.closed, 'the end of the socket');
  }

  close() {
    this.socket.close();
    return this.untilClosed();
  }
}
