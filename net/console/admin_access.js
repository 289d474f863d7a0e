// The admin's token, once for all tabs that need it. It is kept until the browser's tab is closed.
import { HansomError } from './client/index.js';
import { clone, onSubmit, part, showNotice } from './dom.js';
import { errorWords } from './words.js';

const key = 'hansom-console-admin';

export class AdminAccess {
  #forms = new Set();

  get token() {
    return sessionStorage.getItem(key) ?? '';
  }

  set token(token) {
    sessionStorage.setItem(key, token);
    for (const form of this.#forms) form.elements.token.value = token;
  }

  /** Shows the token in a form, from now on. */
  showIn(form) {
    this.#forms.add(form);
    form.elements.token.value = this.token;
  }
}

/** Asks for the token; `onToken()` is called when there is one, also right away. */
export class AdminForm {
  constructor(root, access, onToken) {
    const element = clone('admin-template');
    part(root, 'admin').replaceWith(element);
    this.notice = part(element, 'notice');
    const form = part(element, 'admin-form');
    access.showIn(form);
    onSubmit(form, ({ elements: { token } }) => {
      access.token = token.value.trim();
      onToken();
    });
    if (access.token) onToken();
  }

  /** Says why something could not be had, or (null) nothing. */
  show(error) {
    if (error && !(error instanceof HansomError)) throw error;
    showNotice(this.notice, error && { kind: 'error', text: adminWords(error) });
  }
}

function adminWords(error) {
  if (error.status === 401) return 'The server does not take this token for the admin\'s.';
  if (error.status === 403) {
    return 'The server has no admin: it was started without HANSOM_ADMIN_TOKEN.';
  }
  return error.status === 404 ? 'The server knows no such booking.' : errorWords(error);
}
