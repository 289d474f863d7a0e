// A chat between two, in taxi and campus. Texts are other people's: they are set, never parsed.
import { clone, keepAtEnd, onSubmit, part } from './dom.js';

export class Chat {
  /**
   * `root` is a card, `mine` what the own messages are `from`. `onSay(text)` is called with what
   * the person wrote, and resolves to whether it was sent.
   */
  constructor(root, { mine, other }, onSay) {
    this.mine = mine;
    this.section = part(root, 'chat');
    this.messages = part(root, 'messages');
    this.form = part(root, 'say');
    this.messages.setAttribute('aria-label', `Chat with the ${other}`);
    this.transcript = [];
    onSubmit(this.form, async ({ elements: { text } }) => {
      const said = text.value;
      if (said.trim() === '') return;
      text.value = '';
      // What could not be sent comes back, unless the next was begun.
      if (!await onSay(said) && text.value === '') text.value = said;
    });
  }

  /** The server takes messages only while a ride is on its way; an old transcript stays. */
  update({ transcript, isOpen, isConnected }) {
    this.section.hidden = !isOpen && transcript.length === 0;
    this.messages.hidden = transcript.length === 0;
    this.form.hidden = !isOpen;
    this.form.querySelector('button').disabled = !isConnected;
    if (transcript !== this.transcript) this.show(transcript);
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
    bubble.classList.toggle('mine', from === this.mine);
    part(bubble, 'text').textContent = text;
    const clock = sent_at ? new Date(sent_at).toLocaleTimeString() : ''; // campus has no times
    const by = from === this.mine ? 'you' : from;
    part(bubble, 'by').textContent = [by, clock].filter(Boolean).join(' · ');
    return bubble;
  }
}

function same(one, other) {
  return one.from === other.from && one.text === other.text && one.sent_at === other.sent_at;
}
