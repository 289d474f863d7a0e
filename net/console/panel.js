// One app in the page, of whatever dialect: who it is, its connection, its log. What it shows
// between them is its owner's.
import { ConnectForm } from './connect_form.js';
import { clone, onClick, part } from './dom.js';
import { FrameLog } from './frame_log.js';
import { showConnection } from './notices.js';

/** What the connection's button says. */
const usual = { connect: 'Connect', disconnect: 'Disconnect' };

export class Panel {
  #client = null;
  #who = null;
  #isOpening = false;

  /**
   * `owner` has: `open(who)`, which gives a client of the dialect; `changed(status)`;
   * `refused(error)`; `removed()`; and maybe `complete(who)`, resolving to who it is with all that
   * the dialect's client needs. `fields` are more for the connection's form: labels, buttons.
   */
  constructor({ id, title, side, accounts, role, taken, fields, body, words = usual }, owner) {
    this.owner = owner;
    this.element = clone('panel-template');
    this.element.id = id;
    this.element.dataset.side = side;
    this.element.setAttribute('aria-label', title);
    part(this.element, 'title').textContent = title;
    for (const field of fields) {
      part(this.element, 'toggle')[field.matches('button') ? 'after' : 'before'](field);
    }
    part(this.element, 'body').replaceWith(body);
    this.status = part(this.element, 'status');
    this.log = new FrameLog(this.element, `Frames of ${title}`);
    this.connectForm = new ConnectForm(
      this.element, { accounts, role, taken, words }, () => this.toggle());
    part(this.element, 'remove-panel').setAttribute('aria-label', `Remove ${title}`);
    onClick(this.element, 'remove-panel', () => this.remove());
    this.show({ status: 'disconnected' });
  }

  get client() {
    return this.#client;
  }

  toggle() {
    if (this.#client && this.#client.status.status !== 'disconnected') this.#client.disconnect();
    else this.connect();
  }

  /** Connects as whoever the form says. The same one goes on where they were. */
  async connect() {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      const { who } = this.connectForm;
      this.open(this.owner.complete ? await this.owner.complete(who) : who);
    } catch (error) {
      this.owner.refused(error);
    } finally {
      this.#isOpening = false;
    }
  }

  open(who) {
    if (this.#client && this.#who.key === who.key) {
      this.#client.connect();
      return;
    }
    this.#who = who;
    const client = this.owner.open(who);
    this.#client = client;
    client.on('frame', ({ direction, frame, text }) =>
      this.log.add(direction, frame ?? { type: '(unreadable)', text }));
    client.on('call', (call) => this.log.addCall(call));
    client.on('status', (status) => this.changed(status));
    this.changed(client.status);
  }

  changed(status) {
    this.show(status);
    this.owner.changed(status);
  }

  show(status) {
    showConnection(this.status, status);
    this.connectForm.update(status);
  }

  remove() {
    this.#client?.disconnect();
    this.element.remove();
    this.owner.removed();
  }
}
