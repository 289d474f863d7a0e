#include "events/record.hpp"

#include "events/event_codec.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <new>

namespace hansom {
namespace {

constexpr char record_format = 1;
constexpr std::size_t head_bytes = 1 + sizeof(Digest);

/// SHA-256 with its algorithm looked up once: OpenSSL's one-shot call searches for it every time.
class Sha256 {
 public:
  Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (!algorithm_ || !context_) throw std::bad_alloc();
  }

  Digest operator()(const Digest& before, std::string_view content) {
    Digest digest;
    EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr);
    EVP_DigestUpdate(context_.get(), before.data(), before.size());
    EVP_DigestUpdate(context_.get(), content.data(), content.size());
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

Digest chain_hash(const Digest& before, std::string_view content) {
  thread_local Sha256 sha256;
  return sha256(before, content);
}

std::string_view content_of(std::string_view record) {
  return record.substr(std::min(head_bytes, record.size()));
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

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

}  // namespace

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += digits[byte >> 4];
    hex += digits[byte & 0xf];
  }
  return hex;
}

std::optional<Digest> parse_hex(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_digit(hex[2 * i]);
    const auto low = hex_digit(hex[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest[i] = static_cast<unsigned char>(*high << 4 | *low);
  }
  return digest;
}

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

std::optional<Digest> hash_of_record(std::string_view record) {
  if (record.size() <= head_bytes || record[0] != record_format) return std::nullopt;
  Digest digest;
  std::copy_n(record.begin() + 1, digest.size(), digest.begin());
  return digest;
}

std::expected<bool, std::string> decode_record(std::string_view record, Digest& chain,
                                               Position& end, const VisitEvent& visit) {
  const auto hash = hash_of_record(record);
  if (!hash) return std::unexpected("no record of a known format");
  const auto content = record.substr(head_bytes);
  if (chain_hash(chain, content) != *hash) {
    return std::unexpected("the chain of hashes breaks here");
  }
  chain = *hash;
  return each_line(content, [&](std::string_view line) -> std::expected<bool, std::string> {
    const auto envelope = decode(line);
    if (!envelope) return std::unexpected(envelope.error());
    if (envelope->position.value != end.value + 1) {
      return std::unexpected("the event is numbered " + std::to_string(envelope->position.value));
    }
    end = envelope->position;
    return visit(*envelope);
  });
}

std::expected<bool, std::string> decode_stream(std::string_view record, const StreamId& stream,
                                               const VisitEvent& visit) {
  return each_line(content_of(record),
                   [&](std::string_view line) -> std::expected<bool, std::string> {
                     if (stream_of(line) != stream) return true;
                     const auto envelope = decode(line);
                     if (!envelope) return std::unexpected(envelope.error());
                     return visit(*envelope);
                   });
}

std::optional<std::unordered_set<StreamId>> streams_in(std::string_view record) {
  std::unordered_set<StreamId> streams;
  const auto read =
      each_line(content_of(record), [&](std::string_view line) -> std::expected<bool, std::string> {
        const auto stream = stream_of(line);
        if (!stream) return std::unexpected("an event without a stream");
        streams.insert(*stream);
        return true;
      });
  return read ? std::optional(std::move(streams)) : std::nullopt;
}

}  // namespace hansom
