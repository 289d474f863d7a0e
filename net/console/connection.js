// The socket of one side. It connects, comes back by itself after a loss, and hands frames on; it
// knows nothing of bookings.

/** As the documents ask of every client: five attempts, three seconds times the attempt apart. */
const maxAttempts = 5;
const attemptDelayMs = 3000;

/** After these the server means it: nothing in progress (1000), or a rule was broken (1008). */
const finalCodes = new Set([1000, 1008]);

export class Connection {
  /**
   * `path` is as `/ws/driver`. `onStatus` gets `{status, attempt, closed}`: status is
   * `disconnected`, `connecting` or `connected`, closed is `{code, greeted}` when the socket ended
   * without our doing. `onFrame` gets `(direction, frame)` with direction `in` or `out`.
   */
  constructor(path, deviceId, { onStatus, onFrame }) {
    this.path = path;
    this.deviceId = deviceId;
    this.onStatus = onStatus;
    this.onFrame = onFrame;
    this.status = 'disconnected';
    this.socket = null;
    this.retry = null;
  }

  connect(token) {
    this.drop();
    this.token = token;
    this.attempt = 0;
    this.everGreeted = false;
    this.open();
  }

  disconnect() {
    this.drop();
    this.become('disconnected');
  }

  /** Sends a message. Gives false when there is no connection to send it on. */
  send(message) {
    if (this.status !== 'connected') return false;
    this.socket.send(JSON.stringify(message));
    this.onFrame('out', message);
    return true;
  }

  open() {
    const url = new URL(this.path, location.origin.replace(/^http/, 'ws'));
    url.searchParams.set('token', this.token);
    url.searchParams.set('device_id', this.deviceId);
    this.become('connecting');
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.socket) this.receive(data);
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.socket) this.closed(code);
    });
  }

  receive(data) {
    const frame = parse(data);
    // An open socket says little: refusals come through it too. The greeting is the welcome.
    if (frame.type === 'connected') {
      this.attempt = 0;
      this.everGreeted = true;
      this.onFrame('in', frame);
      this.become('connected');
      return;
    }
    this.onFrame('in', frame);
  }

  closed(code) {
    this.socket = null;
    const closed = { code, greeted: this.everGreeted };
    const again = this.everGreeted && !finalCodes.has(code) && this.attempt < maxAttempts;
    if (!again) return this.become('disconnected', closed);
    this.attempt += 1;
    this.retry = setTimeout(() => this.open(), attemptDelayMs * this.attempt);
    return this.become('connecting', closed);
  }

  /** Lets go of the socket and of any attempt to come back; what it still says is not heard. */
  drop() {
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  become(status, closed = null) {
    this.status = status;
    this.onStatus({ status, attempt: this.attempt, closed });
  }
}

/** A frame as an object. What is no JSON is shown rather than hidden: this is a test console. */
function parse(data) {
  try {
    const frame = JSON.parse(data);
    if (frame && typeof frame === 'object') return frame;
  } catch {
    // Falls through to the same answer as JSON that is no object.
  }
  return { type: '(unreadable)', text: String(data) };
}
