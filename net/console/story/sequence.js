// What a story's diagram shows: who takes part, and what went between whom. No element.
import { clock, frameNames } from '../words.js';

const timerNames = {
  driver_response: 'driver\'s time', customer_answer: 'customer\'s time', pickup: 'pickup time',
};

/** What was sent to all of campus has a lane of its own. */
const everybody = 'everybody';

/** All lanes but those of single drivers, which are their accounts. */
const fixed = ['customer', 'hansom', everybody, 'timers', 'admin'];

/** `{id, title, name}` of each who takes part in the turns, from left to right. */
export function lanesOf(story, turns) {
  const nameOf = (account) => story.names[account] ?? 'unknown';
  const seen = new Set(turns.flatMap(({ steps }) => steps).flatMap(({ from, to }) => [from, to]));
  const drivers = [...seen].filter((id) => !fixed.includes(id));
  const rider = story.protocol === 'campus' ? 'Passenger' : 'Customer';
  return [
    { id: 'customer', title: rider, name: nameOf(story.customer) },
    { id: 'hansom', title: 'Hansom', name: '' },
    ...drivers.map((id) => ({ id, title: 'Driver', name: nameOf(id) })),
    { id: everybody, title: 'Drivers', name: 'all connected' },
    { id: 'timers', title: 'Timers', name: '' },
    { id: 'admin', title: 'Admin', name: '' },
  ].filter(({ id }) => ['customer', 'hansom'].includes(id) || seen.has(id));
}

/** The lane of whom something was sent to. */
const laneOf = ({ to, account }) => (to === 'customer' ? 'customer' : account ?? everybody);

function laneOfActor(actor) {
  const [kind, account] = actor.split(':');
  return { customer: 'customer', timer: 'timers', admin: 'admin' }[kind] ?? account ?? 'hansom';
}

const timerKey = ({ kind, due }) => `${kind} ${due}`;

/**
 * Of each event: its `steps` `{kind, from, to, label}`, in order, and the keys of the timers that
 * run after it. A step is the `command` (of a person, or a timer) that led to the event, or that it
 * is a `consequence` of the one before; a timer's `start`; a `push`.
 */
export function turnsOf(story) {
  let cause = null;
  let running = [];
  return story.events.map(({ event, sent, deadlines }) => {
    const actor = laneOfActor(event.actor);
    const isFirst = event.cause !== cause;
    cause = event.cause;
    const started = deadlines.filter((deadline) => !running.includes(timerKey(deadline)));
    running = deadlines.map(timerKey);
    const steps = [
      {
        kind: isFirst ? 'command' : 'consequence', from: isFirst ? actor : 'hansom', to: 'hansom',
        label: event.type,
      },
      ...started.map(({ kind, due }) => ({
        kind: 'start', from: 'hansom', to: 'timers',
        label: `${timerWords(kind)} until ${clock(new Date(due))}`,
      })),
      ...sent.map((push) => ({
        kind: 'push', from: 'hansom', to: laneOf(push), label: frameNames(push.frame).type,
      })),
    ];
    return { at: event.at, steps, running };
  });
}

export const timerWords = (kind) => timerNames[kind] ?? kind;

/** What each side knew at an event: `{id, title, name, pushes, facts}`. */
export function knowledgeAt(story, lanes, index) {
  const { snapshots } = story.events[index];
  const before = index > 0 ? story.events[index - 1].snapshots : [];
  const pushes = story.events.slice(0, index + 1).flatMap(({ event, sent }) =>
    sent.map((push) => ({ ...push, at: event.at, position: event.position })));
  return lanes.flatMap((lane) => {
    const own = (each) => laneOf(each) === lane.id;
    const received = pushes.filter(own);
    const shown = snapshots.find(own);
    if (!shown && received.length === 0) return [];
    const old = new Map(leaves(before.find(own)?.frame));
    const facts = leaves(shown?.frame).map(([name, value]) =>
      ({ name, value, isNew: old.get(name) !== value }));
    return [{ ...lane, pushes: received, facts, isShown: shown !== undefined }];
  });
}

/** `[path, text]` of all that a frame says; nulls say nothing. */
function leaves(value, path = []) {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[path.join('.'), String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** The last choice of a driver up to an event: `{choice, index}`; null: there was none yet. */
export function choiceAt(story, index) {
  const at = story.events.slice(0, index + 1).findLastIndex(({ choice }) => choice !== null);
  return at < 0 ? null : { choice: story.events[at].choice, index: at };
}
