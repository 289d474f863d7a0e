// A story at one of its events: what happened, which timers ran, and what each side knew.
import { knowledgeAt, timerWords } from './sequence.js';
import { clone, make, part, say } from '../dom.js';
import { StatusMachine } from '../status_machine.js';
import { clock, frameNames } from '../words.js';

export class MomentView {
  constructor(root) {
    this.root = root;
    this.machine = new StatusMachine(part(root, 'machine'));
    this.cards = part(root, 'sides');
    this.unfolded = new Set(); // sides whose frames are shown
  }

  update(story, lanes, index) {
    const { event, status, by, words, deadlines } = story.events[index];
    this.machine.update(status);
    say(part(this.root, 'moment-type'), event.type);
    say(part(this.root, 'moment-at'),
      `event ${index + 1} of ${story.events.length}, position ${event.position}, ${timeOf(event)}`);
    say(part(this.root, 'moment-words'), [`By ${by}`, words].filter(Boolean).join(': '));
    const timers = deadlines.map(({ kind, due }) =>
      `${timerWords(kind)} until ${clock(new Date(due))}`);
    say(part(this.root, 'moment-timers'),
      timers.length > 0 ? `Running: ${timers.join(', ')}.` : 'No timer runs.');
    this.cards.replaceChildren(
      ...knowledgeAt(story, lanes, index).map((side) => this.card(side)));
  }

  card({ id, title, name, pushes, facts, isShown }) {
    const element = clone('side-template');
    element.dataset.side = id === 'customer' ? 'customer' : 'driver';
    const who = `${title} ${name}`;
    say(part(element, 'title'), who);
    say(part(element, 'heard'), heard(pushes));
    say(part(element, 'shown'), isShown
      ? 'The booking as a resync shows it, what is new marked:'
      : 'A resync shows nothing of this booking.');
    const list = part(element, 'facts');
    list.hidden = !isShown;
    list.setAttribute('aria-label', `What ${who} is shown`);
    list.append(...facts.map((fact) => make('div', { className: fact.isNew ? 'new' : '' },
      make('dt', {}, ...breakable(fact.name)), make('dd', {}, fact.value))));
    const frames = part(element, 'frames');
    frames.hidden = pushes.length === 0;
    frames.open = this.unfolded.has(id);
    if (frames.open) showFrames(frames, pushes);
    frames.addEventListener('toggle', () => {
      if (frames.open) this.unfolded.add(id);
      else this.unfolded.delete(id);
      if (frames.open) showFrames(frames, pushes);
    });
    return element;
  }
}

const timeOf = ({ at }) =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A name of the wire's, that may go on in the next line after each of its words. */
const breakable = (name) => name.split(/(?<=[._])/).flatMap((word) => [word, make('wbr')]);

function heard(pushes) {
  const last = pushes.at(-1);
  if (!last) return 'Nothing was sent so far.';
  const { type } = frameNames(last.frame);
  return `${pushes.length} sent so far, the last: ${type}, ${clock(new Date(last.at))}.`;
}

/** Hundreds may have been sent: only for those who look. */
function showFrames(frames, pushes) {
  const list = part(frames, 'frame-list');
  if (list.childElementCount > 0) return; // a box that is made open tells of that, too
  list.append(...pushes.map(({ frame, at, position }) =>
    make('li', {}, `${position} · ${clock(new Date(at))} · ${frameNames(frame).words}`,
      make('pre', {}, JSON.stringify(frame, null, 2)))));
}
