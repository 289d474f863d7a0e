// Who a side is: one of the demo accounts, or whoever a pasted token belongs to.
import { onSubmit, part, say } from './dom.js';

/** The option of the account list that asks for a token. No account has an empty token. */
const ownToken = '';

export class ConnectForm {
  /** `root` is a side's section. `onToggle()` is called for Connect and for Disconnect. */
  constructor(root, onToggle) {
    this.form = part(root, 'connection');
    this.accountField = part(root, 'account-field');
    this.tokenField = part(root, 'token-field');
    this.toggle = part(root, 'toggle');
    this.status = part(root, 'status');
    this.onlineButtons = [part(root, 'resync'), part(root, 'ping')];
    this.select = this.form.elements.account;
    this.select.addEventListener('change', () => this.showFields());
    onSubmit(this.form, onToggle);
  }

  /** Offers accounts `{name, token}`, `chosen` picked at first. None: only a token is asked. */
  offer(accounts, chosen) {
    const options = accounts.map(({ name, token }) => new Option(name, token));
    this.select.replaceChildren(...options, new Option('Another, by token', ownToken));
    this.select.value = chosen?.token ?? ownToken;
    this.accountField.hidden = accounts.length === 0;
    this.showFields();
  }

  get token() {
    return this.select.value || this.form.elements.token.value.trim();
  }

  update({ connection: { status, attempt } }) {
    const again = status === 'connecting' && attempt > 0;
    this.status.dataset.status = status;
    say(this.status, again ? `connecting, attempt ${attempt}` : status);
    // One button for both, so that the keyboard stays where it is.
    say(this.toggle, status === 'disconnected' ? 'Connect' : 'Disconnect');
    this.toggle.classList.toggle('primary', status === 'disconnected');
    this.select.disabled = status !== 'disconnected';
    this.form.elements.token.disabled = status !== 'disconnected';
    for (const button of this.onlineButtons) button.disabled = status !== 'connected';
  }

  showFields() {
    this.tokenField.hidden = this.select.value !== ownToken;
  }
}
