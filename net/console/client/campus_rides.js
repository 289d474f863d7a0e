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

  /** All that is open has been shown; gives the pushes for what is not. */
  end() {
    const gone = [...this.#open].filter(([id]) => !this.#shownAgain.has(id));
    this.#shownAgain = null;
    return gone.map(([id, action]) => {
      this.#open.delete(id);
      // A request that drivers could see and that is no longer pending is closed for them. What
      // has become of one's own ride, nothing says.
      const wasOffered = action === 'sending_pending_ride_request';
      const news = wasOffered ? 'ride_request_closed' : 'ride_request_gone';
      return { action: news, ride_request_id: id };
    });
  }
}
