// The messages of a room. A message's element lives as long as the message, so that what a person
// is changing in it survives what the others say.
import { clone, keepAtEnd, onClick, onSubmit, part, say } from '../dom.js';

export class MessageList {
  /** `act(command)` does `command(client)`, and resolves to whether it was done. */
  constructor(root, act) {
    this.box = part(root, 'messages');
    this.box.setAttribute('aria-label', 'What was said in the room');
    this.empty = part(root, 'no-messages');
    Object.assign(this, { act, shown: new Map() });
  }

  update({ messages, connection }, username) {
    const isConnected = connection.status === 'connected';
    this.empty.hidden = messages.length > 0;
    this.box.hidden = messages.length === 0;
    const ids = new Set(messages.map(({ id }) => id));
    for (const [id, message] of this.shown) {
      if (ids.has(id)) continue;
      if (message.element.contains(document.activeElement)) this.box.focus();
      message.element.remove();
      this.shown.delete(id);
    }
    keepAtEnd(this.box, () => {
      let after = null;
      for (const message of messages) {
        let view = this.shown.get(message.id);
        if (!view) {
          view = new Message(message, message.user === username, this.act);
          this.shown.set(message.id, view);
          if (after) after.after(view.element);
          else this.box.prepend(view.element);
        }
        view.update(message, isConnected);
        after = view.element;
      }
    });
  }
}

class Message {
  constructor({ id }, isOwn, act) {
    this.element = clone('room-message-template');
    this.element.dataset.message = id;
    this.element.classList.toggle('mine', isOwn);
    this.shown = part(this.element, 'shown');
    this.form = part(this.element, 'edit-form');
    part(this.element, 'own').hidden = !isOwn;
    onClick(this.element, 'edit', () => this.edit(true));
    onClick(this.element, 'keep', () => this.edit(false));
    onClick(this.element, 'delete', () => act((client) => client.delete(id)));
    onSubmit(this.form, async (form) => {
      const { value } = form.elements.text;
      if (await act((client) => client.update(id, value))) this.edit(false);
    });
  }

  edit(isOn) {
    this.form.hidden = !isOn;
    this.shown.hidden = isOn;
    const { text } = this.form.elements;
    if (isOn) text.value = this.body;
    (isOn ? text : part(this.element, 'edit')).focus();
  }

  update({ user, body, created, edited }, isConnected) {
    this.body = body;
    say(part(this.element, 'text'), body);
    const time = new Date(created);
    say(part(this.element, 'by'),
      [user, time.toLocaleTimeString(), edited && 'edited'].filter(Boolean).join(' · '));
    for (const button of this.element.querySelectorAll('button:not([data-part="keep"])')) {
      button.disabled = !isConnected;
    }
  }
}
