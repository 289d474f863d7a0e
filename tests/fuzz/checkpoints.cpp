// The lines of a checkpoint, but for the last, which is their hash.

#include "events/digest.hpp"
#include "projections/checkpoint.hpp"
#include "tests/fuzz/property.hpp"

#include <string>

namespace hansom::fuzz {
namespace {

std::string sealed(const std::string& lines) {
  return lines + "{\"sha256\":\"" + to_hex(sha256({lines})) + "\"}\n";
}

/// The same lines as only the slower of both readers takes them.
std::string with_blanks(std::string_view lines) {
  std::string all;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    all += " " + std::string(line) + "\n";
  }
  return all;
}

void check(const std::string& lines) {
  const auto quick = decode_checkpoint(sealed(lines));
  const auto slow = decode_checkpoint(sealed(with_blanks(lines)));
  must(quick.has_value() == slow.has_value(), "both readers read the same lines");
  if (!quick) return must(!quick.error().empty(), "an error has words");
  const auto written = encode_checkpoint(quick->at, quick->state);
  must(written == encode_checkpoint(slow->at, slow->state), "both readers read the same");
  const auto again = decode_checkpoint(written);
  must(again.has_value(), "what is written is read again");
  must(encode_checkpoint(again->at, again->state) == written, "a state is written in one way");
}

}  // namespace
}  // namespace hansom::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hansom;
  const auto input = fuzz::text_of(data, size);
  fuzz::must(!decode_checkpoint(input) || input.find("sha256") != input.npos,
             "without its hash nothing is a checkpoint");
  auto lines = std::string(input);
  if (!lines.empty() && lines.back() != '\n') lines += '\n';
  fuzz::check(lines);
  return 0;
}
