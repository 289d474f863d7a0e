#include "events/record.hpp"

#include "events/event_codec.hpp"
#include "events/mentions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hansom {
namespace {

constexpr char record_format = 1;
constexpr std::size_t head_bytes = 1 + sizeof(Digest);

Digest chain_hash(const Digest& before, std::string_view content) {
  return sha256({{reinterpret_cast<const char*>(before.data()), before.size()}, content});
}

bool everything(std::string_view) { return true; }

/// Calls `visit` with the event of each line that is wanted, until it says that it is enough, or
/// fails.
template <typename IsWanted, typename Visit>
std::expected<bool, std::string> decode_each(std::string_view lines, IsWanted is_wanted,
                                             const Visit& visit) {
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    if (line.size() == lines.size()) return std::unexpected("the last event is cut off");
    lines.remove_prefix(line.size() + 1);
    if (!is_wanted(line)) continue;
    Envelope envelope;
    if (const auto read = decode(line, envelope); !read) return std::unexpected(read.error());
    const std::expected<bool, std::string> more = visit(std::move(envelope));
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
  return decode_each(lines_of(record), everything,
                     [&](Envelope&& envelope) -> std::expected<bool, std::string> {
                       if (envelope.position.value != end.value + 1) {
                         return std::unexpected("the event is numbered " +
                                                std::to_string(envelope.position.value));
                       }
                       end = envelope.position;
                       return visit(std::move(envelope));
                     });
}

std::expected<bool, std::string> decode_stream(std::string_view record, const StreamId& stream,
                                               const VisitEvent& visit) {
  return decode_each(
      lines_of(record), [&](std::string_view line) { return stream_of(line) == stream; }, visit);
}

std::expected<bool, std::string> decode_mentions(std::string_view record, const Subject& subject,
                                                 const VisitEvent& visit) {
  const auto id = to_string(subject.id);
  std::vector<Envelope> found;
  const auto read = decode_each(
      lines_of(record),
      [&](std::string_view line) { return line.find(id) != std::string_view::npos; },
      [&](Envelope&& envelope) {
        if (mentions(envelope, subject)) found.push_back(std::move(envelope));
        return true;
      });
  if (!read) return read;
  return std::all_of(found.rbegin(), found.rend(),
                     [&](Envelope& envelope) { return visit(std::move(envelope)); });
}

std::expected<bool, std::string> decode_events(std::string_view record, const VisitEvent& visit) {
  return decode_each(lines_of(record), everything, visit);
}

}  // namespace hansom
