// Who makes accounts, templates and rooms over HTTP, one after the other, and asks again for what a
// kill left without an answer.
import { randomUUID } from 'node:crypto';
import { adminToken } from '../server.mjs';
import { Client } from './client.mjs';

const makers = {
  account: (name) => ['/api/admin/accounts', {
    email: `${name}@example.org`, name, roles: ['customer'], phone: '21', phone_code: 'NZ',
  }],
  template: (text) => ['/api/admin/cancellation-templates', { text }],
  room: (slug) => ['/api/rooms', { name: 'Another', slug }],
};

export class Clerk extends Client {
  constructor(load, host) {
    super(load);
    this.host = host;
    this.unanswered = null;
  }

  async connect(life) {
    this.run(life);
  }

  async run(life) {
    while (!life.isOver) {
      const isAgain = this.unanswered !== null;
      this.unanswered ??= { kind: this.dice.pick(Object.keys(makers)), name: randomUUID() };
      const { kind, name } = this.unanswered;
      const [path, body] = makers[kind](name);
      const bearer = kind === 'room' ? this.host.token : adminToken;
      const answer = await this.call(life, 'POST', path, { bearer, body });
      if (!answer || answer.status >= 500) return;
      this.unanswered = null;
      const taken = answer.status === 409;
      if (answer.status === 201) this.ledger.made(kind, name, answer.body.data.id);
      else if (!(taken && isAgain)) this.faults.push(`${kind}: ${JSON.stringify(answer.body)}`);
      if (kind !== 'template' || !isAgain) this.ledger.settled(kind, name);
    }
  }
}
