// Why a driver declines or cancels: one of the saved reasons, or own words.
import { make } from '../dom.js';

export class ReasonFields {
  #written = '';

  /** Puts the fields into `form`; `words` is what stands in the text at first. */
  constructor(form, words) {
    this.select = make('select', { name: 'template' }, new Option('In own words', ''));
    this.text = make('input', {
      name: 'reason', required: true, maxLength: 512, defaultValue: words,
    });
    this.choice = make('label', { hidden: true }, 'Reason ', this.select);
    this.words = make('label', {}, 'In own words ', this.text);
    this.select.addEventListener('change', () => this.show());
    form.append(this.choice, this.words);
  }

  /** As the commands take it. */
  get reason() {
    const id = this.select.value;
    return id ? { cancellation_template_id: id } : { cancellation_description: this.text.value };
  }

  update(templates) {
    const written = JSON.stringify(templates);
    if (written === this.#written) return; // a choice that is being made survives
    this.#written = written;
    const chosen = this.select.value;
    const options = templates.map(({ id, text }) => new Option(text, id));
    this.select.replaceChildren(new Option('In own words', ''), ...options);
    if (templates.some(({ id }) => id === chosen)) this.select.value = chosen;
    this.choice.hidden = templates.length === 0;
    this.show();
  }

  show() {
    this.words.hidden = this.select.value !== '';
    this.text.disabled = this.select.value !== ''; // or its emptiness would stop the form
  }
}
