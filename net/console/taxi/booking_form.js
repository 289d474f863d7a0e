// The customer's form for a new booking: its fields, and the request they make.
import { clone, isOff, onSubmit, part, say, setOff } from '../dom.js';

/** Filled in at the start, so that one click makes a booking. Each new drop-off takes the next. */
const pickupPlace = {
  title: 'Home', address: '12 King St, Sydney', latitude: -33.8688, longitude: 151.2093,
};
const dropOffPlaces = [
  { title: 'Airport', address: 'Sydney Airport', latitude: -33.9399, longitude: 151.1753 },
  { title: 'Opera House', address: 'Bennelong Point', latitude: -33.8568, longitude: 151.2153 },
  { title: 'Central', address: 'Eddy Ave, Haymarket', latitude: -33.8832, longitude: 151.2065 },
  { title: 'Bondi Beach', address: 'Queen Elizabeth Dr', latitude: -33.8915, longitude: 151.2767 },
];

export class BookingForm {
  /** `onRequest(payload)` is called when the person asks for a ride, and awaited. */
  constructor(root, onRequest) {
    const tool = clone('booking-form-template');
    root.append(tool);
    this.form = part(tool, 'booking-form');
    this.pickup = placeFields(pickupPlace);
    this.dropOffs = part(tool, 'drop-offs');
    this.button = part(tool, 'request');
    part(tool, 'pickup').append(this.pickup);
    part(tool, 'add-drop-off').addEventListener('click', () => {
      this.addDropOff().querySelector('input').focus();
    });
    onSubmit(this.form, async () => {
      if (isOff(this.button)) return; // a double click is one booking
      setOff(this.button, true);
      say(this.button, 'Requesting …');
      try {
        await onRequest(this.payload());
      } finally {
        setOff(this.button, false);
        say(this.button, 'Request a ride');
      }
    });
    this.addDropOff();
  }

  addDropOff() {
    const count = this.dropOffs.childElementCount;
    const fieldset = clone('drop-off-template');
    fieldset.append(placeFields(dropOffPlaces[count % dropOffPlaces.length]));
    part(fieldset, 'remove').addEventListener('click', () => {
      fieldset.remove();
      this.number();
      part(this.form, 'add-drop-off').focus();
    });
    this.dropOffs.append(fieldset);
    this.number();
    return fieldset;
  }

  /** Names the drop-offs by their order; the last one left can't be removed. */
  number() {
    const all = [...this.dropOffs.children];
    all.forEach((fieldset, index) => {
      const name = all.length > 1 ? `Drop-off ${index + 1}` : 'Drop-off';
      fieldset.querySelector('legend').textContent = name;
      part(fieldset, 'remove').hidden = all.length === 1;
      part(fieldset, 'remove').setAttribute('aria-label', `Remove ${name}`);
    });
  }

  payload() {
    const { passengers, note, scheduled } = this.form.elements;
    return {
      ...placePayload('pickup', this.pickup, 'console-pickup'),
      no_of_passengers: passengers.valueAsNumber,
      note: note.value || null,
      scheduled_date: scheduled.value ? new Date(scheduled.value).toISOString() : null,
      drop_offs: [...this.dropOffs.children].map((fieldset, index) =>
        placePayload('drop_off', fieldset, `console-drop-off-${index + 1}`)),
    };
  }
}

/** The booking that a request describes, for its card until the first push says more. */
export function bookingOf(payload) {
  return {
    passengers: payload.no_of_passengers,
    date: payload.scheduled_date,
    note: payload.note,
    pickup: {
      title: payload.pickup_location_title, address: payload.pickup_location_address,
    },
    dropOffs: payload.drop_offs.map((dropOff) => ({
      title: dropOff.drop_off_location_title, address: dropOff.drop_off_location_address,
    })),
  };
}

function placeFields(place) {
  const fields = clone('place-template');
  for (const [name, value] of Object.entries(place)) {
    fields.querySelector(`[name="${name}"]`).defaultValue = value;
  }
  return fields;
}

/** A place's fields under the names of the request, as `pickup_latitude`. */
function placePayload(prefix, fields, mapId) {
  const input = (name) => fields.querySelector(`[name="${name}"]`);
  return {
    [`${prefix}_location_title`]: input('title').value,
    [`${prefix}_location_address`]: input('address').value,
    [`${prefix}_map_id`]: mapId,
    [`${prefix}_latitude`]: input('latitude').valueAsNumber,
    [`${prefix}_longitude`]: input('longitude').valueAsNumber,
  };
}
