// What a person can do with a booking: which message, on which side, and when it is offered.
// Further actions (decline, reject, ...) are further entries of this table.
import { onSubmit } from './dom.js';

const table = [
  {
    name: 'submit_arrival_time',
    side: 'driver',
    offered: ({ status, type }) => status === 'requested' && type !== 'scheduled',
    label: 'Send arrival time',
    field: { name: 'arrival_time', label: 'Arrival in seconds', value: 300, min: 1, max: 86400 },
    message: (form) => ({ arrival_time: form.elements.arrival_time.valueAsNumber }),
  },
  {
    name: 'accept',
    side: 'customer',
    offered: ({ status, type }) => status === 'confirmation' && type !== 'scheduled',
    label: 'Accept',
    message: () => ({}),
  },
  {
    name: 'mark_as_completed',
    side: 'driver',
    offered: ({ status }) => status === 'on_the_way',
    label: 'Complete the ride',
    message: () => ({ status: 'completed' }),
  },
];

export class Actions {
  /** Puts a form per action of this side into `box`; `onAct(message)` gets what to send. */
  constructor(box, side, onAct) {
    this.box = box;
    this.forms = table.filter((action) => action.side === side).map((action) => {
      const form = actionForm(action);
      onSubmit(form, () => onAct({ type: action.name, ...action.message(form) }));
      box.append(form);
      return { form, offered: action.offered };
    });
  }

  update(booking, connected) {
    for (const { form, offered } of this.forms) {
      form.hidden = !offered(booking);
      form.querySelector('button').disabled = !connected;
    }
    this.box.hidden = this.forms.every(({ form }) => form.hidden);
  }
}

function actionForm({ name, label, field }) {
  const form = document.createElement('form');
  form.dataset.action = name;
  if (field) form.append(fieldOf(field));
  const button = document.createElement('button');
  button.className = 'primary';
  button.textContent = label;
  form.append(button);
  return form;
}

function fieldOf({ name, label, value, min, max }) {
  const wrapper = document.createElement('label');
  const input = document.createElement('input');
  Object.assign(input, { name, type: 'number', min, max, required: true });
  input.defaultValue = value;
  wrapper.append(label, ' ', input);
  return wrapper;
}
