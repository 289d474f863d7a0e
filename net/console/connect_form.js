// Who a panel is: one of the demo accounts, or whoever a pasted token belongs to.
import { onSubmit, part, say } from './dom.js';

/** The option of the account list that asks for a token. No account has this as its email. */
const ownToken = '';

export class ConnectForm {
  /**
   * `root` is a panel. `onToggle()` is called to connect and to disconnect, which the button calls
   * what `words` says.
   */
  constructor(root, { accounts, role, taken, words }, onToggle) {
    this.form = part(root, 'connection');
    this.words = words;
    this.accounts = accounts;
    this.tokenField = part(root, 'token-field');
    this.toggle = part(root, 'toggle');
    this.select = this.form.elements.account;
    this.select.addEventListener('change', () => this.showFields());
    onSubmit(this.form, onToggle);
    const fitting = accounts.of(role);
    const options = fitting.map(({ name, email }) => new Option(name, email));
    this.select.append(...options, new Option('Another, by token', ownToken));
    // Panels start as different people, as long as there are any.
    const chosen = fitting.find(({ email }) => !taken.has(email)) ?? fitting[0];
    this.select.value = chosen?.email ?? ownToken;
    part(root, 'account-field').hidden = fitting.length === 0;
    this.showFields();
  }

  get email() {
    return this.select.value;
  }

  /** `{key, token}`, of a demo account its other fields too; the same person has the same key. */
  get who() {
    const account = this.accounts.all.find(({ email }) => email === this.select.value);
    if (account) return { ...account, key: account.email, token: this.accounts.tokenOf(account) };
    const token = this.form.elements.token.value.trim();
    return { key: token, token };
  }

  update({ status }) {
    const isOff = status === 'disconnected';
    // One button for both, so that the keyboard stays where it is.
    say(this.toggle, isOff ? this.words.connect : this.words.disconnect);
    this.toggle.classList.toggle('primary', isOff);
    for (const field of this.form.querySelectorAll('input, select')) field.disabled = !isOff;
    for (const button of this.form.querySelectorAll('[data-online]')) {
      button.disabled = status !== 'connected';
    }
  }

  showFields() {
    const isOwn = this.select.value === ownToken;
    this.tokenField.hidden = !isOwn;
    for (const field of this.form.querySelectorAll('[data-own]')) field.hidden = !isOwn;
  }
}
