// What a person can do with a booking: which command, on which side, and when it is offered.
import { ReasonFields } from './reason_fields.js';
import { make, onSubmit, part } from '../dom.js';

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
    run: (client, id, { form }) =>
      client.submitArrivalTime(id, form.elements.arrival_time.valueAsNumber),
  },
  {
    name: 'accept_booking',
    side: 'driver',
    offered: ({ status, type }) => status === 'requested' && type === 'scheduled',
    label: 'Take the booking',
    run: (client, id) => client.acceptBooking(id),
  },
  {
    name: 'decline_booking',
    side: 'driver',
    plain: true,
    offered: ({ status }) => status === 'requested',
    label: 'Decline',
    reason: 'No time just now',
    run: (client, id, { reason }) => client.declineBooking(id, reason),
  },
  {
    name: 'accept',
    side: 'customer',
    offered: ({ status, type }) => status === 'confirmation' && type !== 'scheduled',
    label: 'Accept',
    run: (client, id) => client.accept(id),
  },
  {
    name: 'reject',
    side: 'customer',
    plain: true,
    offered: ({ status }) => status === 'requested' || status === 'confirmation',
    label: 'Call it off',
    run: (client, id) => client.reject(id),
  },
  {
    name: 'mark_as_completed',
    side: 'driver',
    offered: ({ status }) => status === 'on_the_way',
    label: 'Complete the ride',
    run: (client, id) => client.markAsCompleted(id),
  },
  {
    name: 'cancel_by_driver',
    side: 'driver',
    plain: true,
    last: true,
    offered: ({ status }) => status === 'on_the_way',
    label: 'Cancel the ride',
    reason: 'The car has broken down',
    run: (client, id, { reason }) => client.cancelBooking(id, reason),
  },
  {
    name: 'cancel_by_customer',
    side: 'customer',
    plain: true,
    last: true,
    offered: ({ status }) => status === 'on_the_way',
    label: 'Cancel the ride',
    run: (client, id) => client.cancelBooking(id),
  },
];

export class Actions {
  /**
   * Puts a form per action of this side into a card: `last` ones below its chat. `act(command)`
   * does `command(client)`.
   */
  constructor(card, side, id, act) {
    this.boxes = [part(card, 'actions'), part(card, 'last-actions')];
    this.forms = table.filter((action) => action.side === side).map((action) => {
      const { form, reasons } = actionForm(action);
      onSubmit(form, () =>
        act((client) => action.run(client, id, { form, reason: reasons?.reason })));
      this.boxes[action.last ? 1 : 0].append(form);
      return { form, reasons, offered: action.offered };
    });
  }

  update(booking, connected, templates) {
    for (const { form, reasons, offered } of this.forms) {
      form.hidden = !offered(booking);
      form.querySelector('button').disabled = !connected;
      reasons?.update(templates);
    }
    for (const box of this.boxes) box.hidden = [...box.children].every(({ hidden }) => hidden);
  }
}

function actionForm({ name, label, field, plain, reason }) {
  const form = make('form', { dataset: { action: name } });
  const reasons = reason && new ReasonFields(form, reason);
  if (field) form.append(fieldOf(field));
  form.append(make('button', { className: plain ? '' : 'primary' }, label));
  return { form, reasons };
}

function fieldOf({ label, value, ...attributes }) {
  const input = make('input', { required: true, ...attributes, defaultValue: value });
  return make('label', {}, label, ' ', input);
}
