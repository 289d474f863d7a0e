// One participant's app: opens rooms, enters one, and talks there.
import { MessageList } from './message_list.js';
import { initialState, reduce } from './messages.js';
import { connectRoom, roomsApi } from '../client/index.js';
import { clone, onClick, onSubmit, part, showNotice } from '../dom.js';
import { OneApp } from '../one_app.js';
import { Panel } from '../panel.js';

const page = 50;

export class Participant extends OneApp {
  /** `onRoom({host, slug})` is called for a room that was created here. */
  constructor({ id, title, accounts, taken, onRemove, onRoom }) {
    super(initialState, reduce);
    this.removed = onRemove;
    this.onRoom = onRoom;
    this.panel = new Panel({
      id, title, side: 'participant', accounts, taken,
      fields: [...clone('room-fields-template').children],
      body: clone('room-body-template'),
      words: { connect: 'Enter', disconnect: 'Leave' },
    }, this);
    this.element = this.panel.element;
    this.list = new MessageList(this.element, (command) => this.act(command));
    this.say = part(this.element, 'say');
    onSubmit(this.say, ({ elements: { text } }) => this.speak(text));
    onClick(this.element, 'older', () => this.act(async (client) => {
      const answer = await client.messages({ limit: page, before: this.state.before });
      this.change({ kind: 'history', page: answer });
    }));
    onSubmit(part(this.element, 'room-form'), (form) => this.create(form.elements));
    const guests = part(this.element, 'guest-form');
    onSubmit(guests, () => this.changeGuest(guests, 'addParticipant', 'may come in.'));
    onClick(guests, 'put-out', () =>
      guests.reportValidity() && this.changeGuest(guests, 'removeParticipant', 'is out.'));
    this.show();
  }

  get fields() {
    return this.panel.connectForm.form.elements;
  }

  /** Which room, and as whom: of a pasted token the person has to know the username. */
  get who() {
    const { who } = this.panel.connectForm;
    const [host, room] = [this.fields.host.value.trim(), this.fields.room.value.trim()];
    const username = who.username ?? this.fields.username.value.trim();
    return { ...who, host, room, username, key: [who.key, username, host, room].join(' ') };
  }

  complete() {
    return this.who;
  }

  open({ token, host, room, username }) {
    this.state = initialState;
    this.username = username;
    const client = connectRoom({ token, host, room, username });
    client.on('history', (answer) => this.change({ kind: 'history', page: answer }));
    client.on('push', (frame) => this.change({ kind: 'pushed', frame }));
    client.on('error', (error) => this.refused(error));
    return client;
  }

  show() {
    const isConnected = this.state.connection.status === 'connected';
    showNotice(part(this.element, 'notice'), this.state.notice);
    this.list.update(this.state, this.username);
    part(this.element, 'older').hidden = this.state.before === null;
    part(this.element, 'older').disabled = !isConnected;
    this.say.querySelector('button').disabled = !isConnected;
  }

  async speak(field) {
    const text = field.value;
    if (text.trim() === '') return;
    field.value = '';
    // What could not be sent comes back, unless the next was begun.
    if (!await this.act((client) => client.text(text)) && field.value === '') field.value = text;
  }

  /** Creates a room, lets those in who were named, and puts it into the form for entering. */
  async create({ name, slug, guests }) {
    const api = this.api();
    await this.act(async () => {
      const room = await api.create({ name: name.value, slug: slug.value || null });
      this.enterable(room);
      this.onRoom(room);
      const of = api.of(room.host, room.slug);
      const there = `${room.host}/${room.slug} is there to be entered.`;
      const strangers = [];
      for (const guest of guests.value.split(/[\s,]+/).filter(Boolean)) {
        await of.addParticipant(guest).catch((error) => {
          if (error.code !== 'NOT_FOUND') throw error;
          strangers.push(guest);
        });
      }
      const missing = strangers.length > 0 ? ` Nobody is called ${strangers.join(' or ')}.` : '';
      this.change({ kind: 'done', text: there + missing });
    });
  }

  async changeGuest(form, call, words) {
    const { guest } = form.elements;
    const { host, room } = this.who;
    await this.act(async () => {
      await this.api().of(host, room)[call](guest.value);
      this.change({ kind: 'done', text: `${guest.value} ${words}` });
      guest.value = '';
    });
  }

  api() {
    const onExchange = (call) => this.panel.log.addCall(call);
    return roomsApi({ token: this.who.token, onExchange });
  }

  /** Names a room in the form, unless this one is in a room. */
  enterable({ host, slug }) {
    if (this.state.connection.status !== 'disconnected') return;
    this.fields.host.value = host;
    this.fields.room.value = slug;
  }
}
