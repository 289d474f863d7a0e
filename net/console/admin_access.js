// The admin's token, once for all tabs that need it. It is kept until the browser's tab is closed.
import { HansomError } from './client/index.js';
import { clone, onSubmit, part, showNotice } from './dom.js';
import { errorWords } from './words.js';

const key = 'hansom-console-admin';

export class AdminAccess {
  get token() {
    return sessionStorage.getItem(key) ?? '';
  }

  set token(token) {
    sessionStorage.setItem(key, token);
  }
}

/** Asks for the token; `onToken()` is called when there is one, also right away. */
export class AdminForm {
  constructor(root, access, onToken) {
    const element = clone('admin-template');
    part(root, 'admin').replaceWith(element);
    this.notice = part(element, 'notice');
    const form = part(element, 'admin-form');
    form.elements.token.value = access.token;
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

function adminWords({ status, ...error }) {
  if (status === 401) return 'The server does not take this token for the admin\'s.';
  if (status === 403) return 'The server has no admin: it was started without HANSOM_ADMIN_TOKEN.';
  if (status === 404) return 'The server knows no such booking.';
  return errorWords({ code: error.code, message: error.message });
}
