#include "events/record.hpp"

#include "events/event_codec.hpp"
#include "events/mentions.hpp"

#include <algorithm>
#include <vector>

namespace hansom {
namespace {

constexpr char record_format = 1;
constexpr std::size_t head_bytes = 1 + sizeof(Digest);

Digest chain_hash(const Digest& before, std::string_view content) {
  return sha256({{reinterpret_cast<const char*>(before.data()), before.size()}, content});
}

/// Calls `visit` with each event's line until it says that it is enough, or fails.
template <typename Visit>
std::expected<bool, std::string> each_line(std::string_view content, Visit visit) {
  while (!content.empty()) {
    const auto line = content.substr(0, content.find('\n'));
    if (line.size() == content.size()) return std::unexpected("the last event is cut off");
    content.remove_prefix(line.size() + 1);
    const auto more = visit(line);
    if (!more || !*more) return more;
  }
  return true;
}

}  // namespace

void encode_record(std::span<const Envelope> events, Digest& chain, std::string& out) {
  const auto start = out.size();
  out.append(head_bytes, '\0');
  for (const auto& envelope : events) {
    encode(envelope, out);
    out.push_back('\n');
  }
  chain = chain_hash(chain, std::string_view(out).substr(start + head_bytes));
  out[start] = record_format;
  std::copy(chain.begin(), chain.end(), out.begin() + static_cast<std::ptrdiff_t>(start) + 1);
}

std::string_view lines_of(std::string_view record) {
  return record.substr(std::min(head_bytes, record.size()));
}

std::optional<Digest> hash_of_record(std::string_view record) {
  if (record.size() <= head_bytes || record[0] != record_format) return std::nullopt;
  Digest digest;
  std::copy_n(record.begin() + 1, digest.size(), digest.begin());
  return digest;
}

std::string record_of(std::string_view lines, Digest& chain) {
  chain = chain_hash(chain, lines);
  std::string record(1, record_format);
  record.append(chain.begin(), chain.end());
  record += lines;
  return record;
}

std::expected<void, std::string> check_record(std::string_view record, Digest& chain) {
  const auto hash = hash_of_record(record);
  if (!hash) return std::unexpected("no record of a known format");
  if (chain_hash(chain, lines_of(record)) != *hash) {
    return std::unexpected("the chain of hashes breaks here");
  }
  chain = *hash;
  return {};
}

std::expected<bool, std::string> decode_record(std::string_view record, Digest& chain,
                                               Position& end, const VisitEvent& visit) {
  if (const auto checked = check_record(record, chain); !checked) {
    return std::unexpected(checked.error());
  }
  return each_line(lines_of(record),
                   [&](std::string_view line) -> std::expected<bool, std::string> {
                     auto envelope = decode(line);
                     if (!envelope) return std::unexpected(envelope.error());
                     if (envelope->position.value != end.value + 1) {
                       return std::unexpected("the event is numbered " +
                                              std::to_string(envelope->position.value));
                     }
                     end = envelope->position;
                     return visit(std::move(*envelope));
                   });
}

std::expected<bool, std::string> decode_stream(std::string_view record, const StreamId& stream,
                                               const VisitEvent& visit) {
  return each_line(lines_of(record),
                   [&](std::string_view line) -> std::expected<bool, std::string> {
                     if (stream_of(line) != stream) return true;
                     auto envelope = decode(line);
                     if (!envelope) return std::unexpected(envelope.error());
                     return visit(std::move(*envelope));
                   });
}

std::expected<bool, std::string> decode_mentions(std::string_view record, const Subject& subject,
                                                 const VisitEvent& visit) {
  const auto id = to_string(subject.id);
  std::vector<Envelope> found;
  const auto read =
      each_line(lines_of(record), [&](std::string_view line) -> std::expected<bool, std::string> {
        if (line.find(id) == std::string_view::npos) return true;
        auto envelope = decode(line);
        if (!envelope) return std::unexpected(envelope.error());
        if (mentions(*envelope, subject)) found.push_back(std::move(*envelope));
        return true;
      });
  if (!read) return read;
  return std::all_of(found.rbegin(), found.rend(),
                     [&](Envelope& envelope) { return visit(std::move(envelope)); });
}

std::expected<bool, std::string> decode_events(std::string_view record, const VisitEvent& visit) {
  return each_line(lines_of(record),
                   [&](std::string_view line) -> std::expected<bool, std::string> {
                     auto envelope = decode(line);
                     if (!envelope) return std::unexpected(envelope.error());
                     return visit(std::move(*envelope));
                   });
}

}  // namespace hansom
