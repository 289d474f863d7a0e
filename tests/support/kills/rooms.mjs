// Members of a room who all talk at once.
import { randomUUID } from 'node:crypto';
import { deletion, text, update } from '../rooms.mjs';
import { facts } from './facts.mjs';
import { Listener } from './client.mjs';

const messages_ahead = 3;

export class Talker extends Listener {
  /** `stream` is the room's in the log. */
  constructor(load, person, { room, stream }) {
    super(load);
    Object.assign(this, { person, room, stream });
  }

  get path() {
    return `${this.room.path}?${new URLSearchParams({ token: this.person.token })}`;
  }

  forget() {
    this.own = []; // messages of this life that can be changed
  }

  goOn() {
    for (let i = 0; i < messages_ahead; ++i) this.talk();
  }

  /** One of one's own is changed at times; what is sent is not touched again. */
  talk() {
    const id = this.own.length > 5 && this.dice.chance(0.3) ? this.own.shift() : null;
    if (!id) this.send(text(`${this.person.username} ${randomUUID()}`));
    else if (this.dice.chance(0.5)) this.send(update(id, `edited ${randomUUID()}`));
    else this.send(deletion(id));
  }

  take(frame) {
    const { action, id, user_id, body, error } = frame;
    if (error) return this.protest(`${this.person.username}: ${error}`);
    const fact = {
      new: () => facts.posted(id, user_id, body),
      update: () => facts.edited(id, body),
      delete: () => facts.deleted(id),
    }[action]();
    this.shown(this.stream, fact);
    // Edits and deletions do not say whose they are; each is answered by the next own message.
    if (action !== 'new' || user_id !== this.person.id) return;
    this.own.push(id);
    if (this.caughtUp) this.talk();
  }
}
