// What goes wrong, as one class.

/** What the server says when it is worth while to try again later. */
const passing = new Set(['SERVER_BUSY', 'LOG_UNAVAILABLE', 'TOO_MANY_SOCKETS', 'INTERNAL_ERROR']);

/** After these nobody can tell whether the command was done. */
const doubtful = new Set(['LOG_UNAVAILABLE', 'INTERNAL_ERROR']);

export class HansomError extends Error {
  /**
   * `code` is one of the documents' codes or of our own (README.md, Errors); the rest is what is
   * known besides: `bookingId`, `status` (HTTP), `closeCode`, `outcome`, `cause`.
   */
  constructor(code, message, { outcome, retryable, cause, ...details } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HansomError';
    this.code = code;
    this.outcome = outcome ?? (doubtful.has(code) ? 'unknown' : 'refused');
    this.retryable = retryable ?? passing.has(code);
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) this[name] = value;
    }
  }
}
