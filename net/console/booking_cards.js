// The bookings of one side as cards, one per booking_id. A card lives as long as its booking is
// known, so that what a person is typing into it survives every frame.
import { Actions } from './actions.js';
import { Chat } from './chat.js';
import { clone, part, say, shortId, showNotice } from './dom.js';
import { isEnded } from './bookings.js';
import { hintWords, statusWords } from './words.js';

export class BookingCards {
  /** `onSend(message)` gets what a card wants sent, with its booking_id. */
  constructor(root, side, onSend) {
    this.box = part(root, 'bookings');
    this.empty = part(root, 'no-bookings');
    this.empty.textContent = side === 'driver' ? 'No booking assigned yet.'
      : 'No booking yet: request one above.';
    this.side = side;
    this.onSend = onSend;
    this.cards = new Map();
  }

  update({ bookings, connection }) {
    const connected = connection.status === 'connected';
    this.empty.hidden = bookings.length > 0;
    for (const [id, card] of this.cards) {
      if (!bookings.some((booking) => booking.id === id)) {
        card.element.remove();
        this.cards.delete(id);
      }
    }
    // Newest first. Only new cards are inserted: moving one would take the focus out of it.
    let after = null;
    for (const booking of bookings) {
      let card = this.cards.get(booking.id);
      if (!card) {
        card = new Card(booking.id, this.side, this.onSend);
        this.cards.set(booking.id, card);
        if (after) after.after(card.element);
        else this.box.prepend(card.element);
      }
      card.update(booking, connected);
      after = card.element;
    }
  }
}

class Card {
  constructor(id, side, onSend) {
    this.side = side;
    this.element = clone('card-template');
    this.element.dataset.booking = id;
    this.element.setAttribute('aria-label', `Booking ${shortId(id)}`);
    say(part(this.element, 'headline'), shortId(id));
    const send = (message) => onSend({ ...message, booking_id: id });
    this.actions = new Actions(part(this.element, 'actions'), side, send);
    this.chat = new Chat(this.element, side, (text) => send({ type: 'chat_message', text }));
  }

  update(booking, connected) {
    const { element } = this;
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    element.dataset.status = booking.status;
    element.classList.toggle('ended', isEnded(booking));
    say(part(element, 'badge'), statusWords(booking.status));
    say(part(element, 'hint'), hintWords(this.side, booking));
    showNotice(part(element, 'card-notice'), booking.notice);
    this.showFacts(booking);
    this.actions.update(booking, connected);
    this.chat.update(booking, connected);
    // The button just pressed may be gone now; the keyboard goes on from its card.
    if (focused?.closest('[hidden]')) element.focus();
  }

  showFacts(booking) {
    const facts = factsOf(this.side, booking).filter(([, value]) => value);
    const written = JSON.stringify(facts);
    if (written === this.written) return; // a selection in the text survives what says the same
    this.written = written;
    part(this.element, 'facts').replaceChildren(...facts.map(([name, value]) => {
      const row = document.createElement('div');
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      row.dataset.fact = name;
      term.textContent = name;
      detail.textContent = value;
      row.append(term, detail);
      return row;
    }));
  }
}

function factsOf(side, booking) {
  const dropOffs = booking.dropOffs ?? (booking.dropOff ? [booking.dropOff] : []);
  return [
    ['Reason', booking.reason],
    ['Pickup time', booking.type === 'scheduled' && booking.date && localTime(booking.date)],
    ['Arrival', booking.arrival?.label],
    [side === 'driver' ? 'Customer' : 'Driver', contact(booking)],
    ['Vehicle', [booking.vehicle, booking.driverCode].filter(Boolean).join(' · ')],
    ['Pickup', place(booking.pickup)],
    ...dropOffs.map((dropOff, index) => [
      dropOffs.length > 1 ? `Drop-off ${index + 1}` : 'Drop-off', place(dropOff),
    ]),
    ['Passengers', booking.passengers && String(booking.passengers)],
    ['Note', booking.note],
  ];
}

function localTime(date) {
  return new Date(date).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Phones are local digits; what one dials starts with the country's code. */
function contact({ name, phone, phoneCode }) {
  const number = phone && [phoneCode?.ph_code, phone].filter(Boolean).join(' ');
  return [name, number].filter(Boolean).join(' · ');
}

function place(location) {
  return location && [location.title, location.address].filter(Boolean).join(', ');
}
