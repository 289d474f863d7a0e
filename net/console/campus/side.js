// One student's app: as a driver or as a passenger.
import { RideCards } from './ride_cards.js';
import { initialState, reduce } from './rides.js';
import { TripForm } from './trip_form.js';
import { connectCampusDriver, connectPassenger, customerApi, driverApi } from '../client/index.js';
import { clone, part, showNotice } from '../dom.js';
import { OneApp } from '../one_app.js';
import { Panel } from '../panel.js';

export class Student extends OneApp {
  /** `side` is `driver` or `passenger`. */
  constructor({ id, title, side, accounts, taken, onRemove }) {
    super(initialState, reduce);
    this.side = side;
    this.removed = onRemove;
    const fields = [...clone('campus-fields-template').children];
    const body = clone('campus-body-template');
    this.panel = new Panel({
      id, title, side, accounts, role: 'student', taken, fields, body,
    }, this);
    this.element = this.panel.element;
    const act = (command) => this.act(command);
    this.cards = new RideCards(this.element, side, act);
    if (side === 'passenger') {
      this.form = new TripForm(part(this.element, 'tools'), (trip) =>
        act((client) => client.createRideRequest(trip)));
    }
    this.show();
  }

  /** The socket's address has the account's id: of a pasted token the person has to know it. */
  async complete(who) {
    const { id } = this.panel.connectForm.form.elements;
    const userId = who.email ? await idOf(who) : id.value.trim();
    return { ...who, userId, key: `${who.key} ${userId}` };
  }

  open({ token, userId }) {
    this.state = initialState;
    const connect = this.side === 'driver' ? connectCampusDriver : connectPassenger;
    const client = connect({ token, userId });
    client.on('push', (frame) => this.change({ kind: 'pushed', frame, me: client.id }));
    client.on('error', (error) => this.refused(error));
    return client;
  }

  show() {
    showNotice(part(this.element, 'notice'), this.state.notice);
    this.cards.update(this.state);
    this.form?.update(this.state);
  }
}

/** Students of the demo have one of the taxi's roles as well, and a profile there. */
async function idOf({ roles, token }) {
  const api = roles.includes('driver') ? driverApi : customerApi;
  return (await api({ token }).profile()).id;
}
