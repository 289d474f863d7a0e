// The test console: a tab per dialect and two for operators, each a small module of its own.
import { Accounts } from './accounts.js';
import { AdminAccess } from './admin_access.js';
import { openBoard } from './board/tab.js';
import { openCampus } from './campus/tab.js';
import { rulesOf } from './rules.js';
import { openRooms } from './rooms/tab.js';
import { openStory } from './story/tab.js';
import { Tabs } from './tabs.js';
import { openTaxi } from './taxi/tab.js';
import { startTheme } from './theme.js';

/** `open(box, {accounts, rules, admin})` fills a tab's panel when it is first shown. */
const tabs = [
  { name: 'taxi', title: 'Taxi', open: openTaxi },
  { name: 'campus', title: 'Campus', open: openCampus },
  { name: 'rooms', title: 'Rooms', open: openRooms },
  { name: 'story', title: 'Story', open: openStory },
  { name: 'board', title: 'Board', open: openBoard },
];

const admin = new AdminAccess();
startTheme(document.getElementById('theme'));
const [accounts, rules] = await Promise.all([Accounts.load(), rulesOf()]);
new Tabs({
  list: document.getElementById('tabs'),
  panels: document.getElementById('panels'),
  tabs,
  open: (tab, box) => tab.open(box, { accounts, rules, admin }),
});
// Tests and style sheet can tell a page that is ready from one that still loads.
document.documentElement.dataset.ready = 'true';
