// The board's tab, for operators: the numbers come on a WebSocket of the admin's.
import { bars, dots } from './plots.js';
import { AdminForm } from '../admin_access.js';
import { connectBoard } from '../client/index.js';
import { clone, make, part, say } from '../dom.js';
import { showConnection } from '../notices.js';
import { statuses } from '../status_machine.js';
import { statusWords } from '../words.js';

export function openBoard(box, { admin }) {
  const view = clone('board-template');
  box.append(view);
  return new BoardTab(view, admin);
}

class BoardTab {
  #client = null;

  constructor(view, admin) {
    this.view = view;
    this.changed({ status: 'disconnected' });
    this.form = new AdminForm(view, admin, () => this.connect(admin));
  }

  connect(admin) {
    this.#client?.disconnect();
    const client = connectBoard({ token: () => admin.token });
    this.#client = client;
    client.on('board', (board) => this.show(board));
    client.on('status', (status) => {
      if (client === this.#client) this.changed(status);
    });
    this.changed(client.status);
  }

  changed(status) {
    showConnection(part(this.view, 'status'), status);
    // What was last known stays, and is known to be of then.
    part(this.view, 'board').classList.toggle('stale', status.status !== 'connected');
    this.form?.show(endOf(status));
  }

  show({ at, since, bookings, drivers, assignments, seconds_to_accept: seconds, errors }) {
    part(this.view, 'board').hidden = false;
    say(part(this.view, 'as-of'), `As of ${new Date(at).toLocaleTimeString()}.`);
    part(this.view, 'counts').replaceChildren(
      ...statuses.map((status) => make('tr', { dataset: { status } },
        make('th', { scope: 'row' }, statusWords(status)),
        ...['taxi', 'campus'].map((protocol) =>
          make('td', { dataset: { protocol } }, String(bookings[protocol][status]))))));
    say(part(this.view, 'since'),
      `Completed and cancelled since the server's start, ${new Date(since).toLocaleString()}.`);
    part(this.view, 'drivers').replaceChildren(...Object.entries(drivers).map(([protocol, count]) =>
      make('div', { dataset: { protocol } },
        make('dt', {}, protocol), make('dd', {}, String(count)))));
    part(this.view, 'assignments').replaceChildren(assignmentPlot(assignments));
    part(this.view, 'accepting').replaceChildren(...acceptingPlot(seconds));
    part(this.view, 'no-errors').hidden = errors.length > 0;
    part(this.view, 'error-box').hidden = errors.length === 0;
    part(this.view, 'errors').replaceChildren(...errors.map(({ at, code, side }) => make('tr', {},
      make('td', {}, new Date(at).toLocaleString()), make('td', {}, make('code', {}, code)),
      make('td', {}, side ? statusWords(side) : 'whoever asked'))));
  }
}

/** Why the server will not go on telling; null: it does, or is to be tried again. */
function endOf({ status, reason }) {
  return status === 'disconnected' && reason && reason.code !== 'DISCONNECTED' ? reason : null;
}

function assignmentPlot({ last_minute: last, per_minute: perMinute }) {
  const lastAt = new Date(last);
  const firstAt = new Date(lastAt - (perMinute.length - 1) * 60_000);
  const total = perMinute.reduce((sum, count) => sum + count, 0);
  return bars(perMinute, {
    label: `Assignments in each of ${perMinute.length} minutes: ${total} in all, `
      + `${Math.max(...perMinute)} at most, ${perMinute.at(-1)} in the last`,
    from: minute(firstAt), to: minute(lastAt),
  });
}

/** How long customers waited until a driver took their ride. */
function acceptingPlot(seconds) {
  if (seconds.length === 0) return [make('p', { className: 'empty' }, 'No ride was taken yet.')];
  const [half, nine] = [0.5, 0.9].map((share) => quantile(seconds, share));
  const words = `Half within ${rounded(half)} s, nine of ten within ${rounded(nine)} s.`;
  return [
    dots(seconds, {
      label: `Seconds from request to a driver's yes, of the last ${seconds.length}. ${words}`,
      from: `oldest of ${seconds.length}`, to: 'newest', marks: [half, nine],
    }),
    make('p', { className: 'hint' }, words),
  ];
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

const rounded = (seconds) => (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds));

const minute = (at) => at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
