#include "story/sent_json.hpp"

#include "events/event_codec.hpp"

namespace hansom::story {

void write_sent(std::span<const SentFrame> sent, std::string& out) {
  out += '[';
  for (const auto& [to, frame] : sent) {
    if (out.back() != '[') out += ',';
    out += "{\"to\":\"" + std::string(name_of(to.side)) + "\",\"account\":";
    out += to.account ? "\"" + to_string(*to.account) + "\"" : "null";
    out += ",\"frame\":" + *frame + "}";
  }
  out += ']';
}

std::string event_as_json(const Envelope& envelope, std::span<const SentFrame> sent) {
  std::string out = "{\"event\":";
  encode(envelope, out);
  out += ",\"sent\":";
  write_sent(sent, out);
  return out + "}";
}

}  // namespace hansom::story
