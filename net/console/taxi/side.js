// One app, driver's or customer's. What happens goes one way: pushes and answers become changes,
// changes make the next state, and every view is shown the state.
import { BookingCards } from './booking_cards.js';
import { BookingForm, bookingOf } from './booking_form.js';
import { initialState, isEnded, reduce } from './bookings.js';
import { PositionForm } from './position_form.js';
import { Templates } from './templates.js';
import { deviceId } from '../accounts.js';
import { HansomError, connectCustomer, connectDriver } from '../client/index.js';
import { clone, onClick, part, setOff, showNotice } from '../dom.js';
import { Panel } from '../panel.js';

export class Side {
  /** `side` is `driver` or `customer`; `taken` are the emails of those who are there already. */
  constructor({ id, title, side, accounts, rules, taken, onRemove }) {
    this.side = side;
    this.state = { ...initialState, templates: [] };
    this.removed = onRemove;
    const fields = [...clone('taxi-buttons-template').children];
    const body = clone('taxi-body-template');
    this.panel = new Panel({
      id, title, side, accounts, role: side, taken, fields, body,
    }, this);
    this.element = this.panel.element;
    const tools = part(this.element, 'tools');
    const act = (bookingId, command) => this.act(bookingId, command);
    this.cards = new BookingCards(this.element, side, { rules, act });
    this.views = [this.cards];
    if (side === 'driver') {
      this.views.push(
        new PositionForm(tools, (place) => this.panel.client.updateLocation(place)),
        new Templates(tools, {
          onAdd: (text) => this.changeTemplates((client) => client.addCancellationTemplate(text)),
          onRemove: (template) =>
            this.changeTemplates((client) => client.removeCancellationTemplate(template)),
        }));
    } else {
      new BookingForm(tools, (payload) => this.request(payload));
    }
    onClick(this.element, 'resync', () => this.act(undefined, (client) => client.resync()));
    onClick(this.element, 'ping', () => this.act(undefined, (client) => client.ping()));
    onClick(this.element, 'clear-ended', () => this.change({ kind: 'clearEnded' }));
    this.show();
  }

  get email() {
    return this.panel.connectForm.email;
  }

  /** Gives the panel a client of another person, who knows nothing of the last one's bookings. */
  open({ token }) {
    this.state = { ...initialState, templates: [] };
    const connect = this.side === 'driver' ? connectDriver : connectCustomer;
    const client = connect({ token, deviceId: deviceId(), deviceModel: 'Hansom test console' });
    const live = () => (client.status.status === 'connected' ? Date.now() : undefined);
    client.on('push', (frame) => this.change({ kind: 'received', frame, at: live() }));
    client.on('snapshot', (frame) => this.change({ kind: 'received', frame }));
    client.on('error', (error) => this.refused(error));
    return client;
  }

  changed(connection) {
    this.change({ kind: 'connection', connection });
    if (this.side === 'driver' && connection.status === 'connected') this.changeTemplates();
  }

  change(change) {
    this.state = { ...this.state, ...reduce(this.state, change) };
    this.show();
  }

  show() {
    showNotice(part(this.element, 'notice'), this.state.notice);
    setOff(part(this.element, 'clear-ended'), !this.state.bookings.some(isEnded));
    for (const view of this.views) view.update(this.state);
  }

  tick(now) {
    this.cards.tick(now);
  }

  /** Does `command(client)`, about a booking or not; what is refused is said there. */
  async act(bookingId, command) {
    this.change({ kind: 'acted', booking_id: bookingId });
    try {
      const answer = await command(this.panel.client);
      // A cancel over HTTP is pushed to the other side only.
      if (answer?.booking_id && !answer.type) this.change({ kind: 'received', frame: answer });
      return true;
    } catch (error) {
      this.refused(error, bookingId);
      return false;
    }
  }

  refused(error, bookingId = error.bookingId) {
    if (!(error instanceof HansomError)) throw error;
    const { code, message } = error;
    const frame = { type: 'error', code, message, booking_id: bookingId };
    this.change({ kind: 'received', frame });
  }

  /** Changes the saved reasons with `change(client)`, and reads them again. */
  async changeTemplates(change = () => {}) {
    const { client } = this.panel;
    await this.act(undefined, async () => {
      await change(client);
      const templates = await client.cancellationTemplates();
      if (client === this.panel.client) this.state = { ...this.state, templates };
    });
    this.show();
  }

  async request(payload) {
    // The server closes a customer's socket when a ride has ended: the next one needs it again.
    if ((this.panel.client?.status.status ?? 'disconnected') === 'disconnected') {
      this.panel.connect();
    }
    this.change({ kind: 'acted' });
    const { client } = this.panel;
    try {
      const answer = await client.requestBooking(payload);
      if (client !== this.panel.client) return; // somebody else is in this panel by now
      const booking = bookingOf(payload);
      this.change({ kind: 'requested', answer, booking, at: Date.now() });
    } catch (error) {
      if (client === this.panel.client) this.refused(error);
    }
  }
}
