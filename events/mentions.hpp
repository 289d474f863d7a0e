#pragma once

#include "events/event.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>

namespace hansom {

// Part of the index's keys, beside the kinds of streams: they never change. An account's mentions
// stand with its stream.
enum class SubjectKind : unsigned char { account = 2, message = 5, room_talk = 6 };

/// What an event can be found by, besides its stream: an account, a message, or all that was said
/// in a room.
struct Subject {
  SubjectKind kind = SubjectKind::account;
  Uuid id{};

  // NOLINTBEGIN(google-explicit-constructor): each of these is a subject.
  Subject(AccountId account) : kind(SubjectKind::account), id(account.value) {}
  Subject(MessageId message) : kind(SubjectKind::message), id(message.value) {}
  Subject(RoomId room) : kind(SubjectKind::room_talk), id(room.value) {}
  // NOLINTEND(google-explicit-constructor)

  bool operator==(const Subject&) const = default;
};

/// The subjects of an event.
///
/// Of a booking's: the accounts that come into it or leave it: its customer when it is requested, a
/// driver who is asked or let go, both when it ends. So whatever concerned an account after some
/// position is a booking that it is in still, or one with a mention after it.
///
/// Of a room's: the message that is sent, edited or deleted; and the room's talk, when it is sent.
/// So the newest mention says what a message has come to, and those of the talk are the messages in
/// order.
constexpr std::size_t mentions_max = 2;
using Mentions = boost::container::static_vector<Subject, mentions_max>;

Mentions mentions_in(const Envelope& envelope);

inline bool mentions(const Envelope& envelope, const Subject& subject) {
  const auto all = mentions_in(envelope);
  return std::ranges::find(all, subject) != all.end();
}

}  // namespace hansom
