// The bookings of one side as cards, one per booking_id. A card lives as long as its booking is
// known, so that what a person is typing into it survives every frame.
import { Actions } from './actions.js';
import { isEnded } from './bookings.js';
import { countdownOf } from './countdown.js';
import { StatusMachine } from '../status_machine.js';
import { Chat } from '../chat.js';
import { clone, make, part, say, shortId, showNotice, sideBySide } from '../dom.js';
import { hintWords, statusWords } from '../words.js';

export class BookingCards {
  /**
   * `act(id, command)` does `command(client)` for a booking, and resolves to whether it was done.
   * `rules` has the lengths of the timers.
   */
  constructor(root, side, { rules, act }) {
    this.box = part(root, 'bookings');
    this.empty = part(root, 'no-bookings');
    this.empty.textContent = side === 'driver' ? 'No booking assigned yet.'
      : 'No booking yet: request one above.';
    this.side = side;
    this.rules = rules;
    this.act = act;
    this.cards = new Map();
  }

  update({ bookings, connection, templates }) {
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
        card = new Card(booking.id, this.side, this);
        this.cards.set(booking.id, card);
        if (after) after.after(card.element);
        else this.box.prepend(card.element);
      }
      card.update(booking, connected, templates);
      after = card.element;
    }
  }

  /** Time has passed. */
  tick(now) {
    for (const card of this.cards.values()) card.tick(now);
  }
}

class Card {
  constructor(id, side, { rules, act }) {
    this.side = side;
    this.rules = rules;
    this.element = clone('card-template');
    this.element.dataset.booking = id;
    this.element.setAttribute('aria-label', `Booking ${shortId(id)}`);
    say(part(this.element, 'headline'), shortId(id));
    const actOn = (command) => act(id, command);
    this.machine = new StatusMachine(part(this.element, 'machine'));
    this.actions = new Actions(this.element, side, id, actOn);
    const other = side === 'driver' ? 'customer' : 'driver';
    this.chat = new Chat(this.element, { mine: side, other }, (text) =>
      actOn((client) => client.sendChatMessage(id, text)));
  }

  update(booking, connected, templates) {
    const { element } = this;
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    element.dataset.status = booking.status;
    element.classList.toggle('ended', isEnded(booking));
    say(part(element, 'badge'), statusWords(booking.status));
    say(part(element, 'hint'), hintWords(this.side, booking));
    showNotice(part(element, 'card-notice'), booking.notice);
    this.machine.update(booking.status);
    this.showFacts(booking);
    this.showEvents(booking.events);
    this.actions.update(booking, connected, templates);
    this.chat.update({
      transcript: booking.chat, isOpen: booking.status === 'on_the_way', isConnected: connected,
    });
    this.booking = booking;
    this.tick(Date.now());
    // The button just pressed may be gone now; the keyboard goes on from its card.
    if (focused?.closest('[hidden]')) element.focus();
  }

  tick(now) {
    const { side, element, booking, rules } = this;
    const countdown = countdownOf(side, booking.timer, rules, now);
    part(element, 'countdown').hidden = !countdown;
    if (!countdown) return;
    say(part(element, 'countdown-words'), countdown.words);
    const bar = part(element, 'countdown-bar');
    bar.hidden = countdown.share === null;
    bar.value = countdown.share ?? 0;
  }

  /** What has come about this booking, in the order in which it came. */
  showEvents(events) {
    const list = part(this.element, 'events');
    say(part(this.element, 'event-count'), `Pushes and acks (${events.length})`);
    part(this.element, 'history').hidden = events.length === 0;
    for (const { type, seq, at } of events.slice(list.childElementCount)) {
      const when = at ? new Date(at).toLocaleTimeString() : 'while not connected';
      list.append(make('li', { dataset: { type, seq } }, make('code', {}, type), ` ${when}`));
    }
  }

  showFacts(booking) {
    const facts = factsOf(this.side, booking).filter(([, value]) => value?.length > 0);
    const written = JSON.stringify(facts);
    if (written === this.written) return; // a selection in the text survives what says the same
    this.written = written;
    part(this.element, 'facts').replaceChildren(...facts.map(([name, value, separator = ' · ']) =>
      make('div', { dataset: { fact: name } }, make('dt', {}, name),
        make('dd', {}, ...sideBySide([value].flat(), separator)))));
  }
}

function factsOf(side, booking) {
  const dropOffs = booking.dropOffs ?? (booking.dropOff ? [booking.dropOff] : []);
  return [
    ['Reason', booking.reason],
    ['Pickup time', booking.type === 'scheduled' && booking.date && localTime(booking.date)],
    ['Arrival', booking.arrival?.label],
    [side === 'driver' ? 'Customer' : 'Driver', contact(booking)],
    ['Vehicle', [booking.vehicle, booking.driverCode].filter(Boolean)],
    ['Pickup', place(booking.pickup), ', '],
    ...dropOffs.map((dropOff, index) => [
      dropOffs.length > 1 ? `Drop-off ${index + 1}` : 'Drop-off', place(dropOff), ', ',
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
  return [name, number].filter(Boolean);
}

function place(location) {
  return location ? [location.title, location.address].filter(Boolean) : [];
}
