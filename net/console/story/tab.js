// The story's tab: any booking, as the log tells it, at any moment of it.
import { BookingList } from './booking_list.js';
import { Diagram } from './diagram.js';
import { ChoiceMap } from './map.js';
import { MomentView } from './moment.js';
import { choiceAt, lanesOf, turnsOf } from './sequence.js';
import { AdminForm } from '../admin_access.js';
import { adminApi } from '../client/index.js';
import { clone, onClick, onSubmit, part, say, setOff, shortId } from '../dom.js';

/** A page of the list. */
const limit = 50;

export function openStory(box, { admin }) {
  const view = clone('story-template');
  box.append(view);
  return new StoryTab(view, admin);
}

/** Of questions that overtake each other the answer to the last one counts. */
class Asking {
  #number = 0;

  /** Resolves to the answer; to undefined where it was asked anew meanwhile. */
  async ask(question) {
    const number = ++this.#number;
    try {
      const answer = await question();
      return number === this.#number ? answer : undefined;
    } catch (error) {
      if (number === this.#number) throw error;
      return undefined;
    }
  }
}

class StoryTab {
  /** `index` is the event at which the story is looked at. */
  #state = { bookings: [], next: null, picked: pickedInAddress(), story: null, index: 0 };
  #lists = new Asking();
  #stories = new Asking();
  #drawing = null;

  constructor(view, admin) {
    this.view = view;
    this.api = adminApi({ token: () => admin.token });
    this.list = new BookingList(view, {
      onPick: (id) => this.pick(id),
      onOlder: () => this.readList(this.#state.next),
    });
    this.diagram = new Diagram(part(view, 'diagram'), (index) => this.goTo(index));
    this.moment = new MomentView(view);
    this.map = new ChoiceMap(view);
    this.slider = part(view, 'slider');
    this.slider.addEventListener('input', () => this.goTo(this.slider.valueAsNumber));
    onClick(view, 'back', () => this.goTo(this.#state.index - 1));
    onClick(view, 'on', () => this.goTo(this.#state.index + 1));
    onClick(view, 'refresh', () => this.refresh());
    onSubmit(part(view, 'by-id'), ({ elements: { id } }) => this.find(id.value));
    this.form = new AdminForm(view, admin, () => this.refresh());
  }

  /** The list anew, and the story that is open, which may have gone on. */
  async refresh() {
    if (await this.readList(null) && this.#state.picked) await this.read(this.#state.picked);
  }

  /** Resolves to whether it was read. */
  readList(before) {
    return this.tried(async () => {
      const page = await this.#lists.ask(() => this.api.bookings({ limit, before }));
      if (!page) return;
      const known = before === null ? [] : this.#state.bookings;
      this.change({ bookings: [...known, ...page.bookings], next: page.next_before });
    });
  }

  /** By its id, or by the beginning of one that is listed. */
  find(text) {
    const id = text.trim().replace(/^#/, '').toLowerCase();
    const listed = this.#state.bookings.find((booking) => booking.booking_id.startsWith(id));
    return this.pick(listed?.booking_id ?? id);
  }

  /** Looks at a booking from its end. */
  pick(id) {
    history.replaceState(null, '', `#story/${encodeURIComponent(id)}`);
    this.change({ picked: id, story: null });
    return this.read(id);
  }

  /** Reads a story; one that is looked at already stays where it is. */
  read(id) {
    return this.tried(async () => {
      const story = await this.#stories.ask(() => this.api.story(id));
      if (!story) return;
      const end = story.events.length - 1;
      const index = this.#state.story ? Math.min(this.#state.index, end) : end;
      this.change({ story, index });
    });
  }

  async tried(act) {
    try {
      await act();
      this.form.show(null);
      return true;
    } catch (error) {
      this.form.show(error);
      return false;
    }
  }

  /** What the slider passes over while one moment is drawn is not drawn. */
  goTo(index) {
    this.#state = { ...this.#state, index };
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = null;
      this.showMoment(this.#state);
    });
  }

  change(changes) {
    const before = this.#state;
    this.#state = { ...before, ...changes };
    this.show(this.#state, before.story);
  }

  show(state, shownStory) {
    part(this.view, 'bookings').hidden = false;
    this.list.update(state);
    const { story } = state;
    part(this.view, 'story').hidden = story === null;
    if (story !== null && story !== shownStory) this.showStory(story);
    this.showMoment(state);
  }

  showMoment({ story, index }) {
    if (story === null) return;
    this.slider.value = index;
    const { event } = story.events[index];
    this.slider.setAttribute('aria-valuetext', `event ${index + 1}: ${event.type}`);
    setOff(part(this.view, 'back'), index === 0);
    setOff(part(this.view, 'on'), index === story.events.length - 1);
    this.diagram.show(index);
    this.moment.update(story, this.lanes, index);
    this.showChoice(story, choiceAt(story, index));
  }

  showStory(story) {
    const turns = turnsOf(story);
    this.lanes = lanesOf(story, turns);
    const { names, customer, protocol, booking_type: type } = story;
    say(part(this.view, 'headline'), `${names[customer]}'s ride ${shortId(story.booking_id)}`);
    say(part(this.view, 'kind'), `${protocol}, ${type} · ${story.booking_id}`);
    this.slider.max = story.events.length - 1;
    this.diagram.draw(this.lanes, turns);
  }

  showChoice({ names }, found) {
    if (found === null) return this.map.update(null);
    const { choice, index } = found;
    const asked = choice.chosen === null ? 'Nobody could be' : `${names[choice.chosen]} was`;
    return this.map.update(choice, `${asked} asked at event ${index + 1}.`);
  }
}

/** A story can be linked to: `#story/<booking's id>`. */
function pickedInAddress() {
  const [, id] = location.hash.match(/^#story\/(.+)$/) ?? [];
  try {
    return id ? decodeURIComponent(id) : null;
  } catch {
    return null; // no address of ours
  }
}
