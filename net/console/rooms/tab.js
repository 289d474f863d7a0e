// The rooms' tab: participants side by side.
import { Participant } from './side.js';
import { clone, onClick, part } from '../dom.js';
import { PanelList } from '../panel_list.js';

export function openRooms(box, { accounts }) {
  const view = clone('rooms-template');
  box.append(view);
  const names = { id: 'participant', title: 'Participant' };
  const list = new PanelList(part(view, 'participants'), names, (options) =>
    new Participant({
      ...options,
      accounts,
      onRoom: (room) => list.all.forEach((each) => each.enterable(room)),
    }));
  onClick(view, 'add-participant', () => list.add().focus());
  list.add();
  list.add();
}
