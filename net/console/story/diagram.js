// A story as a sequence diagram: a lane for each who takes part, an arrow for all that was said.
import { draw, drawing } from '../svg.js';
import { clock } from '../words.js';

// In pixels.
const laneWidth = 172;
const timeWidth = 96;
const headHeight = 46;
const stepHeight = 26;
const turnGap = 8;
const arrowHead = 7;
const ownWidth = 150; // of what Hansom says to itself
const labelRoom = 8;

export class Diagram {
  /** `onChoose(index)` is called for a click on a turn. */
  constructor(box, onChoose) {
    this.box = box;
    box.addEventListener('click', ({ target }) => {
      const turn = target.closest('[data-turn]');
      if (turn) onChoose(Number(turn.dataset.turn));
    });
  }

  /** Draws a story anew. */
  draw(lanes, turns) {
    this.lanes = new Map(lanes.map(({ id }, i) => [id, timeWidth + laneWidth * (i + 0.5)]));
    this.width = timeWidth + laneWidth * lanes.length;
    let y = headHeight;
    this.turns = turns.map((turn, index) => {
      const height = turn.steps.length * stepHeight + turnGap;
      const top = y;
      y += height;
      return {
        top, height, ground: this.ground(index, top, height), element: this.turn(turn, index, top),
        xs: turn.steps.flatMap(({ from, to }) => [from, to]).map((id) => this.lanes.get(id)),
      };
    });
    const label = `Sequence diagram: ${turns.length} events between ${lanes
      .map(({ title, name }) => `${title} ${name}`.trim()).join(', ')}`;
    this.box.replaceChildren(drawing(this.width, y + turnGap, label,
      ...this.turns.map(({ ground }) => ground),
      ...[...this.lanes.values()].map((x) =>
        draw('line', { class: 'lane', x1: x, x2: x, y1: headHeight - 6, y2: y })),
      ...this.timers(turns),
      ...this.turns.map(({ element }) => element)));
    this.box.prepend(this.head(lanes));
  }

  /** Stays at the top while the rest is scrolled. */
  head(lanes) {
    const svg = draw('svg', {
      class: 'lanes', viewBox: `0 0 ${this.width} ${headHeight}`,
      width: this.width, height: headHeight, 'aria-hidden': 'true',
    });
    for (const { id, title, name } of lanes) {
      const x = this.lanes.get(id);
      svg.append(
        draw('text', { class: 'title', x, y: 18 }, title),
        draw('text', { class: 'name', x, y: 36 }, shortened(name)));
    }
    return svg;
  }

  /** Below lanes and arrows: what is lit, and hit by a click beside them. */
  ground(index, top, height) {
    return draw('rect', {
      class: 'ground', 'data-turn': index, x: 2, y: top, width: this.width - 4, height, rx: 4,
    });
  }

  turn({ at, steps }, index, top) {
    const rows = steps.map((step, i) =>
      this.step(step, top + turnGap / 2 + stepHeight * (i + 1) - 6));
    return draw('g', { class: 'turn', 'data-turn': index },
      draw('text', { class: 'time', x: 8, y: top + turnGap / 2 + stepHeight - 6 },
        clock(new Date(at))),
      ...rows);
  }

  step({ kind, from, to, label }, y) {
    const [start, end] = [from, to].map((id) => this.lanes.get(id));
    if (kind === 'consequence') {
      return draw('g', { class: kind },
        draw('rect', { x: start - ownWidth / 2, y: y - 14, width: ownWidth, height: 19, rx: 4 }),
        draw('text', { x: start, y }, label));
    }
    const back = end < start ? 1 : -1;
    const head = [[end, y], [end + back * arrowHead, y - 4], [end + back * arrowHead, y + 4]];
    // Beside Hansom, so that long ways cross no words.
    const middle = from === 'hansom'
      ? start - back * laneWidth / 2 : end + back * laneWidth / 2;
    return draw('g', { class: kind },
      draw('line', { x1: start, x2: end + back * arrowHead, y1: y, y2: y }),
      draw('polygon', { points: head.map((point) => point.join()).join(' ') }),
      draw('text', { x: middle, y: y - labelRoom / 2 }, label));
  }

  /** A bar for as long as a timer runs. */
  timers(turns) {
    const bars = [];
    const open = new Map();
    const close = (key, y) => {
      bars.push({ ...open.get(key), bottom: y });
      open.delete(key);
    };
    turns.forEach(({ running }, i) => {
      const { top, height } = this.turns[i];
      for (const key of [...open.keys()]) if (!running.includes(key)) close(key, top + stepHeight);
      for (const key of running) {
        if (open.has(key)) continue;
        open.set(key, { top: top + height / 2, place: open.size }); // beside those that run already
      }
    });
    const { top, height } = this.turns.at(-1);
    for (const key of [...open.keys()]) close(key, top + height);
    const x = this.lanes.get('timers');
    return bars.map((bar) => draw('rect', {
      class: 'running', x: x - 4 + 12 * bar.place, y: bar.top, width: 8, height: bar.bottom - bar.top, rx: 3,
    }));
  }

  /** Shows up to where the page has gone back, and has that in sight. */
  show(index) {
    this.turns.forEach(({ element, ground }, i) => {
      const when = i < index ? 'past' : i > index ? 'ahead' : 'now';
      for (const each of [element, ground]) each.dataset.when = when;
    });
    const { top, height } = this.turns[index];
    const room = this.box.clientHeight;
    if (top - headHeight < this.box.scrollTop) this.box.scrollTop = top - headHeight;
    if (top + height > this.box.scrollTop + room) this.box.scrollTop = top + height - room;
    this.showAcross(this.turns[index]);
  }

  /** Of arrows that are wider than the box the left end is in sight. */
  showAcross({ xs }) {
    const right = Math.max(...xs) + laneWidth / 2;
    const left = Math.min(...xs) - laneWidth / 2;
    const { scrollLeft, clientWidth } = this.box;
    if (right > scrollLeft + clientWidth) this.box.scrollLeft = right - clientWidth;
    if (left < this.box.scrollLeft) this.box.scrollLeft = left < timeWidth ? 0 : left;
  }
}

const nameMax = 20; // characters that fit into a lane

const shortened = (name) => (name.length > nameMax ? `${name.slice(0, nameMax - 1)}…` : name);
