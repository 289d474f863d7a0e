#include "bench/talk_load.hpp"

#include "bench/server_api.hpp"
#include "bench/wire_format.hpp"
#include "net/api.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace hansom::bench {
namespace {

std::uint32_t number_in(std::string_view frame) {
  const auto text = string_member(frame, "body");
  std::uint32_t number = 0;
  const auto end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, number).ptr != end) {
    throw std::runtime_error("nobody waited for " + std::string(frame));
  }
  return number;
}

}  // namespace

TalkLoad::TalkLoad(std::uint16_t port, std::size_t sockets) : sockets_(port), lines_(sockets) {
  WireSockets calls(port);
  const Caller caller{calls, calls.open()};
  for (std::size_t i = 0; i < sockets; ++i) {
    const auto name = "member" + std::to_string(i);
    create_account(caller, name, R"(["student"])");
    sockets_.open_websocket(create_room(caller, {name}) + "?token=" + token_of(name));
  }
}

void TalkLoad::keep_in_flight(std::size_t commands) {
  is_closed_loop_ = true;
  now_ = heard_ = Clock::now();
  for (std::size_t i = 0; i < commands; ++i) send(static_cast<Number>(i % lines_.size()), now_);
}

void TalkLoad::keep_at_rate(double commands_per_s) {
  is_closed_loop_ = false;
  interval_ = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(commands_at_once / commands_per_s));
  next_due_ = heard_ = Clock::now();
}

Talk TalkLoad::run_for(std::chrono::milliseconds time) {
  talk_ = {};
  const auto start = Clock::now();
  now_ = start;
  while (now_ < start + time) turn(start + time);
  talk_.seconds = std::chrono::duration<double>(now_ - start).count();
  return talk_;
}

void TalkLoad::finish() {
  is_closed_loop_ = false;
  next_due_ = Clock::time_point::max();
  heard_ = now_;
  const auto is_open = [](const Line& line) { return line.open.size() > line.refusals.size(); };
  while (std::ranges::any_of(lines_, is_open)) turn(now_ + wire_answer_timeout);
  for (auto& line : lines_) {
    while (!line.open.empty()) refuse_first(line);
  }
}

void TalkLoad::turn(Clock::time_point until) {
  send_due();
  sockets_.send();
  for (const auto socket : sockets_.wait(std::min(until, next_due_))) hear(socket);
  now_ = Clock::now();
  if (now_ - heard_ > wire_answer_timeout) throw std::runtime_error("no answer came any more");
}

void TalkLoad::send_due() {
  for (; next_due_ <= now_; next_due_ += interval_) {
    const auto socket = static_cast<Number>(commands_ / commands_at_once % lines_.size());
    for (std::size_t i = 0; i < commands_at_once; ++i) send(socket, next_due_);
  }
}

void TalkLoad::send(Number socket, Clock::time_point due) {
  auto& line = lines_[socket];
  line.open.push_back({line.sent++, due});
  text_ = R"({"type":"text","message":")";
  text_ += std::to_string(line.open.back().number);
  text_ += R"("})";
  append_text_frame(sockets_.outgoing(socket), text_);
  ++commands_;
  ++talk_.offered;
}

void TalkLoad::hear(Number socket) {
  static const auto busy = R"({"error":")" + net::server_busy().message + R"("})";
  auto bytes = sockets_.receive(socket);
  now_ = heard_ = Clock::now();
  auto& line = lines_[socket];
  std::size_t told = 0;
  while (const auto frame = first_frame(bytes)) {
    if (frame->opcode != ServerFrame::text) throw std::runtime_error("a socket was ended");
    if (frame->payload == busy) {
      line.refusals.push_back(now_);
    } else {
      hear_answer(line, number_in(frame->payload));
    }
    bytes.remove_prefix(frame->bytes);
    ++told;
  }
  sockets_.keep(socket, bytes);
  if (!is_closed_loop_) return;
  for (; told > 0; --told) send(socket, now_);
}

void TalkLoad::hear_answer(Line& line, std::uint32_t number) {
  while (!line.open.empty() && line.open.front().number != number) refuse_first(line);
  if (line.open.empty()) throw std::runtime_error("something was answered twice");
  talk_.accepted.record(now_ - line.open.front().due);
  line.open.pop_front();
}

void TalkLoad::refuse_first(Line& line) {
  if (line.refusals.empty()) throw std::runtime_error("a command was not answered");
  talk_.refused.record(line.refusals.front() - line.open.front().due);
  line.refusals.pop_front();
  line.open.pop_front();
}

}  // namespace hansom::bench
