// The states a booking goes through, with the one it is in lit.
import { make } from './dom.js';
import { statusWords } from './words.js';

export const statuses = ['requested', 'confirmation', 'on_the_way', 'completed', 'cancelled'];

export class StatusMachine {
  constructor(list) {
    this.steps = statuses.map((status) =>
      make('li', { dataset: { step: status } }, statusWords(status)));
    list.append(...this.steps);
  }

  /** A driver who has declined a booking knows its state no more: none is lit. */
  update(status) {
    for (const step of this.steps) {
      if (step.dataset.step === status) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    }
  }
}
