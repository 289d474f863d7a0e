#pragma once

// Frames and bodies as tests write and read them: JSON, member by member.

#include "net/dialects/json_reader.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>
#include <string_view>

namespace hansom::net {

/// Members of an object as JSON text.
using Members = std::map<std::string, std::string>;

inline std::string frame_of(const Members& members) {
  std::string frame;
  for (const auto& [name, value] : members) {
    frame += (frame.empty() ? "{\"" : ",\"") + name + "\":" + value;
  }
  return frame.empty() ? "{}" : frame + "}";
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Calls with thousands of texts that are like this one, but for some bytes at random and its end.
template <typename Visit>
void for_each_damaged(const std::string& good, std::mt19937& random, Visit visit) {
  for (int i = 0; i < 2'000; ++i) {
    auto text = good;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    visit(text.substr(0, random() % (text.size() + 1)));
  }
}

inline net::JsonDocument json_in(const std::string& frame) {
  INFO(frame);
  auto json = read_json(frame);
  REQUIRE(json);
  return std::move(*json);
}

/// The members of an object, in their order.
inline std::string keys_of(const net::Json& json) {
  std::string keys;
  for (const auto& member : json.GetObject()) {
    keys += (keys.empty() ? "" : " ") + std::string(member.name.GetString());
  }
  return keys;
}

}  // namespace hansom::net
