// Tabs as ARIA's authoring practices have them: one is in the order of the Tab key, the arrow keys
// go from one to the next. The address names the tab, so that it can be linked to.
import { make } from './dom.js';

const keys = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Tabs {
  /** `open(tab, box)` is called once per tab, when it is first shown. */
  constructor({ list, panels, tabs, open }) {
    this.open = open;
    this.all = tabs.map((tab) => this.add(tab, list, panels));
    list.addEventListener('keydown', (event) => this.pressed(event));
    addEventListener('hashchange', () => this.follow());
    this.follow();
  }

  add(tab, list, panels) {
    const { name, title } = tab;
    const button = make('button', {
      type: 'button', role: 'tab', id: `tab-${name}`, textContent: title,
    });
    const box = make('section', { role: 'tabpanel', id: `panel-${name}`, hidden: true });
    button.setAttribute('aria-controls', box.id);
    box.setAttribute('aria-labelledby', button.id);
    button.addEventListener('click', () => this.choose(name));
    list.append(button);
    panels.append(box);
    return { tab, name, button, box, isOpen: false };
  }

  follow() {
    const [wanted] = location.hash.slice(1).split('/'); // what follows is the tab's own
    this.show(this.all.find(({ name }) => name === wanted) ?? this.all[0]);
  }

  choose(name) {
    history.replaceState(null, '', `#${name}`);
    this.follow();
  }

  show(shown) {
    for (const each of this.all) {
      const isShown = each === shown;
      each.button.setAttribute('aria-selected', String(isShown));
      each.button.tabIndex = isShown ? 0 : -1;
      each.box.hidden = !isShown;
    }
    if (shown.isOpen) return;
    shown.isOpen = true;
    this.open(shown.tab, shown.box);
  }

  pressed(event) {
    const count = this.all.length;
    const at = this.all.findIndex(({ button }) => button === document.activeElement);
    const to = { Home: 0, End: count - 1 }[event.key] ?? at + (keys[event.key] ?? 0);
    if (at < 0 || to === at) return;
    event.preventDefault();
    const next = this.all[(to + count) % count];
    this.choose(next.name);
    next.button.focus();
  }
}
