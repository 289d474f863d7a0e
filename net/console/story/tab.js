// The story's tab: any booking, as the log tells it, at any moment of it.
import { BookingList } from './booking_list.js';
import { Diagram } from './diagram.js';
import { ChoiceMap } from './map.js';
import { MomentView } from './moment.js';
import { choiceAt, lanesOf, turnsOf } from './sequence.js';
import { AdminForm } from '../admin_access.js';
import { adminApi } from '../client/index.js';
import { clone, onClick, onSubmit, part, say, shortId } from '../dom.js';

export function openStory(box, { admin }) {
  const view = clone('story-template');
  box.append(view);
  return new StoryTab(view, admin);
}

class StoryTab {
  /** `index` is the event at which the story is looked at. */
  #state = { bookings: [], next: null, picked: null, story: null, index: 0 };
  #asked = 0;

  constructor(view, admin) {
    this.view = view;
    this.api = adminApi({ token: () => admin.token });
    this.list = new BookingList(view, {
      onPick: (id) => this.read(id),
      onOlder: () => this.readList(this.#state.next),
    });
    this.diagram = new Diagram(part(view, 'diagram'), (index) => this.change({ index }));
    this.moment = new MomentView(view);
    this.map = new ChoiceMap(view);
    this.slider = part(view, 'slider');
    this.slider.addEventListener('input', () => this.change({ index: this.slider.valueAsNumber }));
    onClick(view, 'back', () => this.change({ index: this.#state.index - 1 }));
    onClick(view, 'on', () => this.change({ index: this.#state.index + 1 }));
    onClick(view, 'refresh', () => this.refresh());
    onSubmit(part(view, 'by-id'), ({ elements: { id } }) => this.read(id.value.trim()));
    this.form = new AdminForm(view, admin, () => this.refresh());
  }

  /** The list anew, and the story that is open, which may have gone on. */
  async refresh() {
    if (await this.readList(null) && this.#state.picked) await this.read(this.#state.picked);
  }

  readList(before) {
    return this.ask(async () => {
      const { bookings, next_before: next } = await this.api.bookings({ limit: 50, before });
      const known = before === null ? [] : this.#state.bookings;
      return { bookings: [...known, ...bookings], next };
    });
  }

  /** Reads a story; one that is looked at already stays where it is. */
  read(id) {
    return this.ask(async () => {
      const story = await this.api.story(id);
      const { picked, index } = this.#state;
      const end = story.events.length - 1;
      return { story, picked: id, index: picked === id ? Math.min(index, end) : end };
    });
  }

  /** Changes to what the last `question` resolves to; false where it was refused. */
  async ask(question) {
    const number = ++this.#asked;
    const isLast = () => number === this.#asked;
    try {
      const changes = await question();
      if (isLast()) {
        this.form.show(null);
        this.change(changes);
      }
    } catch (error) {
      if (isLast()) this.form.show(error);
      return false;
    }
    return isLast();
  }

  change(changes) {
    const before = this.#state;
    this.#state = { ...before, ...changes };
    this.show(this.#state, before.story);
  }

  show(state, shownStory) {
    part(this.view, 'bookings').hidden = false;
    this.list.update(state);
    const { story, index } = state;
    part(this.view, 'story').hidden = story === null;
    if (story === null) return;
    if (story !== shownStory) this.showStory(story);
    this.slider.value = index;
    const { event } = story.events[index];
    this.slider.setAttribute('aria-valuetext', `event ${index + 1}: ${event.type}`);
    part(this.view, 'back').disabled = index === 0;
    part(this.view, 'on').disabled = index === story.events.length - 1;
    this.diagram.show(index);
    this.moment.update(story, this.lanes, index);
    this.showChoice(choiceAt(story, index));
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

  showChoice(found) {
    if (found === null) return this.map.update(null);
    const { choice, index } = found;
    const { names } = this.#state.story;
    const asked = choice.chosen === null ? 'Nobody could be' : `${names[choice.chosen]} was`;
    return this.map.update(choice, `${asked} asked at event ${index + 1}.`);
  }
}
