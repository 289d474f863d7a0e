// Panels of one kind, below one another: a first one, and more when they are asked for.
import { part } from './dom.js';

export class PanelList {
  #count = 0;

  /** `make({id, title, taken, onRemove})` gives what has an `element` and an `email`. */
  constructor(box, { id, title }, make) {
    Object.assign(this, { box, id, title, make, all: [] });
  }

  /** Adds one, as somebody who is not `taken` and not here yet, if there is anybody. */
  add(taken = new Set()) {
    const number = ++this.#count;
    const here = this.all.map(({ email }) => email);
    const panel = this.make({
      id: number === 1 ? this.id : `${this.id}-${number}`,
      title: `${this.title} ${number}`,
      taken: new Set([...taken, ...here]),
      onRemove: () => this.removed(panel),
    });
    panel.focus = () => part(panel.element, 'toggle').focus();
    this.all.push(panel);
    this.box.append(panel.element);
    return panel;
  }

  removed(panel) {
    this.all = this.all.filter((each) => each !== panel);
    const next = this.all.at(-1);
    if (next) next.focus();
    else this.box.focus();
  }
}
