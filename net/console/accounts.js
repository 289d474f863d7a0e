// Whom one can be: the demo accounts, where the server was started with `--demo`.

const deviceKey = 'hansom-console-device';

/** One browser is one device to the server, also after a reload and in a second tab. */
export function deviceId() {
  const kept = localStorage.getItem(deviceKey);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem(deviceKey, id);
  return id;
}

/** The `data` of an answer of the server to a page that is not anybody yet; null: it has none. */
export async function dataAt(path) {
  try {
    const response = await fetch(path, { credentials: 'omit' });
    return response.ok ? (await response.json()).data : null;
  } catch {
    return null; // the page stays usable
  }
}

export class Accounts {
  static async load() {
    const accounts = new Accounts();
    accounts.all = await accounts.read();
    return accounts;
  }

  async read() {
    return (await dataAt('/demo/accounts'))?.accounts ?? [];
  }

  /** Those who have a role; all, without one. */
  of(role) {
    return role ? this.all.filter(({ roles }) => roles.includes(role)) : this.all;
  }

  /** A token of an account, as the client asks for it: a demo token is good for a day. */
  tokenOf(account) {
    return async ({ refused }) => {
      if (refused) this.all = await this.read();
      return this.all.find(({ email }) => email === account.email)?.token ?? account.token;
    };
  }
}
