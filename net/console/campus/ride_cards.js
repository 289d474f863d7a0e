// The ride requests that a student knows of, a card for each.
import { isEnded } from './rides.js';
import { Chat } from '../chat.js';
import { clone, make, part, say, shortId, sideBySide } from '../dom.js';

const hints = {
  driver: {
    pending: 'The first to accept has the ride.',
    accepted: 'Yours.',
    completed: 'The ride is done.',
    cancelled: 'The passenger has cancelled.',
    closed: 'Not to be had any more.',
    gone: 'Ended while this page was not connected.',
  },
  passenger: {
    pending: 'Every driver who is connected sees it.',
    accepted: 'A driver has accepted.',
    completed: 'The ride is done.',
    cancelled: 'Cancelled.',
    gone: 'Ended while this page was not connected.',
  },
};

const actions = {
  driver: [
    { label: 'Accept', offered: 'pending', run: (client, id) => client.acceptRideRequest(id) },
    { label: 'Complete the ride', offered: 'accepted',
      run: (client, id) => client.completeRideRequest(id) },
  ],
  passenger: [
    { label: 'Cancel the request', offered: 'pending',
      run: (client, id) => client.cancelRideRequest(id) },
    { label: 'Cancel the ride', offered: 'accepted',
      run: (client, id) => client.cancelRideRequest(id) },
  ],
};

export class RideCards {
  /** `act(command)` does `command(client)`, and resolves to whether it was done. */
  constructor(root, side, act) {
    this.box = part(root, 'rides');
    this.empty = part(root, 'no-rides');
    say(this.empty, side === 'driver' ? 'Nobody asks for a ride.' : 'None yet: request one above.');
    Object.assign(this, { side, act, cards: new Map() });
  }

  update({ rides, connection }) {
    this.empty.hidden = rides.length > 0;
    for (const [id, card] of this.cards) {
      if (rides.some((ride) => ride.id === id)) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    for (const ride of [...rides].reverse()) {
      let card = this.cards.get(ride.id);
      if (!card) {
        card = new RideCard(ride.id, this.side, this.act);
        this.cards.set(ride.id, card);
        this.box.prepend(card.element);
      }
      card.update(ride, connection.status === 'connected');
    }
  }
}

class RideCard {
  constructor(id, side, act) {
    this.side = side;
    this.element = clone('ride-template');
    this.element.dataset.ride = id;
    this.element.setAttribute('aria-label', `Ride request ${shortId(id)}`);
    say(part(this.element, 'headline'), shortId(id));
    this.buttons = actions[side].map(({ label, offered, run }) => {
      const className = side === 'driver' ? 'primary' : '';
      const button = make('button', { type: 'button', className }, label);
      button.addEventListener('click', () => act((client) => run(client, id)));
      part(this.element, 'actions').append(button);
      return { button, offered };
    });
    const other = side === 'driver' ? 'passenger' : 'driver';
    this.chat = new Chat(this.element, { mine: 'me', other }, (text) =>
      act((client) => client.sendChatMessage(text)));
  }

  update(ride, isConnected) {
    const { element } = this;
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    element.dataset.status = ride.status;
    element.classList.toggle('ended', isEnded(ride));
    say(part(element, 'badge'), ride.status);
    say(part(element, 'hint'), hints[this.side][ride.status] ?? '');
    this.showFacts(ride.trip);
    for (const { button, offered } of this.buttons) {
      button.hidden = ride.status !== offered;
      button.disabled = !isConnected;
    }
    part(element, 'actions').hidden = this.buttons.every(({ button }) => button.hidden);
    this.chat.update({ transcript: ride.chat, isOpen: ride.status === 'accepted', isConnected });
    // The button just pressed may be gone now; the keyboard goes on from its card.
    if (focused?.closest('[hidden]')) element.focus();
  }

  showFacts(trip) {
    if (!trip || this.trip) return; // a request does not change its places
    this.trip = trip;
    const places = [['Pickup', 'pickup'], ['Drop-off', 'dropoff']];
    part(this.element, 'facts').append(...places.map(([name, prefix]) => {
      const at = `(${trip[`${prefix}_latitude`]}, ${trip[`${prefix}_longitude`]})`;
      return make('div', { dataset: { fact: name } },
        make('dt', {}, name), make('dd', {}, ...sideBySide([trip[`${prefix}_address`], at], ' ')));
    }));
  }
}
