// Why a driver was asked: where the candidates were, and what spoke for or against each.
import { make, part, say } from '../dom.js';
import { draw, drawing, roundUp } from '../svg.js';

const size = 320; // pixels, square
const margin = 40;
const metresPerDegree = 111_195; // of latitude

const verdictWords = {
  chosen: 'asked', already_asked: 'asked before', own_booking: 'the customer themself',
  farther: 'farther', waited_less: 'waited less',
};

export class ChoiceMap {
  constructor(root) {
    this.root = root;
    this.shown = null;
  }

  /** Shows a choice; for null, that there was none yet. */
  update(choice, words) {
    const section = part(this.root, 'choice');
    section.hidden = choice === null;
    if (choice === null || choice === this.shown) return;
    this.shown = choice;
    say(part(section, 'choice-words'), words);
    const { candidates } = choice;
    const map = candidates.some(({ position }) => position) ? [this.map(choice)] : [];
    part(section, 'map').replaceChildren(...map);
    part(section, 'candidates').replaceChildren(...candidates.map((each) => this.row(each)));
  }

  row({ rank, name, distance_m: metres, verdict, reason }) {
    return make('tr', { dataset: { verdict } },
      make('td', {}, String(rank)), make('th', { scope: 'row' }, name),
      make('td', {}, metres === null ? 'unknown' : distance(metres)), make('td', {}, reason));
  }

  /** North is up, the pickup in the middle; rings say how far. */
  map({ pickup, candidates }) {
    const placed = candidates.filter(({ position }) => position);
    const offsets = placed.map(({ position }) => offset(pickup, position));
    const farthest = Math.max(1, ...offsets.map(([east, north]) => Math.hypot(east, north)));
    const ring = roundUp(farthest) / 2;
    const scale = (size / 2 - margin) / Math.max(farthest, ring);
    const centre = size / 2;
    const at = ([east, north]) => [centre + east * scale, centre - north * scale];
    const rings = [1, 2].map((n) => n * ring).filter((metres) => metres * scale <= centre - 8);
    const label = `Map: ${placed.map(({ name, distance_m: metres, verdict }) =>
      `${name}, ${distance(metres)} away, ${verdictWords[verdict] ?? verdict}`).join('; ')}`;
    return drawing(size, size, label,
      ...rings.flatMap((metres) => [
        draw('circle', { class: 'ring', cx: centre, cy: centre, r: metres * scale }),
        draw('text', { class: 'scale', x: centre, y: centre + metres * scale - 4 },
          distance(metres)),
      ]),
      // Those who were asked above the others.
      ...placed.map((each, i) => this.dot(each, at(offsets[i]), [centre, centre])).reverse(),
      draw('rect', { class: 'pickup', x: centre - 6, y: centre - 6, width: 12, height: 12 }),
      draw('text', { class: 'label', x: centre, y: centre + 20 }, 'pickup'));
  }

  dot({ rank, name, verdict }, [x, y], [cx, cy]) {
    return draw('g', { class: 'candidate', 'data-verdict': verdict },
      ...(verdict === 'chosen' ? [draw('line', { x1: cx, y1: cy, x2: x, y2: y })] : []),
      draw('circle', { cx: x, cy: y, r: 9 }),
      draw('text', { class: 'rank', x, y: y + 4 }, rank),
      draw('title', {}, name));
  }
}

/** Metres to the east and to the north; near enough for what a city is. */
function offset(from, to) {
  const north = (to.latitude - from.latitude) * metresPerDegree;
  const turned = ((to.longitude - from.longitude + 540) % 360) - 180; // the short way round
  return [turned * metresPerDegree * Math.cos((from.latitude * Math.PI) / 180), north];
}

/** As the server writes it (story/describe.cpp). */
function distance(metres) {
  const whole = Math.round(metres);
  return whole < 1000 ? `${whole} m` : `${(metres / 1000).toFixed(1)} km`;
}
