// The passenger's form for a ride request.
import { clone, onSubmit, part } from '../dom.js';

/** Filled in at the start, so that one click makes a request. */
const start = {
  pickup_address: 'Main Library, 12 King St',
  pickup_latitude: -33.8688,
  pickup_longitude: 151.2093,
  dropoff_address: 'Halls of residence',
  dropoff_latitude: -33.8832,
  dropoff_longitude: 151.2065,
};

export class TripForm {
  constructor(root, onCreate) {
    const tool = clone('trip-template');
    root.append(tool);
    const form = part(tool, 'trip-form');
    this.button = part(tool, 'create');
    for (const [name, value] of Object.entries(start)) form.elements[name].defaultValue = value;
    onSubmit(form, () => {
      const fields = Object.keys(start).map((name) => form.elements[name]);
      onCreate(Object.fromEntries(fields.map((field) =>
        [field.name, field.type === 'number' ? field.valueAsNumber : field.value])));
    });
  }

  update({ connection }) {
    this.button.disabled = connection.status !== 'connected';
  }
}
