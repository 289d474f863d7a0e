// The bookings there are, to pick one from.
import { make, onClick, part, shortId, sideBySide } from '../dom.js';
import { statusWords } from '../words.js';

export class BookingList {
  /** `onPick(id)` and `onOlder()` are called for clicks. */
  constructor(root, { onPick, onOlder }) {
    this.list = part(root, 'booking-list');
    this.none = part(root, 'no-bookings');
    this.older = part(root, 'older');
    this.onPick = onPick;
    onClick(root, 'older', onOlder);
  }

  update({ bookings, next, picked }) {
    this.none.hidden = bookings.length > 0 || next !== null;
    if (next === null && document.activeElement === this.older) {
      this.list.lastElementChild?.firstElementChild.focus(); // it goes, the keyboard stays
    }
    this.older.hidden = next === null;
    if (bookings !== this.shown) {
      this.shown = bookings;
      this.list.replaceChildren(...bookings.map((booking) => this.row(booking)));
    }
    for (const row of this.list.children) {
      const isPicked = row.dataset.booking === picked;
      row.firstElementChild.setAttribute('aria-pressed', String(isPicked));
      if (isPicked && picked !== this.picked) inSight(row, this.list);
    }
    this.picked = picked;
  }

  row({ booking_id: id, status, protocol, booking_type: type, requested_at: at, ...people }) {
    const who = [people.customer, people.driver].filter(Boolean).map(({ name }) => name);
    const when = new Date(at).toLocaleString();
    const button = make('button', { type: 'button' },
      make('span', {}, ...sideBySide(who, ' → ')),
      make('span', { className: 'badge' }, statusWords(status)),
      make('small', {}, `${protocol}, ${type} · ${when} · ${shortId(id)}`));
    button.addEventListener('click', () => this.onPick(id));
    return make('li', { dataset: { booking: id, status } }, button);
  }
}

/** Scrolls the list, and not the page, to a row. */
function inSight(row, list) {
  const [inner, outer] = [row, list].map((element) => element.getBoundingClientRect());
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}
