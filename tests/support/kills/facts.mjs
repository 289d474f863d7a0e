// What the dialects without a `seq` show, in words that the log's events can be put into as well.

export const facts = {
  requested: () => 'requested',
  accepted: (driver) => `accepted by ${driver}`,
  completed: () => 'completed',
  cancelled: () => 'cancelled',
  said: (account, text) => `${account} said ${text}`,
  posted: (id, account, body) => `${id} of ${account}: ${body}`,
  edited: (id, body) => `${id} edited: ${body}`,
  deleted: (id) => `${id} deleted`,
};

const ofEvent = {
  booking_requested: () => facts.requested(),
  open_offer_accepted: ({ data }) => facts.accepted(data.driver.account),
  ride_completed: () => facts.completed(),
  booking_rejected: () => facts.cancelled(),
  ride_cancelled_by_customer: () => facts.cancelled(),
  chat_message_sent: ({ data, actor }) => facts.said(actor.split(':')[1], data.text),
  room_message_sent: ({ data, cause }) => facts.posted(cause, data.author.account, data.body),
  room_message_edited: ({ data }) => facts.edited(data.message, data.body),
  room_message_deleted: ({ data }) => facts.deleted(data.message),
};

/** What an event shows to those whom it concerns; nothing where it is not shown. */
export const factOf = (event) => {
  const fact = ofEvent[event.type]?.(event);
  return fact && `${event.stream} ${fact}`;
};
