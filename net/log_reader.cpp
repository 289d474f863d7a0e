#include "net/log_reader.hpp"

#include "events/event_schema.hpp"
#include "events/rocksdb_log.hpp"
#include "net/dialects/envelope.hpp"
#include "net/limits.hpp"
#include "net/zone.hpp"
#include "projections/booking_schema.hpp"
#include "story/booking_list.hpp"
#include "story/booking_story.hpp"
#include "story/story.hpp"

#include <spdlog/spdlog.h>

#include <limits>
#include <sys/resource.h>

namespace hansom::net {
namespace {

void write(JsonWriter& json, const story::ListedBooking& listed) {
  const auto& booking = listed.booking;
  const auto person = [&](const char* name, const auto& contact) {
    json.object(name, [&] {
      json.field("account", contact.account);
      json.field("name", contact.name);
    });
  };
  json.field("booking_id", booking.id);
  json.field("position", booking.requested_position.value);
  json.field("protocol", story::protocol_of(booking));
  json.field("booking_type", name_of(booking.type));
  json.field("status", name_of(booking.status));
  json.field("requested_at", booking.requested_at, Fraction::microseconds);
  json.field("changed_at", listed.changed_at, Fraction::microseconds);
  person("customer", booking.customer);
  if (booking.driver) {
    person("driver", *booking.driver);
  } else {
    json.field("driver", nullptr);
  }
}

HttpResponse unknown_booking() {
  return refused({RefusalCode::booking_not_found, "There is no such booking."}, system_now());
}

}  // namespace

LogReader::LogReader(const EventLog& live, std::filesystem::path data_dir, std::string public_url)
    : live_(live), data_dir_(std::move(data_dir)), renderer_(std::move(public_url)) {
  thread_ = std::thread([this] { work(); });
}

LogReader::~LogReader() { stop(); }

bool LogReader::ask(Question question, Then then) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_.size() >= questions_waiting_max) return false;
  waiting_.push_back({std::move(question), std::move(then)});
  news_.notify_one();
  return true;
}

void LogReader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    news_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void LogReader::work() {
  constexpr int nicest = 19;  // on Linux of this thread alone: the engine comes first
  setpriority(PRIO_PROCESS, 0, nicest);
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto has_news = [&] { return stopping_ || !waiting_.empty(); };
    if (!follower_) {
      news_.wait(lock, has_news);
    } else if (!news_.wait_for(lock, follower_kept, has_news)) {
      lock.unlock();
      follower_.reset();  // it takes memory and descriptors
      lock.lock();
      continue;
    }
    if (waiting_.empty()) return;
    const auto asked = std::move(waiting_.front());
    waiting_.pop_front();
    const bool is_late = stopping_;
    lock.unlock();
    asked.then(is_late ? refused(server_busy(), system_now()) : answer(asked.question));
    lock.lock();
  }
}

HttpResponse LogReader::answer(const Question& question) {
  // What the follower sees beyond may not be durable, and may come to nothing.
  const auto end = live_.end();
  if (const auto caught_up = catch_up(); !caught_up) return unreadable(caught_up.error());
  if (const auto* wanted = std::get_if<StoryOfBooking>(&question)) return tell(*wanted, end);
  return list(std::get<NewestBookings>(question), end);
}

LogResult LogReader::catch_up() {
  // A follower keeps in memory what the index did not have when it came.
  if (follower_ && live_.end().value - followed_from_.value > follower_events_max) {
    follower_.reset();
  }
  if (follower_) return follower_->catch_up();
  followed_from_ = live_.end();
  auto opened = RocksDbLog::open_for_reading(data_dir_);
  if (!opened) return std::unexpected(opened.error());
  follower_ = std::move(*opened);
  return {};
}

HttpResponse LogReader::tell(const StoryOfBooking& wanted, Position end) {
  const auto booking = BookingId::parse(wanted.booking_id);
  if (!booking) return unknown_booking();
  const auto events = story::events_of(*follower_, StreamId(*booking), end);
  if (!events) return unreadable(events.error());
  if (events->empty()) return unknown_booking();
  const story::Names names(*follower_, *events, end);
  const auto story = story::story_as_json(*events, renderer_, names, wanted.after, story_bytes_max);
  return respond(success(200, "The booking's story.", system_now(),
                         [&](JsonWriter& data) { data.raw("story", story); }));
}

HttpResponse LogReader::list(const NewestBookings& wanted, Position end) {
  const auto before = wanted.before.value_or(Position{std::numeric_limits<std::uint64_t>::max()});
  const auto page = story::list_bookings(*follower_, before, wanted.limit, end);
  if (!page) return unreadable(page.error());
  return respond(success(200, "The bookings, newest first.", system_now(), [&](JsonWriter& data) {
    data.array("bookings", [&] {
      for (const auto& listed : page->bookings) data.element([&] { write(data, listed); });
    });
    data.field("next_before",
               page->next_before ? std::optional(page->next_before->value) : std::nullopt);
  }));
}

/// The next question opens the log anew.
HttpResponse LogReader::unreadable(const LogError& error) {
  spdlog::warn("the log can't be read for the admin: {}", error.message);
  follower_.reset();
  return refused(log_unavailable(), system_now());
}

}  // namespace hansom::net
