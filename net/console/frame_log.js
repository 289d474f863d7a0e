// What went over the wire at one panel, newest last. It shows frames as they are, and knows none.
import { clone, keepAtEnd, onClick, part, say, shortId } from './dom.js';
import { clock, frameNames } from './words.js';

/** Older entries go: a console may stay open for days. */
const maxEntries = 500;

const arrows = {
  in: { sign: '←', label: 'received' },
  out: { sign: '→', label: 'sent' },
  call: { sign: '⇄', label: 'called over HTTP' },
};

export class FrameLog {
  /** `root` is a panel; the log and its tools are found in it. */
  constructor(root, label) {
    this.box = part(root, 'log');
    this.box.setAttribute('aria-label', label);
    this.expand = part(root, 'expand');
    this.filter = part(root, 'filter');
    this.said = part(root, 'copied');
    this.expand.addEventListener('change', () => this.unfold(this.expand.checked));
    this.filter.addEventListener('input', () => this.sift());
    this.box.addEventListener('keydown', (event) => this.pressed(event));
    onClick(root, 'copy-log', () => this.copy());
    onClick(root, 'clear-log', () => this.box.replaceChildren());
  }

  /** Adds a frame that came `in` or went `out`. */
  add(direction, frame, at = new Date()) {
    const entry = clone('frame-template');
    const { type, words } = frameNames(frame);
    entry.dataset.direction = direction;
    entry.dataset.type = type;
    entry.open = this.expand.checked;
    entry.firstElementChild.tabIndex = -1; // the log is one stop of the Tab key
    const arrow = part(entry, 'arrow');
    arrow.textContent = arrows[direction].sign;
    arrow.setAttribute('aria-label', arrows[direction].label);
    arrow.setAttribute('role', 'img');
    const time = part(entry, 'time');
    time.dateTime = at.toISOString();
    time.textContent = clock(at);
    part(entry, 'type').textContent = words;
    const id = idIn(frame);
    part(entry, 'ref').textContent = id ? shortId(id) : '';
    part(entry, 'json').textContent = JSON.stringify(frame, null, 2);
    this.siftOne(entry);
    keepAtEnd(this.box, () => {
      this.box.append(entry);
      while (this.box.childElementCount > maxEntries) this.box.firstElementChild.remove();
    });
  }

  /** Adds a call over HTTP with its answer; the token is not among what it has. */
  addCall({ method, path, status, ...bodies }) {
    this.add('call', { type: `${method} ${path} ${status ?? 'no answer'}`, ...bodies });
  }

  /** Up and down lead from entry to entry. */
  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const shown = [...this.box.children].filter((entry) => !entry.hidden);
    const at = shown.findIndex((entry) => entry.contains(document.activeElement));
    const next = at < 0 ? shown.at(step > 0 ? 0 : -1) : shown[at + step];
    if (!next) return;
    event.preventDefault();
    next.firstElementChild.focus();
  }

  unfold(open) {
    keepAtEnd(this.box, () => {
      for (const entry of this.box.children) entry.open = open;
    });
  }

  sift() {
    for (const entry of this.box.children) this.siftOne(entry);
  }

  siftOne(entry) {
    const wanted = this.filter.value.trim().toLowerCase();
    entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
  }

  /** Copies what is shown, a frame to a line, as support is sent it. */
  async copy() {
    const shown = [...this.box.children].filter((entry) => !entry.hidden);
    const lines = shown.map((entry) => JSON.stringify({
      at: part(entry, 'time').dateTime,
      direction: entry.dataset.direction,
      frame: JSON.parse(part(entry, 'json').textContent),
    }));
    try {
      await navigator.clipboard.writeText(lines.join('\n'));
      say(this.said, `${lines.length} copied.`);
    } catch {
      // Without https browsers have no clipboard for pages, or the person has said no.
      say(this.said, 'The browser does not let this page copy.');
    }
  }
}

function idIn(frame) {
  return frame.booking_id ?? frame.assignment?.booking_id ?? frame.ride_request_id
    ?? frame.answer?.data?.booking_id ?? frame.data?.id ?? frame.messageId;
}
