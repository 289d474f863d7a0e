// Where the driver says to be. The server answers nothing; the next driver choice uses it.
import { clone, onSubmit, part } from '../dom.js';

/** Some 400 m from the pickup that the booking form starts with. */
const start = { latitude: -33.8655, longitude: 151.2113 };

export class PositionForm {
  constructor(root, onSend) {
    const tool = clone('position-template');
    root.append(tool);
    const form = part(tool, 'position');
    const { latitude, longitude } = form.elements;
    latitude.defaultValue = start.latitude;
    longitude.defaultValue = start.longitude;
    this.button = form.querySelector('button');
    onSubmit(form, () => onSend({
      latitude: latitude.valueAsNumber,
      longitude: longitude.valueAsNumber,
    }));
  }

  update({ connection }) {
    this.button.disabled = connection.status !== 'connected';
  }
}
