// The chat of one booking, on one side. Texts are other people's: they are set, never parsed.
import { clone, keepAtEnd, onSubmit, part } from './dom.js';

export class Chat {
  /** `root` is a card; `onSay(text)` is called with what the person wrote. */
  constructor(root, side, onSay) {
    this.side = side;
    this.section = part(root, 'chat');
    this.messages = part(root, 'messages');
    this.form = part(root, 'say');
    const other = side === 'driver' ? 'customer' : 'driver';
    this.messages.setAttribute('aria-label', `Chat with the ${other}`);
    this.transcript = [];
    onSubmit(this.form, (form) => {
      // What could not be sent stays in the field.
      if (onSay(form.elements.text.value)) form.reset();
    });
  }

  /** The server takes messages only while a ride is on its way; an old transcript stays. */
  update(booking, connected) {
    const open = booking.status === 'on_the_way';
    this.section.hidden = !open && booking.chat.length === 0;
    this.messages.hidden = booking.chat.length === 0;
    this.form.hidden = !open;
    this.form.querySelector('button').disabled = !connected;
    if (booking.chat !== this.transcript) this.show(booking.chat);
  }

  show(transcript) {
    const kept = this.transcript.length;
    const grown = kept <= transcript.length
      && this.transcript.every((message, index) => same(message, transcript[index]));
    keepAtEnd(this.messages, () => {
      // Only what is new is added, so that a screen reader reads out only that.
      if (!grown) this.messages.replaceChildren();
      const added = grown ? transcript.slice(kept) : transcript;
      this.messages.append(...added.map((message) => this.bubble(message)));
    });
    this.transcript = transcript;
  }

  bubble({ from, text, sent_at }) {
    const bubble = clone('message-template');
    bubble.dataset.from = from;
    bubble.classList.toggle('mine', from === this.side);
    part(bubble, 'text').textContent = text;
    const time = new Date(sent_at);
    const clock = Number.isNaN(time.getTime()) ? '' : time.toLocaleTimeString();
    part(bubble, 'by').textContent = `${from === this.side ? 'you' : from} · ${clock}`;
    return bubble;
  }
}

function same(one, other) {
  return one.from === other.from && one.text === other.text && one.sent_at === other.sent_at;
}
