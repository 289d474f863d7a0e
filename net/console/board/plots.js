// The board's plots: bars of numbers by minute, and dots of seconds in their order.
import { draw, drawing, roundUp } from '../svg.js';

// In units of the drawing, which is as wide as its place.
const width = 560;
const height = 180;
const left = 44;
const right = 8;
const top = 12;
const bottom = 26;
const base = height - bottom;

/** Bars of whole numbers; `from` and `to` are what stands below the first and the last. */
export function bars(values, { label, from, to }) {
  const scale = 2 * roundUp(Math.max(2, ...values) / 2); // whole at its half, too
  const step = (width - left - right) / values.length;
  const drawn = values.map((value, i) => draw('rect', {
    class: 'bar', x: left + i * step + step * 0.1, width: step * 0.8,
    y: yOf(value, scale), height: base - yOf(value, scale),
  }, draw('title', {}, String(value))));
  return plot(label, scale, [...drawn, ...below(from, to)]);
}

/** Dots, with a line at each of `marks`. */
export function dots(values, { label, from, to, marks }) {
  const scale = roundUp(Math.max(1, ...values));
  const step = (width - left - right) / Math.max(values.length - 1, 1);
  const drawn = values.map((value, i) => draw('circle', {
    class: 'dot', cx: left + i * step, cy: yOf(value, scale), r: 3,
  }));
  const lines = marks.map((value) => draw('line', {
    class: 'mark', x1: left, x2: width - right, y1: yOf(value, scale), y2: yOf(value, scale),
  }));
  return plot(label, scale, [...lines, ...drawn, ...below(from, to)]);
}

const yOf = (value, scale) => base - (value / scale) * (base - top);

function plot(label, scale, drawn) {
  const levels = [0, scale / 2, scale];
  return drawing(width, height, label,
    ...levels.flatMap((value) => [
      draw('line', {
        class: 'level', x1: left, x2: width - right, y1: yOf(value, scale), y2: yOf(value, scale),
      }),
      draw('text', { class: 'end', x: left - 6, y: yOf(value, scale) + 4 }, value),
    ]),
    ...drawn);
}

function below(from, to) {
  return [
    draw('text', { class: 'start', x: left, y: height - 6 }, from),
    draw('text', { class: 'end', x: width - right, y: height - 6 }, to),
  ];
}
