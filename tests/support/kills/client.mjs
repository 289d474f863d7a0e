// What the clients of a server that is killed again and again have in common: each hears every
// frame once, in the order it comes, and goes on after a restart from what it knows.
import { App } from '../app.mjs';

/** What no dialect has: the answer says that all which was to be told at once has been told. */
const marker = { type: 'no_such', action: 'no_such' };
const isMarked = ({ code, error }) =>
  code === 'UNKNOWN_MESSAGE_TYPE' || error === 'Unknown message type.';

export class Client {
  /** `faults` takes what must not be; it is looked at after each kill. */
  constructor({ dice, ledger, faults }) {
    Object.assign(this, { dice, ledger, faults });
  }

  /** Opens a socket in this life; null where the server was killed. */
  async open(life, path, options) {
    this.life = life;
    const app = await App.connect(life.server, path, options).catch((error) => {
      if (!life.isOver) this.faults.push(`${path}: ${error.message}`);
      return null;
    });
    if (!app) return null;
    life.apps.push(app);
    this.app = app;
    const take = (frame) => {
      life.count('frames seen');
      this.hear(frame);
    };
    for (const frame of app.frames) take(frame);
    app.socket.on('message', () => take(app.frames.at(-1)));
    app.closed.then(({ code }) => {
      if (!life.isOver && app === this.app) this.closedWith(code);
    });
    return app;
  }

  closedWith(code) {
    this.faults.push(`closed with ${code}`);
  }

  /** A refusal that must not be, unless the server has begun to stop. */
  protest(what) {
    if (!this.life.isOver) this.faults.push(what);
  }

  send(message) {
    this.app.send(message);
    this.life.count('messages sent');
  }

  /** A call that may be cut off by a kill: null then. */
  async call(life, ...request) {
    life.count('messages sent');
    const answer = await life.server.http(...request).catch((error) => {
      if (!life.isOver) this.faults.push(`${request.slice(0, 2).join(' ')}: ${error.message}`);
      return null;
    });
    if (answer?.status >= 500 && !life.isOver) this.faults.push(JSON.stringify(answer.body));
    return answer;
  }
}

/**
 * A client of a dialect whose pushes carry no `seq`. What it is told at once on a new socket it may
 * have been told before; what comes after that comes once, and leaves nothing out.
 */
export class Listener extends Client {
  async connect(life) {
    this.caughtUp = false;
    this.sequences = new Map(); // by stream: the facts of this life, in the order they came
    this.forget();
    if (await this.open(life, this.path)) this.send(marker);
  }

  hear(frame) {
    if (!isMarked(frame)) return this.take(frame);
    this.caughtUp = true;
    this.goOn();
  }

  /** Something of a stream was shown. */
  shown(stream, fact) {
    this.ledger.shown(`${stream} ${fact}`);
    if (!this.caughtUp) return;
    if (!this.sequences.has(stream)) {
      this.sequences.set(stream, []);
      this.ledger.sequences.push([stream, this.sequences.get(stream)]);
    }
    this.sequences.get(stream).push(`${stream} ${fact}`);
  }
}
