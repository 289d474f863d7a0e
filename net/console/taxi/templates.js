// The reasons a driver has saved for declining, and those that the fleet has for all.
import { clone, make, onSubmit, part } from '../dom.js';

export class Templates {
  #written = '';

  /** `onAdd(text)` and `onRemove(id)` are called for what the person wants. */
  constructor(root, { onAdd, onRemove }) {
    const tool = clone('templates-template');
    root.append(tool);
    this.list = part(tool, 'template-list');
    this.empty = part(tool, 'no-templates');
    this.button = part(tool, 'add-template');
    this.onRemove = onRemove;
    this.field = part(tool, 'template-form').elements.text;
    onSubmit(part(tool, 'template-form'), (form) => {
      const { value } = form.elements.text;
      if (value.trim() !== '') onAdd(value);
      form.reset();
    });
  }

  update({ templates, connection }) {
    this.button.disabled = connection.status !== 'connected';
    const written = JSON.stringify(templates);
    if (written === this.#written) return;
    this.#written = written;
    this.empty.hidden = templates.length > 0;
    this.list.hidden = templates.length === 0;
    this.list.replaceChildren(...templates.map((template) => this.row(template)));
  }

  row({ id, text, owner }) {
    const row = make('li', { dataset: { template: id } }, make('span', {}, text));
    if (owner === 'admin') {
      row.append(make('small', {}, 'of the fleet'));
    } else {
      const button = make('button', { type: 'button', className: 'quiet' }, 'Remove');
      button.setAttribute('aria-label', `Remove the reason ${text}`);
      button.addEventListener('click', () => {
        this.field.focus(); // the button will be gone
        this.onRemove(id);
      });
      row.append(button);
    }
    return row;
  }
}
