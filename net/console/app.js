// The test console: a driver's side and a customer's side, wired to this server.
import { demoAccounts } from './api.js';
import { Side } from './side.js';

const deviceKey = 'hansom-console-device';

/** One browser is one device to the server, also after a reload and in a second tab. */
function deviceId() {
  const kept = localStorage.getItem(deviceKey);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem(deviceKey, id);
  return id;
}

/** Gives each side the accounts of its role; the two start as different people. */
function offerAccounts(sides, accounts) {
  const taken = new Set();
  for (const each of sides) {
    const fitting = accounts.filter(({ roles }) => roles.includes(each.side));
    const chosen = fitting.find(({ email }) => !taken.has(email)) ?? fitting[0];
    if (chosen) taken.add(chosen.email);
    each.connectForm.offer(fitting, chosen);
  }
}

const device = deviceId();
const sides = ['driver', 'customer'].map((side) => new Side(side, device));
for (const each of sides) {
  each.element.id = each.side;
  document.getElementById('sides').append(each.element);
}

try {
  offerAccounts(sides, await demoAccounts());
} catch (error) {
  // Without the list a token still works, so the page stays usable.
  offerAccounts(sides, []);
  for (const each of sides) each.change({ kind: 'failed', text: error.message });
}
// Tests and style sheet can tell a page that is ready from one that still loads.
document.documentElement.dataset.ready = 'true';
