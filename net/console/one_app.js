// One app on campus or in a room. What happens goes one way: pushes and answers become changes,
// `reduce` makes the next state of them, and `show()` shows it.
import { HansomError } from './client/index.js';

export class OneApp {
  /** Subclasses make the `panel`, and have `show()`. */
  constructor(initialState, reduce) {
    this.state = initialState;
    this.reduce = reduce;
  }

  get email() {
    return this.panel.connectForm.email;
  }

  changed(connection) {
    this.change({ kind: 'connection', connection });
  }

  change(change) {
    this.state = this.reduce(this.state, change);
    this.show();
  }

  /** Does `command(client)`; false where it was refused. */
  async act(command) {
    this.change({ kind: 'acted' });
    try {
      await command(this.panel.client);
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    }
  }

  refused(error) {
    if (!(error instanceof HansomError)) throw error;
    this.change({ kind: 'refused', error });
  }
}
