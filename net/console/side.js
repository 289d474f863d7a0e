// One app, driver's or customer's. What happens goes one way: frames and answers become changes,
// changes make the next state, and every view is shown the state.
import { Refused, requestBooking } from './api.js';
import { BookingCards } from './booking_cards.js';
import { BookingForm, bookingOf } from './booking_form.js';
import { initialState, isEnded, reduce } from './bookings.js';
import { ConnectForm } from './connect_form.js';
import { Connection } from './connection.js';
import { clone, part, showNotice } from './dom.js';
import { FrameLog } from './frame_log.js';
import { PositionForm } from './position_form.js';

const titles = { driver: 'Driver app', customer: 'Customer app' };

export class Side {
  /** `side` is `driver` or `customer`. */
  constructor(side, deviceId) {
    this.side = side;
    this.deviceId = deviceId;
    this.state = initialState;
    this.element = clone('side-template');
    this.element.dataset.side = side;
    this.element.setAttribute('aria-label', titles[side]);
    part(this.element, 'title').textContent = titles[side];

    this.connection = new Connection(`/ws/${side}`, deviceId, {
      onStatus: (connection) => this.connectionChanged(connection),
      onFrame: (direction, frame) => this.framePassed(direction, frame),
    });
    this.log = new FrameLog(this.element, `Frames of the ${side}`);
    this.connectForm = new ConnectForm(this.element, () => this.toggle());
    const tools = part(this.element, 'tools');
    this.views = [
      this.connectForm,
      new BookingCards(this.element, side, (message) => this.send(message)),
    ];
    if (side === 'driver') {
      this.views.push(new PositionForm(tools, (message) => this.send(message)));
    } else {
      new BookingForm(tools, (payload) => this.request(payload));
    }
    this.onClick('resync', () => this.send({ type: 'resync' }));
    this.onClick('ping', () => this.send({ type: 'ping' }));
    this.onClick('clear-ended', () => this.change({ kind: 'clearEnded' }));
    this.show();
  }

  onClick(name, act) {
    part(this.element, name).addEventListener('click', act);
  }

  change(change) {
    this.state = reduce(this.state, change);
    this.show();
  }

  show() {
    showNotice(part(this.element, 'notice'), this.state.notice);
    part(this.element, 'clear-ended').disabled = !this.state.bookings.some(isEnded);
    for (const view of this.views) view.update(this.state);
  }

  toggle() {
    this.change({ kind: 'acted' });
    if (this.connection.status !== 'disconnected') this.connection.disconnect();
    else this.connection.connect(this.connectForm.token);
  }

  connectionChanged(connection) {
    this.change({ kind: 'connection', connection });
    if (connection.status === 'connected') this.catchUp();
  }

  /** The plain resync gives one booking. Others that we know of are asked for one by one. */
  catchUp() {
    this.connection.send({ type: 'resync' });
    for (const booking of this.state.bookings.filter((each) => !isEnded(each))) {
      this.connection.send({ type: 'resync', booking_id: booking.id });
    }
  }

  framePassed(direction, frame) {
    this.log.add(direction, frame);
    if (direction === 'in') this.change({ kind: 'received', frame });
  }

  /** Sends what the person asked for. Gives false, and says why, when that was not possible. */
  send(message) {
    this.change({ kind: 'acted', booking_id: message.booking_id });
    const sent = this.connection.send(message);
    if (!sent) this.change({ kind: 'failed', text: 'Not connected: connect first.' });
    return sent;
  }

  async request(payload) {
    this.change({ kind: 'acted' });
    const { token } = this.connectForm;
    // The server closes a customer's socket when a ride has ended: the next one needs it again.
    if (this.connection.status === 'disconnected') this.connection.connect(token);
    try {
      const answer = await requestBooking({
        token,
        deviceId: this.deviceId,
        payload,
        onExchange: (direction, entry) => this.log.add(direction, entry),
      });
      this.change({ kind: 'requested', answer, booking: bookingOf(payload) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.change({ kind: 'failed', text: error.message });
    }
  }
}
