// What one side has been shown of its ride requests. Who comes back is shown again what is open
// (PROTOCOL.md, Campus): what was shown before is not news, and what is not shown any more has
// ended meanwhile.

export class CampusRides {
  #open = new Map(); // id → the action that it was last shown with
  #shownAgain = null; // ids, while it is found out what is open

  get areEmpty() {
    return this.#open.size === 0;
  }

  /** A new connection shows what is open. */
  begin() {
    this.#shownAgain = new Set();
  }

  /** A push has come; whether it is news. */
  isNews({ action, data, ride_request_id: endedId }) {
    const ended = action === 'ride_request_completed' ? data.id : endedId;
    if (ended !== undefined) {
      this.#open.delete(ended);
      return true;
    }
    if (data === undefined) return true; // chat
    this.#shownAgain?.add(data.id);
    if (this.#open.get(data.id) === action) return false;
    this.#open.set(data.id, action);
    return true;
  }

  /** All that is open has been shown; gives an event for each ride that is not. */
  end() {
    const gone = [...this.#open.keys()].filter((id) => !this.#shownAgain.has(id));
    this.#shownAgain = null;
    return gone.map((id) => {
      this.#open.delete(id);
      // Closed, completed or cancelled: nothing says how it ended.
      return { action: 'ride_request_gone', ride_request_id: id };
    });
  }
}
