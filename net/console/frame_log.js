// What went over the wire at one side, newest last. It shows frames as they are, and knows none.
import { clone, keepAtEnd, part, shortId } from './dom.js';

/** Older entries go: a console may stay open for days. */
const maxEntries = 500;

const arrows = {
  in: { sign: '←', label: 'received' },
  out: { sign: '→', label: 'sent' },
};

export class FrameLog {
  /** `root` is a side's section; the log, its checkbox and its button are found in it. */
  constructor(root, label) {
    this.box = part(root, 'log');
    this.box.setAttribute('aria-label', label);
    this.expand = part(root, 'expand');
    this.expand.addEventListener('change', () => this.unfold(this.expand.checked));
    part(root, 'clear-log').addEventListener('click', () => this.box.replaceChildren());
  }

  /** Adds a frame that came `in` or went `out`. */
  add(direction, frame, at = new Date()) {
    const entry = clone('frame-template');
    const type = String(frame.type ?? '(no type)');
    entry.dataset.direction = direction;
    entry.dataset.type = type;
    entry.open = this.expand.checked;
    const arrow = part(entry, 'arrow');
    arrow.textContent = arrows[direction].sign;
    arrow.setAttribute('aria-label', arrows[direction].label);
    arrow.setAttribute('role', 'img');
    const time = part(entry, 'time');
    time.dateTime = at.toISOString();
    time.textContent = clock(at);
    // An error's code is what one looks for, so it stands in the line.
    part(entry, 'type').textContent = frame.code ? `${type} ${frame.code}` : type;
    const id = frame.booking_id ?? frame.assignment?.booking_id ?? frame.body?.data?.booking_id;
    part(entry, 'ref').textContent = id ? shortId(id) : '';
    part(entry, 'json').textContent = JSON.stringify(frame, null, 2);
    keepAtEnd(this.box, () => {
      this.box.append(entry);
      while (this.box.childElementCount > maxEntries) this.box.firstElementChild.remove();
    });
  }

  unfold(open) {
    keepAtEnd(this.box, () => {
      for (const entry of this.box.children) entry.open = open;
    });
  }
}

/** Local time to the millisecond: what happens in one second is what one looks for here. */
function clock(at) {
  const two = (number) => String(number).padStart(2, '0');
  const seconds = `${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  return `${two(at.getHours())}:${two(at.getMinutes())}:${seconds}`;
}
