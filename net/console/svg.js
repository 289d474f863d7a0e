// Drawing, for plots, diagrams and maps. Colours are the style sheet's.

const namespace = 'http://www.w3.org/2000/svg';

/** An SVG element; children are elements or texts. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A drawing of so many units, with the words for those who do not see it. */
export function drawing(width, height, label, ...children) {
  return draw('svg', {
    viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label,
  }, ...children);
}

/** The next of 1, 2, 5, 10, 20, … that is not below `value`: what a scale may be labelled with. */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9));
  return step * power;
}
