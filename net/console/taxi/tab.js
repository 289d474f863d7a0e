// The taxi's tab: drivers on one side, customers on the other, as many as one likes.
import { reference } from './reference.js';
import { Side } from './side.js';
import { clone, onClick, part } from '../dom.js';
import { PanelList } from '../panel_list.js';

const tickMs = 250; // a countdown shows seconds

export function openTaxi(box, { accounts, rules }) {
  const view = clone('taxi-template');
  box.append(view);
  const lists = ['driver', 'customer'].map((side) => {
    const name = side === 'driver' ? 'Driver' : 'Customer';
    const list = new PanelList(part(view, `${side}s`), { id: side, title: name }, (options) =>
      new Side({ ...options, side, accounts, rules }));
    onClick(view, `add-${side}`, () => list.add().focus());
    return list;
  });
  // The two start as different people, also where one account is both.
  const taken = new Set();
  for (const list of lists) taken.add(list.add(taken).email);
  part(view, 'reference').append(...reference(rules));
  setInterval(() => {
    for (const side of lists.flatMap(({ all }) => all)) side.tick(Date.now());
  }, tickMs);
}
