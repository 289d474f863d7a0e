// What a person can do with a booking: which message, on which side, and when it is offered.
import { onSubmit } from './dom.js';

const table = [
  {
    name: 'submit_arrival_time',
    side: 'driver',
    offered: ({ status, type }) => status === 'requested' && type !== 'scheduled',
    label: 'Send arrival time',
    field: {
      name: 'arrival_time', label: 'Arrival in seconds',
      type: 'number', value: 300, min: 1, max: 86400,
    },
    message: (form) => ({ arrival_time: form.elements.arrival_time.valueAsNumber }),
  },
  {
    name: 'accept_booking',
    side: 'driver',
    offered: ({ status, type }) => status === 'requested' && type === 'scheduled',
    label: 'Take the booking',
    message: () => ({}),
  },
  {
    name: 'decline_booking',
    side: 'driver',
    plain: true,
    offered: ({ status }) => status === 'requested',
    label: 'Decline',
    field: { name: 'reason', label: 'Reason', value: 'No time just now', maxLength: 512 },
    message: (form) => ({ cancellation_description: form.elements.reason.value }),
  },
  {
    name: 'accept',
    side: 'customer',
    offered: ({ status, type }) => status === 'confirmation' && type !== 'scheduled',
    label: 'Accept',
    message: () => ({}),
  },
  {
    name: 'reject',
    side: 'customer',
    plain: true,
    offered: ({ status }) => status === 'requested' || status === 'confirmation',
    label: 'Call it off',
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

function actionForm({ name, label, field, plain }) {
  const form = document.createElement('form');
  form.dataset.action = name;
  if (field) form.append(fieldOf(field));
  const button = document.createElement('button');
  if (!plain) button.className = 'primary';
  button.textContent = label;
  form.append(button);
  return form;
}

function fieldOf({ label, value, ...attributes }) {
  const wrapper = document.createElement('label');
  const input = document.createElement('input');
  Object.assign(input, { required: true, ...attributes });
  input.defaultValue = value;
  wrapper.append(label, ' ', input);
  return wrapper;
}
