// The campus's tab: students who drive on one side, those who ride on the other.
import { Student } from './side.js';
import { clone, onClick, part } from '../dom.js';
import { PanelList } from '../panel_list.js';

export function openCampus(box, { accounts }) {
  const view = clone('campus-template');
  box.append(view);
  const listOf = (side, title) => {
    const list = new PanelList(part(view, `${side}s`), { id: `campus-${side}`, title },
      (options) => new Student({ ...options, side, accounts }));
    onClick(view, `add-${side}`, () => list.add(emails()).focus());
    return list;
  };
  const lists = [listOf('driver', 'Student driver'), listOf('passenger', 'Passenger')];
  const emails = () => new Set(lists.flatMap(({ all }) => all.map(({ email }) => email)));
  lists[0].add();
  lists[0].add(emails()); // two, so that they can race for a request
  lists[1].add(emails());
}
